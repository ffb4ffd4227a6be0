"""The `mediaweb` command: thin shells over services, a module a noun."""

import logging

import click

from mediaweb.cli.database import database
from mediaweb.cli.demo import demo
from mediaweb.cli.media import import_
from mediaweb.cli.previews import previews
from mediaweb.cli.server import serve, worker
from mediaweb.cli.storage import storage
from mediaweb.cli.tokens import tokens
from mediaweb.cli.users import users
from mediaweb.version import VERSION


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION)
def main() -> None:
    """A self-hosted media library."""
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)
    for chatty in ("alembic", "huey"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


for command in (serve, worker, import_, demo, previews, storage, database, users, tokens):
    main.add_command(command)
