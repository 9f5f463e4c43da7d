"""Settings of every kind a field can have: what a file and an option may say, and where a mistake is placed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Optional

import pytest
from annotated_types import Ge, Gt, Lt, MinLen
from hypothesis import given, settings
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_common.setting_types import base_type
from sigil_common.settings import load_settings, section, setting, to_mapping
from sigil_common.settings_file import read_mapping


@dataclass(frozen=True)
class Inner:
    depth: Annotated[int, Ge(0)] = setting(1, "Depth")
    names: list[str] = setting(["a"], "Names")


@dataclass(frozen=True)
class Middle:
    inner: Inner = section(Inner)
    share: Annotated[float, Ge(0), Lt(1)] = setting(0.5, "Share")


@dataclass(frozen=True)
class All:
    number: int = setting(1, "Number")
    rate: Annotated[float, Gt(0)] = setting(0.1, "Rate")
    text: str = setting("", "Text")
    flag: bool = setting(False, "Flag")
    maybe: Optional[int] = setting(None, "Maybe")  # noqa: UP045
    bound: Annotated[int, Gt(0)] | None = setting(None, "Bound")
    mode: Literal["auto", "one"] = setting("auto", "Mode")
    either: bool | Literal["auto"] = setting("auto", "Either", hidden=True)
    files: list[Path] = setting([], "Files")
    some: Annotated[list[str], MinLen(1)] = setting(["x"], "Some")
    weights: dict[str, Annotated[float, Ge(0)]] = setting({}, "Weights", hidden=True)
    place: Path = setting(Path("out"), "Place")
    pair: tuple[int, float] = setting((1, 2.0), "Pair", hidden=True)
    counts: list[int] = setting([], "Counts", hidden=True)
    limit: int | Literal["none"] = setting(1, "Limit", hidden=True)
    name_or_number: int | str = setting(1, "Either of two", hidden=True)
    middle: Middle = section(Middle)


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "c.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (int, (int, ())),
        (Annotated[int, Gt(0)], (int, ())),
        (Annotated[int, Gt(0)] | None, (int, ())),
        (Annotated[int | None, Gt(0)], (int, ())),
        (None | Path, (Path, ())),
        (Optional[Annotated[str, MinLen(1)]], (str, ())),  # noqa: UP045
        (Literal["a", "b"] | None, ("literal", ("a", "b"))),
        (list[Path], ("list", (Path,))),
        (Annotated[list[str], MinLen(1)] | None, ("list", (str,))),
        (tuple[int, int], ("list", (int, int))),
        (dict[str, float], ("dict", (str, float))),
        (dict, ("dict", ())),
    ],
)
def test_hints_are_looked_through(hint, expected):
    assert base_type(hint) == expected


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("number: 7", "number", 7),
        ("number: 7.0", "number", 7),
        ("rate: 1e-4", "rate", 1e-4),
        ("rate: 2E3", "rate", 2000.0),
        ("rate: 1.5e3", "rate", 1500.0),
        ("text: 1e-4", "text", "1e-4"),
        ("weights: {a: 1e-4}", "weights", {"a": 1e-4}),
        ("rate: 3", "rate", 3.0),
        ("text: '007'", "text", "007"),
        ("flag: yes", "flag", True),
        ("flag: off", "flag", False),
        ("maybe: null", "maybe", None),
        ("maybe: 0", "maybe", 0),
        ("bound: ~", "bound", None),
        ("mode: one", "mode", "one"),
        ("either: auto", "either", "auto"),
        ("either: true", "either", True),
        ("files: [a, b/c]", "files", [Path("a"), Path("b/c")]),
        ("files: []", "files", []),
        ("weights: {a: 2, b: 0.5}", "weights", {"a": 2.0, "b": 0.5}),
        ("place: a b", "place", Path("a b")),
        ("limit: none", "limit", "none"),
        ("limit: 3", "limit", 3),
        ("name_or_number: '7'", "name_or_number", "7"),
        ("pair: [1, 2]", "pair", (1, 2.0)),
        ("weights: {local:x.jsonl: 1}", "weights", {"local:x.jsonl": 1.0}),
    ],
)
def test_a_file_may_say(file, text, key, value):
    found = load_settings(All, file=file(text))
    assert getattr(found.settings, key) == value
    assert type(getattr(found.settings, key)) is type(value)
    assert found.sources[key] == f"{file(text)}:1"


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("\nnumber: 1.5", 2, "number", "valid integer"),
        ("number: null", 1, "number", "valid integer"),
        ("rate: 0", 1, "rate", "greater than 0"),
        ("rate: .nan", 1, "rate", "greater than 0"),
        ("text: 7", 1, "text", "valid string"),
        ("text: no", 1, "text", "valid string"),
        ("flag: perhaps", 1, "flag", "valid boolean"),
        ("bound: -1", 1, "bound", "greater than 0"),
        ("either: maybe", 1, "either", "boolean|'auto'"),
        ("files: a", 1, "files", "valid list"),
        ("some: []", 1, "some", "at least 1 item"),
        ("\n\nweights:\n  a: 1\n  b: -1", 5, "weights.b", "greater than or equal to 0"),
        ("weights: [1]", 1, "weights", "valid dictionary"),
        ("middle:\n  share: 1.0", 2, "middle.share", "less than 1"),
        ("middle:\n  inner:\n    depth: x", 3, "middle.inner.depth", "valid integer"),
        ("middle:\n  inner: {depth: -1}", 2, "middle.inner.depth", "greater than or equal"),
        ("middle:\n  inner:\n    names:\n    - a\n    - 3", 3, "middle.inner.names", "valid string"),
        ("middle: 3", 1, "middle", "dictionary or an instance"),
        ("middle:", 1, "middle", "dictionary or an instance"),
        ("number: true", 1, "number", "valid integer, not a truth value"),
        ("number: no", 1, "number", "valid integer, not a truth value"),
        ("number: '7'", 1, "number", "valid integer, not text"),
        ("number: '1e4'", 1, "number", "valid integer"),
        ("rate: true", 1, "rate", "valid number, not a truth value"),
        ("rate: '0.5'", 1, "rate", "valid number, not text"),
        ("rate: inf", 1, "rate", "valid number, not text"),
        ("rate: .inf", 1, "rate", "finite number"),
        ("rate: 1e400", 1, "rate", "finite number"),
        (f"rate: 1{'0' * 400}", 1, "rate", "."),
        ("weights: {a: .inf}", 1, "weights.a", "finite number"),
        ("maybe: yes", 1, "maybe", "valid integer, not a truth value"),
        ("bound: on", 1, "bound", "valid integer, not a truth value"),
        ("bound: '3'", 1, "bound", "valid integer, not text"),
        ("weights:\n  a: 1\n  b: true", 3, "weights.b", "valid number, not a truth value"),
        ("weights: {a: '1'}", 1, "weights.a", "valid number, not text"),
        ("middle:\n  share: false", 2, "middle.share", "valid number, not a truth value"),
        ("middle:\n  inner: {depth: '2'}", 2, "middle.inner.depth", "valid integer, not text"),
        ("pair:\n- 1\n- true", 1, "pair", "valid number, not a truth value"),
        ("counts: [1, '2']", 1, "counts", "valid integer, not text"),
        ("limit: true", 1, "limit", "valid integer, not a truth value"),
        ("limit: '7'", 1, "limit", "valid integer, not text"),
    ],
)
def test_a_bad_value_is_placed_at_its_line_and_shown(file, text, line, key, message):
    with pytest.raises(InputError, match=rf"c\.yml:{line}: `{key}`: .*(?:{message})") as caught:
        load_settings(All, file=file(text))
    assert caught.value.cause.startswith("got ")


@pytest.mark.parametrize(
    ("text", "where", "dotted"),
    [
        ("numbr: 1", 1, "numbr"),
        ("middle:\n  inner:\n    dept: 1", 3, "middle.inner.dept"),
        ("middle:\n  depth: 1", 2, "middle.depth"),
    ],
)
def test_an_unknown_name_is_placed_at_its_line(file, text, where, dotted):
    with pytest.raises(InputError, match=rf"c\.yml:{where}: unknown setting `{dotted}`"):
        load_settings(All, file=file(text))


def test_a_name_like_no_other_is_answered_with_all_that_are_known_there(file):
    with pytest.raises(InputError) as caught:
        load_settings(All, file=file("middle:\n  zzz: 1"))
    assert caught.value.hint == "known here: inner, share"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("middle:\n  share: 0.1\n  share: 0.2", r"c\.yml:3: `middle\.share` is given twice"),
        ("middle: {}\nmiddle: {}", r"c\.yml:2: `middle` is given twice"),
        ("number: 1\n'number': 2", r"c\.yml:2: `number` is given twice"),
        ("yes: 1", r"c\.yml:1: a setting's name must be text"),
        ("middle:\n  ? [a]\n  : 1", r"c\.yml"),
        ("a: &x {b: 1}\n<<: *x", r"c\.yml:2: a setting's name must be text"),
        ("a: *gone", r"c\.yml:1: not valid YAML"),
        ("a: !!python/object:os.system x", r"c\.yml:1: not valid YAML"),
        ("number: 1\n\tflag: on", r"c\.yml:2: not valid YAML"),
        ("number: 1\n---\nnumber: 2", r"c\.yml:2: not valid YAML"),
        ("text: 2024-99-99", r"c\.yml: not valid YAML"),
        ("just text", "expected a mapping of settings, got str"),
        (b"number: \xff", "cannot read config file"),
    ],
)
def test_a_file_that_is_no_mapping_of_settings(file, text, message):
    with pytest.raises(InputError, match=message):
        read_mapping(file(text))


def test_a_byte_order_mark_and_windows_line_ends_are_fine(file):
    found = load_settings(All, file=file(b"\xef\xbb\xbfnumber: 3\r\nmiddle:\r\n  share: 0.2\r\n"))
    assert (found.settings.number, found.settings.middle.share) == (3, 0.2)


def test_the_same_name_in_two_sections_is_no_duplicate(file):
    values, places = read_mapping(file("a: {x: 1}\nb: {x: 2}"))
    assert values == {"a": {"x": 1}, "b": {"x": 2}}
    assert {key: place.rpartition(":")[2] for key, place in places.items()} == {
        "a": "1",
        "a.x": "1",
        "b": "2",
        "b.x": "2",
    }


# Overrides


def test_a_dotted_override_fills_an_empty_section_and_leaves_its_neighbours(file):
    path = file("middle:\n  share: 0.2\n  inner:\n")
    found = load_settings(All, file=path, overrides={"middle.inner.depth": 5})
    assert found.settings.middle == Middle(Inner(depth=5), share=0.2)
    assert found.sources["middle.inner.depth"] == "--set middle.inner.depth"
    assert found.sources["middle.share"] == f"{path}:2"
    assert found.sources["middle.inner.names"] == "default"


def test_a_whole_section_may_be_replaced_and_is_the_source_of_what_it_holds(file):
    found = load_settings(All, file=file("middle: {share: 0.2}"), overrides={"middle": {"inner": {"depth": 4}}})
    assert found.settings.middle == Middle(Inner(depth=4))
    assert found.sources["middle.inner.depth"] == "option --middle"
    assert found.sources["middle.inner.names"] == "default"
    assert found.sources["middle.share"] == "default"


def test_what_the_caller_gave_is_left_as_it_was():
    section_given = {"inner": {"depth": 4}}
    load_settings(All, overrides={"middle": section_given, "middle.inner.depth": 9})
    assert section_given == {"inner": {"depth": 4}}


@pytest.mark.parametrize(
    ("overrides", "places", "message"),
    [
        ({"number": "x"}, None, "option --number: `number`"),
        ({"middle.share": 2}, None, "--set middle.share: `middle.share`"),
        ({"middle.share": 2}, {"middle.share": "--set middle.share=2"}, "--set middle.share=2: `middle.share`"),
        ({"middle.shar": 2}, None, "--set middle.shar: unknown setting `middle.shar`"),
        ({"other.x": 1}, None, "--set other.x: unknown setting `other`"),
        ({"weights": {"a": "b"}}, None, "option --weights: `weights.a`"),
        ({"number": True}, None, "option --number: `number`: Input should be a valid integer, not a truth value"),
        ({"middle.share": "0.5"}, None, "--set middle.share: `middle.share`: Input should be a valid number, not text"),
    ],
)
def test_a_bad_override_is_placed_at_its_option(overrides, places, message):
    with pytest.raises(InputError) as caught:
        load_settings(All, overrides=overrides, override_places=places)
    assert caught.value.what.startswith(message)


def test_defaults_are_made_afresh_for_everyone():
    one, two = All(), All()
    assert one.some == two.some
    assert one.some is not two.some
    assert one.weights is not two.weights


def test_every_key_has_a_source():
    assert load_settings(All).sources == dict.fromkeys(
        [
            "number",
            "rate",
            "text",
            "flag",
            "maybe",
            "bound",
            "mode",
            "either",
            "files",
            "some",
            "weights",
            "place",
            "pair",
            "counts",
            "limit",
            "name_or_number",
            "middle.inner.depth",
            "middle.inner.names",
            "middle.share",
        ],
        "default",
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=50)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "number": st.integers(),
            "rate": st.floats(1e-9, 1e9),
            "text": TEXT,
            "flag": st.booleans(),
            "bound": st.none() | st.integers(1, 99),
            "some": st.lists(TEXT, min_size=1, max_size=3),
            "weights": st.dictionaries(st.sampled_from("abc"), st.floats(0, 9)),
            "middle.share": st.floats(0, 0.9),
            "middle.inner.depth": st.integers(0, 9),
        },
    )
)
def test_what_is_written_down_gives_the_same_settings(tmp_path_factory, values):
    from sigil_common.jsonl import write_json

    made = load_settings(All, overrides=values).settings
    path = tmp_path_factory.mktemp("s") / "settings.json"
    write_json(path, to_mapping(made))
    assert load_settings(All, file=path).settings == made
