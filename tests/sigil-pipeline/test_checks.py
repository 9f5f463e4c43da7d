"""What is found before any work: shares, licences, outputs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sigil_common.errors import InputError, MissingError
from sigil_common.task_types import TASK_SHARES
from sigil_pipeline.checks import check_settings, output_files
from sigil_pipeline.output.files import write_outputs
from sigil_pipeline.settings import PERMISSIVE, Settings

from .conftest import run_pipeline
from .output.test_files import dataset


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., None]:
    """Check settings whose output lies in the test's directory."""
    return lambda **changes: check_settings(Settings(**{"output": tmp_path / "data.jsonl", **changes}))


@pytest.mark.parametrize(
    "mix",
    [
        TASK_SHARES,
        {"code_generation": 1},
        {"code_generation": 0.7, "explanations": 0.3},
        {"code_generation": 0.333, "explanations": 0.333, "error_fixing": 0.333},
        {"code_generation": 1.001},
        dict.fromkeys(TASK_SHARES, 0.25) | {"explanations": 0.25, "error_fixing": 0.25},
        {"code_generation": 1, "explanations": 0},
    ],
)
def test_shares_that_add_up_to_one(checked: Callable[..., None], mix: dict[str, float]) -> None:
    checked(task_mix=mix)


@pytest.mark.parametrize(
    ("mix", "total"),
    [
        ({"code_generation": 0.9, "explanations": 0.9}, "1.8"),
        ({"code_generation": 0.7}, "0.7"),
        ({"code_generation": 1.002}, "1.002"),
        ({"code_generation": 70, "explanations": 30}, "100"),
        ({"code_generation": float("inf")}, "inf"),
    ],
)
def test_shares_that_do_not_are_refused_with_their_sum(
    checked: Callable[..., None], mix: dict[str, float], total: str
) -> None:
    with pytest.raises(InputError) as caught:
        checked(task_mix=mix)
    assert caught.value.what == f"the shares of `task_mix` add up to {total}, not to 1"
    assert caught.value.cause is not None
    assert caught.value.cause.startswith("code_generation ")
    assert caught.value.hint is not None
    assert "a type that is not named has none" in caught.value.hint


@pytest.mark.parametrize(
    "name", [*PERMISSIVE, "mit", "GPL-3.0", "Apache-2.0+", "Apache-2.0  WITH LLVM-exception", "LicenseRef-Ours"]
)
def test_names_of_licences(checked: Callable[..., None], name: str) -> None:
    checked(licenses=["MIT", name])


@pytest.mark.parametrize(
    ("name", "cause", "hint"),
    [
        ("Apache 2", "no SPDX licence is called `Apache`", "did you mean `Apache-2.0`?"),
        ("MIT License", "unexpected `License`", "did you mean `MIT`?"),
        ("BSD-3Clause", "no SPDX licence is called `BSD-3Clause`", "did you mean `BSD-3-Clause`?"),
        ("no such thing", "no SPDX licence is called `no`", "give one SPDX identifier each"),
        ("MIT OR ISC", "unexpected `OR`", "give one SPDX identifier each"),
        ("(MIT)", "unexpected `(`", "did you mean `MIT`?"),
        ("MIT/ISC", "unexpected `/` in `MIT/ISC`", "give one SPDX identifier each"),
        ("Apache-2.0 WITH luck", "no SPDX exception is called `luck`", ""),
        ("", "a licence is missing", "give one SPDX identifier each"),
    ],
)
def test_a_licence_that_no_list_knows_is_refused(
    checked: Callable[..., None], name: str, cause: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        checked(licenses=["MIT", name])
    assert caught.value.what == f"`licenses`: `{name}` is not the name of a licence"
    assert caught.value.cause == cause
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint)


FILES = ["output", "checkpoint_path", "heldout_problems", "metrics_file", "trace_file", "exercises"]


