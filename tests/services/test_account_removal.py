"""Deleting an account: what happens to its media is chosen, logged once for each, and can be resumed."""

import io
import tracemalloc

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediaweb.errors import Forbidden, InvalidInput, LastAdmin, OwnAccount, StorageUnavailable, UserNotFound
from mediaweb.extensions import storage
from mediaweb.models import Event, Media, Role, User
from mediaweb.services import account_removal
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.account_removal import MediaFate, count_belongings, remove_user
from mediaweb.services.media import media_service
from tests.api.calls import PNG, stored_files
from tests.people import add_person, make_token
from tests.services.library import add_media

ADMIN = Actor(user_id=1, role=Role.ADMIN)


@pytest.fixture
def bea_id(app: Flask) -> int:
    return add_person(app, "Bea")


@pytest.fixture
def media_ids(session: Session, bea_id: int) -> list[int]:
    """Five media of Bea's, with bytes, two of them private; and one of the admin's."""
    ids = []
    for number, owner in enumerate([bea_id] * 5 + [1]):
        media = media_service.upload_file(
            session, io.BytesIO(PNG), f"{number}.png", user_id=owner, is_public=number > 1
        )
        ids.append(int(media.id))
    return ids[:5]


def media_events(session: Session) -> list[tuple[object, ...]]:
    """Return what the log says of media after their upload."""
    fields = (Event.type, Event.subject_id, Event.actor_id, Event.previous_owner_id, Event.owner_id)
    query = select(*fields, Event.changed).where(Event.model == "media", Event.type != "created")
    return [tuple(row) for row in session.execute(query.order_by(Event.id))]


def owners(session: Session) -> dict[int, int | None]:
    return dict(session.execute(select(Media.id, Media.user_id)).all())


def test_given_media_change_hands_with_one_event_each(
    app: Flask, session: Session, bea_id: int, media_ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_removal, "BATCH_SIZE", 2)
    heir_id = add_person(app, "Jo")
    before = {row.id: row.privacy_generation for row in session.scalars(select(Media))}
    session.expunge_all()
    assert remove_user(session, bea_id, ADMIN, MediaFate.GIVE, heir_id) == 5
    assert [owners(session)[media_id] for media_id in media_ids] == [heir_id] * 5
    assert media_events(session) == [
        ("updated", media_id, 1, bea_id, heir_id, "user_id") for media_id in media_ids
    ]
    after = {row.id: row.privacy_generation for row in session.scalars(select(Media))}
    assert all(after[media_id] == before[media_id] + 1 for media_id in media_ids)
    assert session.get(User, bea_id) is None


def test_media_are_left_without_an_owner(session: Session, bea_id: int, media_ids: list[int]) -> None:
    assert remove_user(session, bea_id, ADMIN, MediaFate.LEAVE) == 5
    assert [owners(session)[media_id] for media_id in media_ids] == [None] * 5
    assert media_events(session) == [
        ("updated", media_id, 1, bea_id, None, "user_id") for media_id in media_ids
    ]


def test_media_are_deleted_with_their_bytes(
    app: Flask, session: Session, bea_id: int, media_ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_removal, "BATCH_SIZE", 2)
    assert len(stored_files(app)) == 6
    assert remove_user(session, bea_id, ADMIN, MediaFate.DELETE) == 5
    assert list(owners(session).values()) == [1]
    assert len(stored_files(app)) == 1
    assert media_events(session) == [("deleted", media_id, 1, bea_id, None, None) for media_id in media_ids]


def test_the_account_is_logged_as_deleted_and_its_tokens_are_gone(
    app: Flask, session: Session, bea_id: int
) -> None:
    make_token(app, bea_id)
    remove_user(session, bea_id, ADMIN, MediaFate.LEAVE)
    rows = session.execute(select(Event.model, Event.type, Event.actor_id).order_by(Event.id))
    assert [tuple(row) for row in rows][1:] == [
        ("token", "deleted", 1),
        ("user", "updated", 1),
        ("user", "deleted", 1),
    ]


def test_an_interrupted_removal_is_resumed(
    session: Session, bea_id: int, media_ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_removal, "BATCH_SIZE", 2)
    calls = iter([None, None, None])

    def stop_at_the_fourth(key: str) -> None:
        if not key.startswith("previews/") and next(calls, "stop") == "stop":
            raise KeyboardInterrupt

    running = storage._get_current_object()  # type: ignore[attr-defined]
    with monkeypatch.context() as patched:
        patched.setattr(running, "delete", stop_at_the_fourth)
        with pytest.raises(KeyboardInterrupt):
            remove_user(session, bea_id, ADMIN, MediaFate.DELETE)
    user = session.get_one(User, bea_id)
    assert not user.is_active
    assert remove_user(session, bea_id, ADMIN, MediaFate.DELETE) == 1
    assert [event[1] for event in media_events(session)] == media_ids
    assert session.get(User, bea_id) is None


def test_bytes_that_can_not_be_removed_keep_nobody(
    session: Session, bea_id: int, media_ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(key: str) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(storage._get_current_object(), "delete", refuse)  # type: ignore[attr-defined]
    assert remove_user(session, bea_id, ADMIN, MediaFate.DELETE) == 5
    assert session.get(User, bea_id) is None


def test_nobody_deletes_themselves_or_the_last_admin(app: Flask, session: Session, bea_id: int) -> None:
    with pytest.raises(OwnAccount):
        remove_user(session, 1, ADMIN, MediaFate.LEAVE)
    with pytest.raises(LastAdmin):
        remove_user(session, 1, SYSTEM, MediaFate.LEAVE)
    with pytest.raises(Forbidden):
        remove_user(session, 1, Actor(bea_id, Role.MEMBER), MediaFate.LEAVE)
    with pytest.raises(UserNotFound):
        remove_user(session, 99, ADMIN, MediaFate.LEAVE)
    assert session.get_one(User, 1).is_active


@pytest.mark.parametrize("heir", ["nobody", "unknown", "themselves", "deactivated"])
def test_an_heir_is_another_active_person(app: Flask, session: Session, bea_id: int, heir: str) -> None:
    gone_id = add_person(app, "Gone")
    session.get_one(User, gone_id).is_active = False
    session.commit()
    heir_id = {"nobody": None, "unknown": 99, "themselves": bea_id, "deactivated": gone_id}[heir]
    with pytest.raises(InvalidInput):
        remove_user(session, bea_id, ADMIN, MediaFate.GIVE, heir_id)
    assert session.get_one(User, bea_id).is_active


def test_belongings_are_counted(app: Flask, session: Session, bea_id: int, media_ids: list[int]) -> None:
    make_token(app, bea_id)
    found = count_belongings(session, bea_id)
    assert (found.media_count, found.private_count, found.size_bytes) == (5, 2, 5 * len(PNG))
    assert (found.session_count, found.token_count) == (0, 1)
    assert count_belongings(session, 99).size_bytes == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_memory_does_not_grow_with_the_number_of_media(session: Session, bea_id: int) -> None:
    peaks = []
    for count in (600, 3000):
        user = User(name=f"Owner of {count}", role=Role.MEMBER)
        session.add(user)
        session.commit()
        rows = [{"user_id": user.id, "storage_path": f"2026/{count}/{n}"} for n in range(count)]
        add_media(session, rows)
        session.expunge_all()
        tracemalloc.start()
        assert remove_user(session, user.id, ADMIN, MediaFate.GIVE, bea_id) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5
    assert session.scalar(select(func.count()).where(Media.user_id == bea_id)) == 3600
