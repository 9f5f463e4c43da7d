"""For all tests: what counts as slow because of what it needs, and property tests without a clock.

Neither an example of a property test nor making it has a time limit (machines are shared), and CI runs the same
examples every time.
"""

import os
from contextlib import ExitStack
from itertools import islice

import pytest
from hypothesis import HealthCheck, settings

from sigil_common.warm import VARIABLE, warm_process

settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("ours")

# Whoever makes or loads a model imports torch, which takes as long as dozens of quick tests.
SLOW_FIXTURES = {"tiny", "checkpoint", "tokenizer"}
WARM = ("torch", "transformers.models.llama.modeling_llama", "peft")
# What takes longest comes first, for each worker something: at the end all other workers would wait for it. What needs
# a run of the whole chain, real or played, is below each other, so that with three workers one of them makes it, once.
LONGEST = (
    *("test_real_model.py", "test_cheats.py", "test_chain.py"),
    *("test_recipes.py", "test_shipped_sets.py", "test_chain_pages.py"),
    *("test_lift.py", "test_train.py", "test_setup_to_report.py"),
)


def pytest_configure(config):
    """Let commands that load a model go on where torch is imported already, once for all workers: dozens do.

    It is imported when the first of them comes. All compute with one thread, as the tests themselves do: workers share
    the cores, and settings of the libraries must be the same on both sides.
    """
    if hasattr(config, "workerinput"):
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    ends = ExitStack()
    os.environ.update(ends.enter_context(warm_process(WARM)))
    config.add_cleanup(ends.close)


@pytest.fixture
def cold(monkeypatch):
    """Commands import torch themselves, as those that a user starts by hand do."""
    monkeypatch.delenv(VARIABLE)


def pytest_collection_modifyitems(items):
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
    # Every worker begins with an equal share of the list, in its order.
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    begins = [[item for item in items if item.path.name in LONGEST[number::workers]] for number in range(workers)]
    others = iter([item for item in items if item.path.name not in LONGEST])
    share = -(-len(items) // workers)
    items[:] = [item for long in begins for item in (*long, *islice(others, max(0, share - len(long))))] + [*others]
