"""A bucket that fails under the real server: the right status in time, nothing half stored, pages go on."""

import http.client
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import s3_server as s3_servers
from tests.api.calls import PNG
from tests.conftest import skip_or_fail
from tests.s3_server import S3Server
from tests.server.running import FORM, Server, start_server
from tests.storage.test_s3 import DEADLINE_SECONDS

BUCKET = "media"
LARGE = PNG + os.urandom(40_000_000)
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="is_public"\r\n\r\ntrue\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
)
TAIL = b"\r\n--b--\r\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[S3Server]:
    """A store that a test may break."""
    try:
        server = s3_servers.start(tmp_path / "store")
    except s3_servers.CannotStart as reason:
        skip_or_fail(str(reason))
    yield server
    s3_servers.stop(server)


@pytest.fixture
def library(store: S3Server, tmp_path: Path) -> Iterator[Server]:
    """A server that sends files through itself, so that it meets every fault."""
    (tmp_path / "library").mkdir()
    options = store.environment(BUCKET, s3_proxy_downloads=True, max_file_size=100_000_000)
    with start_server(tmp_path / "library", **options) as server:
        yield server


def assert_consistent(library: Server, store: S3Server, count: int) -> None:
    """Check that every row has its bytes, and that nothing else is in the bucket."""
    rows = library.call("GET", "/media/").json
    assert len(rows) == count
    found = store.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    assert sorted(row["storage_path"] for row in rows) == sorted(item["Key"] for item in found)
    for row in rows:
        assert len(library.call("GET", f"/media/{row['id']}/download").body) == row["file_size"]


def test_a_store_that_hangs_during_an_upload_is_503_in_time(library: Server, store: S3Server) -> None:
    library.upload()
    client = library.client()
    client.putrequest("POST", "/media/upload")
    client.putheader("Content-Type", FORM)
    client.putheader("Content-Length", str(len(HEAD) + len(LARGE) + len(TAIL)))
    client.endheaders(HEAD + LARGE[:20_000_000])
    with store.frozen():
        began = time.monotonic()
        client.send(LARGE[20_000_000:] + TAIL)
        answer = client.getresponse()
        assert (answer.status, b"storage_unavailable" in answer.read()) == (503, True)
        assert int(answer.headers["Retry-After"]) > 0
        assert time.monotonic() - began < DEADLINE_SECONDS
        began = time.monotonic()
        assert library.call("GET", "/").status == 200
        assert library.call("GET", "/media/").status == 200
        assert time.monotonic() - began < 2
    client.close()
    library.upload(LARGE)
    assert_consistent(library, store, 2)


def test_a_store_that_hangs_during_a_download_breaks_it_in_time(library: Server, store: S3Server) -> None:
    media = library.upload(LARGE)
    client = library.client()
    client.request("GET", f"/media/{media['id']}/download")
    answer = client.getresponse()
    assert len(answer.read(1_000_000)) == 1_000_000
    with store.frozen():
        began = time.monotonic()
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()
        assert time.monotonic() - began < DEADLINE_SECONDS
        began = time.monotonic()
        library.call("GET", f"/media/{media['id']}/download").assert_problem(503, "storage_unavailable")
        assert time.monotonic() - began < DEADLINE_SECONDS
    client.close()
    assert_consistent(library, store, 1)


def test_a_full_bucket_is_507_and_reading_goes_on(library: Server, store: S3Server) -> None:
    library.upload()
    store.administer("quota", "set", "--quota-scope=bucket", "--uid=test", "--max-size=1000000")
    store.administer("quota", "enable", "--quota-scope=bucket", "--uid=test")
    form = HEAD + LARGE + TAIL
    library.call("POST", "/media/upload", form, Content_Type=FORM).assert_problem(507, "storage_full")
    assert_consistent(library, store, 1)
