"""What an application does once before it serves: schema, left-overs."""

import logging

from mediaweb.errors import InvalidInput, StartupError, StorageUnavailable
from mediaweb.extensions import db, settings, storage
from mediaweb.models.schema import upgrade_schema
from mediaweb.services.account_passwords import set_first_password
from mediaweb.services.media_types import check_libmagic

log = logging.getLogger(__name__)


def prepare_library() -> None:
    """Bring the database up to date, user 1 included, and sweep what killed uploads left. Commits.

    Raises `StartupError` when the machine lacks something that uploads need, or for an ADMIN_EMAIL or
    ADMIN_PASSWORD that is not accepted.
    """
    check_libmagic()
    upgrade_schema(db.engine)
    _let_first_admin_in()
    try:
        swept = storage.sweep_staging()
    except StorageUnavailable:  # it was said already, and the next start sweeps
        return
    if swept:
        log.info("removed %d unfinished uploads of an earlier run", swept)


def _let_first_admin_in() -> None:
    """Give user 1 the address and the password of the settings, while they have no password."""
    if settings.admin_email is None or settings.admin_password is None:
        return
    try:
        set_first_password(db.session(), settings.admin_email, settings.admin_password.get_secret_value())
    except InvalidInput as error:
        lines = [f"ADMIN_{str(e['loc'][-1]).upper()} is not accepted. {e['msg']}" for e in error.errors]
        raise StartupError("\n".join(lines)) from None
    finally:  # the server may fork from here, and processes can't share a connection
        db.session.remove()
        db.engine.dispose()
