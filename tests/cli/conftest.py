"""The command line, run in the test's own process."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from mediaweb.cli import main


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command with the settings of the test's library."""
    settings = app.extensions["mediaweb_settings"]
    for name in ("instance_path", "media_folder"):
        monkeypatch.setenv(name.upper(), str(getattr(settings, name)))
    monkeypatch.setenv("DATABASE_URL", settings.database_uri)

    def invoke(*arguments: object, input: str | None = None) -> Result:  # noqa: A002
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke
