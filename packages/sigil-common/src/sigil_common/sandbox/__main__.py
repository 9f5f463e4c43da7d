"""`python -m sigil_common.sandbox`: which sandbox this machine gets, and what it holds back."""

from __future__ import annotations

import argparse
import logging
import sys

from sigil_common.errors import SigilError
from sigil_common.sandbox import identity, probes, seccomp
from sigil_common.sandbox.selftest import CANDIDATES, known_gaps, open_sandbox
from sigil_common.sandbox.spec import Sandbox


def main() -> int:
    """Print the report; exit with 0, or with 3 if there is no working sandbox."""
    parser = argparse.ArgumentParser(prog="python -m sigil_common.sandbox", description=__doc__)
    parser.add_argument("--sandbox-mode", choices=("auto", *CANDIDATES), default="auto")
    mode = parser.parse_args().sandbox_mode
    logging.basicConfig(format="%(levelname)s: %(message)s")
    try:
        sandbox = open_sandbox(mode)
    except SigilError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    sys.stdout.write(report(sandbox))
    return 0


def report(sandbox: Sandbox) -> str:
    """Return what was chosen, how it is built, and for each attempt whether a program succeeds in it."""
    succeeded, _ = probes.successful_attempts(sandbox)
    lines = [f"sandbox: {sandbox.name}", *(f"  {line}" for line in _means(sandbox)), "a program inside tried to"]
    for word, attempt in probes.ATTEMPTS.items():
        known = " (known of this sandbox)" if word in known_gaps(sandbox) else ""
        lines.append(f"  {attempt}: {f'SUCCEEDED{known}' if word in succeeded else 'held back'}")
    return "\n".join(lines) + "\n"


def _means(sandbox: Sandbox) -> list[str]:
    pool = getattr(sandbox, "pool", None)
    user = "an unassigned user, without a user namespace" if identity.drops_uid() else "nobody, in a user namespace"
    groups = f"all processes together (cgroup v{pool.version})" if pool else "each process (rlimit)"
    calls = "denied by a filter" if sandbox.name == "firejail" or seccomp.supported() else "NOT FILTERED"
    return [
        f"programs run as: {user}",
        f"memory and processes limited for: {groups}",
        f"dangerous system calls: {calls}",
    ]


if __name__ == "__main__":
    sys.exit(main())
