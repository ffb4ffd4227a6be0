"""A zip from the real server: whole or visibly broken, and in nobody's way."""

import http.client
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.calls import PNG
from tests.server.running import Server

MIB = 1024 * 1024
LARGE = PNG + bytes(24 * MIB)


@contextmanager
def open_archive(server: Server, ids: list[int]) -> Iterator[http.client.HTTPResponse]:
    client = server.client()
    client.request("GET", "/archive?" + "&".join(f"id={media_id}" for media_id in ids))
    with client.getresponse() as response:
        yield response
    client.close()


def test_it_arrives_whole_in_little_memory_while_others_are_served(server: Server) -> None:
    ids = [server.upload(LARGE, f"{number}.png")["id"] for number in range(2)]
    worker = server.worker()
    before = worker.memory_info().rss
    with open_archive(server, ids) as slow:
        assert slow.read(MIB)
        assert server.call("GET", "/media/").status == 200
        with open_archive(server, ids) as response:
            content = io.BytesIO(response.read())
    assert worker.memory_info().rss - before < 16 * MIB
    with zipfile.ZipFile(content) as opened:
        assert opened.namelist() == ["0.png", "1.png"]
        assert opened.read("1.png") == LARGE


def test_a_file_that_disappears_on_the_way_breaks_the_download_and_is_logged(server: Server) -> None:
    large, small = server.upload(LARGE), server.upload(PNG)
    with open_archive(server, [large["id"], small["id"]]) as response:
        Path(server.folder, "media", small["storage_path"]).unlink()
        with pytest.raises(http.client.IncompleteRead):
            response.read()
    assert server.call("GET", "/media/").status == 200
    assert "StoredFileNotFound" in server.log
    (server.folder / "log").write_text("")  # other tests look there for what nobody expects
