"""What decodes a file can reach that file and its own folder, whoever takes it over."""

import ctypes
import mmap
import os
import platform
import re
import resource
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from mediaweb.previews import limits, system_calls
from mediaweb.previews.confinement import confine, find_landlock
from mediaweb.previews.formats import Kind
from mediaweb.previews.maker import make_previews
from mediaweb.previews.orders import FILE_NAMES, Order, Step
from tests.files import make_flac, make_jpeg, make_mp4, make_pdf
from tests.previews.pictures import draw_corners, save
from tests.previews.raw_files import make_dng, make_embedded

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="other systems have the limits only"),
    pytest.mark.skipif(system_calls.make_filter() is None, reason="no filter of calls for this machine"),
    # What the warning is about, a lock that a thread held, these children don't meet.
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
needs_landlock = pytest.mark.skipif(find_landlock() is None, reason="this kernel has no Landlock")

EPERM, ENOSYS = 1, 38
LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "library" / "picture.jpg"
    path.parent.mkdir()
    path.write_bytes(make_jpeg(800, 600))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "decoding"
    path.mkdir()
    for name in FILE_NAMES:
        (path / name).touch()
    return path


@pytest.fixture
def confined(source: Path, folder: Path) -> Callable[[Callable[[], object]], None]:
    """Run a function in a confined child; what it raises or fails to assert fails the test."""

    def run(act: Callable[[], object]) -> None:
        status, said = run_confined(source, folder, act)
        assert status == 0, said

    return run


