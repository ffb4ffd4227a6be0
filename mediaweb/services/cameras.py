"""Which cameras the pictures of a library come from."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mediaweb.models.media import MEDIA
from mediaweb.services import access
from mediaweb.services.access import Actor
from mediaweb.services.memory import RememberedUntilCommit

#: More than anybody would choose from in a list.
MAX_CAMERAS = 200

_known: RememberedUntilCommit[Actor, Sequence[str]] = RememberedUntilCommit(100)


def list_cameras(session: Session, actor: Actor) -> Sequence[str]:
    """Return the cameras of the media that the actor may see, by name. Raises `AuthenticationRequired`."""
    access.check_may_look(actor)
    return _known.get(actor, lambda actor: session.scalars(_each_camera(actor)).all())


def _each_camera(actor: Actor) -> Select[str]:
    """Step from each camera to the next in the index, rather than read every row that has one."""
    is_visible = access.visible_media(actor, is_by_creation=False)
    first = select(func.min(MEDIA.c.camera).label("camera")).where(MEDIA.c.camera > "", is_visible)
    found = first.cte("found", recursive=True)
    later = select(func.min(MEDIA.c.camera)).where(MEDIA.c.camera > found.c.camera, is_visible)
    steps = select(later.scalar_subquery()).where(found.c.camera.is_not(None))
    found = found.union_all(steps)
    return select(found.c.camera).where(found.c.camera.is_not(None)).limit(MAX_CAMERAS)
