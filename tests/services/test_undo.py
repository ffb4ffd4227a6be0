"""Undo: one's own last change is taken back, what others did since is not."""

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mediaweb.errors import InsufficientScope, InvalidInput
from mediaweb.models import Event, Media, Role, TrashedMedia, User
from mediaweb.services import bulk, media_service, trash
from mediaweb.services.access import ANONYMOUS, Actor
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.undo import Undone, undo
from tests.services.library import add_user
from tests.services.test_trash import store

ADMIN = Actor(user_id=1, role=Role.ADMIN)


@pytest.fixture
def bea(session: Session) -> Actor:
    return Actor(add_user(session), Role.MEMBER)


def change(session: Session, media_id: int, actor: Actor, **values: object) -> int:
    event_id = media_service.change(session, media_id, MediaChanges.model_validate(values), actor).event_id
    assert event_id is not None
    return event_id


def read(session: Session, media_id: int) -> Media:
    session.rollback()
    return session.get_one(Media, media_id, populate_existing=True)


def test_every_field_is_as_it_was(session: Session) -> None:
    media_id = store(session, description="Boats", tags=["Sea"], user_id=1)
    new = {"filename": "b.png", "description": None, "alt_text": "x", "tags": ["A", "B"], "is_public": True}
    event_id = change(session, media_id, ADMIN, **new, user_id=None)
    assert undo(session, [event_id], ADMIN) == Undone(1, 0, 0, "a.png")
    media = read(session, media_id)
    assert (media.filename, media.description, media.alt_text) == ("a.png", "Boats", None)
    assert (media.tags, media.is_public, media.user_id) == (("Sea",), False, 1)
    last = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (last.type, last.actor_id) == ("updated", 1)
    assert set((last.changed or "").split(",")) == {*new, "user_id"}
    assert undo(session, [event_id], ADMIN) == Undone(0, 0, 1)


def test_a_change_can_be_undone_that_followed_others(session: Session) -> None:
    media_id = store(session)
    change(session, media_id, ADMIN, description="one")
    second = change(session, media_id, ADMIN, description="two", alt_text="x")
    third = change(session, media_id, ADMIN, description="three")
    assert undo(session, [second, third], ADMIN) == Undone(1, 0, 0, "a.png")
    media = read(session, media_id)
    assert (media.description, media.alt_text) == ("one", None)


def test_what_others_changed_since_stays(session: Session, bea: Actor) -> None:
    media_id = store(session, user_id=bea.user_id)
    mine = change(session, media_id, bea, description="mine", alt_text="mine")
    change(session, media_id, ADMIN, description="theirs")
    assert undo(session, [mine], bea) == Undone(1, 0, 1, "a.png")
    media = read(session, media_id)
    assert (media.description, media.alt_text) == ("theirs", None)


def test_nobody_undoes_what_others_did(session: Session, bea: Actor) -> None:
    media_id = store(session, user_id=bea.user_id, is_public=True)
    theirs = change(session, media_id, ADMIN, description="theirs")
    upload_id = session.scalars(select(Event.id).where(Event.type == "created")).one()
    for actor in (bea, ANONYMOUS):
        assert undo(session, [theirs, upload_id, 99_999, 2**63], actor).changed == 0
    assert undo(session, [upload_id], Actor(None, Role.ADMIN)) == Undone(0, 0, 1)
    assert read(session, media_id).description == "theirs"
    for event_ids in (range(0), range(1, 1002)):
        with pytest.raises(InvalidInput):
            undo(session, event_ids, bea)
    with pytest.raises(InsufficientScope):
        undo(session, [theirs], Actor(1, Role.ADMIN, can_write=False))


def test_what_one_may_not_change_any_more_stays(session: Session, bea: Actor) -> None:
    media_id = store(session, user_id=bea.user_id)
    mine = change(session, media_id, bea, description="mine")
    change(session, media_id, ADMIN, user_id=None)
    assert undo(session, [mine], bea) == Undone(0, 0, 1)
    public_id = store(session, is_public=True)
    anonymous = change(session, public_id, ANONYMOUS, description="anybody’s")
    assert undo(session, [anonymous], ANONYMOUS).changed == 1
    hidden = change(session, public_id, ANONYMOUS, is_public=False)
    assert undo(session, [hidden], ANONYMOUS) == Undone(0, 0, 1)


def test_nothing_is_given_back_to_somebody_who_is_gone(session: Session) -> None:
    jo = add_user(session, "Jo")
    media_id = store(session, user_id=jo)
    event_id = change(session, media_id, ADMIN, user_id=1, description="x")
    session.execute(delete(User).where(User.id == jo))
    session.commit()
    assert undo(session, [event_id], ADMIN) == Undone(1, 0, 1, "a.png")
    media = read(session, media_id)
    assert (media.user_id, media.description) == (1, None)


def test_a_change_of_many_is_undone_with_one_event_each(session: Session) -> None:
    ids = [store(session) for _ in range(3)]
    outcome = bulk.update_many(session, ids, MediaChanges(alt_text="Boats"), ADMIN)
    media_service.delete(session, ids[0])
    before = session.scalar(select(func.count()).select_from(Event)) or 0
    assert undo(session, outcome.event_ids, ADMIN) == Undone(2, 0, 1, "a.png")
    assert set(session.scalars(select(Media.alt_text))) == {None}
    assert session.scalar(select(func.count()).select_from(Event)) == before + 2


def test_a_deletion_is_undone_once(session: Session, bea: Actor) -> None:
    ids = [store(session, user_id=bea.user_id) for _ in range(2)]
    outcome = trash.trash_many(session, ids, bea)
    assert undo(session, outcome.event_ids, Actor(99, Role.MEMBER)) == Undone(0, 0, 2)
    assert undo(session, outcome.event_ids, bea) == Undone(0, 2, 0, "a.png")
    trash.trash(session, ids[0], ADMIN)
    trash.delete_for_good(session, [ids[0]], ADMIN)
    trash.trash(session, ids[1], ADMIN)
    assert undo(session, outcome.event_ids, bea) == Undone(0, 0, 2)
    assert list(session.scalars(select(TrashedMedia.id))) == [ids[1]]