@pytest.mark.parametrize("name", FILES)
def test_an_output_that_is_a_directory_is_refused(checked: Callable[..., None], tmp_path: Path, name: str) -> None:
    held_out = {"heldout_crates": Path("h.txt")}
    for place in (tmp_path, Path(), Path("/")):
        with pytest.raises(InputError, match=f"`{name.removesuffix('_path')}` is a directory: "):
            checked(**held_out, **{name: place})


@pytest.mark.parametrize("suffix", ["rejected.jsonl", "summary.json", "card.md", "stats.html"])
def test_so_is_a_directory_in_the_place_of_a_file_beside_the_output(
    checked: Callable[..., None], tmp_path: Path, suffix: str
) -> None:
    (tmp_path / f"data.jsonl.{suffix}").mkdir()
    with pytest.raises(InputError, match=f"`output.{suffix}` is a directory"):
        checked()


def test_so_is_one_in_the_place_of_the_full_output(checked: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "data.full.jsonl").mkdir()
    with pytest.raises(InputError, match=r"`output\.full` is a directory"):
        checked()


@pytest.mark.parametrize("name", [*FILES, "work_dir", "reports_dir"])
def test_a_file_in_the_place_of_a_directory_is_named(checked: Callable[..., None], tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    places = [tmp_path / "file" / "deep" / "x"]
    if name.endswith("_dir"):
        places.append(tmp_path / "file")
    for place in places:
        with pytest.raises(InputError) as caught:
            checked(heldout_crates=Path("h.txt"), **{name: place})
        assert caught.value.cause == f"{tmp_path / 'file'} is no directory"
        assert f"`{name.removesuffix('_path')}` cannot be" in caught.value.what


@pytest.mark.parametrize("name", ["output", "exercises"])
def test_devices_and_pipes_are_not_replaced(checked: Callable[..., None], tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (Path("/dev/null"), tmp_path / "pipe"):
        with pytest.raises(InputError, match=f"`{name}` is no regular file"):
            checked(**{name: place, "work_dir": tmp_path / "work"})
    checked(trace_file=tmp_path / "pipe")


def test_a_place_that_takes_no_file_is_the_machines_fault(checked: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="cannot write /proc/none"):
        checked(metrics_file=Path("/proc/none"))
    with pytest.raises(MissingError, match="cannot write"):
        checked(reports_dir=Path("/proc/reports"))
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize("changes", [{"heldout_crates": Path("h"), "heldout_problems": "x"}, {"metrics_file": "x"}])
def test_no_two_outputs_are_one_file(checked: Callable[..., None], tmp_path: Path, changes: dict[str, Any]) -> None:
    (name,) = (key for key, value in changes.items() if value == "x")
    with pytest.raises(InputError, match=f"`{name}` and `output.card.md` are the same file"):
        checked(**changes | {name: tmp_path / "data.jsonl.card.md"})


def test_every_file_that_is_written_is_looked_at(tmp_path: Path) -> None:
    settings = Settings(output=tmp_path / "data.jsonl")
    write_outputs(dataset(settings), settings)
    written = {path for path in tmp_path.rglob("*") if path.is_file() and settings.reports not in path.parents}
    assert written <= {file for _, file in output_files(settings)}
    assert len(written) == 6


def test_the_command_refuses_before_it_looks_at_a_crate(tmp_path: Path) -> None:
    ran = run_pipeline(tmp_path, "--crates", "path:mini-num")
    assert ran.returncode == 2
    assert ran.stderr == f"error: `output` is a directory: {tmp_path}\n\nhint: give it the name of a file\n"


@pytest.mark.parametrize("name", ["output", "reports_dir", "cache_dir", "checkpoint_path"])
def test_nothing_is_written_where_it_would_be_removed(checked: Callable[..., None], tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="which is removed when the run has ended"):
        checked(work_dir=tmp_path / "work", **{name: tmp_path / "work" / "build" / "mine"})
