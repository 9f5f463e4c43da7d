"""System call filters: what each lets through, decided as the kernel does it."""

import errno
import struct

import pytest

from sigil_common.sandbox import seccomp

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
ALLOW, DENIED, ABSENT, NO_FAMILY = (
    0x7FFF0000,
    0x50000 | errno.EPERM,
    0x50000 | errno.ENOSYS,
    0x50000 | errno.EAFNOSUPPORT,
)


def decide(program, arch, number, *args):
    data = struct.pack("<IIQ6Q", number, arch, 0, *(*args, *[0] * (6 - len(args))))
    rules = list(struct.iter_unpack("<HBBI", program))
    held = position = 0
    while True:
        code, if_true, if_false, value = rules[position]
        position += 1
        if code == 0x06:
            return value
        if code == 0x20:
            held = struct.unpack_from("<I", data, value)[0]
        else:
            position += if_true if {0x15: held == value, 0x35: held >= value, 0x45: held & value}[code] else if_false


@pytest.fixture(params=MACHINES)
def machine(request, monkeypatch):
    """A function that decides a call, by number, on one machine under one filter."""
    monkeypatch.setattr(seccomp.platform, "machine", lambda: request.param)
    arch, column = MACHINES[request.param]
    programs = {name: seccomp.program.__wrapped__(name) for name in ("toolchain", "minimal")}
    return lambda profile, number, *args: decide(programs[profile], arch, number, *args), column


def test_what_nobody_needs_is_denied_under_both(machine):
    of, column = machine
    for numbers in seccomp._NEVER.values():
        if numbers[column] is not None:
            assert {of("toolchain", numbers[column]), of("minimal", numbers[column])} == {DENIED}
    for numbers in seccomp._ABSENT.values():
        assert {of("toolchain", numbers[column]), of("minimal", numbers[column])} == {ABSENT}


@pytest.mark.parametrize(
    "numbers",
    [(101, 117), (165, 40), (321, 280), (272, 97), (250, 219), (155, 41), (308, 268), (323, 282)],
    ids=["ptrace", "mount", "bpf", "unshare", "keyctl", "pivot_root", "setns", "userfaultfd"],
)
def test_the_numbers_are_those_of_the_kernel(machine, numbers):
    of, column = machine
    assert of("toolchain", numbers[column]) == DENIED


def test_processes_and_sockets_are_denied_to_minimal_programs_alone(machine):
    of, column = machine
    for name, numbers in seccomp._MINIMAL.items():
        if numbers[column] is not None:
            assert of("minimal", numbers[column]) == DENIED, name
            assert of("toolchain", numbers[column], 2) == ALLOW, name


@pytest.mark.parametrize(
    ("family", "decision"),
    [(1, ALLOW), (2, ALLOW), (10, ALLOW), (16, ALLOW), (17, NO_FAMILY), (38, NO_FAMILY), (40, NO_FAMILY)],
)
def test_sockets_of_strange_families_are_unknown(machine, family, decision):
    of, column = machine
    assert of("toolchain", (41, 198)[column], family) == decision


@pytest.mark.parametrize("flag", [17, 25, 26, 27, 28, 29, 30])
@pytest.mark.parametrize("thread", [0, 0x10000])
def test_no_namespace_can_be_made_by_clone(machine, flag, thread):
    of, column = machine
    assert {of(name, (56, 220)[column], 1 << flag | thread) for name in ("toolchain", "minimal")} == {DENIED}


@pytest.mark.parametrize(
    ("profile", "flags", "decision"),
    [("minimal", 0x3D0F00, ALLOW), ("minimal", 17, DENIED), ("toolchain", 0x3D0F00, ALLOW), ("toolchain", 17, ALLOW)],
    ids=["thread", "process", "thread of a compiler", "process of a compiler"],
)
def test_minimal_programs_may_have_threads_but_no_children(machine, profile, flags, decision):
    of, column = machine
    assert of(profile, (56, 220)[column], flags) == decision


@pytest.mark.parametrize(("request_", "decision"), [(0x5412, DENIED), (0x541C, DENIED), (0x5413, ALLOW), (0, ALLOW)])
def test_keys_cannot_be_typed_into_a_terminal(machine, request_, decision):
    of, column = machine
    assert of("minimal", (16, 29)[column], 0, request_) == decision


@pytest.mark.parametrize("number", [0, 1, 3, 9, 60, 231, 334, 450])
def test_ordinary_calls_are_let_through(machine, number):
    of, column = machine
    denied = {numbers[column] for table in (seccomp._NEVER, seccomp._MINIMAL) for numbers in table.values()}
    assert (of("minimal", number) == ALLOW) is (number not in denied)


def test_calls_of_the_other_word_size_do_not_get_around_the_filter(monkeypatch):
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "x86_64")
    made = seccomp.program.__wrapped__("toolchain")
    assert decide(made, 0xC000003E, 0x40000000 | 165) == ABSENT
    assert decide(made, 0x40000003, 21) == 0x80000000, "32-bit calls kill"


def test_an_unknown_machine_gets_no_filter_and_says_so(monkeypatch):
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "riscv64")
    assert not seccomp.supported()
    assert decide(seccomp.program.__wrapped__("minimal"), 0xC00000F3, 165) == ALLOW


def test_a_filter_fits_into_the_kernel():
    for name in ("toolchain", "minimal"):
        assert len(seccomp.program(name)) % 8 == 0
        assert len(seccomp.program(name)) // 8 <= 4096
