"""`mediaweb import`: take whole folders of files into the library."""

import sys
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from mediaweb.cli.library import open_library
from mediaweb.models import Role
from mediaweb.services.access import Actor
from mediaweb.services.imports import ImportResult, Outcome, find_files, import_file

#: Who owns what is imported: the first admin.
FIRST_ADMIN = Actor(user_id=1, role=Role.ADMIN)


@click.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--public", "is_public", is_flag=True, help="Let everyone see the imported media.")
def import_(paths: tuple[Path, ...], is_public: bool) -> None:
    """Import files, and folders with all that is in them.

    Files whose content the library has already are skipped, so an interrupted import is resumed by running
    it again. Hidden files are left out.
    """
    with open_library() as session:
        results = [
            _report(import_file(session, path, FIRST_ADMIN, is_public))
            for path in track(list(find_files(paths)), "Importing", console=Console(stderr=True))
        ]
    counts = Counter(result.outcome for result in results)
    click.echo(", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome))
    if counts[Outcome.FAILED]:
        sys.exit(1)


def _report(result: ImportResult) -> ImportResult:
    if result.outcome is Outcome.FAILED:
        click.echo(f"failed: {result.path}: {result.reason}", err=True)
    return result
