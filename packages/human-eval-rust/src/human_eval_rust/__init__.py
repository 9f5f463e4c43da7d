"""Problems and completions in, verdicts and pass@k out.

`judge(problem, completions)` judges answers to one problem; everything else is behind the commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from human_eval_rust.api import judge

__version__ = "4.0.0"
__all__ = ["judge"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: the commands must answer `--help` without loading the judge.
    if name == "judge":
        from human_eval_rust.api import judge

        return judge
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
