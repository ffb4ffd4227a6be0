"""What every storage backend does; a further backend is one more of `BACKENDS`."""

import fcntl
import gc
import os
import re
import resource
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mediaweb.application import ROOT
from mediaweb.errors import InvalidKey, StartupError, StorageUnavailable, StoredFileNotFound
from mediaweb.settings import load_settings
from mediaweb.storage import LocalStorage, Presentation, Storage, create_stores
from mediaweb.storage.keys import make_key
from mediaweb.storage.local import SMALL_BYTES
from tests.s3_server import S3Server

FOREIGN_KEYS = [
    "",
    "/",
    ".",
    "..",
    "../x",
    "2026/../../x",
    "2026/01/31/..",
    "/etc/passwd",
    ".staging/x",
    "2026/.staging/x",
    "2026//x",
    "2026/x/",
    "a\\b",
    "a\x00b",
    "a\n",
    "ä",
    "a b",
    "C:x",
    "x" * 201,
]
LOOKUPS: dict[str, Callable[[Storage, str], object]] = {
    "open": lambda storage, key: storage.open(key),
    "local_path": lambda storage, key: storage.local_path(key).__enter__(),
    "delete": lambda storage, key: storage.delete(key),
}


AS_TEXT = Presentation("text/plain; charset=utf-8", 'attachment; filename="a b.txt"')


def make_local(folder: Path) -> LocalStorage:
    storage = LocalStorage(folder / "media")
    storage.prepare()
    return storage


def make_s3(server: S3Server, folder: Path) -> Storage:
    settings = server.settings(f"test-{uuid.uuid4().hex}", instance_path=folder)
    return create_stores(load_settings(**settings)).current


BACKENDS = ("local", "moto", "s3")


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return make_local(tmp_path)
    return make_s3(request.getfixturevalue(f"{request.param}_server"), tmp_path)


@pytest.fixture
def key() -> str:
    return make_key("beach.jpg", datetime(2026, 1, 31, tzinfo=UTC))


def read(storage: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    with storage.open(key, start, end) as file:
        return file.read()


def every_file(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# Saving and reading


@pytest.mark.parametrize("size_bytes", [1, 1000, SMALL_BYTES, SMALL_BYTES + 1, 5_000_000])
def test_it_returns_what_was_saved(storage: Storage, key: str, size_bytes: int) -> None:
    content = os.urandom(size_bytes)
    storage.save(key, (content[at : at + 70_000] for at in range(0, size_bytes, 70_000)))
    assert read(storage, key) == content


def test_it_tells_its_name(storage: Storage) -> None:
    assert storage.name in ("local", "s3")


def test_it_leaves_out_empty_chunks(storage: Storage, key: str) -> None:
    storage.save(key, [b"", b"ab", b"", b"cd", b""])
    assert read(storage, key) == b"abcd"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (0, 1, b"0"),
        (3, 7, b"3456"),
        (9, 10, b"9"),
        (4, 4, b""),
        (8, 99, b"89"),
        (10, None, b""),
        (99, 120, b""),
    ],
)
def test_it_opens_a_part(storage: Storage, key: str, start: int, end: int | None, expected: bytes) -> None:
    storage.save(key, [b"0123456789"])
    assert read(storage, key, start, end) == expected


def test_a_part_is_read_in_pieces(storage: Storage, key: str) -> None:
    storage.save(key, [b"0123456789"])
    with storage.open(key, 2, 9) as file:
        assert [file.read(3), file.read(3), file.read(3), file.read(3)] == [b"234", b"567", b"8", b""]


def test_what_is_open_survives_a_deletion(storage: Storage, key: str) -> None:
    storage.save(key, [b"still here"])
    with storage.open(key) as file:
        storage.delete(key)
        assert file.read() == b"still here"


def test_it_lends_a_path(storage: Storage, key: str) -> None:
    storage.save(key, [b"on disk"])
    with storage.local_path(key) as path:
        assert path.read_bytes() == b"on disk"
    assert read(storage, key) == b"on disk"


