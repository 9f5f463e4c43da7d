"""Joining a Ray cluster, and how many workers its machines have room for; `ray` is the module, an extra of who asks."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from sigil_common.errors import MissingError

_CONNECT_S = 60.0


def connect(ray: Any) -> None:
    """Join the cluster that `RAY_ADDRESS` names, or start one here. Raises `MissingError` if that does not come about.

    Ray by itself asks an address that does not answer for many minutes, so it is asked in a thread that nobody waits
    for any longer than `_CONNECT_S`. A cluster of our own must not be started there: it ends with its thread.
    """
    if ray.is_initialized():
        return
    address = os.environ.get("RAY_ADDRESS")
    failed: list[BaseException] = []

    def join() -> None:
        try:
            ray.init(log_to_driver=False, include_dashboard=False)
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=join, daemon=True)
    if address:
        thread.start()
        thread.join(_CONNECT_S)
    else:
        join()
    if thread.is_alive() or failed:
        cause = str(failed[0]).splitlines()[0] if failed else f"no answer within {_CONNECT_S:.0f} s"
        what = f"cannot join the Ray cluster at {address}" if address else "cannot start Ray on this machine"
        raise MissingError(what, cause=cause, hint="RAY_ADDRESS names the cluster; --executor local needs none")


def places(nodes: Sequence[Mapping[str, Any]], each: int) -> tuple[int, int]:
    """Return how many workers there is room for on the nodes of a cluster, and the bytes that one is to reserve.

    Each may use `each` bytes of the memory of its own node, whatever the others have. Where no node has as much, there
    is one worker all the same, on the largest node, as on a machine by itself.
    """
    has = [node["Resources"] for node in nodes if node["Alive"]]
    fit = sum(int(min(one.get("CPU", 0), one.get("memory", 0) // each)) for one in has)
    largest = max((one.get("memory", 0) for one in has if one.get("CPU", 0) >= 1), default=0)
    return max(1, fit), int(min(each, largest))
