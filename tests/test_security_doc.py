"""docs/security.md speaks of every requirement of levels 1 and 2 once, and of tests that exist."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text()
#: Identifiers only; the texts are OWASP's.
REQUIREMENTS = (ROOT / "tests" / "files" / "asvs-5.0.0-levels-1-and-2.txt").read_text().split()
ROWS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| V")]
STATUSES = {"met", "partly", "operator", "n/a", "not met"}


def expand(cell: str) -> list[str]:
    """Return the requirements that "V1.2.6–V1.2.8" or "V3.3.1, V3.3.3" names."""
    named: list[str] = []
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        start, end = REQUIREMENTS.index(first), REQUIREMENTS.index(last or first)
        named += REQUIREMENTS[start : end + 1]
    return named


def test_every_requirement_has_one_row() -> None:
    counts = Counter(requirement for row in ROWS for requirement in expand(row[0]))
    assert set(REQUIREMENTS) - counts.keys() == set()
    assert [requirement for requirement, count in counts.items() if count > 1] == []
    assert len(REQUIREMENTS) == 253


def test_every_row_says_how_it_stands() -> None:
    assert {row[1] for row in ROWS} <= STATUSES
    assert all(len(row) >= 3 and row[2] for row in ROWS)


@cache
def find_tests(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[^`]+::[^`]+)`", TEXT))))
def test_every_test_it_names_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert function in find_tests(path)