def test_a_failure_while_a_path_is_lent_passes_through(storage: Storage, key: str) -> None:
    storage.save(key, [b"on disk"])
    with pytest.raises(FileNotFoundError, match="of the borrower"), storage.local_path(key):
        raise FileNotFoundError("of the borrower")


def test_it_has_an_address_only_where_the_store_serves_files_itself(storage: Storage, key: str) -> None:
    storage.save(key, [b"x"])
    assert (storage.url(key, 60, AS_TEXT) is None) == (storage.name == "local")


# Keys


def test_it_lists_its_keys_and_those_with_a_prefix(storage: Storage) -> None:
    january, february = (make_key("a.txt", datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 2))
    for name in (january, february):
        storage.save(name, [b"x"])
    assert sorted(storage.keys()) == sorted([january, february])
    assert list(storage.keys("2026/02/")) == [february]
    assert list(storage.keys("2025")) == []


def test_a_deleted_key_is_gone(storage: Storage, key: str) -> None:
    storage.save(key, [b"x"])
    storage.delete(key)
    assert list(storage.keys()) == []


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_a_missing_key_is_not_found(storage: Storage, key: str, lookup: str) -> None:
    with pytest.raises(StoredFileNotFound):
        LOOKUPS[lookup](storage, key)


@pytest.mark.parametrize("lookup", LOOKUPS)
@pytest.mark.parametrize("relative", ["2026", "2026/01/31", "2026/01/31/a.txt/b"])
def test_what_lies_above_or_below_a_file_is_not_found(storage: Storage, lookup: str, relative: str) -> None:
    storage.save("2026/01/31/a.txt", [b"x"])
    with pytest.raises(StoredFileNotFound):
        LOOKUPS[lookup](storage, relative)
    assert list(storage.keys()) == ["2026/01/31/a.txt"]


@pytest.mark.parametrize("foreign", FOREIGN_KEYS)
def test_a_key_that_is_not_ours_is_a_bug(storage: Storage, foreign: str) -> None:
    for lookup in LOOKUPS.values():
        with pytest.raises(InvalidKey):
            lookup(storage, foreign)
    with pytest.raises(InvalidKey):
        storage.save(foreign, [b"x"])


# Failures


