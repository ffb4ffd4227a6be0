"""Many media at once: one transaction, one event for each that changed, and an honest count of the others."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediaweb.errors import AuthenticationRequired, Forbidden, InsufficientScope, InvalidInput
from mediaweb.extensions import db
from mediaweb.models import Event, EventType, Media, Role
from mediaweb.services import bulk, media_service
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.bulk import Outcome
from mediaweb.services.filters import QueryFilter
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.trash import trash_many
from tests.api.calls import PNG
from tests.services.library import add_media, add_user

ADMIN = Actor(user_id=1, role=Role.ADMIN)
MEMBER = Actor(user_id=2, role=Role.MEMBER)
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


def test_a_thousand_is_the_most(session: Session) -> None:
    ids = add_media(session, ({} for _ in range(1000)))
    with pytest.raises(InvalidInput, match="at most 1,000"):
        bulk.update_many(session, [*ids, 99_999], MAKE_PRIVATE, ADMIN)
    assert bulk.update_many(session, ids, MAKE_PRIVATE, ADMIN).changed == 1000
    assert trash_many(session, ids, ADMIN).changed == 1000
    assert len(events_of(session, EventType.DELETED)) == 1000


def test_none_is_too_few(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Select"):
        trash_many(session, [], ADMIN)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (ANONYMOUS, AuthenticationRequired),
        (Actor(1, Role.ADMIN, can_write=False), InsufficientScope),
    ],
    ids=["anonymous", "reading-token"],
)
def test_who_may_change_nothing_is_refused(
    make_app: Callable[..., Flask], actor: Actor, refusal: type[Exception]
) -> None:
    with make_app(anonymous_access="read").app_context():
        session = db.session()
        ids = add_media(session, [{}])
        _expect_refusal(session, ids, actor, refusal)


def _expect_refusal(session: Session, ids: list[int], actor: Actor, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        bulk.update_many(session, ids, MAKE_PRIVATE, actor)
    with pytest.raises(refusal):
        trash_many(session, ids, actor)
    with pytest.raises(refusal):
        bulk.change_tags(session, ids, ["Sea"], [], actor)
    assert session.scalar(select(Media.is_public)) is True


@pytest.fixture
def mixed_ids(session: Session) -> list[int]:
    """A media of the member's, a public one of somebody else and a private one."""
    assert add_user(session) == MEMBER.user_id
    mine = {"user_id": MEMBER.user_id, "is_public": False}
    return add_media(session, [mine, {"user_id": 1}, {"user_id": 1, "is_public": False}])


def test_a_member_changes_what_is_theirs_and_is_told_what_is_not(
    session: Session, mixed_ids: list[int]
) -> None:
    found = bulk.find_media(session, mixed_ids, MEMBER)
    assert [media.id for media in found] == mixed_ids[:1]
    expected = Outcome(changed=1, unchanged=0, gone=1, refused=1)
    assert bulk.update_many(session, mixed_ids, MediaChanges(alt_text="Boats"), MEMBER) == expected
    assert bulk.change_tags(session, mixed_ids, ["Sea"], [], MEMBER) == expected
    assert [event.subject_id for event in events_of(session, EventType.UPDATED)] == mixed_ids[:1] * 2
    assert trash_many(session, mixed_ids, MEMBER) == expected
    assert list(session.scalars(select(Media.alt_text))) == [None, None]


def test_only_admins_give_media_away(session: Session, mixed_ids: list[int]) -> None:
    with pytest.raises(Forbidden):
        bulk.update_many(session, mixed_ids, MediaChanges(user_id=1), MEMBER)


def test_anonymous_changes_what_is_public_in_the_mode_write(session: Session, mixed_ids: list[int]) -> None:
    assert bulk.update_many(session, mixed_ids, MAKE_PRIVATE, ANONYMOUS) == Outcome(1, 0, gone=2)


def tags_of(session: Session) -> list[tuple[str, ...]]:
    return list(session.scalars(select(Media.tags).order_by(Media.id)))


def test_tags_are_added_and_removed_with_one_event_for_each_that_changed(session: Session) -> None:
    given: list[tuple[str, ...]] = [("Sea", "Old"), (), ("old", "SUMMER"), ("Sea", "Summer")]
    ids = add_media(session, ({"tags": tags} for tags in given))
    outcome = bulk.change_tags(session, ids, ["sea", "summer"], ["OLD", "unknown"], ADMIN)
    assert outcome == Outcome(changed=3, unchanged=1, gone=0)
    assert tags_of(session) == [("Sea", "SUMMER"), ("Sea", "SUMMER"), ("SUMMER", "Sea"), ("Sea", "Summer")]
    events = events_of(session, EventType.UPDATED)
    assert [(event.subject_id, event.changed) for event in events] == [(i, "tags") for i in ids[:3]]
    for name, expected in (("sea", ids), ("summer", ids), ("old", [])):
        query = QueryFilter(conditions=[{"field": "tags", "operator": "in", "value": [name]}], order_by="id")
        assert [row.id for row in media_service.filter(session, query)] == expected
    assert media_service.count_filtered(session, QueryFilter(search="old")) == 0


def test_a_media_that_would_have_too_many_tags_keeps_all_from_changing(session: Session) -> None:
    full = tuple(f"tag {number}" for number in range(50))
    ids = add_media(session, [{}, {"tags": full, "filename": "full.jpg"}])
    with pytest.raises(InvalidInput, match=r"full\.jpg would have 51 tags"):
        bulk.change_tags(session, ids, ["one more"], [], ADMIN)
    assert tags_of(session) == [(), full]
    assert events_of(session, EventType.UPDATED) == []
    assert bulk.change_tags(session, ids, ["one more"], ["tag 0"], ADMIN).changed == 2


@pytest.mark.parametrize("add", [[""], ["a,b"], ["x" * 65], ["\x00"], [str(n) for n in range(51)]])
def test_what_is_no_tag_is_refused(session: Session, add: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        bulk.change_tags(session, add_media(session, [{}]), add, [], ADMIN)
    assert refused.value.errors[0]["loc"] == ["body", "add"]


def test_the_system_is_told_from_nobody_known(session: Session) -> None:
    ids = add_media(session, [{}])
    bulk.update_many(session, ids, MAKE_PRIVATE, SYSTEM)
    [event] = events_of(session, EventType.UPDATED)
    assert (event.actor_id, event.is_by_system) == (None, True)
