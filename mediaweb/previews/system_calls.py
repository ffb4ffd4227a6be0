"""Which calls of the kernel a confined process may make, as a filter for seccomp.

A list of what is refused, not of what is allowed: libraries change what they call, and a call that is missed
here still meets Landlock and the limits. What came after Linux 5.0 doesn't exist for a confined process;
libraries know how to do without.
"""

import platform
import struct
import sys
from dataclasses import dataclass

#: Numbers for x86_64 and aarch64 (the kernel's `syscall_64.tbl` and `unistd.h`); None where there is none.
Numbers = tuple[int, int | None]

_TALKING: dict[str, Numbers] = {
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": (53, 199),
    "accept4": (288, 242),
    "recvmmsg": (299, 243),
    "sendmmsg": (307, 269),
}
_PROGRAMS_AND_SIGNALS: dict[str, Numbers] = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}
_OTHER_PROCESSES: dict[str, Numbers] = {
    "ptrace": (101, 117),
    "setpriority": (141, 140),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "sched_setattr": (314, 274),
}
#: Memory that the limit does not count, or that is shared with others.
_SHARED_MEMORY: dict[str, Numbers] = {
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "memfd_create": (319, 279),
}
#: What Landlock doesn't decide, and `truncate`, which its first versions did not.
_FILES: dict[str, Numbers] = {
    "truncate": (76, 45),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "utime": (132, None),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "utimes": (235, None),
    "inotify_init": (253, None),
    "inotify_add_watch": (254, 27),
    "fchownat": (260, 54),
    "futimesat": (261, None),
    "fchmodat": (268, 53),
    "utimensat": (280, 88),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
}
#: Where a flaw of the kernel is likelier than a need of ours, and what only root may do.
_THE_SYSTEM: dict[str, Numbers] = {
    "syslog": (103, 116),
    "personality": (135, 92),
    "vhangup": (153, 58),
    "modify_ldt": (154, None),
    "pivot_root": (155, 41),
    "adjtimex": (159, 171),
    "chroot": (161, 51),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    "clock_settime": (227, 112),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "perf_event_open": (298, 241),
    "clock_adjtime": (305, 266),
    "setns": (308, 268),
    "finit_module": (313, 273),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
}
REFUSED = _TALKING | _PROGRAMS_AND_SIGNALS | _OTHER_PROCESSES | _SHARED_MEMORY | _FILES | _THE_SYSTEM


@dataclass(frozen=True, slots=True)
class Condition:
    """A call that is refused if what a mask leaves of an argument is this value, or if it is another."""

    numbers: Numbers
    argument: int
    mask: int
    value: int
    is_refused_if_equal: bool = True


_ALL = 0xFFFFFFFF
_THREAD = 0x10000
_SHARED_AND_OF_NO_FILE = 0x21
_EMPTIED, _FOR_READING, _FOR_NOTHING = 0x200, 0, 3
#: What may be called for some purposes only.
CONDITIONS = {
    "clone: a process, not a thread": Condition((56, 220), 0, _THREAD, 0),
    "mmap: memory that the limit does not count": Condition(
        (9, 222), 3, _SHARED_AND_OF_NO_FILE, _SHARED_AND_OF_NO_FILE
    ),
    "open: emptying what may only be read": Condition((2, None), 1, _EMPTIED | 3, _EMPTIED | _FOR_READING),
    "open: emptying without opening": Condition((2, None), 1, _EMPTIED | 3, _EMPTIED | _FOR_NOTHING),
    "openat: emptying what may only be read": Condition((257, 56), 2, _EMPTIED | 3, _EMPTIED | _FOR_READING),
    "openat: emptying without opening": Condition((257, 56), 2, _EMPTIED | 3, _EMPTIED | _FOR_NOTHING),
    "fcntl: signals to others by F_SETOWN": Condition((72, 25), 1, _ALL, 8),
    "fcntl: signals to others by F_SETOWN_EX": Condition((72, 25), 1, _ALL, 15),
    "fcntl: leases, which keep others waiting": Condition((72, 25), 1, _ALL, 1024),
    "prctl: outliving the parent": Condition((157, 167), 0, _ALL, 1),
    "prlimit64: limits of others": Condition((302, 261), 0, _ALL, 0, is_refused_if_equal=False),
}
#: The same number on all machines: the first call after Linux 5.0, and those that are missed there.
_FIRST_NEW, _KEPT = 424, (436, 439)  # close_range, faccessat2

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

#: Codes of BPF, and what it answers: `kernel.org/doc/html/latest/userspace-api/seccomp_filter.html`.
_LOAD, _AND, _IF_EQUAL, _IF_GREATER, _IF_NOT_LESS, _ANSWER = 0x20, 0x54, 0x15, 0x25, 0x35, 0x06
_ALLOW, _KILL, _NO_PERMISSION, _NO_SUCH_CALL = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

Instruction = tuple[int, int, int, int]


def make_filter() -> bytes | None:
    """Return the filter for this machine as BPF; None for those whose numbers aren't known here."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES or sys.maxsize < 2**32:  # an old system on a newer kernel
        return None
    column = list(_ARCHITECTURES).index(machine)
    program = [*_check_numbering(_ARCHITECTURES[machine]), *_refuse_new()]
    for numbers in REFUSED.values():
        number = numbers[column]
        if number is not None:
            program += [(_IF_EQUAL, 0, 1, number), (_ANSWER, 0, 0, _NO_PERMISSION)]
    for condition in CONDITIONS.values():
        number = condition.numbers[column]
        if number is not None:
            program += _refuse_if(number, condition)
    program.append((_ANSWER, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def _check_numbering(architecture: int) -> list[Instruction]:
    return [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, architecture),
        (_ANSWER, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_GREATER, 0, 1, 0x3FFFFFFF),  # a second set of numbers for the same calls
        (_ANSWER, 0, 0, _KILL),
    ]


def _refuse_new() -> list[Instruction]:
    # Among them clone3 and openat2, whose flags no filter can see: libc then asks for clone and openat.
    kept = [(_IF_EQUAL, len(_KEPT) - place, 0, number) for place, number in enumerate(_KEPT)]
    return [
        (_IF_NOT_LESS, 0, len(kept) + 1, _FIRST_NEW),
        *kept,
        (_ANSWER, 0, 0, _NO_SUCH_CALL),
    ]


def _refuse_if(number: int, condition: Condition) -> list[Instruction]:
    on_equal, on_other = (0, 1) if condition.is_refused_if_equal else (1, 0)
    return [
        (_IF_EQUAL, 0, 5, number),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * condition.argument),  # the lower half: these are numbers of 32 bits
        (_AND, 0, 0, condition.mask),
        (_IF_EQUAL, on_equal, on_other, condition.value),
        (_ANSWER, 0, 0, _NO_PERMISSION),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
