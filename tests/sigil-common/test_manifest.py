"""Digests that name what a result was made from: stable, complete, blind to caches."""

import hashlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_common.manifest import (
    describe_files,
    digest_bytes,
    digest_file,
    digest_json,
    digest_tree,
    tree_files,
)
from sigil_common.records import FileRecord

NAMES = st.text("abc.-_ é", min_size=1, max_size=6).filter(lambda name: name.strip(". ") == name)
TREES = st.dictionaries(st.tuples(NAMES, NAMES).map("/".join), st.binary(max_size=20), max_size=5)


def plant(root, tree):
    for name, data in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def test_digests_are_plain_sha256(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_bytes(b"abc") == digest_file(tmp_path / "x") == digest_tree(tmp_path / "x") == expected


def test_the_canonical_json_is_the_one_that_manifests_were_written_with():
    text = b'{"a":[1,null,"\\u00e9"],"b":1.5}'
    assert digest_json({"b": 1.5, "a": [1, None, "é"]}) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), ("1", 1), ([1, 2], [2, 1]), (None, False), ({}, [])])
def test_values_that_are_written_differently_differ(one, other):
    assert digest_json(one) != digest_json(other)


def test_numbers_that_json_does_not_know_have_no_digest():
    with pytest.raises(ValueError, match="JSON compliant"):
        digest_json(float("nan"))


@pytest.mark.parametrize("name", ["gone", "folder"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=f"cannot read {tmp_path / name}") as caught:
        digest_file(tmp_path / name)
    assert caught.value.cause


def test_a_tree_that_is_not_there_has_no_digest(tmp_path):
    with pytest.raises(InputError, match=r"no such file or directory: .*gone"):
        digest_tree(tmp_path / "gone")


@settings(max_examples=30)
@given(TREES)
def test_a_tree_has_one_digest_however_it_came_to_be(tmp_path_factory, tree):
    one = plant(tmp_path_factory.mktemp("one"), tree)
    two = plant(tmp_path_factory.mktemp("two"), dict(reversed(tree.items())))
    (two / "empty").mkdir(exist_ok=True)
    assert digest_tree(one) == digest_tree(two)
    rows = [[name, digest_bytes(tree[name])] for name in sorted(tree, key=lambda name: name.split("/"))]
    assert digest_tree(one) == digest_json(rows)


@settings(max_examples=30)
@given(TREES.filter(bool), st.data())
def test_a_changed_byte_a_new_name_and_a_lost_file_are_seen(tmp_path_factory, tree, data):
    root = plant(tmp_path_factory.mktemp("tree"), tree)
    name = data.draw(st.sampled_from(sorted(tree)))
    before = digest_tree(root)
    (root / name).write_bytes(tree[name] + b"x")
    changed = digest_tree(root)
    (root / name).write_bytes(tree[name])
    assert digest_tree(root) == before
    (root / name).rename(root / "renamed")
    renamed = digest_tree(root)
    (root / "renamed").unlink()
    assert len({before, changed, renamed, digest_tree(root)}) == 4


def test_contents_cannot_move_over_the_border_between_files(tmp_path):
    one = plant(tmp_path / "one", {"a": b"xy", "b": b""})
    two = plant(tmp_path / "two", {"a": b"x", "b": b"y"})
    assert digest_tree(one) != digest_tree(two)


@pytest.mark.parametrize(
    "cache", ["__pycache__/a.pyc", ".git/HEAD", "deep/.lock", "deep/__pycache__/a.pyc", "deep/.git/index"]
)
def test_caches_are_no_part_of_a_tree(tmp_path, cache):
    root = plant(tmp_path / "root", {"deep/a.py": b"1"})
    before = digest_tree(root)
    plant(root, {cache: b"x"})
    assert digest_tree(root) == before
    assert tree_files(root) == [root / "deep/a.py"]


def test_a_tree_inside_a_cache_is_read_all_the_same(tmp_path):
    root = plant(tmp_path / "__pycache__" / "root", {"a": b"1"})
    assert tree_files(root) == [root / "a"]


def test_files_come_in_the_order_of_their_parts_and_links_are_followed(tmp_path):
    root = plant(tmp_path, {"a/z": b"", "a-b/a": b"", "a.txt": b"", "B": b""})
    (root / "link").symlink_to(root / "B")
    (root / "dangling").symlink_to(root / "nowhere")
    assert [path.relative_to(root).as_posix() for path in tree_files(root)] == ["B", "a/z", "a-b/a", "a.txt", "link"]


def test_pipes_do_not_make_a_digest_wait(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert digest_tree(tmp_path) == digest_json([])


def test_files_are_described_by_relative_name_size_and_digest(tmp_path):
    root = plant(tmp_path / "root", {"a/x": b"abc"})
    outside = plant(tmp_path, {"y": b""}) / "y"
    assert describe_files([root / "a/x", outside], root) == [
        FileRecord(path="a/x", bytes=3, sha256=digest_bytes(b"abc")),
        FileRecord(path=outside.as_posix(), bytes=0, sha256=digest_bytes(b"")),
    ]
