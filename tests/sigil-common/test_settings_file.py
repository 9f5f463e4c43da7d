"""Files of settings whose name ends in `.json` are strict JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_common.settings_file import read_mapping, read_value


@pytest.fixture
def file(tmp_path):
    def write(text, name="c.json"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("limit: 3\n", "1:1", "Expecting value"),
        ("{limit: 3}", "1:2", "Expecting property name"),
        ("{'limit': 3}", "1:2", "Expecting property name"),
        ('{"limit": 3} # three', "1:14", "Extra data"),
        ('{\n"limit": yes}', "2:10", "Expecting value"),
        ('{"a": 1 "b": 2}', "1:9", "Expecting ',' delimiter"),
        ('{"a": 01}', "1:8", "Expecting ',' delimiter"),
        ('{"a": "\t"}', "1:8", "Invalid control character"),
        ("", "1:1", "Expecting value"),
        ("# nothing\n", "1:1", "Expecting value"),
        ('{"a": 1}\n{"b": 1}', "2:1", "Extra data"),
        ('{"a": [1,\n  NaN]}', "2:3", "`NaN` is no number of JSON"),
        ('{"a": -Infinity}', "1:7", "`-Infinity` is no number of JSON"),
    ],
)
@pytest.mark.parametrize("name", ["c.json", "C.JSON"])
def test_what_is_not_json_is_refused_with_line_and_column(file, text, place, cause, name):
    path = file(text, name)
    with pytest.raises(InputError) as caught:
        read_mapping(path)
    assert caught.value.what == f"{path}:{place}: not valid JSON"
    assert cause in caught.value.cause


def test_a_comma_too_many_is_yaml_and_no_json(file):
    # The comma itself, or what follows it, as Python's version has it.
    with pytest.raises(InputError, match=r"c\.json:1:1[23]: not valid JSON") as caught:
        read_mapping(file('{"limit": 3,}'))
    assert "strict JSON" in caught.value.hint
    assert read_mapping(file('{"limit": 3,}', "c.yml"))[0] == {"limit": 3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n"a": 2}', r"c\.json:2: `a` is given twice"),
        ('{"a": 1, "\\u0061": 2}', r"c\.json:1: `a` is given twice"),
        ('{"m": {\n"x": [{"y": 1}],\n"x": 2}}', r"c\.json:3: `m\.x` is given twice"),
        ("[1]", "expected a mapping of settings, got list"),
        ("null", "expected a mapping of settings, got NoneType"),
        ('"a"', "expected a mapping of settings, got str"),
        (b"\xff", "cannot read config file"),
        ('{"a": %s}' % ("1" * 5000), "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_json_file_that_is_no_mapping_of_settings(file, text, message):
    with pytest.raises(InputError, match=message):
        read_mapping(file(text))


def test_keys_know_their_lines(file):
    text = '{\n\t"a": {"x": "} \\" {", "y":\n {"z": []}},\n\n"l": [{"in": {"a": 1}}, [{"in": 2}]], "b":\r\n 1}'
    values, places = read_mapping(file(b"\xef\xbb\xbf" + text.encode()))
    assert values == json.loads(text)
    assert {key: place.rpartition(":")[2] for key, place in places.items()} == {
        "a": "2",
        "a.x": "2",
        "a.y": "2",
        "a.y.z": "3",
        "l": "5",
        "b": "5",
    }


def keys_of(value, prefix=""):
    for key, inner in value.items():
        yield prefix + key
        if isinstance(inner, dict):
            yield from keys_of(inner, f"{prefix}{key}.")


KEYS = st.text().map(lambda key: key.replace(".", ""))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, JSON, max_size=4), st.sampled_from([None, 2, "\t"]))
def test_any_object_comes_back_with_a_place_for_each_key(tmp_path_factory, value, indent):
    path = tmp_path_factory.mktemp("j") / "c.json"
    path.write_text(json.dumps(value, indent=indent), encoding="utf-8")
    values, places = read_mapping(path)
    assert values == value
    assert list(places) == list(keys_of(value))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{a: 1, a: 2}", "--set x: `a` is given twice"),
        ("[{b: {a: 1, c: 1, a: 1}}]", "--set x: `a` is given twice"),
        ("[1", "--set x: value is not valid YAML"),
        ("2024-13-45", "--set x: value is not valid YAML"),
        ("&a [*a]", "--set x: value is not valid YAML"),
        ("[" * 5_000 + "]" * 5_000, "--set x: value is not valid YAML"),
    ],
)
def test_a_value_that_is_none_or_is_ambiguous_is_refused(text, said):
    with pytest.raises(InputError) as caught:
        read_value(text, "--set x")
    assert caught.value.what == said


@pytest.mark.parametrize(
    ("text", "value"), [("", None), ("a=b", "a=b"), ("[{a: 1}, {a: 2}]", [{"a": 1}, {"a": 2}]), ("1.5", 1.5)]
)
def test_a_value_is_read_as_yaml(text, value):
    assert read_value(text, "--set x") == value
