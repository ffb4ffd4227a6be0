"""`mediaweb demo`: fill an empty library with media to look at."""

import sys

import click
from rich.console import Console
from rich.progress import track

from mediaweb.cli.library import open_library, page_address, refuse
from mediaweb.demo.catalogue import PIECES, choose
from mediaweb.demo.library import fill, is_empty
from mediaweb.extensions import settings
from mediaweb.models.types import utc_now


@click.command()
@click.option(
    "--count", type=click.IntRange(1, len(PIECES)), default=len(PIECES), show_default=True, help="How many."
)
def demo(count: int) -> None:
    """Fill an empty library with pictures, films, sounds and documents, all drawn here and now.

    They belong to the first admin, and most of them are public. Nothing is downloaded.
    """
    done = 0
    with open_library() as session:
        if not is_empty(session):
            refuse(
                "The library has media already; the demo is for an empty one. "
                "Set INSTANCE_PATH and MEDIA_FOLDER to new folders to try it beside yours.",
                status=1,
            )
        pieces = fill(session, choose(count), utc_now())
        try:
            for _ in track(pieces, "Drawing", count, console=Console(stderr=True)):
                done += 1
        except KeyboardInterrupt:
            click.echo(f"Stopped: {done} of {count} are in the library.", err=True)
            sys.exit(130)
        finally:
            pieces.close()
        address = page_address(settings, "/")
    click.echo(f"{done} media are in the library. Run `mediaweb serve` and open {address}")
