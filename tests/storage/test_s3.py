"""What only a bucket has: parts, signed addresses, a network that fails, and a start that explains itself."""

import os
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from mediaweb.errors import StartupError, StorageFull, StorageUnavailable, StoredFileNotFound
from mediaweb.settings import load_settings
from mediaweb.storage import Presentation, create_stores
from mediaweb.storage.presigning import Presigner, SignedRequest
from mediaweb.storage.s3 import S3Storage
from mediaweb.storage.s3_bucket import Bucket, BucketAddress
from mediaweb.storage.s3_startup import explain
from mediaweb.storage.s3_uploads import PART_BYTES, part_bytes, split
from tests import s3_server as s3_servers
from tests.breaking_proxy import BreakingProxy
from tests.conftest import skip_or_fail
from tests.s3_server import SECRET_KEY, S3Server, fetch
from tests.servers import find_free_port

KEY = "2026/01/31/a.bin"
AS_TEXT = Presentation(
    "text/plain; charset=utf-8", "attachment; filename=\"a b.txt\"; filename*=UTF-8''%C3%A4"
)
#: What the slowest of our answers to a fault may take, in seconds.
DEADLINE_SECONDS = 10


@pytest.fixture
def bucket_name() -> str:
    return f"test-{uuid.uuid4().hex}"


def connect(server: S3Server, bucket: str, folder: Path, **others: Any) -> S3Storage:
    """Do what a library's start does; return its bucket."""
    settings = load_settings(instance_path=folder, **(server.settings(bucket) | others))
    storage = create_stores(settings).current
    assert isinstance(storage, S3Storage)
    return storage


@pytest.fixture
def storage(s3_server: S3Server, bucket_name: str, tmp_path: Path) -> S3Storage:
    return connect(s3_server, bucket_name, tmp_path)


def read(storage: S3Storage, key: str = KEY) -> bytes:
    with storage.open(key) as file:
        return file.read()


def unfinished(server: S3Server, bucket: str) -> list[Any]:
    found: list[Any] = server.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return found


# Parts


@pytest.mark.parametrize("size_bytes", [PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 7])
def test_a_file_of_any_size_comes_back_as_it_was(
    storage: S3Storage, s3_server: S3Server, bucket_name: str, size_bytes: int
) -> None:
    content = os.urandom(size_bytes)
    storage.save(KEY, (content[at : at + 100_000] for at in range(0, size_bytes, 100_000)))
    assert read(storage) == content
    assert storage.size_bytes(KEY) == size_bytes
    assert unfinished(s3_server, bucket_name) == []


def test_parts_are_equal_as_long_as_ten_thousand_of_them_can_hold_any_file() -> None:
    sizes = [part_bytes(number) for number in range(1, 10_001)]
    assert set(sizes[:5000]) == {PART_BYTES}
    assert sum(sizes) > 5 * 1024**4
    assert max(sizes) <= 5 * 1024**3


