"""What owner, stranger and admin may do: the service's verbs, called as each of them."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediaweb.errors import AuthenticationRequired, Forbidden, InvalidInput, MediaNotFound
from mediaweb.models import Event, Media, Role, User
from mediaweb.services import Condition, FilterOperator, QueryFilter, media_service
from mediaweb.services.access import ANONYMOUS, Actor
from mediaweb.services.filters import MediaField
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.representations import MediaRow
from tests.api.calls import PNG

ADMIN = Actor(user_id=1, role=Role.ADMIN)
OWNER = Actor(user_id=2, role=Role.MEMBER)
STRANGER = Actor(user_id=3, role=Role.MEMBER)
EVERYTHING = QueryFilter()
HER_FILES = QueryFilter(
    conditions=[Condition(field=MediaField.USER_ID, operator=FilterOperator.EQ, value=OWNER.user_id)]
)

Act = Callable[[Session, int, Actor], object]


@pytest.fixture(autouse=True)
def _members(session: Session) -> None:
    session.add_all([User(name="Owner", role=Role.MEMBER), User(name="Stranger", role=Role.MEMBER)])
    session.commit()


@pytest.fixture
def public_id(session: Session) -> int:
    return int(upload_as(session, OWNER, is_public=True).id)


@pytest.fixture
def private_id(session: Session) -> int:
    return int(upload_as(session, OWNER, is_public=False).id)


def upload_as(
    session: Session, actor: Actor, *, user_id: int | None = None, is_public: bool = False
) -> MediaRow:
    return media_service.upload_file(
        session, io.BytesIO(PNG), "beach.png", user_id=user_id, is_public=is_public, actor=actor
    )


def see(session: Session, media_id: int, actor: Actor) -> MediaRow:
    return media_service.get(session, media_id, actor)


def edit(session: Session, media_id: int, actor: Actor) -> Media:
    return media_service.update(session, media_id, MediaChanges(description="new"), actor)


def delete(session: Session, media_id: int, actor: Actor) -> None:
    media_service.delete(session, media_id, actor)


def give_away(session: Session, media_id: int, actor: Actor) -> Media:
    return media_service.update(session, media_id, MediaChanges(user_id=STRANGER.user_id), actor)


def count_events(session: Session) -> int:
    return len(session.scalars(select(Event.id)).all())


@pytest.mark.parametrize("actor", [OWNER, ADMIN])
@pytest.mark.parametrize("act", [see, edit, delete])
def test_owner_and_admin_reach_private_media(
    session: Session, private_id: int, act: Act, actor: Actor
) -> None:
    act(session, private_id, actor)


@pytest.mark.parametrize("act", [see, edit, delete, give_away])
def test_a_stranger_does_not_reach_private_media(session: Session, private_id: int, act: Act) -> None:
    with pytest.raises(Forbidden):
        act(session, private_id, STRANGER)
    assert count_events(session) == 1


@pytest.mark.parametrize("act", [see, edit, delete, give_away])
def test_nobody_reaches_private_media_without_signing_in(session: Session, private_id: int, act: Act) -> None:
    with pytest.raises(AuthenticationRequired):
        act(session, private_id, ANONYMOUS)
    assert count_events(session) == 1


@pytest.mark.parametrize("actor", [OWNER, STRANGER, ADMIN, ANONYMOUS])
def test_everyone_sees_public_media(session: Session, public_id: int, actor: Actor) -> None:
    assert see(session, public_id, actor).id == public_id


@pytest.mark.parametrize("act", [edit, delete])
def test_a_stranger_does_not_change_public_media(session: Session, public_id: int, act: Act) -> None:
    with pytest.raises(Forbidden):
        act(session, public_id, STRANGER)
    assert count_events(session) == 1


@pytest.mark.parametrize("actor", [OWNER, STRANGER, ADMIN, ANONYMOUS])
@pytest.mark.parametrize("act", [see, edit, delete, give_away])
def test_what_does_not_exist_is_not_found(session: Session, act: Act, actor: Actor) -> None:
    with pytest.raises(MediaNotFound):
        act(session, 99_999, actor)


def test_an_admin_gives_media_away(session: Session, private_id: int) -> None:
    give_away(session, private_id, ADMIN)
    assert see(session, private_id, STRANGER).user_id == STRANGER.user_id
    with pytest.raises(Forbidden):
        see(session, private_id, OWNER)


def test_an_owner_does_not_give_media_away(session: Session, private_id: int) -> None:
    with pytest.raises(Forbidden):
        give_away(session, private_id, OWNER)
    assert see(session, private_id, OWNER).user_id == OWNER.user_id


def test_media_is_not_given_to_nobody_known(session: Session, private_id: int) -> None:
    with pytest.raises(InvalidInput):
        media_service.update(session, private_id, MediaChanges(user_id=99_999), ADMIN)
    assert count_events(session) == 1


def test_an_admin_may_leave_media_without_owner(session: Session, private_id: int) -> None:
    assert media_service.update(session, private_id, MediaChanges(user_id=None), ADMIN).user_id is None
    with pytest.raises(Forbidden):
        see(session, private_id, OWNER)


@pytest.mark.parametrize(("actor", "count"), [(OWNER, 3), (STRANGER, 2), (ADMIN, 4), (ANONYMOUS, 1)], ids=str)
def test_lists_and_counts_hold_what_the_actor_may_see(session: Session, actor: Actor, count: int) -> None:
    for owner, is_public in ((OWNER, True), (OWNER, False), (OWNER, False), (STRANGER, False)):
        upload_as(session, owner, is_public=is_public)
    page = media_service.filter_paginated(session, EVERYTHING, actor)
    assert len(media_service.filter(session, EVERYTHING, actor)) == count
    assert (len(page.data), page.total) == (count, count)
    assert media_service.count_filtered(session, EVERYTHING, actor) == count


@pytest.mark.parametrize(("actor", "count"), [(OWNER, 2), (STRANGER, 1), (ADMIN, 2), (ANONYMOUS, 1)], ids=str)
def test_a_filter_by_owner_shows_no_more(
    session: Session, public_id: int, private_id: int, actor: Actor, count: int
) -> None:
    assert media_service.count_filtered(session, HER_FILES, actor) == count


def test_media_without_owner_belongs_to_no_anonymous(session: Session) -> None:
    media = upload_as(session, ANONYMOUS)
    assert media.user_id is None
    for actor, refusal in ((ANONYMOUS, AuthenticationRequired), (STRANGER, Forbidden)):
        with pytest.raises(refusal):
            see(session, media.id, actor)


def test_a_member_uploads_for_themselves(session: Session) -> None:
    assert upload_as(session, OWNER).user_id == OWNER.user_id
    assert upload_as(session, OWNER, user_id=OWNER.user_id).user_id == OWNER.user_id


def test_a_member_does_not_upload_for_others(session: Session) -> None:
    with pytest.raises(Forbidden):
        upload_as(session, OWNER, user_id=STRANGER.user_id)
    assert count_events(session) == 0


def test_an_admin_uploads_for_anyone(session: Session) -> None:
    assert upload_as(session, ADMIN).user_id == ADMIN.user_id
    assert upload_as(session, ADMIN, user_id=OWNER.user_id).user_id == OWNER.user_id
    with pytest.raises(InvalidInput):
        upload_as(session, ADMIN, user_id=99_999)
