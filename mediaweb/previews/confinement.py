"""Lock a process up with one file: what decodes a stranger's bytes may be taken over by them.

Afterwards it can read that file and installed programs, write to one folder, compute within limits, and
nothing else: no network, no other process, no secret of the library. Linux does all of it (seccomp,
`kernel.org/doc/html/latest/userspace-api/seccomp_filter.html`; Landlock, `…/landlock.html`); other systems
the limits only.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from mediaweb.previews import limits

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_LANDLOCK_CREATE, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_PATH_BENEATH, _LANDLOCK_VERSION = 1, 1
_READ_FILE, _READ_FOLDER, _EXECUTE, _WRITE_FILE, _MAKE_FILE, _TRUNCATE = (
    1 << 2,
    1 << 3,
    1 << 0,
    1 << 1,
    1 << 8,
    1 << 14,
)
#: How many rights each version of Landlock knows.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_RIGHTS = 16

#: What a decoder never does: talk, start programs, reach into other processes, or into the kernel's depths.
_REFUSED = {
    "x86_64": (0xC000003E, 56, 435, (
        *(41, 42, 43, 44, 45, 46, 47, 49, 50, 53, 288, 299, 307),  # socket … sendmmsg
        *(57, 58, 59, 62, 129, 200, 234, 297, 322, 424),  # fork, exec, signals to others
        *(101, 310, 311, 312, 434, 438, 440),  # ptrace, process_vm_*, pidfd_*
        *(155, 161, 165, 166, 272, 308, 428, 429, 430, 442),  # mounts and namespaces
        *(250, 298, 304, 321, 323, 425, 426, 427),  # keys, perf, bpf, io_uring
    )),
    "aarch64": (0xC00000B7, 220, 435, (
        *(198, 199, 200, 201, 202, 203, 206, 207, 211, 212, 242, 243, 269),
        *(129, 130, 138, 221, 240, 281, 424),
        *(117, 270, 271, 272, 434, 438, 440),
        *(40, 39, 41, 51, 97, 268, 428, 429, 430, 442),
        *(217, 218, 219, 241, 265, 280, 282, 425, 426, 427),
    )),
}  # fmt: skip


def confine(source: Path, folder: Path) -> None:
    """Give up everything but reading `source` and writing to `folder`. Can't be undone."""
    _set_limits()
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _restrict_files(libc, source, folder)
    _restrict_calls(libc)


def _set_limits() -> None:
    # Past the first limit of CPU time comes a signal that says so, past the second one that can't be ignored.
    for name, soft, hard in (
        (resource.RLIMIT_DATA, limits.MAX_MEMORY_BYTES, limits.MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.MAX_CPU_SECONDS, limits.MAX_CPU_SECONDS + 1),
        (resource.RLIMIT_FSIZE, limits.MAX_OUTPUT_BYTES, limits.MAX_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, most = resource.getrlimit(name)
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(name, (soft, hard))


def _restrict_files(libc: ctypes.CDLL, source: Path, folder: Path) -> None:
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    if version < 1:  # a kernel before 5.13, or one built or started without it
        return
    rights = (1 << _RIGHTS.get(version, _NEWEST_RIGHTS)) - 1
    ruleset = libc.syscall(_LANDLOCK_CREATE, struct.pack("Q", rights), ctypes.c_size_t(8), 0)
    _check(ruleset)
    programs = _READ_FILE | _READ_FOLDER | _EXECUTE
    for path in _program_folders():
        _allow(libc, ruleset, path, programs)
    for device in ("/dev/null", "/dev/urandom"):
        _allow(libc, ruleset, Path(device), _READ_FILE)
    _allow(libc, ruleset, source, _READ_FILE)
    _allow(libc, ruleset, folder, (_READ_FILE | _READ_FOLDER | _WRITE_FILE | _MAKE_FILE | _TRUNCATE) & rights)
    _check(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _program_folders() -> Iterable[Path]:
    """Yield where modules, libraries and fonts may have to be loaded from."""
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    system = ("/usr/lib", "/usr/lib64", "/usr/share", "/lib", "/lib64", "/etc/fonts", "/etc/ld.so.cache")
    yield Path(__file__).parent
    yield from (path for name in (*installed, *system) if (path := Path(name)).exists())


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not path.is_dir():
        rights &= _READ_FILE | _EXECUTE | _WRITE_FILE | _TRUNCATE
    rule = struct.pack("=Qi", rights, descriptor)
    _check(libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_PATH_BENEATH, rule, 0))
    os.close(descriptor)


def _restrict_calls(libc: ctypes.CDLL) -> None:
    known = _REFUSED.get(platform.machine())
    if known is None:
        return
    program = b"".join(struct.pack("HBBI", *instruction) for instruction in _filter_program(*known))
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    _check(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0))


def _filter_program(
    architecture: int, clone: int, clone3: int, refused: tuple[int, ...]
) -> list[tuple[int, int, int, int]]:
    """Return the filter as BPF instructions (code, jump if true, jump if false, operand)."""
    load, jump_if_equal, jump_if_set, jump_if_greater, answer = 0x20, 0x15, 0x45, 0x25, 0x06
    allow, kill, no_permission, no_such_call = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
    number_at, architecture_at, flags_at = 0, 4, 16
    thread_flag = 0x00010000
    program = [
        (load, 0, 0, architecture_at),
        (jump_if_equal, 1, 0, architecture),
        (answer, 0, 0, kill),
        (load, 0, 0, number_at),
        (jump_if_greater, 0, 1, 0x3FFFFFFF),  # a second set of numbers for the same calls
        (answer, 0, 0, kill),
        (jump_if_equal, 0, 1, clone3),  # its flags are out of a filter's sight; libc then asks for `clone`
        (answer, 0, 0, no_such_call),
        (jump_if_equal, 0, 3, clone),
        (load, 0, 0, flags_at),
        (jump_if_set, 1, 0, thread_flag),
        (answer, 0, 0, no_permission),
        (load, 0, 0, number_at),
    ]
    for call in refused:
        program += [(jump_if_equal, 0, 1, call), (answer, 0, 0, no_permission)]
    return [*program, (answer, 0, 0, allow)]


def _check(result: int) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
