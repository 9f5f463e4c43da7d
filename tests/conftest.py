"""For all tests: what counts as slow because of what it needs, and property tests without a clock.

Neither an example of a property test nor making it has a time limit (machines are shared), and CI runs the same
examples every time.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("ours")

# Whoever makes or loads a model imports torch, which takes as long as dozens of quick tests.
SLOW_FIXTURES = {"tiny", "checkpoint", "tokenizer"}
# Takes longest, so it comes first: at the end all other workers would wait for it.
LONGEST = "test_real_model.py"


def pytest_collection_modifyitems(items):
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
    items.sort(key=lambda item: item.path.name != LONGEST)
