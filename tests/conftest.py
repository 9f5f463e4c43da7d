"""Property tests: no time limit, for an example or for making it (machines are shared); the same examples in every CI
run."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("ours")
