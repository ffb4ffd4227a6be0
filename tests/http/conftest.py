"""What is tested here is HTTP: the database is asked for no more than a row, and one kind of it will do."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty SQLite database."""
    path = tmp_path / "mediaweb.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"
