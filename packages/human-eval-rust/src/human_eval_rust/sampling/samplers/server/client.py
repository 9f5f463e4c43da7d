"""Talk to a server that may throttle, fail, break off or hang up: ask again with patience, and say what it was.

An answer decides nothing but itself, since each has its seed, so it can be asked for as often as it takes.
"""

from __future__ import annotations

import email.utils
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from human_eval_rust.sampling.samplers.server.answer import Answer, TornError, read_stream, read_whole, told
from sigil_common.address import KEY_VARIABLE, Address
from sigil_common.errors import InputError, MissingError

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

TRIES = 8
"""So often one request is sent, if the server fails on it or breaks off; throttling does not count."""
FIRST_TRIES = 3
"""So often a server is asked what it is: nobody waits long for an address that was mistyped."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
_DOUBLINGS = 10  # more than lead to the longest wait
PATIENCE_S = 900.0
"""So long a server may throttle without giving any answer."""
_ENDLESS_S = 1e9  # stands for any longer wait that is asked for
_CONNECT_S = 10.0
_READ_S = 900.0  # for the first piece of an answer, which may wait behind others, and between two pieces
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 507, 529})
_BUSY = frozenset({503, 529})


class RefusedError(InputError):
    """The server refuses a request as it is; the same again would be refused again."""


class _TroubleError(Exception):
    """A try that failed; `wait_s` is how long the server asked for, `throttled` that it only has too much to do."""

    def __init__(self, what: str, *, throttled: bool = False, wait_s: float | None = None) -> None:
        super().__init__(what)
        self.throttled = throttled
        self.wait_s = wait_s


class Client:
    """Sends requests of many threads to one server."""

    def __init__(self, address: Address, in_flight: int) -> None:
        try:
            import httpx2
        except ImportError as error:
            hint = "install the extra `server` of human-eval-rust"
            raise MissingError("asking a server needs httpx2", cause=str(error), hint=hint) from None
        self.address = address
        self._key = address.key
        self._closed = threading.Event()
        self._answered = time.monotonic()
        self._http = httpx2.Client(
            headers={"authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=httpx2.Timeout(_READ_S, connect=_CONNECT_S, pool=None),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=in_flight),
            trust_env=not address.is_local,  # a proxy does not know what this machine serves to itself
        )

    def close(self) -> None:
        """Hang up; whoever waits for an answer gets an error instead."""
        self._closed.set()
        self._http.close()

    def get(self, url: str) -> dict[str, Any] | None:
        """Return the JSON object at an address of the server, None where it has none; ask again while it is busy."""
        found: dict[str, Any] | None = self._patiently(lambda: self._get(url), FIRST_TRIES)
        return found

    def complete(self, body: dict[str, Any], enough: Callable[[str], bool]) -> Answer:
        """Return the answer to one request, cut off where its text is `enough`.

        Raises `RefusedError` if the server will have none of it, and `MissingError` if it fails on it again and again.
        """
        answer: Answer = self._patiently(lambda: self._complete(body, enough), TRIES)
        self._answered = time.monotonic()
        return answer

    def _patiently(self, attempt: Callable[[], Any], tries: int) -> Any:
        import httpx2

        failed = throttled = 0
        while True:
            try:
                return attempt()
            except TornError as error:
                trouble = _TroubleError(str(error))
            except httpx2.HTTPError as error:
                trouble = _TroubleError(f"{type(error).__name__}: {error}")
            except _TroubleError as error:
                trouble = error
            except RuntimeError as error:  # the client was closed under way
                if not self._closed.is_set():
                    raise
                trouble = _TroubleError(str(error))
            failed += not trouble.throttled
            throttled += trouble.throttled
            self._wait(trouble, failed, throttled, tries)

    def _wait(self, trouble: _TroubleError, failed: int, throttled: int, tries: int) -> None:
        """Wait until the next try is due; raise `MissingError` if there is none."""
        silent = time.monotonic() - self._answered
        wait = max(FIRST_WAIT_S, trouble.wait_s or 0.0)
        if trouble.wait_s is None:
            times = throttled if trouble.throttled else failed
            wait = min(FIRST_WAIT_S * 2 ** min(times - 1, _DOUBLINGS), LONGEST_WAIT_S)
        said = self._hidden(str(trouble))
        if self._closed.is_set():
            self._give_up(f"it was hung up on; at last: {said}")
        limit = f"{PATIENCE_S:,.0f} s are the limit"
        if wait > PATIENCE_S:
            self._give_up(f"it asks to wait for {wait:,.0f} s, and {limit}: {said}")
        if trouble.throttled and silent + wait > PATIENCE_S:
            due = f"no answer for {silent:,.0f} s, and the next try is due in {wait:,.1f} s"
            self._give_up(f"it throttles: {due}, and {limit}: {said}")
        if failed >= tries:
            self._give_up(f"it failed {failed} times, at last: {said}")
        log.debug("%s: %s; again in %.1f s", self.address.api, said, wait)
        self._closed.wait(wait)

    def _give_up(self, cause: str) -> NoReturn:
        hint = "what was answered is kept: the same command continues; --in-flight N asks for less at a time"
        raise MissingError(f"the server at {self.address.api} gives no answer", cause=cause, hint=hint)

    def _get(self, url: str) -> dict[str, Any] | None:
        response = self._http.get(url, headers={"accept": "application/json"})
        if response.status_code in (404, 405, 501):
            return None
        self._require_well(response, response.content)
        with suppress(ValueError):
            found = response.json()
            if isinstance(found, dict):
                return found
        return None

    def _complete(self, body: dict[str, Any], enough: Callable[[str], bool]) -> Answer:
        with self._http.stream("POST", f"{self.address.api}/completions", json=body) as response:
            if response.status_code != 200:
                self._require_well(response, response.read())
                raise RefusedError(f"{self.address.api} answers with status {response.status_code}, not an answer")
            if "json" in response.headers.get("content-type", ""):
                return read_whole(response.read())
            return read_stream(lines_of(response.iter_bytes()), enough)

    def _require_well(self, response: httpx2.Response, data: bytes) -> None:
        status = response.status_code
        if status < 300:
            return
        what: Any = data.decode("utf-8", "replace")
        with suppress(ValueError):
            what = json.loads(data)
        said = f"status {status}: {told(what) or response.reason_phrase}"
        if status in _AGAIN:
            wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
            busy = status == 429 or (status in _BUSY and wait is not None)
            raise _TroubleError(said, throttled=busy, wait_s=wait)
        hint = None
        if status in (401, 403):
            hint = f"set {KEY_VARIABLE} to its key" if self._key is None else f"correct the key in {KEY_VARIABLE}"
        raise RefusedError(f"the server at {self.address.api} refuses", cause=self._hidden(said), hint=hint)

    def _hidden(self, text: str) -> str:
        """Servers quote what they were sent."""
        return text.replace(self._key, "***") if self._key else text


def lines_of(parts: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a stream, which newlines alone end: an answer may hold other separators, such as U+2028."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        yield from (line.removesuffix(b"\r").decode("utf-8", "replace") for line in whole)
    if rest:
        yield rest.decode("utf-8", "replace")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` asks to wait for, given as a number or a date; None for anything else."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _ENDLESS_S)
    try:
        due = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    due = due if due.tzinfo else due.replace(tzinfo=UTC)
    return max(0.0, (due - now).total_seconds())