def test_splitting_keeps_every_byte_in_order() -> None:
    content = os.urandom(2 * PART_BYTES + 5)
    for step in (PART_BYTES // 3, PART_BYTES, 2 * PART_BYTES + 5):
        parts = list(split(content[at : at + step] for at in range(0, len(content), step)))
        assert [len(part) for part in parts] == [PART_BYTES, PART_BYTES, 5]
        assert b"".join(parts) == content


def test_a_source_that_fails_after_some_parts_leaves_no_upload(
    storage: S3Storage, s3_server: S3Server, bucket_name: str
) -> None:
    def broken() -> Iterator[bytes]:
        for _ in range(3):
            yield bytes(PART_BYTES)
        raise ConnectionResetError("the client went away")

    with pytest.raises(ConnectionResetError):
        storage.save(KEY, broken())
    assert list(storage.keys()) == []
    assert unfinished(s3_server, bucket_name) == []


def test_a_body_that_arrives_otherwise_is_refused(
    s3_server: S3Server, storage: S3Storage, bucket_name: str
) -> None:
    """What the store verifies is what we send: the MD5 of every body."""
    with pytest.raises(ClientError) as refused:
        s3_server.client.put_object(
            Bucket=bucket_name, Key="x", Body=b"abc", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg=="
        )
    assert refused.value.response["Error"]["Code"] == "BadDigest"


def test_a_large_file_is_copied(storage: S3Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediaweb.storage.s3.COPIED_BY_STORE", 5)
    storage.save(KEY, [b"0123456789"])
    storage.copy(KEY, "2026/copy")
    assert read(storage, "2026/copy") == b"0123456789"


def test_sweeping_aborts_uploads_of_yesterday_and_keeps_those_of_today(
    storage: S3Storage, s3_server: S3Server, bucket_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3_server.client.create_multipart_upload(Bucket=bucket_name, Key=KEY)
    assert storage.sweep_staging() == 0
    assert [upload.key for upload in storage.unfinished()] == [KEY]
    monkeypatch.setattr("mediaweb.storage.s3.ABANDONED_AFTER", timedelta(0))
    assert storage.sweep_staging() == 1
    assert unfinished(s3_server, bucket_name) == []


# Signed addresses


def test_an_address_serves_the_file_with_its_type_and_name(storage: S3Storage) -> None:
    storage.save(KEY, [b"0123456789"])
    address = storage.url(KEY, 60, AS_TEXT)
    assert address is not None
    status, headers, body = fetch(address)
    assert (status, body) == (200, b"0123456789")
    assert headers["Content-Type"] == AS_TEXT.content_type
    assert headers["Content-Disposition"] == AS_TEXT.disposition
    assert "immutable" in headers["Cache-Control"]
    assert fetch(address, Range="bytes=2-4")[::2] == (206, b"234")
    assert fetch(address, "HEAD")[0] == 403
    for_head = storage.url(KEY, 60, AS_TEXT, method="HEAD")
    assert for_head is not None
    assert fetch(for_head, "HEAD")[0] == 200


def test_an_address_works_for_its_time_and_for_its_file_only(storage: S3Storage) -> None:
    storage.save(KEY, [b"x"])
    storage.save("2026/other", [b"y"])
    earlier = datetime.now(UTC) - timedelta(seconds=61)
    expired = storage.url(KEY, 60, AS_TEXT, signed_at=earlier)
    good = storage.url(KEY, 120, AS_TEXT, signed_at=earlier)
    assert expired is not None
    assert good is not None
    assert [fetch(expired)[0], fetch(good)[0]] == [403, 200]
    assert fetch(good.replace(KEY, "2026/other"))[0] == 403
    assert fetch(good.replace("Expires=120", "Expires=1200"))[0] == 403


def test_the_same_moment_gives_the_same_address(storage: S3Storage) -> None:
    moment = datetime.now(UTC)
    first, second = (storage.url(KEY, 60, AS_TEXT, signed_at=moment) for _ in range(2))
    assert first == second
    assert first != storage.url(KEY, 60, AS_TEXT, signed_at=moment + timedelta(seconds=1))


@pytest.mark.parametrize(
    "address",
    [
        BucketAddress("media", "us-east-1", "http://127.0.0.1:9000", "key", "secret"),
        BucketAddress("media", "eu-central-1", None, "key", "secret"),
        BucketAddress("my.media", "eu-central-1", None, "key", "secret"),
    ],
    ids=["endpoint", "AWS", "AWS, dots"],
)
def test_addresses_are_the_ones_that_boto3_signs(
    address: BucketAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 1, 31, 12, 34, 56, tzinfo=UTC)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment.replace(tzinfo=None))
    client = boto3.client(
        "s3",
        region_name=address.region,
        endpoint_url=address.endpoint_url,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if address.is_path_style else "virtual"},
        ),
    )
    theirs = client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": address.name,
            "Key": KEY,
            "ResponseContentType": AS_TEXT.content_type,
            "ResponseContentDisposition": AS_TEXT.disposition,
        },
        ExpiresIn=60,
    )
    query = {
        "response-content-type": AS_TEXT.content_type,
        "response-content-disposition": AS_TEXT.disposition,
    }
    request = SignedRequest("GET", KEY, query, moment, 60)
    ours = Presigner(address.url(), address.region).sign(request, Bucket(address).credentials)
    assert ours.rpartition("&X-Amz-Signature=")[2] == theirs.rpartition("&X-Amz-Signature=")[2]
    assert ours.partition("?")[0] == theirs.partition("?")[0]


def test_browsers_are_sent_to_the_public_address(
    s3_server: S3Server, bucket_name: str, tmp_path: Path
) -> None:
    storage = connect(s3_server, bucket_name, tmp_path, s3_public_endpoint_url="https://files.example.org")
    address = storage.url(KEY, 60, AS_TEXT)
    assert address is not None
    assert address.startswith(f"https://files.example.org/{bucket_name}/{KEY}?")
    assert storage.browser_origin == "https://files.example.org"


def test_where_files_go_through_us_no_browser_is_sent_away(
    s3_server: S3Server, bucket_name: str, tmp_path: Path
) -> None:
    storage = connect(s3_server, bucket_name, tmp_path, s3_proxy_downloads=True)
    assert storage.url(KEY, 60, AS_TEXT) is None
    assert storage.browser_origin is None


# Faults


def assert_in_time(began: float) -> None:
    assert time.monotonic() - began < DEADLINE_SECONDS


