"""Tables in a terminal, and whole ones in a pipe."""

import sys

from rich import box
from rich.console import Console
from rich.table import Table

#: Where no terminal tells how wide it is, nothing shall be cut.
PIPE_COLUMNS = 240


def make_table(*headings: str) -> Table:
    """Return an empty table that wraps what is too long rather than leaving it out."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def print_table(table: Table) -> None:
    """Print a table on standard output."""
    Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS, highlight=False).print(table)
