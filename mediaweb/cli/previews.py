"""`mediaweb previews`: look after the previews."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import click
from flask import Flask
from rich.console import Console
from rich.progress import track

from mediaweb.cli.library import make_app, open_library, read_settings
from mediaweb.extensions import db, decoder
from mediaweb.services.preview_queue import mark_for_rebuild
from mediaweb.services.previews import make_all_previews


@click.group()
def previews() -> None:
    """Look after the previews."""


@previews.command()
@click.option(
    "--missing",
    "which",
    flag_value="missing",
    default="missing",
    help="Those that failed or were never made. The default.",
)
@click.option("--all", "which", flag_value="all", help="All anew, for example after an upgrade.")
@click.option("--processes", type=click.IntRange(1, 64), help="Files decoded at once. Default: one a core.")
def rebuild(which: str, processes: int | None) -> None:
    """Make previews, here and now.

    The library stays in use meanwhile; what there is stays until the new ones take their place. If
    interrupted, the workers go on with what is left.
    """
    app = make_app(read_settings())
    with open_library(app) as session, ThreadPoolExecutor(processes or os.cpu_count() or 1) as pool:
        ids = list(chain.from_iterable(mark_for_rebuild(session, is_all=which == "all")))
        session.rollback()
        console = Console(stderr=True)
        done = pool.map(lambda media_id: _make(app, media_id), ids)
        failed = sum(not is_made for is_made in track(done, "Making previews", len(ids), console=console))
        decoder.close()
    click.echo(f"{len(ids) - failed} made, {failed} failed")
    if failed:
        sys.exit(1)


def _make(app: Flask, media_id: int) -> bool:
    with app.app_context():
        try:
            return make_all_previews(db.session(), media_id)
        finally:
            db.session.remove()