def test_a_bucket_that_vanished_is_unavailable_rather_than_empty(
    storage: S3Storage, s3_server: S3Server, bucket_name: str
) -> None:
    s3_server.client.delete_bucket(Bucket=bucket_name)
    for use in (
        lambda: storage.save(KEY, [b"x"]),
        lambda: storage.open(KEY),
        lambda: storage.size_bytes(KEY),
        lambda: storage.delete(KEY),
        lambda: list(storage.keys()),
        lambda: storage.local_path(KEY).__enter__(),
    ):
        with pytest.raises(StorageUnavailable):
            use()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[S3Server]:
    """A server that a test may break."""
    try:
        server = s3_servers.start(tmp_path / "server")
    except s3_servers.CannotStart as reason:
        skip_or_fail(str(reason))
    yield server
    s3_servers.stop(server)


def test_a_full_bucket_is_storage_full_and_keeps_what_it_has(own_server: S3Server, tmp_path: Path) -> None:
    storage = connect(own_server, "full", tmp_path)
    storage.save(KEY, [b"x" * 1000])
    own_server.administer("quota", "set", "--quota-scope=bucket", "--uid=test", "--max-size=20000")
    own_server.administer("quota", "enable", "--quota-scope=bucket", "--uid=test")
    with pytest.raises(StorageFull):
        storage.save("2026/large", [b"x" * 200_000])
    with pytest.raises(StorageFull):
        storage.save("2026/larger", (b"x" * PART_BYTES for _ in range(3)))
    assert list(storage.keys()) == [KEY]
    assert unfinished(own_server, "full") == []
    assert read(connect(own_server, "full", tmp_path)) == b"x" * 1000


def test_a_store_that_hangs_is_unavailable_in_time_and_back_when_it_is(
    own_server: S3Server, tmp_path: Path
) -> None:
    storage = connect(own_server, "frozen", tmp_path)
    storage.save(KEY, [os.urandom(3 * PART_BYTES)])
    with own_server.frozen():
        for use in (lambda: storage.open(KEY), lambda: storage.save("2026/b", [b"x"])):
            began = time.monotonic()
            with pytest.raises(StorageUnavailable):
                use()
            assert_in_time(began)
    assert len(read(storage)) == 3 * PART_BYTES


def test_a_store_that_hangs_in_the_middle_is_given_up_in_time(own_server: S3Server, tmp_path: Path) -> None:
    storage = connect(own_server, "frozen", tmp_path)
    storage.save(KEY, [os.urandom(4 * PART_BYTES)])
    began = 0.0

    def freeze() -> Iterator[bytes]:
        nonlocal began
        for at in range(6):
            if at == 3:
                frozen.__enter__()
                began = time.monotonic()
            yield bytes(PART_BYTES)

    frozen = own_server.frozen()
    try:
        with pytest.raises(StorageUnavailable):
            storage.save("2026/b", freeze())
        assert_in_time(began)
    finally:
        frozen.__exit__(None, None, None)
    assert list(storage.keys()) == [KEY]
    with storage.open(KEY) as file:
        file.read(1000)
        with own_server.frozen():
            began = time.monotonic()
            with pytest.raises(StorageUnavailable):
                file.read()
            assert_in_time(began)


def test_connections_that_break_at_random_lose_nothing(
    s3_server: S3Server, bucket_name: str, tmp_path: Path
) -> None:
    connect(s3_server, bucket_name, tmp_path)
    with BreakingProxy(s3_server.endpoint_url, seed=7) as proxy:
        storage = connect(s3_server, bucket_name, tmp_path, s3_endpoint_url=proxy.url)
        done, contents = 0, {}
        for number in range(12):
            content = os.urandom((number % 3) * PART_BYTES + 50_000)
            began = time.monotonic()
            try:
                storage.save(f"2026/{number}", [content])
            except StorageUnavailable:
                assert_in_time(began)
                continue
            contents[f"2026/{number}"] = content
            try:
                assert read(storage, f"2026/{number}") == content
                done += 1
            except StorageUnavailable:
                pass
        assert proxy.broken > 3
    assert done > 6
    direct = connect(s3_server, bucket_name, tmp_path)
    assert set(contents) <= set(direct.keys())
    for key, content in contents.items():
        assert read(direct, key) == content


# The start


def refuse_start(server: S3Server, bucket: str, folder: Path, **others: Any) -> str:
    with pytest.raises(StartupError) as refused:
        connect(server, bucket, folder, **others)
    message = str(refused.value)
    assert SECRET_KEY not in message
    return message


def test_a_wrong_secret_is_told(s3_server: S3Server, bucket_name: str, tmp_path: Path) -> None:
    message = refuse_start(s3_server, bucket_name, tmp_path, s3_secret_key="wrong")
    assert message.startswith("S3_SECRET_KEY does not belong to S3_ACCESS_KEY.")


def test_an_unknown_key_is_told(s3_server: S3Server, bucket_name: str, tmp_path: Path) -> None:
    message = refuse_start(s3_server, bucket_name, tmp_path, s3_access_key="nobody")
    assert message.startswith(f"S3_ACCESS_KEY is not known to S3_ENDPOINT_URL={s3_server.endpoint_url}.")


