"""The library that a command works on, and how a command refuses."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mediaweb import create_app
from mediaweb.errors import InvalidInput, MediaWebError, StartupError
from mediaweb.extensions import db
from mediaweb.services.transactions import translate_database_error
from mediaweb.settings import Settings, load_settings


def read_settings(**overrides: Any) -> Settings:
    """Return the settings, or end the command with what is wrong with them."""
    try:
        return load_settings(**overrides)
    except StartupError as error:
        refuse(str(error))


def make_app(settings: Settings) -> Flask:
    """Return the application, or end the command with what keeps it from starting."""
    try:
        return create_app(settings)
    except StartupError as error:
        refuse(str(error))


@contextmanager
def open_library(app: Flask | None = None) -> Iterator[Session]:
    """Lend a database session; what a service refuses ends the command with status 1 and its reason."""
    app = app or make_app(read_settings())
    with app.app_context():
        try:
            yield db.session()
        except MediaWebError as error:
            refuse(_explain(error), status=1)
        except SQLAlchemyError as error:
            known = translate_database_error(error)
            if known is None:
                raise
            refuse(_explain(known), status=1)
        finally:
            db.session.remove()
            db.engine.dispose()


def page_address(settings: Settings, path: str) -> str:
    """Return where people find a page: below PUBLIC_URL, or on this machine."""
    if settings.public_url is not None:
        return f"{str(settings.public_url).rstrip('/')}{path}"
    is_everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    return f"http://{'localhost' if is_everywhere else bracketed(settings.host)}:{settings.port}{path}"


def bracketed(host: str) -> str:
    """Return a host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def refuse(reason: str, status: int = 2) -> NoReturn:
    """End the command: its reason on standard error, nothing on standard output."""
    click.echo(reason, err=True)
    sys.exit(status)


def _explain(error: MediaWebError) -> str:
    if isinstance(error, InvalidInput):
        return " ".join(problem["msg"] for problem in error.errors)
    return str(error)
