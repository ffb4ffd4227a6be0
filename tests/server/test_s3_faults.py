"""A bucket that fails under the real server: the right status in time, nothing half stored, pages go on."""

import http.client
import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from math import inf
from pathlib import Path

import pytest

from mediaweb.storage.s3_uploads import PART_BYTES
from tests import s3_server as s3_servers
from tests.api.calls import PNG
from tests.breaking_proxy import BreakingProxy
from tests.conftest import skip_or_fail
from tests.s3_server import S3Server
from tests.server.running import FORM, Answer, Server, run_command, start_server
from tests.servers import find_free_port
from tests.storage.test_s3 import DEADLINE_SECONDS

#: What a page may take that needs no store, in seconds.
PAGE_SECONDS = 2
#: How often the store may do something late while it is looked at.
MOST_CHECKS = 10
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
    """A server whose store a test may break."""
    with start_library(store, tmp_path) as server:
        yield server


@pytest.fixture
def bucket() -> str:
    """A name for a bucket of the store that all tests share."""
    return f"test-{uuid.uuid4().hex}"


def start_library(
    store: S3Server, tmp_path: Path, bucket: str = "media", **options: str
) -> AbstractContextManager[Server]:
    """Start a server that sends files through itself, so that it meets every fault."""
    folder = tmp_path / "library"
    folder.mkdir()
    settings = store.environment(bucket, s3_proxy_downloads=True, max_file_size=100_000_000)
    return start_server(folder, **(settings | options))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def try_to_upload(library: Server, content: bytes = PNG) -> Answer:
    """Upload a file; return the answer, which comes in time whatever it is."""
    with within(DEADLINE_SECONDS):
        return library.call("POST", "/media/upload", HEAD + content + TAIL, Content_Type=FORM)


def try_to_download(library: Server, media_id: int) -> Answer:
    with within(DEADLINE_SECONDS):
        return library.call("GET", f"/media/{media_id}/download")


def assert_pages_go_on(library: Server) -> None:
    with within(PAGE_SECONDS):
        assert library.call("GET", "/").status == 200
        assert library.call("GET", "/media/").status == 200


def assert_all_can_be_downloaded(library: Server, count: int) -> None:
    rows = library.call("GET", "/media/").json
    assert len(rows) == count
    for row in rows:
        assert len(try_to_download(library, row["id"]).body) == row["file_size"]


def check(library: Server, store: S3Server, *options: str) -> set[tuple[str, str]]:
    """Return each problem of the library's files that `storage check` tells, and the key it tells of.

    It reads all of them, from the store itself, whatever is between that and the server.
    """
    settings = library.options | {"S3_ENDPOINT_URL": store.endpoint_url}
    arguments = ("storage", "check", "--deep", "--json", "--grace-hours", "0", *options)
    done = run_command(library.folder, *arguments, **settings)
    assert done.stdout, done.stderr
    return {(found["problem"], found["key"]) for found in json.loads(done.stdout)["findings"]}


def list_left_over(library: Server, store: S3Server) -> set[tuple[str, str]]:
    """Return what is in the bucket and no media's, named as `storage check` does."""
    bucket = library.options["S3_BUCKET_NAME"]
    files = store.client.list_objects_v2(Bucket=bucket).get("Contents", [])
    uploads = store.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    mine = {row["storage_path"] for row in library.call("GET", "/media/").json}
    orphans = {("orphan", found["Key"]) for found in files if found["Key"] not in mine}
    return orphans | {("unfinished", found["Key"]) for found in uploads}


def assert_check_lists_what_is_left(library: Server, store: S3Server) -> None:
    """Check that every row has its bytes, that `storage check` lists what else there is, and can delete it.

    A store that hung may still be doing what it was asked for meanwhile: that is waited for.
    """
    for _ in range(MOST_CHECKS):
        left = list_left_over(library, store)
        told = check(library, store)
        if list_left_over(library, store) == left:
            break
    assert told == left
    if left:
        check(library, store, "--repair")
        assert list_left_over(library, store) == set()


# The store hangs, or is full


def test_a_store_that_hangs_during_an_upload_is_503_in_time(library: Server, store: S3Server) -> None:
    library.upload()
    client = library.client()
    client.putrequest("POST", "/media/upload")
    client.putheader("Content-Type", FORM)
    client.putheader("Content-Length", str(len(HEAD) + len(LARGE) + len(TAIL)))
    client.endheaders(HEAD + LARGE[:20_000_000])
    with store.frozen():
        with within(DEADLINE_SECONDS):
            client.send(LARGE[20_000_000:] + TAIL)
            answer = client.getresponse()
            assert (answer.status, b"storage_unavailable" in answer.read()) == (503, True)
        assert int(answer.headers["Retry-After"]) > 0
        assert_pages_go_on(library)
    client.close()
    library.upload(LARGE)
    assert_all_can_be_downloaded(library, 2)
    assert_check_lists_what_is_left(library, store)


