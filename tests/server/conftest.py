"""The real server, as `mediaweb serve` starts it, on a port of its own."""

from collections.abc import Iterator

import pytest

from tests.server.running import Server, start_server

LIMIT_BYTES = 400 * 1024 * 1024


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one worker that takes files of up to 400 MiB from anyone; shared, so leave it usable."""
    with start_server(tmp_path_factory.mktemp("server"), MAX_FILE_SIZE=str(LIMIT_BYTES)) as running:
        yield running


@pytest.fixture(scope="session")
def strict_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes files of up to 1 MB."""
    with start_server(tmp_path_factory.mktemp("strict"), MAX_FILE_SIZE="1000000") as running:
        yield running
