"""A library for each test: on SQLite and on PostgreSQL, with a folder of its own."""

import gc
import importlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from psycopg import sql
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from mediaweb import create_app
from mediaweb.extensions import db, queue
from mediaweb.previews.decoder import Decoder
from mediaweb.services import passwords
from mediaweb.settings import load_settings
from tests import s3_server as s3_servers
from tests.s3_server import S3Server
from tests.servers import OPTIONS

#: Where the tests may make databases of their own.
POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
#: Where files are kept in tests that leave it open: `local`, `moto` or `s3`.
DEFAULT_STORAGE = os.environ.get("STORAGE", "local")

# How long an example takes says how busy the machine is, nothing of the library.
hypothesis_settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("any-machine")


def _load_openmp_for_one_thread() -> None:
    """Have libraw use no threads in this process.

    Tests fork it, and the child of a process whose OpenMP has threads waits for them for ever. Processes that
    are started are left as they are: OpenMP reads this when it is loaded.
    """
    os.environ["OMP_NUM_THREADS"] = "1"
    importlib.import_module("rawpy")
    del os.environ["OMP_NUM_THREADS"]


_load_openmp_for_one_thread()


def pytest_collection_finish() -> None:
    """Keep what was imported from being searched for garbage again and again, while the tests make some."""
    gc.collect()
    gc.freeze()


def skip_or_fail(reason: str) -> None:
    """Skip a test whose service this machine lacks; in CI, where nothing may be lacking, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's environment and `.env` out of the tests."""
    for name in OPTIONS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _cheap_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend on a password what a test can wait for, unless the test is about what is spent."""
    if "real_passwords" not in request.keywords:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        passwords._nobodys_hash.cache_clear()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to copy rather than to migrate again for every test."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(load_settings(instance_path=folder, media_folder=folder / "media"))
    with app.app_context():
        db.engine.dispose()
    return folder / "mediaweb.sqlite3"


@pytest.fixture(scope="session")
def postgres_database(worker_id: str) -> Iterator[str]:
    """A PostgreSQL database of this test process, as a URL."""
    try:
        server = psycopg.connect(POSTGRES_URL, autocommit=True, connect_timeout=30)
    except psycopg.OperationalError as error:
        skip_or_fail(f"no PostgreSQL at TEST_POSTGRES_URL ({POSTGRES_URL}): {error}")
    name = f"mediaweb_test_{os.getpid()}_{worker_id}"
    with server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        # No test cuts the power of PostgreSQL itself: its commits need not wait for the disk.
        server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
        yield POSTGRES_URL.rpartition("/")[0] + f"/{name}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def empty_postgres() -> Callable[[str], None]:
    """For fixtures that outlive a test: what leaves a PostgreSQL database as after the first start."""
    return _empty_postgres


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server that all test processes share."""
    # All of them have folders below the same one.
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "s3"
    with ExitStack() as stack:
        try:
            server = stack.enter_context(s3_servers.shared(folder))
        except s3_servers.CannotStart as reason:
            skip_or_fail(str(reason))
        yield server


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An imitation of S3, of this test process."""
    with s3_servers.moto(tmp_path_factory.mktemp("moto")) as server:
        yield server


@pytest.fixture
def storage_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Where the library of a test keeps its files: in a folder, or as STORAGE says in a new bucket.

    From there the store serves them, as it does by default, unless the test is marked as `served_by_library`.
    """
    kind: str = getattr(request, "param", DEFAULT_STORAGE)
    is_proxied = request.node.get_closest_marker("served_by_library") is not None
    return _choose_storage(request, kind, is_proxied)


def _choose_storage(request: pytest.FixtureRequest, kind: str, is_proxied: bool = False) -> dict[str, Any]:
    if kind == "local":
        return {}
    server: S3Server = request.getfixturevalue("moto_server" if kind == "moto" else "s3_server")
    return server.settings(f"test-{uuid.uuid4().hex}", s3_proxy_downloads=is_proxied)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "mediaweb.sqlite3"
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_database")
    _empty_postgres(url)
    return url


