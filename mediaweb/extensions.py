"""The unbound extensions; `create_app` binds them to an application."""

from flask import current_app
from flask_compress import Compress
from flask_cors import CORS
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from itsdangerous import Signer
from sqlalchemy.orm import DeclarativeBase
from werkzeug.local import LocalProxy

from mediaweb.previews.decoder import Decoder
from mediaweb.queues import JobQueue
from mediaweb.settings import Settings
from mediaweb.storage import Storage, Stores


class Base(DeclarativeBase):
    """The base of every table."""


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
compress = Compress()
cors = CORS()
limiter = Limiter(get_remote_address)

#: The running application's own parts, set by `create_app`.
settings: Settings = LocalProxy(lambda: current_app.extensions["mediaweb_settings"])  # type: ignore[assignment]
link_signer: Signer = LocalProxy(lambda: current_app.extensions["mediaweb_link_signer"])  # type: ignore[assignment]
#: Where files are, by the name that their rows say; `storage` is where new ones go.
stores: Stores = LocalProxy(lambda: current_app.extensions["mediaweb_stores"])  # type: ignore[assignment]
storage: Storage = LocalProxy(lambda: current_app.extensions["mediaweb_storage"])  # type: ignore[assignment]
queue: JobQueue = LocalProxy(lambda: current_app.extensions["mediaweb_queue"])  # type: ignore[assignment]
decoder: Decoder = LocalProxy(lambda: current_app.extensions["mediaweb_decoder"])  # type: ignore[assignment]
