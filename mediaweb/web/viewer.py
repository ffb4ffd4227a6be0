"""What every page knows of who looks at it."""

from typing import Any

from flask import Flask

from mediaweb.errors import InvalidToken
from mediaweb.extensions import settings
from mediaweb.http.callers import current_actor, current_person
from mediaweb.services import access
from mediaweb.services.access import ANONYMOUS


def register_viewer(app: Flask) -> None:
    """Give the templates `person`, `is_anonymous`, `is_admin`, `can_upload` and `has_trash`."""
    app.context_processor(_describe_viewer)


def _describe_viewer() -> dict[str, Any]:
    try:
        actor = current_actor()
    except InvalidToken:  # this is the page that says so
        actor = ANONYMOUS
    return {
        "person": current_person(),
        "is_anonymous": actor.is_anonymous,
        "is_admin": actor.is_admin,
        "can_upload": access.can_upload(actor),
        "has_trash": settings.trash_days > 0,
    }
