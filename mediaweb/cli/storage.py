"""`mediaweb storage`: move files between stores, and look whether all is there."""

import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import click
from flask import Flask
from rich.console import Console
from rich.progress import track

from mediaweb.cli.library import make_app, open_library, read_settings, refuse
from mediaweb.errors import MediaWebError, StartupError
from mediaweb.extensions import db, stores
from mediaweb.services.integrity import Report, check_storage
from mediaweb.services.relocation import Outcome, clean_up, list_to_move, move
from mediaweb.services.stored_rows import StoredRow

#: How often files are tried again that a worker was at, and how long after, in seconds.
ROUNDS, PAUSE_SECONDS = 5, 2.0


@click.group()
def storage() -> None:
    """Look after stored files."""


@storage.command()
@click.option("--to", "target", required=True, type=click.Choice(["s3", "local"]), help="Where files go.")
@click.option(
    "--parallel", type=click.IntRange(1, 64), help="Files copied at once. Default: twice the cores."
)
@click.option(
    "--grace",
    default=10,
    show_default=True,
    type=click.IntRange(0),
    help="Seconds for which the old copies stay for who has just begun to read one.",
)
def migrate(target: str, parallel: int | None, grace: int) -> None:
    """Move all files to the bucket or to the folder, while the library stays in use.

    Each is checked by its checksum. Interrupted at any moment, nothing is lost: run it again to go on. New
    files go where USE_S3 says.
    """
    app = make_app(read_settings())
    with open_library(app) as session:
        _prepare(target)
        counts = Counter(_move_all(app, list_to_move(session, target), target, parallel))
        session.rollback()
        if counts[Outcome.MOVED]:
            time.sleep(grace)
        deleted = clean_up(session, target)
    click.echo(", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome))
    click.echo(f"{deleted} old copies deleted")
    if counts[Outcome.FAILED] or counts[Outcome.BUSY]:
        sys.exit(1)


@storage.command()
@click.option("--deep", is_flag=True, help="Read every file and compare its checksum, too.")
@click.option("--repair", is_flag=True, help="Delete what is nobody's, and correct rows of the other store.")
@click.option(
    "--grace-hours",
    default=24,
    show_default=True,
    type=click.IntRange(0),
    help="How old bytes without a row must be to count: an upload may still be on its way.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def check(deep: bool, repair: bool, grace_hours: int, as_json: bool) -> None:
    """Look whether every media has its bytes, and all bytes have their media.

    Ends with status 1 if something is wrong that was not repaired.
    """
    console = Console(stderr=True)
    with open_library() as session:
        report = check_storage(
            session,
            timedelta(hours=grace_hours),
            is_deep=deep,
            repairs=repair,
            progress=lambda rows, total: track(rows, "Checking", total, console=console),
        )
    if as_json:
        click.echo(json.dumps(report.to_json()))
    else:
        _print(report)
    if not report.is_clean:
        sys.exit(1)


def _print(report: Report) -> None:
    for finding in report.findings:
        whose = "" if finding.media_id is None else f" (media {finding.media_id})"
        repaired = ", repaired" if finding.is_repaired else ""
        click.echo(f"{finding.problem}: {finding.backend} {finding.key}{whose}{repaired}")
    wrong = len(report.findings)
    repaired_count = sum(finding.is_repaired for finding in report.findings)
    click.echo(f"{report.rows} media, {report.objects} files: {wrong} problems, {repaired_count} repaired")


def _prepare(target: str) -> None:
    store = stores.find(target)
    if store is None:
        refuse("Set S3_ACCESS_KEY and S3_SECRET_KEY, and where the bucket is: docs/storage.md")
    try:
        store.prepare()
    except StartupError as error:
        refuse(str(error))


def _move_all(app: Flask, waiting: list[StoredRow], target: str, parallel: int | None) -> list[Outcome]:
    """Move files, a few at once; those that a worker is at again later."""
    outcomes: list[Outcome] = []
    console = Console(stderr=True)
    with ThreadPoolExecutor(parallel or 2 * (os.cpu_count() or 1)) as pool:
        for round_ in range(ROUNDS):
            results = pool.map(lambda found: _move(app, found, target), waiting)
            done = list(track(results, f"Moving to {target}", len(waiting), console=console))
            outcomes += [outcome for outcome in done if outcome is not Outcome.BUSY]
            waiting = [found for found, outcome in zip(waiting, done, strict=True) if outcome is Outcome.BUSY]
            if not waiting or round_ == ROUNDS - 1:
                break
            time.sleep(PAUSE_SECONDS)
    return [*outcomes, *(Outcome.BUSY for _ in waiting)]


def _move(app: Flask, found: StoredRow, target: str) -> Outcome:
    with app.app_context():
        try:
            return move(db.session(), found, target)
        except MediaWebError as error:
            click.echo(f"failed: {found.row.storage_path}: {error}", err=True)
            return Outcome.FAILED
        finally:
            db.session.remove()
