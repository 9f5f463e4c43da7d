"""Ask a registry for JSON over HTTP: never faster than agreed, patient with its troubles, and nothing twice.

Every answer is kept in a journal, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import Journal

log = logging.getLogger(__name__)

_TRIES = 6
_FIRST_WAIT_S = 2.0
_LONGEST_WAIT_S = 300.0
_TIMEOUT_S = (10.0, 60.0)  # to connect, and between two pieces of an answer
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Clock:
    """The time, and how to let it pass; tests bring their own. Seconds since 1970, as dates in headers mean them."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass
class TokenBucket:
    """Lets `rate` requests through in a second on average, and at most `burst` of them at once."""

    rate: float
    clock: Clock
    burst: int = 1
    _tokens: float = field(init=False)
    _filled: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._filled = float(self.burst), self.clock.now()

    def take(self) -> None:
        """Wait until a request may be sent. A clock that is set back costs nothing but the time since then."""
        self._fill()
        if self._tokens < 1:
            self.clock.sleep((1 - self._tokens) / self.rate)
            self._fill()
        self._tokens = max(0.0, self._tokens - 1)

    def _fill(self) -> None:
        now = self.clock.now()
        self._tokens = min(float(self.burst), self._tokens + max(0.0, now - self._filled) * self.rate)
        self._filled = now


class _BusyError(Exception):
    """The registry cannot answer now; `wait` are the seconds that it asks for."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait


class Client:
    """Asks for paths below `base`. `journal` holds earlier answers, and takes the new ones."""

    def __init__(self, base: str, *, agent: str, rate: float, journal: Journal, clock: Clock | None = None) -> None:
        try:
            import requests
        except ImportError:
            raise MissingError("requests is not installed", hint="pip install 'sigil-pipeline[registry]'") from None
        if not base.startswith(("http://", "https://")):
            raise InputError(f"not the address of a registry: `{base}`", hint="it begins with https://")
        self._base = base.rstrip("/")
        self._clock = clock or Clock()
        self._bucket = TokenBucket(rate, self._clock)
        self._journal = journal
        self._answers = {row["path"]: row["answer"] for row in journal.rows() if row.get("base") == self._base}
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": agent, "Accept": "application/json"})

    def get(self, path: str) -> dict[str, Any] | None:
        """Return the answer to a path, `None` if there is nothing.

        Raises `InputError` where the registry refuses, `MissingError` where all patience brings no answer.
        """
        if path not in self._answers:
            self._answers[path] = self._asked(path)
            self._journal.append({"base": self._base, "path": path, "answer": self._answers[path]})
        answer: dict[str, Any] | None = self._answers[path]
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _asked(self, path: str) -> dict[str, Any] | None:
        wait = _FIRST_WAIT_S
        for tries_left in reversed(range(_TRIES)):
            self._bucket.take()
            try:
                return self._once(path)
            except _BusyError as busy:
                pause = wait if busy.wait is None else max(busy.wait, 0.0)
                if tries_left == 0 or pause > _LONGEST_WAIT_S:
                    raise MissingError(
                        f"the registry does not answer `{path}`",
                        cause=str(busy) + (f", to be asked again in {pause:.0f} s" if pause > _LONGEST_WAIT_S else ""),
                        hint="run the same command later: it goes on where it was",
                    ) from None
                log.info("%s; asking again in %.0f s", busy, pause)
                self._clock.sleep(pause)
                wait = min(wait * 2, _LONGEST_WAIT_S)
        raise AssertionError("the last try ends in an answer or an error")

    def _once(self, path: str) -> dict[str, Any] | None:
        import requests

        try:
            answer = self._session.get(f"{self._base}/{path}", timeout=_TIMEOUT_S)
            if answer.status_code == 404:
                return None
            if answer.status_code in _BUSY:
                raise _BusyError(f"status {answer.status_code}", self._asked_to_wait(answer.headers.get("Retry-After")))
            if answer.status_code != 200:
                raise InputError(
                    f"the registry refuses `{path}`: status {answer.status_code}",
                    cause=" ".join(answer.text.split())[:200] or None,
                    hint="check the address; some registries want --contact",
                )
            value = answer.json()
        except requests.exceptions.JSONDecodeError:
            raise _BusyError("an answer that is no JSON") from None
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            raise _BusyError(type(error).__name__) from None
        if not isinstance(value, dict):
            raise _BusyError("an answer that is no JSON object")
        return value

    def _asked_to_wait(self, header: str | None) -> float | None:
        """Return the seconds that `Retry-After` asks for, which is a number of them or a date (RFC 9110, 10.2.3)."""
        if header is None:
            return None
        if header.strip().isascii() and header.strip().isdigit():
            return float(header)
        try:
            return parsedate_to_datetime(header).timestamp() - self._clock.now()
        except (TypeError, ValueError):
            return None
