"""Lines go to a tracker only where its package is."""

import pytest

from sigil_common.errors import MissingError
from sigilderg_finetuner.training import runtime


def test_a_tracker_that_is_not_installed_is_told_at_once(monkeypatch):
    runtime.check_log_backend("none")
    monkeypatch.setattr(runtime, "find_spec", lambda name: None)
    with pytest.raises(MissingError, match=r"`misc\.log_backend: wandb` needs the package wandb"):
        runtime.check_log_backend("wandb")
