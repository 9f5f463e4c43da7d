from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sigil_common import cli
from sigil_common.bounds import Ge, Gt, Interval, Le, Lt, MinLen
from sigil_common.errors import InputError
from sigil_common.setting_types import base_type
from sigil_common.settings import hint_of, load_settings, section, setting, to_mapping


@dataclass(frozen=True)
class Lora:
    r: Annotated[int, Gt(0)] = setting(16, "Rank")
    targets: list[str] = setting(["q_proj"], "Modules")


@dataclass(frozen=True)
class Train:
    n_workers: int = setting(4, "Workers", flag="--n_workers")
    val_ratio: float = setting(0.1, "Share")
    mode: Literal["fast", "slow_one"] = setting("fast", "How")
    output: Path | None = setting(None, "Where")
    enforce: bool = setting(True, "Policy")
    names: list[str] = setting([], "Names")
    lora: Lora = section(Lora)


def write(tmp_path, text, name="c.yml"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_defaults_file_and_overrides_in_that_order(tmp_path):
    file = write(tmp_path, "n_workers: 8\nlora:\n  r: 4\n")
    found = load_settings(Train, file=file, overrides={"n_workers": 9, "lora.targets": ["v_proj"]})
    assert (found.settings.n_workers, found.settings.lora.r, found.settings.val_ratio) == (9, 4, 0.1)
    assert found.sources["lora.r"] == f"{file}:3"
    assert found.sources["n_workers"] == "option --n_workers"
    assert found.sources["mode"] == "default"


def test_json_is_read_the_same_way(tmp_path):
    file = write(tmp_path, '{\n"n_workers": 3,\n"lora": {"r": 2}}', "c.json")
    assert load_settings(Train, file=file).settings.lora.r == 2


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("lora:\n  rr: 3\n", r"c\.yml:2: unknown setting `lora\.rr`", "did you mean `lora.r`?"),
        ("lora:\n  r: 0\n", r"c\.yml:2: `lora\.r`: Input should be greater than 0", None),
        ("n_workers: many\n", r"c\.yml:1: `n_workers`: Input should be a valid integer", None),
        ("n_workers: 1\nn_workers: 2\n", r"c\.yml:2: `n_workers` is given twice", None),
        ("a: [1\n", r"c\.yml:2: not valid YAML", None),
        ("?", r"c\.yml:1: a setting's name must be text", None),
        ("1: 2\n", r"c\.yml:1: a setting's name must be text", None),
        ("- 1\n", "expected a mapping of settings, got list", None),
        ("mode: slow\n", r"c\.yml:1: `mode`: Input should be 'fast' or 'slow_one'", None),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path, text, message, hint):
    with pytest.raises(InputError, match=message) as caught:
        load_settings(Train, file=write(tmp_path, text))
    assert hint is None or caught.value.hint == hint


@dataclass(frozen=True)
class Bounded:
    gt: Annotated[int, Gt(0)] | None = setting(None, "")
    ge: Annotated[int, Ge(1)] = setting(1, "")
    lt: Annotated[float, Lt(0.5)] = setting(0.0, "")
    le: Annotated[float, Gt(0), Le(0.5)] = setting(0.5, "")
    within: Annotated[float, Interval(gt=0, le=1)] = setting(1.0, "")
    items: Annotated[list[int], MinLen(2)] = setting([1, 2], "")


@pytest.mark.parametrize(
    ("key", "good", "bad", "message"),
    [
        ("gt", 1, 0, "greater than 0"),
        ("ge", 1, 0, "greater than or equal to 1"),
        ("lt", 0.4, 0.5, r"less than 0\.5"),
        ("le", 0.5, 0.6, r"less than or equal to 0\.5"),
        ("le", 0.1, 0, "greater than 0"),
        ("within", 1, 1.5, "less than or equal to 1"),
        ("within", 0.5, 0, "greater than 0"),
        ("items", [1, 2], [1], "at least 2 items"),
    ],
)
def test_bounds_hold(key, good, bad, message):
    assert getattr(load_settings(Bounded, overrides={key: good}).settings, key) == good
    with pytest.raises(InputError, match=message):
        load_settings(Bounded, overrides={key: bad})


def test_unknown_override_and_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"unknown setting `lora\.alfa`"):
        load_settings(Train, overrides={"lora.alfa": 1})
    with pytest.raises(InputError, match=r"`lora\.r`: Input should be a valid integer"):
        load_settings(Train, overrides={"lora.r.x": 1})
    with pytest.raises(InputError, match="no such config file"):
        load_settings(Train, file=tmp_path / "none.yml")


def test_empty_file_means_defaults(tmp_path):
    assert load_settings(Train, file=write(tmp_path, "# nothing\n")).settings == Train()


def test_to_mapping_round_trips():
    settings = Train(n_workers=2, output=Path("x"), lora=Lora(r=3))
    mapping = to_mapping(settings)
    flat = {key: value for key, value in mapping.items() if key != "lora"} | {"lora.r": mapping["lora"]["r"]}
    assert load_settings(Train, overrides=flat).settings == settings


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("c") / "c.yml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        load_settings(Train, file=path)
    except InputError as error:
        assert str(path) in str(error) or error.cause


def options(*args):
    @cli.command()
    @cli.settings_options(Train)
    def command(**values):
        click.echo(repr(load_settings(Train, overrides=cli.given(values)).settings))

    return CliRunner().invoke(command, args)


def test_options_come_from_the_fields_in_both_spellings():
    for spelling in ("--n_workers", "--n-workers"):
        assert "n_workers=7" in options(spelling, "7", "--no-enforce", "--mode", "slow_one").output
    both = options("--names", "a", "--names", "b", "--output", "x").output
    assert "names=['a', 'b']" in both
    assert "PosixPath('x')" in both


def test_help_shows_the_seeds_spelling_and_the_default():
    text = options("--help").output
    assert "--n_workers INTEGER" in text
    assert "[default: 4]" in text


def test_the_type_of_a_setting_is_found_without_values():
    assert base_type(hint_of(Train, "lora.r", "--set")) == (int, ())
    assert base_type(hint_of(Train, "mode", "--set"))[0] == "literal"
    assert hint_of(Train, "lora", "--set") is Lora
    assert hint_of(Train, "names.inner", "--set") is None
    with pytest.raises(InputError, match=r"--set x: unknown setting `lora\.rank`"):
        hint_of(Train, "lora.rank", "--set x")