def run_confined(
    source: Path, folder: Path, act: Callable[[], object], cpu_seconds: int = limits.MAX_CPU_SECONDS
) -> tuple[int, str]:
    """Return how a confined child ended (negative: by which signal) and what it complained of."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        signal.alarm(limits.MAX_WALL_SECONDS)  # a child that hangs fails, rather than all that follow
        try:
            try:
                confine(source, folder, cpu_seconds)
                act()
                status = 0
            except BaseException:  # noqa: BLE001 - a failed assertion, too
                os.write(writer, traceback.format_exc().encode())
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader) as pipe:  # noqa: PTH123 - a descriptor
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def call(name: str, *arguments: object) -> int:
    """Make a call by its name; return 0, or the number of the error."""
    column = 0 if platform.machine() == "x86_64" else 1
    number = {**system_calls.REFUSED, **LATER, **CONDITIONAL}[name][column]
    if number is None:
        return EPERM  # there is no such call to refuse
    ctypes.set_errno(0)
    return 0 if LIBC.syscall(number, *arguments) >= 0 else ctypes.get_errno()


LATER = {
    name: (number, number)
    for name, number in {
        "pidfd_send_signal": 424,
        "io_uring_setup": 425,
        "io_uring_enter": 426,
        "io_uring_register": 427,
        "open_tree": 428,
        "fsopen": 430,
        "pidfd_open": 434,
        "clone3": 435,
        "openat2": 437,
        "pidfd_getfd": 438,
        "process_madvise": 440,
        "memfd_secret": 447,
        "fchmodat2": 452,
        "setxattrat": 463,
        "never_heard_of": 999,
    }.items()
}
CONDITIONAL = {"fcntl": (72, 25), "prctl": (157, 167), "prlimit64": (302, 261), "clone": (56, 220)}


def is_refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError:
        return True
    return False


@needs_landlock
def test_no_other_file_can_be_read(confined: Callable[..., None], source: Path, tmp_path: Path) -> None:
    secrets = [tmp_path / name for name in ("mediaweb.sqlite3", "secret_key", ".env", "library/other.jpg")]
    for secret in secrets:
        secret.write_text("secret")
    parent = Path("/proc") / str(os.getpid())
    others = [parent / "environ", parent / "mem", parent / "maps", Path("/proc/self/environ")]

    def act() -> None:
        for path in (*secrets, *others, Path("/etc/passwd"), Path("/dev/tty"), Path(__file__)):
            assert is_refused(partial(path.read_bytes)), path
        for path in (tmp_path, source.parent, Path("/"), Path("/proc"), Path("/tmp"), Path("/dev/shm")):
            assert is_refused(partial(os.listdir, path)), path

    confined(act)


@needs_landlock
def test_nothing_else_can_be_written_made_or_changed(
    confined: Callable[..., None], source: Path, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "mediaweb.sqlite3"
    other.write_text("rows")
    inside = folder / "320.webp"
    attempts: dict[str, Callable[[], object]] = {
        "write to the source": lambda: source.open("r+b"),
        "empty the source": lambda: os.close(os.open(source, os.O_RDONLY | os.O_TRUNC)),
        "empty another": lambda: os.truncate(other, 0),
        "write to another": lambda: other.open("ab"),
        "make a file beside": lambda: (tmp_path / "new").touch(),
        "make a file in memory": lambda: Path("/dev/shm/mediaweb-test").touch(),
        "make a file in the folder": lambda: (folder / "new").touch(),
        "make a folder": lambda: (folder / "new").mkdir(),
        "make a link": lambda: (folder / "new").symlink_to(other),
        "make a hard link": lambda: os.link(other, folder / "new"),
        "make a pipe": lambda: os.mkfifo(folder / "new"),
        "make a device": lambda: os.mknod(folder / "new"),
        "delete the source": source.unlink,
        "delete a preview": inside.unlink,
        "move the source": lambda: source.rename(folder / "new"),
        "move another over a preview": lambda: other.rename(inside),
        "delete the folder": folder.rmdir,
        "open to all": lambda: other.chmod(0o666),
        "give away": lambda: os.chown(source, os.getuid(), os.getgid()),
        "change the time": lambda: os.utime(source),
        "add an attribute": lambda: os.setxattr(source, "user.a", b"b"),
    }

    def act() -> None:
        for what, attempt in attempts.items():
            assert is_refused(attempt), what

    confined(act)
    assert other.read_text() == "rows"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILE_NAMES)


def test_nobody_can_be_talked_to(confined: Callable[..., None]) -> None:
    kinds = [
        (family, kind)
        for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET)
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW)
    ]

    def act() -> None:
        for kind in kinds:
            assert is_refused(partial(socket.socket, *kind)), kind
        assert is_refused(socket.socketpair)

    confined(act)


def test_every_call_of_the_list_is_refused(confined: Callable[..., None]) -> None:
    def act() -> None:
        for names, error in ((system_calls.REFUSED, EPERM), (LATER, ENOSYS)):
            for name in names:
                # With arguments that would do no harm if they were taken.
                assert call(name, -1, -1, -1, -1, -1, -1) == error, name

    confined(act)


def test_no_other_process_can_be_started_or_touched(confined: Callable[..., None]) -> None:
    parent = os.getpid()

    def act() -> None:
        assert is_refused(os.fork)
        assert is_refused(lambda: os.execv("/bin/true", ["true"]))
        assert is_refused(lambda: os.posix_spawn("/bin/true", ["true"], {}))
        assert is_refused(lambda: os.kill(parent, 0))
        assert is_refused(lambda: os.kill(-1, 0))
        assert is_refused(lambda: os.setpriority(os.PRIO_PROCESS, parent, 19))
        assert is_refused(lambda: os.sched_setaffinity(parent, {0}))
        assert is_refused(lambda: resource.prlimit(parent, resource.RLIMIT_CPU))
        assert call("clone", signal.SIGCHLD, None, None, None, None) == EPERM
        assert call("prctl", 1, 0, 0, 0, 0) == EPERM  # PR_SET_PDEATHSIG

    confined(act)


def test_no_signal_can_be_sent_by_way_of_a_file(confined: Callable[..., None]) -> None:
    parent = os.getpid()

    def act() -> None:
        reader, writer = os.pipe()
        assert call("fcntl", reader, 8, parent) == EPERM  # F_SETOWN
        assert call("fcntl", reader, 15, struct.pack("ii", 1, parent)) == EPERM  # F_SETOWN_EX
        assert os.get_blocking(writer)

    confined(act)


def test_memory_that_the_limit_does_not_count_can_not_be_had(confined: Callable[..., None]) -> None:
    def act() -> None:
        assert is_refused(lambda: mmap.mmap(-1, 4096, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
        assert is_refused(lambda: os.memfd_create("a"))
        mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()

    confined(act)


def test_memory_is_limited(confined: Callable[..., None]) -> None:
    def act() -> None:
        with pytest.raises(MemoryError):
            bytearray(limits.MAX_MEMORY_BYTES)
        with pytest.raises(OSError, match="memory"):
            mmap.mmap(-1, limits.MAX_MEMORY_BYTES, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    confined(act)


def test_time_and_open_files_are_limited(source: Path, folder: Path) -> None:
    def spin() -> None:
        while True:
            pass

    assert run_confined(source, folder, spin, cpu_seconds=0)[0] == -signal.SIGXCPU
    status, said = run_confined(source, folder, lambda: [os.pipe() for _ in range(limits.MAX_OPEN_FILES)])
    assert (status, "Too many open files" in said) == (1, True)


def test_what_it_writes_is_limited(source: Path, folder: Path) -> None:
    def flood() -> None:
        with (folder / "320.webp").open("wb") as file:
            file.seek(limits.MAX_OUTPUT_BYTES)
            file.write(b"one too many")

    status, _ = run_confined(source, folder, flood)
    assert status in (1, -signal.SIGXFSZ)
    assert (folder / "320.webp").stat().st_size <= limits.MAX_OUTPUT_BYTES


def test_the_source_can_be_read_and_the_previews_written(
    confined: Callable[..., None], source: Path, folder: Path
) -> None:
    confined(lambda: (folder / "320.webp").write_bytes(source.read_bytes()))
    assert (folder / "320.webp").read_bytes() == source.read_bytes()


def test_threads_can_be_started(confined: Callable[..., None]) -> None:
    def act() -> None:
        done: list[int] = []
        threads = [threading.Thread(target=done.append, args=(1,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == 4

    confined(act)


def _cases(tmp_path: Path) -> Iterator[tuple[Kind, bytes]]:
    text = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><text y="20">Hello</text></svg>'
    yield Kind.SVG, text.encode()
    yield Kind.IMAGE, save(tmp_path, "HEIF", draw_corners()).read_bytes()
    yield Kind.RAW, make_dng(96, 64, embedded=make_embedded(96, 64))
    yield Kind.RAW, make_dng(96, 64)
    yield Kind.AUDIO, make_flac()
    yield Kind.VIDEO, make_mp4()
    yield Kind.PDF, make_pdf()


def test_every_decoder_works_confined(tmp_path: Path, source: Path, folder: Path) -> None:
    for kind, content in _cases(tmp_path):
        source.write_bytes(content)

        def act(kind: Kind = kind) -> None:
            made = make_previews(Order(source=source, folder=folder, kind=kind, step=Step.REST))
            assert made.failure is None
            assert made.sizes

        status, said = run_confined(source, folder, act)
        assert status == 0, f"{kind}: {said}"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_numbers_are_those_of_the_kernel(machine: str) -> None:
    place = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}[machine]
    header = Path("/usr/include") / place
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    found = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text(), re.MULTILINE)
    numbers = {name: int(number) for name, number in found}
    column = list(system_calls._ARCHITECTURES).index(machine)
    for name, ours in {**system_calls.REFUSED, **CONDITIONAL}.items():
        assert ours[column] == numbers.get(name, ours[column]), name
        assert (ours[column] is None) == (name not in numbers), name
    for text, condition in system_calls.CONDITIONS.items():
        assert condition.numbers[column] == numbers.get(text.partition(":")[0]), text
    assert all(numbers[name] == number for name, (number, _) in LATER.items() if name in numbers)


def test_it_dies_with_its_parent(source: Path, folder: Path) -> None:
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        child = os.fork()
        if child == 0:
            confine(source, folder)
            os.write(writer, f"{os.getpid()}\n".encode())
        time.sleep(60)
        os._exit(0)
    with open(reader) as pipe:  # noqa: PTH123 - a descriptor
        os.close(writer)
        child = psutil.Process(int(pipe.readline()))
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
        assert pipe.read() == ""  # until nobody holds the other end
    child.wait(30)
