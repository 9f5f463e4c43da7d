"""Where a server of OpenAI's protocol is: its address, checked, and the key that it may want."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from sigil_common.errors import InputError

KEY_VARIABLE = "SIGIL_API_KEY"


@dataclass(frozen=True)
class Address:
    """`api` is what the paths of the protocol come behind, as `http://127.0.0.1:8000/v1`; `root` stands before it."""

    api: str
    root: str
    is_local: bool

    @property
    def key(self) -> str | None:
        """The API key: from the environment alone, so that it is in no file, log or list of processes."""
        key = os.environ.get(KEY_VARIABLE, "").strip()
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise InputError(f"{KEY_VARIABLE}: not a key, it holds spaces or signs beyond ASCII")
        return key or None


def address_of(url: str) -> Address:
    """Return the address that a URL names, with or without the `/v1` at its end.

    Raises `InputError` for what is no address of a server, and for one that would have a secret recorded.
    """
    what = "--base-url: not the address of a server"  # which is not quoted: it may hold a secret after all
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InputError(what, hint="as in http://127.0.0.1:8000/v1") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InputError("--base-url: it holds credentials", hint=f"leave them out, and set {KEY_VARIABLE}")
    if parts.query or parts.fragment:
        raise InputError("--base-url: it holds a query", hint=f"leave it out; a key goes into {KEY_VARIABLE}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(what, hint="as in http://127.0.0.1:8000/v1")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    path = parts.path.rstrip("/")
    before = path.removesuffix("/v1")
    return Address(f"{place}{before}/v1", f"{place}{before}", _is_local(parts.hostname))


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
