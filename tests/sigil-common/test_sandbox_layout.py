"""What is asked of the kernel and of bwrap for a run, as numbers and as a command line."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from sigil_common.sandbox import Limits, Mount, SandboxSpec, layout, rlimits
from sigil_common.sandbox.spec import MIB

HERE = Path("/here")


def spec(*mounts, system="toolchain", env=None, cwd="/tmp", network=False, **limits):
    return SandboxSpec(Limits(**{"wall_s": 1.0, **limits}), mounts, env or {}, cwd, system, network)


# Resource limits


@pytest.mark.parametrize(
    ("limits", "kind", "expected"),
    [
        ({}, resource.RLIMIT_CORE, 0),
        ({"file_bytes": 5}, resource.RLIMIT_FSIZE, 5),
        ({"file_bytes": 5, "output_bytes": 7, "scratch_bytes": 0}, resource.RLIMIT_FSIZE, 8),
        ({"cpu_s": 2.0}, resource.RLIMIT_CPU, 2),
        ({"cpu_s": 2.01}, resource.RLIMIT_CPU, 3),
        ({"cpu_s": 0.1}, resource.RLIMIT_CPU, 1),
        ({"cpu_s": None}, resource.RLIMIT_CPU, None),
        ({"memory_bytes": 64 * MIB}, resource.RLIMIT_AS, 64 * MIB),
        ({"processes": 3}, resource.RLIMIT_NPROC, 3),
    ],
)
def test_limits_become_numbers_of_the_kernel(limits, kind, expected):
    assert rlimits.of(spec(**limits), memory=True, processes=True).get(kind) == expected


@pytest.mark.parametrize(("memory", "processes"), [(False, False), (True, False), (False, True)])
def test_what_a_control_group_counts_is_not_counted_twice(memory, processes):
    chosen = rlimits.of(spec(), memory=memory, processes=processes)
    assert (resource.RLIMIT_AS in chosen, resource.RLIMIT_NPROC in chosen) == (memory, processes)


def test_minimal_programs_open_few_files():
    few, many = (rlimits.of(spec(system=kind), memory=False, processes=False) for kind in ("minimal", "toolchain"))
    assert few[resource.RLIMIT_NOFILE] == 64 < many[resource.RLIMIT_NOFILE]


@pytest.mark.parametrize(("hard", "expected"), [(100, 100), (resource.RLIM_INFINITY, 8 * MIB), (64 * MIB, 8 * MIB)])
def test_nothing_above_our_own_limit_is_asked_for(monkeypatch, hard, expected):
    monkeypatch.setattr(rlimits.resource, "getrlimit", lambda kind: (0, hard))
    assert rlimits.of(spec(), memory=False, processes=False)[resource.RLIMIT_STACK] == expected


@pytest.mark.parametrize(
    ("mounts", "scratch", "writes"),
    [((), 0, False), ((), 1, True), ((Mount(HERE),), 0, False), ((Mount(HERE), Mount(HERE, writable=True)), 0, True)],
)
def test_whether_a_program_can_make_files(mounts, scratch, writes):
    assert rlimits.can_write(spec(*mounts, scratch_bytes=scratch)) is writes


def test_limits_hold_for_the_process_they_are_set_on():
    code = (
        "import resource, sys; sys.stdin.read()\n"
        "print([resource.getrlimit(kind) for kind in (resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)])\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    rlimits.apply(child.pid, {resource.RLIMIT_CPU: 7, resource.RLIMIT_FSIZE: 4096})
    assert child.communicate("")[0] == "[(7, 8), (4096, 4096)]\n", "a second for the program to hear of it"


# The command line of bwrap


def options(asked, *, setpriv="/usr/bin/setpriv"):
    return layout.options("/usr/bin/bwrap", setpriv, asked)


def pairs(argv, flag):
    """The two words after each `flag`."""
    return [(argv[i + 1], argv[i + 2]) for i, word in enumerate(argv) if word == flag]


@pytest.mark.parametrize("system", ["minimal", "toolchain"])
@pytest.mark.parametrize("setpriv", [None, "/usr/bin/setpriv"])
def test_every_namespace_is_new_and_nothing_is_inherited(system, setpriv):
    argv = options(spec(system=system), setpriv=setpriv)
    for flag in ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--die-with-parent", "--clearenv"):
        assert flag in argv
    assert "--share-net" not in argv
    assert ("--unshare-user" in argv) is (setpriv is None)
    kept = [argv[i + 1] for i, word in enumerate(argv) if word == "--cap-add"]
    assert kept == ([] if setpriv is None else ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"])


def test_the_network_is_shared_on_demand_alone_with_the_files_it_needs():
    with_network, without = options(spec(network=True)), options(spec())
    assert "--share-net" in with_network
    more = {target for _, target in pairs(with_network, "--ro-bind")}
    assert more - {target for _, target in pairs(without, "--ro-bind")} <= {
        target for _, target in layout.system.network_system().binds
    }


def test_mounts_come_in_their_order_after_the_system_and_before_the_root_is_sealed(tmp_path):
    argv = options(spec(Mount(tmp_path / "a"), Mount(tmp_path / "b", "/inside/b", writable=True)))
    assert pairs(argv, "--bind") == [(str(tmp_path / "b"), "/inside/b")]
    assert pairs(argv, "--ro-bind")[-1] == (str(tmp_path / "a"), str(tmp_path / "a"))
    positions = [argv.index("--proc"), argv.index(str(tmp_path / "a")), argv.index("--remount-ro")]
    assert positions == sorted(positions)
    assert argv[argv.index("--remount-ro") + 1] == "/"


def test_folders_above_a_mount_can_be_entered_by_all():
    argv = options(spec(*(Mount(Path(path)) for path in ("/a/b/c", "/a/d", "/tmp/x/y"))))
    made = [argv[i + 1] for i, word in enumerate(argv) if word == "--dir"]
    assert [folder for folder in made if folder.startswith("/a")] == ["/a", "/a/b"]
    assert [folder for folder in made if folder.startswith("/tmp/")] == ["/tmp/x"]
    for i, word in enumerate(argv):
        if word == "--dir":
            assert argv[i - 2 : i] == ["--perms", "0755"]


@pytest.mark.parametrize(("scratch", "words"), [(0, ["--dir", "/tmp"]), (4096, ["--tmpfs", "/tmp"])])
def test_scratch_is_a_folder_or_a_file_system_of_its_size(scratch, words):
    argv = options(spec(scratch_bytes=scratch))
    at = argv.index("/tmp")
    assert argv[at - 1 : at + 1] == words
    assert ("4096" in argv) is bool(scratch)


def test_minimal_shows_no_programs_no_processes_and_one_device():
    argv = options(spec(system="minimal"))
    assert "--proc" not in argv
    assert pairs(argv, "--dev-bind") == [("/dev/null", "/dev/null")]
    shown = [Path(source) for source, _ in pairs(argv, "--ro-bind")]
    files = {path.name for top in shown for path in (top.rglob("*") if top.is_dir() else [top]) if path.is_file()}
    assert "setpriv" in files
    assert all(name == "setpriv" or re.search(r"^(lib|ld-)[\w+-]+\.so", name) for name in files), files
    assert any("libc.so" in name or "musl" in name for name in files)
    assert len(shown) <= 4, "each costs a run time"


def test_what_minimal_shows_is_gone_with_its_process():
    code = (
        "from pathlib import Path\nfrom sigil_common.sandbox import system\n"
        "print(*[source for source, _ in system.minimal_system(None).binds if list(Path(source).iterdir())])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split()
    assert not any(Path(source).exists() for source in found.stdout.split())


def test_what_minimal_shows_is_made_again_where_it_was_taken():
    asked = spec(system="minimal")
    before = layout.system.minimal_system("/usr/bin/setpriv")
    assert options(asked) == options(asked)
    before.copies[0].unlink()
    now = {source for source, _ in pairs(options(asked), "--ro-bind")}
    assert now.isdisjoint(str(copy.parent) for copy in before.copies)
    assert layout.system.minimal_system("/usr/bin/setpriv").is_whole


def test_environment_and_folder_are_handed_over():
    argv = options(spec(env={"A": "1", "B": "x y"}, cwd="/work"))
    assert pairs(argv, "--setenv") == [("A", "1"), ("B", "x y")]
    assert argv.index("--clearenv") < argv.index("--setenv")
    assert argv[-2:] == ["--chdir", "/work"]
