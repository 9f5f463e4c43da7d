"""How long does a newcomer wait for `--help`? Least CPU seconds of each console script, against `import click`.

    python benchmarks/help.py [TIMES]

Each is run TIMES times (default 9), in turns, so that what else the machine does hits all alike. What a
help text may load is tested (`tests/project/test_console_scripts.py`); how long that takes is not.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

BASELINE = "python -c 'import click'"


def cpu_seconds(argv: list[str]) -> float:
    """Run a program and return the CPU seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def scripts() -> list[str]:
    """Return the console scripts of our packages."""
    ours = {path.name for path in Path(__file__).resolve().parents[1].glob("packages/*/src/*")}
    found = entry_points(group="console_scripts")
    return sorted({entry.name for entry in found if entry.module.partition(".")[0] in ours})


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    here = Path(sys.executable).parent
    commands = {BASELINE: [sys.executable, "-c", "import click"]}
    commands |= {f"{name} --help": [str(here / name), "--help"] for name in scripts()}
    least = dict.fromkeys(commands, float("inf"))
    for _ in range(times):
        for name, argv in commands.items():
            least[name] = min(least[name], cpu_seconds(argv))
    for name, seconds in least.items():
        print(f"{seconds:.3f} CPU s   {seconds / least[BASELINE]:.2f} x   {name}")


if __name__ == "__main__":
    main()
