"""Options made of a dataclass's fields: their names, kinds, defaults, and the values that they give."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import click
import pytest
from annotated_types import Gt, MinLen
from click.testing import CliRunner

from sigil_common import cli
from sigil_common.settings import flag_of, section, setting


@dataclass(frozen=True)
class Inner:
    depth: int = setting(1, "Depth")


@dataclass(frozen=True)
class All:
    number: int = setting(1, "Number")
    rate: Annotated[float, Gt(0)] = setting(0.1, "Rate")
    text: str = setting("", "Text")
    flag: bool = setting(False, "Flag")
    maybe: int | None = setting(None, "Maybe")
    bound: Annotated[int, Gt(0)] | None = setting(None, "Bound")
    mode: Literal["auto", "one"] = setting("auto", "Mode")
    either: bool | Literal["auto"] = setting("auto", "Either", hidden=True)
    files: list[Path] = setting([], "Files")
    some: Annotated[list[str], MinLen(1)] = setting(["x"], "Some")
    weights: dict[str, float] = setting({}, "Weights", hidden=True)
    place: Path = setting(Path("out"), "Place")
    middle: Inner = section(Inner)


def options(kind: Any, *args):
    @cli.command()
    @cli.settings_options(kind)
    def command(**values):
        click.echo(repr(cli.given(values)))

    return CliRunner().invoke(command, args)


@pytest.mark.parametrize(
    ("args", "given"),
    [
        ([], {}),
        (["--number", "3", "--rate", "0.5", "--text", "t"], {"number": 3, "rate": 0.5, "text": "t"}),
        (["--flag"], {"flag": True}),
        (["--no-flag"], {"flag": False}),
        (["--maybe", "0", "--bound", "-1"], {"maybe": 0, "bound": -1}),
        (["--mode", "one"], {"mode": "one"}),
        (["--files", "a", "--files", "b"], {"files": [Path("a"), Path("b")]}),
        (["--some", "x", "--place", "a/b"], {"some": ["x"], "place": Path("a/b")}),
    ],
)
def test_options_give_values_of_their_fields_kind(args, given):
    found = options(All, *args)
    assert found.exit_code == 0, found.output
    assert eval(found.output, {"PosixPath": Path}) == given


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--number", "x"], "not a valid integer"),
        (["--mode", "two"], "'auto', 'one'"),
        (["--text", ""], "Invalid value for '--text': it is empty."),
        (["--some", "x", "--some", " "], "Invalid value for '--some': it is empty."),
        (["--weights", "x"], "No such option"),
        (["--either", "x"], "No such option"),
        (["--middle", "x"], "No such option"),
    ],
)
def test_options_refuse_what_is_not_of_their_kind_or_hidden(args, message):
    found = options(All, *args)
    assert found.exit_code == 2
    assert message in found.output


def test_options_stand_in_the_order_of_the_fields_with_their_defaults():
    text = options(All, "--help").output
    names = ["--number", "--rate", "--text", "--flag", "--maybe", "--bound", "--mode", "--files", "--some", "--place"]
    assert [text.index(name) for name in names] == sorted(text.index(name) for name in names)
    assert "--flag / --no-flag" in text
    assert "[default: false]" in text
    assert "[default: ['x']]" in text
    assert text.count("[default:") == 6, "none for what is None or empty"


def test_a_field_that_no_option_can_be_made_of_must_be_hidden():
    @dataclass(frozen=True)
    class Odd:
        table: dict[str, int] = setting({}, "Table")

    with pytest.raises(TypeError, match=r"Odd\.table: no option can be made of"):
        cli.settings_options(Odd)(lambda: None)


@pytest.mark.parametrize(
    ("key", "flag"),
    [("val_ratio", "--val-ratio"), ("n_workers", "--n_workers"), ("a.b_c", "--a-b-c"), ("gone", "--gone")],
)
def test_flags_are_derived_from_names_but_for_those_with_their_own(key, flag):
    @dataclass(frozen=True)
    class Some:
        val_ratio: float = setting(0.1, "Share")
        n_workers: int = setting(1, "Workers", flag="--n_workers")

    assert flag_of(Some, key) == flag
