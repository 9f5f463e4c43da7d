"""System call filters, as the classic BPF programs that `bwrap --seccomp` loads.

Both filters are deny lists over everything that a compiler or a test never needs and that widens the
kernel's attack surface: mounting, namespaces, tracing, keys, BPF, io_uring, modules, clocks. The
`minimal` one also refuses sockets and new processes; threads are let through.

clone3 hides its flags in memory where a filter cannot look, so it answers ENOSYS and the C library
falls back to clone, whose flags are checked. Numbers are those of the kernel's syscall tables
(arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h).
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterable
from functools import cache
from typing import Literal

Profile = Literal["toolchain", "minimal"]

_LOAD, _JUMP_EQ, _JUMP_GE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
# Offsets in struct seccomp_data; the low half of the first two arguments (little-endian machines only).
_NUMBER, _ARCH, _ARG0, _ARG1 = 0, 4, 16, 24


def _numbers(table: str) -> dict[str, tuple[int | None, int | None]]:
    """Return the numbers of system calls on x86_64 and aarch64, `None` where the architecture has no such call."""
    rows = (row.split() for row in table.split(","))
    return {name: (_number(x86_64), _number(aarch64)) for name, x86_64, aarch64 in rows}


def _number(word: str) -> int | None:
    return None if word == "-" else int(word)


_NEVER = _numbers(
    "ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, kcmp 312 272, pidfd_getfd 438 438, "
    "process_madvise 440 440, mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, open_tree 428 428, "
    "move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433, mount_setattr 442 442, "
    "open_tree_attr 467 467, unshare 272 97, setns 308 268, bpf 321 280, perf_event_open 298 241, "
    "userfaultfd 323 282, add_key 248 217, request_key 249 218, keyctl 250 219, init_module 175 105, "
    "finit_module 313 273, delete_module 176 106, kexec_load 246 104, kexec_file_load 320 294, reboot 169 142, "
    "swapon 167 224, swapoff 168 225, acct 163 89, quotactl 179 60, quotactl_fd 443 443, syslog 103 116, "
    "vhangup 153 58, personality 135 92, settimeofday 164 170, clock_settime 227 112, adjtimex 159 171, "
    "clock_adjtime 305 266, sethostname 170 161, setdomainname 171 162, lookup_dcookie 212 18, "
    "name_to_handle_at 303 264, open_by_handle_at 304 265, fanotify_init 300 262, iopl 172 -, ioperm 173 -, "
    "modify_ldt 154 -, uselib 134 -, mbind 237 235, move_pages 279 239, migrate_pages 256 238"
)

_ABSENT = _numbers(
    "clone3 435 435, io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427, memfd_secret 447 447"
)

_MINIMAL = _numbers(
    "fork 57 -, vfork 58 -, socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, "
    "shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190, semop 65 193, semctl 66 191, semtimedop 220 192, "
    "msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180, memfd_create 319 279, "
    "inotify_init 253 -, inotify_init1 294 26, flock 73 32, mlockall 151 230, mknod 133 -, mknodat 259 33"
)

_CLONE, _SOCKET, _IOCTL = (56, 220), (41, 198), (16, 29)
_CLONE_THREAD = 0x00010000
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_CLONE_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: all bound to the network namespace
_TERMINAL_FAKING = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def supported() -> bool:
    """Whether there is a filter for this machine's architecture."""
    return platform.machine() in _ARCHITECTURES


@cache
def program(profile: Profile) -> bytes:
    """Return the filter as an array of `struct sock_filter`; one that allows everything if unsupported."""
    if not supported():
        return _op(_RETURN, _ALLOW)
    column, audit_arch = _ARCHITECTURES[platform.machine()]
    code = [_op(_LOAD, _ARCH), _op(_JUMP_EQ, audit_arch, 1, 0), _op(_RETURN, _KILL), _op(_LOAD, _NUMBER)]
    if column == 0:  # x32 calls share the architecture and carry a bit in the number
        code += [_op(_JUMP_GE, 0x40000000, 0, 1), _op(_RETURN, _ERRNO | errno.ENOSYS)]
    denied = _NEVER | _MINIMAL if profile == "minimal" else _NEVER
    code += _deny((numbers[column] for numbers in denied.values()), errno.EPERM)
    code += _deny((numbers[column] for numbers in _ABSENT.values()), errno.ENOSYS)
    code += _clone(_CLONE[column], threads_only=profile == "minimal")
    code += _only(_SOCKET[column], _ARG0, _FAMILIES)
    code += _except(_IOCTL[column], _ARG1, _TERMINAL_FAKING)
    code.append(_op(_RETURN, _ALLOW))
    return b"".join(code)


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _deny(numbers: Iterable[int | None], error: int) -> list[bytes]:
    code: list[bytes] = []
    for number in numbers:
        if number is not None:
            code += [_op(_JUMP_EQ, number, 0, 1), _op(_RETURN, _ERRNO | error)]
    return code


def _on(number: int, body: list[bytes]) -> list[bytes]:
    """Run `body`, which returns, if the call is `number`; else jump over it."""
    return [_op(_JUMP_EQ, number, 0, len(body)), *body]


def _clone(number: int, *, threads_only: bool) -> list[bytes]:
    body = [_op(_LOAD, _ARG0), _op(_JUMP_SET, _CLONE_NAMESPACES, 0, 1), _op(_RETURN, _ERRNO | errno.EPERM)]
    if threads_only:
        body += [_op(_JUMP_SET, _CLONE_THREAD, 1, 0), _op(_RETURN, _ERRNO | errno.EPERM)]
    return _on(number, [*body, _op(_RETURN, _ALLOW)])


def _only(number: int, argument: int, values: tuple[int, ...]) -> list[bytes]:
    body = [_op(_LOAD, argument)]
    for value in values:
        body += [_op(_JUMP_EQ, value, 0, 1), _op(_RETURN, _ALLOW)]
    return _on(number, [*body, _op(_RETURN, _ERRNO | errno.EAFNOSUPPORT)])


def _except(number: int, argument: int, values: tuple[int, ...]) -> list[bytes]:
    body = [_op(_LOAD, argument)]
    for value in values:
        body += [_op(_JUMP_EQ, value, 0, 1), _op(_RETURN, _ERRNO | errno.EPERM)]
    return _on(number, [*body, _op(_RETURN, _ALLOW)])