def test_a_wrong_clock_is_told(
    s3_server: S3Server, bucket_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: past.replace(tzinfo=None))
    message = refuse_start(s3_server, bucket_name, tmp_path)
    assert message.startswith("This machine's clock is wrong:")


def test_somebody_elses_bucket_is_told(own_server: S3Server, tmp_path: Path) -> None:
    connect(own_server, "theirs", tmp_path)
    keys = ("--access-key=other", "--secret=other-secret")
    own_server.administer("user", "create", "--uid=other", "--display-name=other", *keys)
    message = refuse_start(
        own_server, "theirs", tmp_path, s3_access_key="other", s3_secret_key="other-secret"
    )
    assert message.startswith("S3_BUCKET_NAME=theirs: these credentials may not list files there.")


def test_a_bucket_is_made_where_there_is_none(s3_server: S3Server, bucket_name: str, tmp_path: Path) -> None:
    connect(s3_server, bucket_name, tmp_path)
    names = [bucket["Name"] for bucket in s3_server.client.list_buckets()["Buckets"]]
    assert bucket_name in names
    assert list(connect(s3_server, bucket_name, tmp_path).keys()) == []


@pytest.mark.parametrize(
    ("operation", "status", "error", "expected"),
    [
        (
            "ListObjectsV2",
            404,
            {"Code": "NoSuchBucket"},
            "S3_BUCKET_NAME=media: there is no such bucket. Make it",
        ),
        (
            "ListObjectsV2",
            400,
            {"Code": "AuthorizationHeaderMalformed", "Region": "eu-west-1"},
            "S3_REGION=us-east-1 is wrong: the bucket media is in eu-west-1. Set S3_REGION=eu-west-1.",
        ),
        (
            "ListObjectsV2",
            301,
            {"Code": "PermanentRedirect"},
            "S3_REGION=us-east-1 is wrong: the bucket media",
        ),
        (
            "CreateBucket",
            409,
            {"Code": "BucketAlreadyExists"},
            "S3_BUCKET_NAME=media belongs to somebody else.",
        ),
        (
            "PutObject",
            403,
            {"Code": "AccessDenied"},
            "S3_BUCKET_NAME=media: these credentials may not write there.",
        ),
        (
            "ListObjectsV2",
            405,
            {"Code": "MethodNotAllowed"},
            "AWS does not answer as an S3 store does: Method",
        ),
    ],
)
def test_what_aws_refuses_is_told(operation: str, status: int, error: dict[str, str], expected: str) -> None:
    response: Any = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}}}
    bucket = Bucket(BucketAddress("media", "us-east-1", None, "key", "secret"))
    assert explain(ClientError(response, operation), bucket).startswith(expected)


def test_a_store_that_is_down_does_not_stop_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = S3Server("http://127.0.0.1:9", "")
    began = time.monotonic()
    storage = connect(nobody, "media", tmp_path)
    assert_in_time(began)
    assert "can't be reached; going on without it" in caplog.text
    with pytest.raises(StorageUnavailable):
        storage.open(KEY)


def test_what_the_start_could_not_do_is_done_for_the_first_file(
    s3_server: S3Server, bucket_name: str, tmp_path: Path
) -> None:
    port = find_free_port()
    storage = connect(s3_server, bucket_name, tmp_path, s3_endpoint_url=f"http://127.0.0.1:{port}")
    direct = storage.direct
    assert direct is not None
    with pytest.raises(StorageUnavailable):
        direct.begin(KEY, 1)
    with BreakingProxy(s3_server.endpoint_url, mean_bytes=inf, port=port):
        direct.abort(direct.begin(KEY, 1))
        storage.save(KEY, [b"x"])
        assert read(storage) == b"x"
    rules = s3_server.client.get_bucket_cors(Bucket=bucket_name)["CORSRules"]
    assert [rule["ID"] for rule in rules] == ["mediaweb"]


def test_wrong_settings_that_the_start_could_not_find_are_told_when_the_first_file_comes(
    s3_server: S3Server, bucket_name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = find_free_port()
    wrong = {"s3_endpoint_url": f"http://127.0.0.1:{port}", "s3_secret_key": "wrong"}
    storage = connect(s3_server, bucket_name, tmp_path, **wrong)
    proxy = BreakingProxy(s3_server.endpoint_url, mean_bytes=inf, port=port)
    with proxy, pytest.raises(StorageUnavailable):
        storage.save(KEY, [b"x"])
    assert "S3_SECRET_KEY does not belong to S3_ACCESS_KEY." in caplog.text


def test_a_missing_file_is_no_fault(storage: S3Storage, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StoredFileNotFound):
        storage.open(KEY)
    assert "failed" not in caplog.text
