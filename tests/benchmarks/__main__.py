"""Run the benchmarks and print the table; exit non-zero when a limit does not hold."""

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import buckets, downloads, gallery, lists, live, previews, uploads

BENCHMARKS = {
    "small": uploads.measure_small,
    "large": uploads.measure_large,
    "bucket": buckets.measure,
    "downloads": downloads.measure,
    "lists": lists.measure,
    "gallery": gallery.measure,
    "live": live.measure_speed,
    "idle": live.measure_idle,
    "previews": previews.measure_speed,
    "sizes": previews.measure_sizes,
    "worker": previews.measure_worker,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    table = Table("work", "measured", "limit", "ratio", "goal", "holds")
    all_hold = True
    for name in names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix="mediaweb-bench-", dir=Path.cwd() / "instance") as folder:
            for found in BENCHMARKS[name](Path(folder)):
                all_hold = all_hold and found.holds
                table.add_row(
                    found.work,
                    f"{found.value:,.1f} {found.unit}",
                    f"{found.limit:,.1f} {found.unit}",
                    f"{found.ratio:.2f}",
                    found.goal,
                    "yes" if found.holds else "NO",
                )
    Console(width=110).print(table)
    return 0 if all_hold else 1


sys.exit(main(sys.argv[1:]))