#: What tests fill, in an order in which it can be deleted.
_TABLES = [
    *("media_tag", "tag", "media_search", "media", "trashed_media", "event"),
    *("browser_session", "access_token", "one_time_link", "sign_in_failures", "socket_ticket"),
    "direct_upload",
]
#: What all of it takes at most before it is truncated: deleting leaves the dead behind.
_MANY_BYTES = 1_000_000


def _empty_postgres(url: str) -> None:
    """Leave user 1 alone, as after the first start."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('media')").fetchone() == (None,):
            return
        _delete_rows(connection)
        connection.execute('DELETE FROM "user" WHERE id > 1')
        connection.execute(
            "UPDATE \"user\" SET name = 'Admin', role = 'admin', is_active = true, email = NULL, "
            "password_hash = NULL"
        )
        connection.execute("SELECT setval(pg_get_serial_sequence('\"user\"', 'id'), 1)")


def _delete_rows(connection: psycopg.Connection) -> None:
    """Empty all tables and let their ids begin at 1 again.

    To truncate, PostgreSQL makes a new file of each table and index, which takes ten times as long as to
    delete a few rows.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, _TABLES))
    size = sql.SQL("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name")
    (total,) = connection.execute(size, [_TABLES]).fetchone() or (0,)
    if total > _MANY_BYTES:
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
        return
    for name in _TABLES:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    connection.execute(
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
        "FROM pg_sequences"
    )


class _SharedTemplates(BytecodeCache):
    """Compiled templates that all libraries of this process share: compiling takes longer than most tests."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class _SharedRule(Rule):
    """A route that shares what builds its address with the same one of other libraries of this process.

    To compile that takes a third of the time in which a library is made, and it depends on the rule alone.
    """

    _builders: ClassVar[dict[tuple[Any, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


@pytest.fixture(scope="session", autouse=True)
def _shared_rules() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", _SharedRule)
        yield


@pytest.fixture(scope="session")
def shared_templates() -> BytecodeCache:
    """Where libraries find templates that another one has compiled already, by their source."""
    return _SharedTemplates()


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    """One that all tests of this process share: starting it takes longer than most of them."""
    shared = Decoder()
    yield shared
    shared.close()


@pytest.fixture
def make_app(
    database_url: str,
    storage_settings: dict[str, Any],
    decoder: Decoder,
    shared_templates: BytecodeCache,
    tmp_path: Path,
) -> Iterator[Callable[..., Flask]]:
    """Make applications with settings of your choice, by their lower-case names."""
    apps: list[Flask] = []

    def make(**overrides: Any) -> Flask:
        values = {"database_url": database_url, **storage_settings}
        app = _make_app(tmp_path, decoder, shared_templates, **(values | overrides))
        apps.append(app)
        return app

    yield make
    for app in apps:
        _close(app)


def _make_app(folder: Path, decoder: Decoder, templates: BytecodeCache, **overrides: Any) -> Flask:
    values: dict[str, Any] = {
        "instance_path": folder,
        "media_folder": folder / "media",
        "anonymous_access": "write",
    }
    app = create_app(load_settings(**(values | overrides)))
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["mediaweb_decoder"] = decoder
    app.jinja_env.bytecode_cache = templates
    return app


def _close(app: Flask) -> None:
    with app.app_context():
        queue.close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def harmless_client(
    request: pytest.FixtureRequest,
    decoder: Decoder,
    shared_templates: BytecodeCache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FlaskClient]:
    """A program whose calls change nothing: all tests of a module share one empty library of either kind."""
    folder = tmp_path_factory.mktemp("harmless")
    url = f"sqlite:///{folder}/mediaweb.sqlite3"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_database")
        _empty_postgres(url)
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "mediaweb.sqlite3")
    files = _choose_storage(request, DEFAULT_STORAGE)
    app = _make_app(folder, decoder, shared_templates, database_url=url, **files)
    yield app.test_client()
    _close(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """A library that anyone may write to, as `.env.example` sets it up."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A program that calls the API."""
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A database session for tests of services."""
    with app.app_context():
        yield db.session()
