"""Who may see and change what. Every query, count and byte goes through here."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, false, or_, true

from mediaweb.errors import AuthenticationRequired, Forbidden, InsufficientScope
from mediaweb.extensions import settings
from mediaweb.models import Media, Role
from mediaweb.models.media import MEDIA
from mediaweb.models.trash import TRASHED_MEDIA
from mediaweb.settings import AnonymousAccess


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: nobody known (`user_id` None, `role` None), an account, or the system itself.

    `can_write` is False for a program whose token is for reading only.
    """

    user_id: int | None
    role: Role | None
    can_write: bool = True

    @property
    def is_anonymous(self) -> bool:
        return self.role is None

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def is_system(self) -> bool:
        return self.is_admin and self.user_id is None


ANONYMOUS = Actor(user_id=None, role=None)
#: Trusted code of our own: the command line, background jobs, programs that import the package.
SYSTEM = Actor(user_id=None, role=Role.ADMIN)


def visible_media(actor: Actor, is_by_creation: bool = True) -> ColumnElement[bool]:
    """Return the condition that a row must meet for the actor to know of it.

    `is_by_creation` tells whether the rows are counted or wanted in order of creation: only then may an
    index on `is_public` lead to them. Another order has an index of its own, and sorting costs more.
    Raises `AuthenticationRequired` where nobody sees anything without signing in.
    """
    is_public = MEDIA.c.is_public != false()  # the same as `== true()`, but no index is searched for it
    if actor.is_admin:
        return true()
    if actor.is_anonymous:
        check_may_look(actor)
        return MEDIA.c.is_public == true() if is_by_creation else is_public
    return or_(is_public, MEDIA.c.user_id == actor.user_id)


def trash_in_reach(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a row of the trash must meet for the actor to see it there and restore it.

    It is who could change it in the library. Raises `AuthenticationRequired` for who could change nothing.
    """
    if actor.is_admin:
        return true()
    if not actor.is_anonymous:
        return TRASHED_MEDIA.c.user_id == actor.user_id
    if settings.anonymous_access is not AnonymousAccess.WRITE:
        raise AuthenticationRequired
    return TRASHED_MEDIA.c.is_public == true()


def check_may_look(actor: Actor) -> None:
    """Raise `AuthenticationRequired` if the actor may not see even public media."""
    if actor.is_anonymous and settings.anonymous_access is AnonymousAccess.NONE:
        raise AuthenticationRequired


def check_can_see(actor: Actor, media: Media | Row[Any]) -> None:
    """Raise `AuthenticationRequired` or `Forbidden` unless the actor may see this media."""
    check_may_look(actor)
    if can_see(actor, media):
        return
    raise AuthenticationRequired if actor.is_anonymous else Forbidden("This media is private.")


def can_see(actor: Actor, media: Media | Row[Any]) -> bool:
    """Tell whether the actor, who may look, may see this media."""
    return media.is_public or actor.is_admin or _is_owner(actor, media)


def check_may_write(actor: Actor) -> None:
    """Raise `InsufficientScope` if the actor came with a token for reading."""
    if not actor.can_write:
        raise InsufficientScope


def can_change(actor: Actor, media: Media | Row[Any]) -> bool:
    """Tell whether the actor may edit and delete a media that it can see."""
    if not actor.can_write:
        return False
    if actor.is_anonymous:
        return settings.anonymous_access is AnonymousAccess.WRITE and media.is_public
    return actor.is_admin or _is_owner(actor, media)


def check_can_change(actor: Actor, media: Media | Row[Any]) -> None:
    """Raise unless the actor may see and change this media."""
    check_can_see(actor, media)
    check_may_write(actor)
    if not can_change(actor, media):
        raise (
            AuthenticationRequired
            if actor.is_anonymous
            else Forbidden("Only its owner may change this media.")
        )


def check_can_edit(actor: Actor) -> None:
    """Raise `AuthenticationRequired` or `InsufficientScope` if there is no media the actor may change."""
    check_can_upload(actor)


def can_upload(actor: Actor) -> bool:
    """Tell whether the actor may upload at all."""
    return actor.can_write and (not actor.is_anonymous or settings.anonymous_access is AnonymousAccess.WRITE)


def check_can_upload(actor: Actor) -> None:
    """Raise `AuthenticationRequired` or `InsufficientScope` unless the actor may upload at all."""
    check_may_write(actor)
    if not can_upload(actor):
        raise AuthenticationRequired


def choose_owner(actor: Actor, requested_user_id: int | None) -> int | None:
    """Return who shall own an upload. Raises `Forbidden` when a member names somebody else."""
    if actor.role is Role.MEMBER:
        if requested_user_id not in (None, actor.user_id):
            raise Forbidden("You can upload for yourself only.")
        return actor.user_id
    return actor.user_id if requested_user_id is None else requested_user_id


def check_can_give_away(actor: Actor) -> None:
    """Raise unless the actor may change who owns a media."""
    if not actor.is_admin:
        raise (
            AuthenticationRequired if actor.is_anonymous else Forbidden("Only an admin may change the owner.")
        )


def check_is_admin(actor: Actor) -> None:
    """Raise `AuthenticationRequired` or `Forbidden` unless the actor is an admin who may change things."""
    if not actor.is_admin:
        raise AuthenticationRequired if actor.is_anonymous else Forbidden("Only admins may do this.")
    check_may_write(actor)


def _is_owner(actor: Actor, media: Media | Row[Any]) -> bool:
    return actor.user_id is not None and actor.user_id == media.user_id


def can_see_location(actor: Actor, media: Media | Row[Any]) -> bool:
    """Tell whether the actor may know where a media was taken, which may be where somebody lives."""
    return actor.is_admin or (not actor.is_anonymous and actor.user_id == media.user_id)
