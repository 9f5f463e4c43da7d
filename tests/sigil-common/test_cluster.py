"""Joining a Ray cluster: a clear word where there is none, and as many workers as fit."""

from __future__ import annotations

import threading

import pytest

from sigil_common import cluster
from sigil_common.cluster import connect, places
from sigil_common.errors import MissingError


class _Silent:
    """Stands for a Ray that asks a cluster which does not answer, or says no."""

    def __init__(self, wait, error=None):
        self.wait, self.error = wait, error

    def is_initialized(self):
        return False

    def init(self, **_options):
        if self.error:
            raise self.error
        self.wait()


def test_a_cluster_that_does_not_answer_is_told(monkeypatch):
    silent = threading.Event()
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.05)
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    with pytest.raises(MissingError) as error:
        connect(_Silent(silent.wait))
    silent.set()
    assert error.value.what == "cannot join the Ray cluster at 10.0.0.1:6379"
    assert "no answer within" in error.value.cause


def test_a_cluster_that_refuses_is_told(monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with pytest.raises(MissingError) as error:
        connect(_Silent(None, ConnectionError("version mismatch\nlong story")))
    assert (error.value.what, error.value.cause) == ("cannot start Ray on this machine", "version mismatch")


GIB = 1 << 30


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        ([(4, 32 * GIB), (4, 32 * GIB)], (8, 4 * GIB)),
        ([(16, 9 * GIB), (1, 100 * GIB)], (3, 4 * GIB)),  # the second node's memory is of no use to the first
        ([(8, 3 * GIB), (2, 2 * GIB)], (1, 3 * GIB)),
        ([(0, 64 * GIB), (2, 8 * GIB)], (2, 4 * GIB)),
    ],
)
def test_workers_fit_into_the_memory_of_their_own_node(nodes, found):
    listed = [{"Alive": True, "Resources": {"CPU": float(cpus), "memory": float(bytes_)}} for cpus, bytes_ in nodes]
    gone = {"Alive": False, "Resources": {"CPU": 64.0, "memory": 1024.0 * GIB}}
    assert places([*listed, gone], 4 * GIB) == found
