"""Lock a process up with one file: what decodes a stranger's bytes may be taken over by them.

Afterwards it can read that file and installed programs, write to the files of one folder, compute within
limits, and nothing else: no network, no other process, no secret of the library. Linux does all of it
(seccomp, `kernel.org/doc/html/latest/userspace-api/seccomp_filter.html`; Landlock, `…/landlock.html`); other
systems the limits only.
"""

import ctypes
import os
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from mediaweb.previews import limits
from mediaweb.previews.system_calls import make_filter

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_PATH_BENEATH, _LANDLOCK_VERSION = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
#: How many rights each version of Landlock knows.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_RIGHTS = 16
#: The versions from which on Landlock knows TCP, and signals to others and sockets that are in no folder.
_TCP_FROM, _SCOPES_FROM = 4, 6
_ALL_TCP, _ALL_SCOPES = 0b11, 0b11


def confine(source: Path, folder: Path, cpu_seconds: int = limits.MAX_CPU_SECONDS) -> None:
    """Give up everything but reading `source` and writing to the files in `folder`. Can't be undone."""
    _set_limits(cpu_seconds)
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _restrict_files(libc, source, folder)
    _restrict_calls(libc)


def end_with(parent_pid: int) -> None:
    """Have the kernel kill this process as soon as its parent is gone; end at once if it is already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it ended before we could say so
        os._exit(1)


def find_landlock() -> int | None:
    """Return which version of Landlock there is; None in kernels before 5.13 or started without it."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    version: int = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    return version if version >= 1 else None


def _set_limits(cpu_seconds: int) -> None:
    # Past the first limit of CPU time comes a signal that says so, past the second one that can't be ignored.
    for name, soft, hard in (
        (resource.RLIMIT_DATA, limits.MAX_MEMORY_BYTES, limits.MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, limits.MAX_OUTPUT_BYTES, limits.MAX_OUTPUT_BYTES),
        (resource.RLIMIT_NOFILE, limits.MAX_OPEN_FILES, limits.MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, most = resource.getrlimit(name)
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(name, (soft, hard))


def _restrict_files(libc: ctypes.CDLL, source: Path, folder: Path) -> None:
    version = find_landlock()
    if version is None:
        return
    rights = (1 << _RIGHTS.get(version, _NEWEST_RIGHTS)) - 1
    ports = _ALL_TCP if version >= _TCP_FROM else 0
    scopes = _ALL_SCOPES if version >= _SCOPES_FROM else 0
    attributes = struct.pack("QQQ", rights, ports, scopes)
    ruleset = libc.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    _check(ruleset)
    programs = _READ_FILE | _READ_FOLDER | _EXECUTE
    for path in _PROGRAM_FOLDERS:
        _allow(libc, ruleset, path, programs)
    for device in ("/dev/null", "/dev/urandom"):
        _allow(libc, ruleset, Path(device), _READ_FILE)
    _allow(libc, ruleset, source, _READ_FILE)
    _allow(libc, ruleset, folder, (_READ_FILE | _READ_FOLDER | _WRITE_FILE | _TRUNCATE) & rights)
    _check(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _program_folders() -> Iterable[Path]:
    """Yield where modules, libraries and fonts may have to be loaded from."""
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    system = ("/usr/lib", "/usr/lib64", "/usr/share", "/lib", "/lib64", "/etc/fonts", "/etc/ld.so.cache")
    yield Path(__file__).parent
    yield from (path for name in (*installed, *system) if (path := Path(name)).exists())


#: Looked up once, before there is a file to be locked up with.
_PROGRAM_FOLDERS = tuple(_program_folders())
_FILTER = make_filter()


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not path.is_dir():
        rights &= _READ_FILE | _EXECUTE | _WRITE_FILE | _TRUNCATE
    rule = struct.pack("=Qi", rights, descriptor)
    _check(libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_PATH_BENEATH, rule, 0))
    os.close(descriptor)


def _restrict_calls(libc: ctypes.CDLL) -> None:
    if _FILTER is None:
        return
    buffer = ctypes.create_string_buffer(_FILTER)
    header = struct.pack("HxxxxxxP", len(_FILTER) // 8, ctypes.addressof(buffer))
    _check(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0))


def _check(result: int) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
