"""Running cargo in the sandbox."""

from __future__ import annotations

from sigil_common.cargo import _is_source_setting


def test_tokens_stay_outside_the_sandbox() -> None:
    assert _is_source_setting("CARGO_SOURCE_CRATES_IO_REPLACE_WITH")
    assert _is_source_setting("CARGO_REGISTRIES_MIRROR_INDEX")
    for secret in ("CARGO_REGISTRIES_MIRROR_TOKEN", "CARGO_REGISTRY_TOKEN", "CARGO_HOME", "HTTPS_PROXY"):
        assert not _is_source_setting(secret)
