from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sigil_common.errors import MissingError
from sigil_common.rustc import Compiler, Crate, Toolchain, find_toolchain
from sigil_common.sandbox import Limits, Mount, Outcome, Sandbox, SandboxSpec, open_sandbox, workdir

from ..clock import HANG_S

FIXTURES = Path(__file__).parent / "fixtures"


def _open(mode: str) -> Sandbox:
    try:
        return open_sandbox(mode)  # type: ignore[arg-type]
    except MissingError as error:
        # Only absence excuses: a sandbox that is there and fails its test is what these tests look for.
        if "is not installed" in str(error.cause):
            pytest.skip(f"{error.what}: {error.cause}")
        raise


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    return find_toolchain()


@pytest.fixture(scope="session")
def bubblewrap() -> Sandbox:
    return _open("bubblewrap")


@pytest.fixture(scope="session")
def firejail() -> Sandbox:
    return _open("firejail")


@pytest.fixture(scope="session")
def compiler(toolchain: Toolchain, bubblewrap: Sandbox) -> Compiler:
    return Compiler(toolchain, bubblewrap)


@pytest.fixture(scope="session")
def probe(compiler: Compiler) -> Iterator[Path]:
    """The compiled probe program."""
    with workdir("sigil-probe-") as folder:
        compiled = compiler.compile(FIXTURES, folder, Crate(root="probe.rs", name="probe", kind="bin"))
        assert compiled.artefact, compiled.outcome
        yield compiled.artefact


@pytest.fixture(scope="session")
def attempt(bubblewrap: Sandbox, probe: Path) -> Callable[..., Outcome]:
    """Run one attempt of the probe program under bubblewrap: `attempt("read", "/etc/passwd", system="minimal")`."""
    return _attempts(bubblewrap, probe)


@pytest.fixture(scope="session")
def firejail_attempt(firejail: Sandbox, probe: Path) -> Callable[..., Outcome]:
    return _attempts(firejail, probe)


def _attempts(sandbox: Sandbox, probe: Path) -> Callable[..., Outcome]:
    """Return a function that runs one attempt of the probe program."""

    def run(*words: str, system: str = "minimal", stdin: bytes = b"", **changes: object) -> Outcome:
        mounts = changes.pop("mounts", ())
        env = changes.pop("env", {})
        limits = Limits(**{"wall_s": HANG_S, "scratch_bytes": 0, **changes})  # type: ignore[arg-type]
        spec = SandboxSpec(limits, (Mount(probe), *mounts), env, system=system)  # type: ignore[misc,arg-type]
        found = sandbox.run([str(probe), *words], spec, stdin)
        assert found.trouble is None
        return found

    return run