def test_a_store_that_hangs_during_a_download_breaks_it_in_time(library: Server, store: S3Server) -> None:
    media = library.upload(LARGE)
    client = library.client()
    client.request("GET", f"/media/{media['id']}/download")
    answer = client.getresponse()
    assert len(answer.read(1_000_000)) == 1_000_000
    with store.frozen():
        with within(DEADLINE_SECONDS), pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()
        try_to_download(library, media["id"]).assert_problem(503, "storage_unavailable")
        assert_pages_go_on(library)
    client.close()
    assert_all_can_be_downloaded(library, 1)
    assert_check_lists_what_is_left(library, store)


def test_a_full_bucket_is_507_and_reading_goes_on(library: Server, store: S3Server) -> None:
    library.upload()
    store.administer("quota", "set", "--quota-scope=bucket", "--uid=test", "--max-size=1000000")
    store.administer("quota", "enable", "--quota-scope=bucket", "--uid=test")
    try_to_upload(library, LARGE).assert_problem(507, "storage_full")
    assert_pages_go_on(library)
    assert_all_can_be_downloaded(library, 1)
    assert list_left_over(library, store) == set()


# The store is not there, or not ours


def test_a_library_whose_store_is_down_starts_and_is_whole_when_it_comes(
    s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    port = find_free_port()
    address = f"http://127.0.0.1:{port}"
    with start_library(s3_server, tmp_path, bucket, S3_ENDPOINT_URL=address) as library:
        assert "can't be reached; going on without it" in library.log
        assert_pages_go_on(library)
        for content in (PNG, LARGE):
            try_to_upload(library, content).assert_problem(503, "storage_unavailable")
        with BreakingProxy(s3_server.endpoint_url, mean_bytes=inf, port=port):
            library.upload()
            library.upload(LARGE)
            assert_all_can_be_downloaded(library, 2)
        assert list_left_over(library, s3_server) == set()


def test_a_wrong_secret_stops_the_start_with_what_to_change(
    s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    settings = s3_server.environment(bucket, s3_secret_key="not-the-secret")
    refused = run_command(tmp_path, "serve", "--port", str(find_free_port()), "--no-worker", **settings)
    assert refused.returncode != 0
    told = refused.stdout + refused.stderr
    assert "S3_SECRET_KEY does not belong to S3_ACCESS_KEY." in told
    assert "not-the-secret" not in told
    assert "Traceback" not in told


def test_a_secret_that_is_changed_at_the_store_is_503_until_it_is_changed_back(
    s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    def set_secret(secret: str) -> None:
        name = f"--uid={bucket}"
        s3_server.administer("user", "modify", name, f"--access-key={bucket}", f"--secret={secret}")

    s3_server.administer("user", "create", f"--uid={bucket}", "--display-name=x")
    set_secret("first")
    account = {"S3_ACCESS_KEY": bucket, "S3_SECRET_KEY": "first"}
    with start_library(s3_server, tmp_path, bucket, **account) as library:
        media = library.upload()
        set_secret("second")
        for content in (PNG, LARGE):
            try_to_upload(library, content).assert_problem(503, "storage_unavailable")
        try_to_download(library, media["id"]).assert_problem(503, "storage_unavailable")
        assert_pages_go_on(library)
        set_secret("first")
        library.upload()
        assert_all_can_be_downloaded(library, 2)
        assert check(library, s3_server) == set()


def test_a_bucket_that_is_deleted_is_503_until_it_is_made_again(
    s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    with start_library(s3_server, tmp_path, bucket) as library:
        lost = library.upload()
        s3_server.client.delete_object(Bucket=bucket, Key=lost["storage_path"])
        s3_server.client.delete_bucket(Bucket=bucket)
        for content in (PNG, LARGE):
            try_to_upload(library, content).assert_problem(503, "storage_unavailable")
        try_to_download(library, lost["id"]).assert_problem(503, "storage_unavailable")
        assert_pages_go_on(library)
        s3_server.client.create_bucket(Bucket=bucket)
        media = library.upload(LARGE)
        assert try_to_download(library, media["id"]).body == LARGE
        assert check(library, s3_server) == {("missing", lost["storage_path"])}


# The network fails


def test_connections_that_break_at_random_leave_nothing_half_stored(
    s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    sizes = [50_000, PART_BYTES - 1000, 2 * PART_BYTES + 50_000] * 3
    with (
        BreakingProxy(s3_server.endpoint_url, seed=7, mean_bytes=4_000_000) as proxy,
        start_library(s3_server, tmp_path, bucket, S3_ENDPOINT_URL=proxy.url) as library,
    ):
        stored = 0
        for size in sizes:
            answer = try_to_upload(library, PNG + os.urandom(size))
            if answer.status == 201:
                stored += 1
            else:
                answer.assert_problem(503, "storage_unavailable")
        assert proxy.broken > 0
        assert stored > 0
        assert_pages_go_on(library)
        assert len(library.call("GET", "/media/").json) == stored
        assert_check_lists_what_is_left(library, s3_server)
