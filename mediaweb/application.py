"""Wire an application together."""

import hashlib
from pathlib import Path

from flask_openapi import OpenAPI
from itsdangerous import Signer

from mediaweb import extensions
from mediaweb.api import archives as api_archives
from mediaweb.api import docs, files, live, media
from mediaweb.api import trash as api_trash
from mediaweb.api import uploads as api_uploads
from mediaweb.api.document import INFO, DocumentedApp
from mediaweb.http.assets import register_assets
from mediaweb.http.compression import register_compression
from mediaweb.http.errors import register_error_handlers
from mediaweb.http.guard import check_routes, register_guard
from mediaweb.http.headers import register_headers
from mediaweb.http.hosts import register_host_check
from mediaweb.http.limits import bind_limiter, register_limits
from mediaweb.http.origins import register_origin_check
from mediaweb.http.proxies import trust_proxies
from mediaweb.http.sessions import OptionalSessions
from mediaweb.jobs import bind_jobs
from mediaweb.live.bell import Bell
from mediaweb.live.hub import Hub
from mediaweb.models.engine import engine_options, prepare_engine
from mediaweb.previews.decoder import Decoder
from mediaweb.queues import JobQueue
from mediaweb.services.browser_sessions import REMEMBERED_LIFETIME
from mediaweb.services.startup import prepare_library
from mediaweb.settings import Settings, load_settings, prepare_instance, read_or_create_secret
from mediaweb.storage import create_stores
from mediaweb.web import (
    account,
    account_passwords,
    activations,
    activity,
    advanced,
    archives,
    browser_sessions,
    deletions,
    emptyings,
    gallery,
    media_table,
    passwords,
    people,
    person_links,
    previews,
    removals,
    selection,
    selection_alt_texts,
    selection_tags,
    sessions,
    site,
    tags,
    themes,
    tiles,
    timeline,
    tokens,
    trash,
    undo,
    upload,
)
from mediaweb.web import live as live_pages
from mediaweb.web.bidi import register_bidi
from mediaweb.web.fact_words import register_fact_words
from mediaweb.web.formats import register_formats
from mediaweb.web.forms import register_forms
from mediaweb.web.grid import register_grid
from mediaweb.web.icons import register_icons
from mediaweb.web.pictures import register_pictures
from mediaweb.web.share_cards import register_share_cards
from mediaweb.web.themes import register_themes
from mediaweb.web.viewer import register_viewer

ROOT = Path(__file__).parent.parent
#: The modules of `/media`, most of which add their views to one blueprint, and of `/ws`.
API = (media, files, api_archives, api_trash, api_uploads, live)
PAGES = (
    docs,
    gallery,
    live_pages,
    advanced,
    timeline,
    deletions,
    tiles,
    selection,
    selection_tags,
    selection_alt_texts,
    archives,
    tags,
    trash,
    emptyings,
    undo,
    upload,
    sessions,
    passwords,
    account,
    account_passwords,
    browser_sessions,
    tokens,
    people,
    person_links,
    activations,
    removals,
    media_table,
    previews,
    activity,
    themes,
    site,
)


def create_app(settings: Settings | None = None) -> OpenAPI:
    """Wire an application together and bring its library up to date.

    Reads the environment and `.env` unless settings are given. Raises `StartupError`.
    """
    settings = settings or load_settings()
    prepare_instance(settings)
    app = DocumentedApp("mediaweb", info=INFO, root_path=str(ROOT), doc_ui=False)
    app.openapi_version = "3.1.1"
    app.url_map.merge_slashes = False  # its redirects would be HTML
    app.config.update(
        SECRET_KEY=read_or_create_secret(settings),
        # Browsers hold to the prefix: no other host, and nobody on the way, can set such a cookie.
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "mediaweb_session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=REMEMBERED_LIFETIME,
        # The row in the database says when a session ends. The cookie is set at sign-in only: no answer
        # that a cache may keep carries one.
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,  # `register_origin_check` does, for what could change something
        WTF_CSRF_SSL_STRICT=False,  # asks for a Referer, which some browsers keep to themselves
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: people leave forms open
        SQLALCHEMY_DATABASE_URI=settings.database_uri,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_uri),
    )
    app.session_interface = OptionalSessions()
    trust_proxies(app, settings)
    register_host_check(app, settings)
    register_compression(app)  # runs last, when all headers are there
    _bind_extensions(app, settings)
    bell = Bell(settings)
    app.extensions["mediaweb_hub"] = Hub(app, settings, bell)
    _register_routes(app, settings)
    with app.app_context():
        prepare_engine(extensions.db.engine)
        bell.hang(extensions.db.engine)
        prepare_library()
    return app


def _bind_extensions(app: OpenAPI, settings: Settings) -> None:
    app.extensions["mediaweb_settings"] = settings
    stores = create_stores(settings)
    app.extensions["mediaweb_stores"] = stores
    app.extensions["mediaweb_storage"] = stores.current
    app.extensions["mediaweb_link_signer"] = Signer(
        read_or_create_secret(settings), salt="mediaweb.link", digest_method=hashlib.sha256
    )
    queue = JobQueue(settings, read_or_create_secret(settings))
    bind_jobs(app, queue)
    app.extensions["mediaweb_queue"] = queue
    app.extensions["mediaweb_decoder"] = Decoder()
    extensions.db.init_app(app)
    extensions.csrf.init_app(app)
    bind_limiter(app, settings)
    if settings.cors_origins:
        extensions.cors.init_app(
            app,
            resources=r"/(media|ws)(/.*)?",
            origins=list(settings.cors_origins),
            expose_headers=["Content-Disposition", "Content-Range", "ETag", "Location", "Retry-After"],
        )


def _register_routes(app: OpenAPI, settings: Settings) -> None:
    register_assets(app)
    register_error_handlers(app)
    register_origin_check(app)
    register_guard(app)
    register_viewer(app)
    register_forms(app)
    register_headers(app, settings, app.extensions["mediaweb_stores"])
    register_formats(app)
    register_fact_words(app)
    register_pictures(app)
    register_grid(app)
    register_icons(app)
    register_bidi(app)
    register_share_cards(app)
    register_themes(app)
    for blueprint in {module.blueprint for module in API}:
        app.register_api(blueprint)
        extensions.csrf.exempt(blueprint)  # its callers have tokens; a cookie authorises nothing there
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    register_limits(app)
    check_routes(app)
