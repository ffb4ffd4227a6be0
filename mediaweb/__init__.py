"""mediaweb: a self-hosted media library."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask_openapi import OpenAPI

    from mediaweb.settings import Settings


def create_app(settings: "Settings | None" = None) -> "OpenAPI":
    """Wire an application together and bring its library up to date.

    Reads the environment and `.env` unless settings are given. Raises `StartupError`.
    """
    # Only now: the processes that decode files import this package, too, and need nothing of the web.
    from mediaweb import application

    return application.create_app(settings)