def test_a_source_that_fails_leaves_nothing(storage: Storage, key: str, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a" * (SMALL_BYTES + 1)
        yield b"b" * 100
        raise ConnectionResetError("the client went away")

    with pytest.raises(ConnectionResetError, match="the client went away"):
        storage.save(key, broken())
    assert list(storage.keys()) == []
    assert every_file(tmp_path) == []


def test_a_source_that_is_interrupted_at_once_leaves_nothing(
    storage: Storage, key: str, tmp_path: Path
) -> None:
    class Interrupted:
        def __iter__(self) -> Iterator[bytes]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storage.save(key, Interrupted())
    assert every_file(tmp_path) == []


def test_no_descriptor_stays_open(storage: Storage, key: str) -> None:
    gc.collect()  # what other tests left open goes now, not in between
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        storage.save(key, [b"x"])
        read(storage, key)
        with storage.local_path(key):
            pass
        storage.delete(key)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


# The local folder


@pytest.fixture
def local(tmp_path: Path) -> LocalStorage:
    return make_local(tmp_path)


def test_an_open_file_has_a_descriptor_at_its_start(local: LocalStorage, key: str) -> None:
    local.save(key, [b"0123456789"])
    with local.open(key, 4, 8) as file:
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 4


def test_nothing_is_seen_of_a_file_before_it_is_complete(local: LocalStorage, key: str) -> None:
    def watched() -> Iterator[bytes]:
        yield b"first"
        assert list(local.keys()) == []
        with pytest.raises(StoredFileNotFound):
            local.open(key)
        yield b"second"

    local.save(key, watched())
    assert read(local, key) == b"firstsecond"


def test_other_programs_files_are_no_keys(local: LocalStorage, key: str, tmp_path: Path) -> None:
    local.save(key, [b"x"])
    folder = tmp_path / "media"
    for name in (".DS_Store", "Thumbs of mine.db", ".hidden/x"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    assert list(local.keys()) == [key]


@pytest.mark.parametrize("use", ["save", "keys", *LOOKUPS])
def test_a_folder_that_vanished_is_unavailable_rather_than_empty(
    local: LocalStorage, key: str, tmp_path: Path, use: str
) -> None:
    local.save(key, [b"x"])
    (tmp_path / "media").rename(tmp_path / "unmounted")
    uses = LOOKUPS | {
        "save": lambda storage, key: storage.save(key, [b"x"]),
        "keys": lambda storage, key: list(storage.keys(key)),
    }
    with pytest.raises(StorageUnavailable):
        uses[use](local, key)
    assert not (tmp_path / "media").exists()


def test_a_limit_of_the_operating_system_is_unavailable(
    local: LocalStorage, key: str, tmp_path: Path
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(StorageUnavailable):
            local.save(key, [b"x" * 2000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert every_file(tmp_path) == []


FILL_A_DISK = """
import subprocess, sys
from pathlib import Path
folder = Path(sys.argv[1])
try:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
except (OSError, subprocess.CalledProcessError):
    sys.exit(77)
from mediaweb.errors import StorageFull
from mediaweb.storage import LocalStorage
storage = LocalStorage(folder)
storage.prepare()
storage.save("2026/first", [b"x" * 1000])
for chunk_bytes in (100_000, 3_000_000):
    try:
        storage.save("2026/second", (b"x" * chunk_bytes for _ in range(40)))
    except StorageFull:
        print("full")
print(*(path.name for path in folder.rglob("*") if path.is_file()))
"""


def test_a_full_disk_is_storage_full_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    run = subprocess.run(
        ["unshare", "--map-root-user", "--mount", sys.executable, "-c", FILL_A_DISK, str(tmp_path / "disk")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode == 77 or "unshare" in run.stderr:
        pytest.skip("this machine lets nobody mount a small disk")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split() == ["full", "full", "first"]


@pytest.mark.parametrize("folder", ["file", "file/media", "/proc/no-such-folder/media", "/sys"])
def test_a_folder_that_cannot_be_written_to_stops_the_start_in_words(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartupError) as refused:
        LocalStorage(tmp_path / folder).prepare()
    assert re.fullmatch(
        rf"MEDIA_FOLDER={tmp_path / folder} can't be written to \(.+\)\. "
        rf"Make it writable for this user, for example with: chmod 755 {tmp_path / folder}",
        str(refused.value),
    )


WRITE_SLOWLY = """
import sys, time
from pathlib import Path
from mediaweb.storage import LocalStorage
storage = LocalStorage(Path(sys.argv[1]))
def chunks():
    yield b"half"
    print("writing", flush=True)
    time.sleep(60)
storage.save("2026/x", chunks())
"""


def test_sweeping_keeps_what_living_processes_write_and_removes_what_killed_ones_left(
    local: LocalStorage, tmp_path: Path
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE_SLOWLY, str(tmp_path / "media")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        assert local.sweep_staging() == 0
        assert len(every_file(tmp_path)) == 1
        writer.kill()
    assert local.sweep_staging() == 1
    assert every_file(tmp_path) == []


def test_a_sweep_between_creating_and_locking_does_no_harm(
    local: LocalStorage, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_flock = fcntl.flock
    swept: list[int] = []

    def flock_too_late(descriptor: int, operation: int) -> None:
        if operation == fcntl.LOCK_EX and not swept:
            swept.append(local.sweep_staging())
        real_flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_too_late)
    local.save(key, [b"x"])
    assert swept == [1]
    assert read(local, key) == b"x"


# The layout of keys


def test_a_key_is_the_date_a_uuid_and_a_safe_name() -> None:
    key = make_key("Über den Wolken (1).JPG", datetime(2026, 1, 5, 23, 59, tzinfo=UTC))
    folder, _, name = key.rpartition("/")
    identifier, _, safe_name = name.partition("_")
    assert folder == "2026/01/05"
    assert uuid.UUID(identifier).version == 4
    assert safe_name == "Uber_den_Wolken_1.JPG"


def test_two_keys_of_one_name_differ() -> None:
    now = datetime.now(UTC)
    assert make_key("a.jpg", now) != make_key("a.jpg", now)
