"""`mediaweb serve`: serve the library until interrupted. `mediaweb worker`: make previews for it."""

import errno
import ipaddress
import json
import os
import socket
import sys
from pathlib import Path

import click
from flask import Flask

from mediaweb.application import ROOT
from mediaweb.cli.library import bracketed, make_app, open_library, page_address, read_settings, refuse
from mediaweb.services.access import SYSTEM
from mediaweb.services.account_passwords import find_waiting_first_admin
from mediaweb.services.accounts import Invitation, invite_again
from mediaweb.services.workers import work
from mediaweb.settings import AnonymousAccess, Settings
from mediaweb.version import VERSION

MAX_DEFAULT_WORKERS = 4


@click.command()
@click.option("--host", help="Address to listen on. Default: HOST, 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on. Default: PORT, 8000.")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes. Default: one a core, at most 4.")
@click.option("--no-worker", is_flag=True, help="Make no previews here; `mediaweb worker` does elsewhere.")
def serve(host: str | None, port: int | None, workers: int | None, no_worker: bool) -> None:
    """Serve the library until interrupted, and make its previews."""
    overrides = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = read_settings(**overrides)
    app = make_app(settings)
    _check_address(settings)
    workers = workers or min(os.cpu_count() or 1, MAX_DEFAULT_WORKERS)
    _announce(settings)
    _invite_first_admin(app, settings)
    # Processes of their own: gevent has to come before everything that this one has loaded already.
    web = [
        *(sys.executable, "-m", "gunicorn", "--config", str(ROOT / "mediaweb" / "server.py")),
        *("--chdir", str(Path.cwd()), "--pythonpath", str(ROOT)),
        *("--bind", _address(settings), "--workers", str(workers)),
        *("--log-level", "warning", "wsgi:app"),
    ]
    commands = json.dumps({"web": web, "worker": [sys.executable, "-m", "mediaweb", "worker"]})
    program = web if no_worker else [sys.executable, "-m", "mediaweb.supervisor", commands]
    environment = os.environ | {"HOST": settings.host, "PORT": str(settings.port)}
    sys.stdout.flush()  # what is still in our buffer would be lost with this program
    os.execve(sys.executable, program, environment)  # noqa: S606 - our own arguments, no shell


@click.command()
@click.option(
    "--processes", type=click.IntRange(1, 64), help="Files decoded at once. Default: one a core, at most 4."
)
def worker(processes: int | None) -> None:
    """Make previews and do what else can wait, until interrupted.

    `mediaweb serve` runs one of these by itself. More can be started, on any machine that reaches the same
    database and storage; several machines need REDIS_URL.
    """
    with open_library() as session:
        work(session, processes or min(os.cpu_count() or 1, MAX_DEFAULT_WORKERS))


def _check_address(settings: Settings) -> None:
    """Listen for a moment. gunicorn would try for five seconds, and say why it can't in a log of its own."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        is_taken = error.errno == errno.EADDRINUSE
        reason = "another program listens there" if is_taken else error.strerror
        refuse(f"Can't listen on {_address(settings)}: {reason}. Set HOST and PORT.")


def _address(settings: Settings) -> str:
    return f"{bracketed(settings.host)}:{settings.port}"


def _announce(settings: Settings) -> None:
    click.echo(f"mediaweb {VERSION} on http://{_address(settings)}")
    click.echo(f"  files      {settings.media_path}")
    click.echo(f"  database   {_describe_database(settings)}")
    click.echo(f"  anonymous  {_ACCESS[settings.anonymous_access]}")
    if settings.anonymous_access is AnonymousAccess.WRITE and not _is_loopback(settings.host):
        click.secho(
            f"Warning: everyone who can reach {_address(settings)} may upload, edit and delete "
            "without signing in. Set ANONYMOUS_ACCESS=read or HOST=127.0.0.1 unless you trust that network.",
            fg="yellow",
            err=True,
        )


def _invite_first_admin(app: Flask, settings: Settings) -> None:
    """Print a one-time link for the first admin while they have no password."""
    invitation: Invitation | None = None
    with open_library(app) as session:
        admin = find_waiting_first_admin(session)
        if admin is not None:
            invitation = invite_again(session, admin.id, SYSTEM)
    if invitation is None:
        return
    click.echo()
    click.echo("The first admin has no password yet. Open this link to set it and sign in:")
    click.echo(f"  {page_address(settings, f'/set-password/{invitation.secret}')}")
    click.echo("It works once, for 7 days; the next start prints a new one in its place.")


_ACCESS = {
    AnonymousAccess.WRITE: "may see public media, upload, edit and delete",
    AnonymousAccess.READ: "may see public media",
    AnonymousAccess.NONE: "may see nothing",
}


def _describe_database(settings: Settings) -> str:
    if settings.database_url is None:
        return str(settings.instance_path / "mediaweb.sqlite3")
    return settings.database_url.partition("@")[2] or settings.database_url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
