"""Many media at once: one transaction, one event for each that changed, and an honest count of the others."""

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediaweb.errors import Forbidden, InsufficientScope, InvalidInput
from mediaweb.extensions import storage
from mediaweb.models import Event, EventType, Media, Role
from mediaweb.services import bulk, media_service
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.bulk import Outcome
from mediaweb.services.incoming import MediaChanges
from tests.api.calls import PNG
from tests.services.library import add_media, add_user

ADMIN = Actor(user_id=1, role=Role.ADMIN)
MAKE_PRIVATE = MediaChanges(is_public=False)


def events_of(session: Session, event_type: EventType) -> list[Event]:
    return list(session.scalars(select(Event).where(Event.type == event_type).order_by(Event.id)))


def upload(session: Session) -> int:
    return int(media_service.upload_file(session, io.BytesIO(PNG), "a.png", is_public=True).id)


def test_every_media_changes_with_one_event_of_its_actor(session: Session) -> None:
    ids = add_media(session, ({} for _ in range(3)))
    assert bulk.update_many(session, ids, MAKE_PRIVATE, ADMIN) == Outcome(changed=3, unchanged=0, gone=0)
    assert not any(session.scalars(select(Media.is_public)))
    events = events_of(session, EventType.UPDATED)
    assert [(e.subject_id, e.actor_id, e.changed) for e in events] == [(i, 1, "is_public") for i in ids]
    assert all(e.was_public and e.is_public is False for e in events)


def test_links_to_what_became_private_are_dead(session: Session) -> None:
    [media_id] = add_media(session, [{}])
    bulk.update_many(session, [media_id], MAKE_PRIVATE, ADMIN)
    assert session.scalar(select(Media.privacy_generation)) == 1


def test_what_is_gone_or_like_that_already_is_counted_and_leaves_no_event(session: Session) -> None:
    public_id, private_id = add_media(session, [{"is_public": True}, {"is_public": False}])
    ids = [public_id, private_id, 99_999, 2**63, -1, public_id]
    assert bulk.update_many(session, ids, MAKE_PRIVATE, ADMIN) == Outcome(changed=1, unchanged=1, gone=3)
    assert [e.subject_id for e in events_of(session, EventType.UPDATED)] == [public_id]


def test_they_get_a_new_owner_and_alt_text(session: Session) -> None:
    owner_id = add_user(session)
    ids = add_media(session, ({} for _ in range(2)))
    bulk.update_many(session, ids, MediaChanges(user_id=owner_id, alt_text="Boats"), ADMIN)
    rows = session.execute(select(Media.user_id, Media.alt_text, Media.privacy_generation)).all()
    assert rows == [(owner_id, "Boats", 1)] * 2


def test_an_unknown_owner_changes_nothing(session: Session) -> None:
    ids = add_media(session, ({} for _ in range(2)))
    with pytest.raises(InvalidInput, match="no user"):
        bulk.update_many(session, ids, MediaChanges(user_id=99_999), ADMIN)
    assert events_of(session, EventType.UPDATED) == []


def test_they_are_deleted_with_their_bytes(session: Session) -> None:
    ids = [upload(session) for _ in range(3)]
    assert bulk.delete_many(session, [*ids[:2], 99_999], ADMIN) == Outcome(changed=2, unchanged=0, gone=1)
    [kept] = session.scalars(select(Media))
    assert (kept.id, list(storage.keys())) == (ids[2], [kept.storage_path])
    assert [(e.subject_id, e.actor_id) for e in events_of(session, EventType.DELETED)] == [
        (ids[0], 1),
        (ids[1], 1),
    ]


def test_a_file_that_is_missing_already_does_not_keep_the_others(session: Session) -> None:
    ids = [*add_media(session, [{}]), upload(session)]
    assert bulk.delete_many(session, ids, ADMIN).changed == 2
    assert list(storage.keys()) == []


def test_a_thousand_is_the_most(session: Session) -> None:
    ids = add_media(session, ({} for _ in range(1000)))
    with pytest.raises(InvalidInput, match="at most 1,000"):
        bulk.update_many(session, [*ids, 99_999], MAKE_PRIVATE, ADMIN)
    assert bulk.update_many(session, ids, MAKE_PRIVATE, ADMIN).changed == 1000
    assert bulk.delete_many(session, ids, ADMIN).changed == 1000
    assert len(events_of(session, EventType.DELETED)) == 1000


def test_none_is_too_few(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Select"):
        bulk.delete_many(session, [], ADMIN)


def test_a_token_for_reading_changes_nothing(session: Session) -> None:
    ids = add_media(session, [{}])
    actor = Actor(1, Role.ADMIN, can_write=False)
    with pytest.raises(InsufficientScope):
        bulk.update_many(session, ids, MAKE_PRIVATE, actor)
    with pytest.raises(InsufficientScope):
        bulk.change_tags(session, ids, ["sea"], [], actor)
    with pytest.raises(InsufficientScope):
        bulk.delete_many(session, ids, actor)
    assert session.scalar(select(Media.is_public)) is True


def test_a_member_changes_their_own_and_learns_of_nothing_private(session: Session) -> None:
    owner_id = add_user(session)
    member = Actor(owner_id, Role.MEMBER)
    ids = add_media(session, [{"user_id": owner_id}, {"is_public": True}, {"is_public": False}])
    told = Outcome(changed=1, unchanged=0, gone=1, refused=1)
    assert [media.id for media in bulk.find_media(session, ids, member)] == ids[:1]
    assert bulk.update_many(session, ids, MediaChanges(alt_text="Boats"), member) == told
    assert bulk.change_tags(session, ids, ["sea"], [], member) == told
    assert bulk.delete_many(session, ids, member) == told
    assert list(session.scalars(select(Media.id))) == ids[1:]
    with pytest.raises(Forbidden):
        bulk.update_many(session, ids, MediaChanges(user_id=owner_id), member)


def test_tags_are_added_and_taken_whatever_their_case(session: Session) -> None:
    ids = add_media(session, ({} for _ in range(2)))
    bulk.change_tags(session, ids[:1], ["Sea", "night"], [], ADMIN)
    bulk.change_tags(session, ids, ["sea", "boat"], ["NIGHT"], ADMIN)
    assert session.scalars(select(Media.tags).order_by(Media.id)).all() == [("Sea", "boat"), ("Sea", "boat")]
    many = [f"tag {number}" for number in range(49)]
    with pytest.raises(InvalidInput, match="more than 50"):
        bulk.change_tags(session, ids, many, [], ADMIN)


def test_the_system_is_told_from_nobody_known(session: Session) -> None:
    ids = add_media(session, [{}])
    bulk.update_many(session, ids, MAKE_PRIVATE, SYSTEM)
    [event] = events_of(session, EventType.UPDATED)
    assert (event.actor_id, event.is_by_system) == (None, True)
