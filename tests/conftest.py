"""Property tests: no time limit for one example (machines are shared), and the same examples in every CI run."""

import os

from hypothesis import settings

settings.register_profile("ours", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ours")
