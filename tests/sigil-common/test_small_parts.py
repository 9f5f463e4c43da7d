"""pass@k, seeds, digests, child processes, progress, temporary directories."""

import itertools
import logging
import math
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common import proc
from sigil_common.errors import MissingError
from sigil_common.manifest import digest_file, digest_json, digest_tree
from sigil_common.passk import pass_at_k
from sigil_common.progress import Progress, duration
from sigil_common.seeds import derive_seed
from sigil_common.tempdirs import sweep

from ..clock import HANG_S, alive, running, until


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_is_the_share_of_k_subsets_with_a_pass(case):
    n, c, k = case
    subsets = list(itertools.combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, subsets)) / len(subsets))


def test_pass_at_k_agrees_with_exact_binomials_for_large_n():
    exact = 1 - math.comb(190, 100) / math.comb(200, 100)
    assert pass_at_k(200, 10, 100) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(("n", "c", "k"), [(3, 1, 4), (3, 4, 1), (3, -1, 1), (3, 1, 0)])
def test_pass_at_k_refuses_what_does_not_exist(n, c, k):
    with pytest.raises(ValueError, match="sampl"):
        pass_at_k(n, c, k)


def test_seeds_depend_on_every_part_and_their_order():
    seeds = {derive_seed(*parts) for parts in [("ab", "c"), ("a", "bc"), ("c", "ab"), ("ab", "c", 0)]}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_tree_digests_see_names_and_contents(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_text("1")
    first = digest_tree(tmp_path)
    (tmp_path / "a" / "x").rename(tmp_path / "a" / "y")
    second = digest_tree(tmp_path)
    (tmp_path / "a" / "y").write_text("2")
    assert len({first, second, digest_tree(tmp_path)}) == 3
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "z").write_text("")
    assert digest_tree(tmp_path) == digest_tree(tmp_path)
    assert digest_tree(tmp_path / "a" / "y") == digest_file(tmp_path / "a" / "y")
    assert digest_json({"a": 1, "b": 2}) == digest_json({"b": 2, "a": 1})


def test_a_time_out_kills_the_whole_group():
    for timeout in (0.2, 2, 20, 200):
        found = proc.run(["sh", "-c", "sleep 86400 & echo $!; sleep 86400"], timeout=timeout)
        assert found.timed_out
        assert not found.ok
        if found.stdout:  # else it was killed before it had a child
            break
    until(lambda: not alive(int(found.stdout)), "the child of the child is gone")


def test_output_is_cut_at_its_limit():
    found = proc.run([sys.executable, "-c", "print('x' * 1000)"], timeout=HANG_S, output_limit=10)
    assert (found.stdout, found.truncated, found.ok) == ("x" * 10, True, True)


def test_stdin_and_missing_programs():
    assert proc.run(["cat"], timeout=HANG_S, stdin=b"hello").stdout == "hello"
    with pytest.raises(MissingError, match="cannot run `no-such-program`"):
        proc.run(["no-such-program"], timeout=HANG_S)


def test_progress_logs_a_closing_line(caplog):
    with caplog.at_level(logging.INFO), Progress("judging", total=3, unit="samples") as progress:
        progress.advance(3, note="pass 38%")
    assert caplog.messages[-1].startswith("judging: 3 samples in ")
    assert caplog.messages[-1].endswith("pass 38%")


@pytest.mark.parametrize(("seconds", "text"), [(0.84, "0.8s"), (42, "42s"), (401, "6m41s"), (11_100, "3h05m")])
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path):
    code = (
        "import signal, sys; from pathlib import Path; from sigil_common.tempdirs import tempdir\n"
        "with tempdir('sigil-test-', Path(sys.argv[1])) as folder:\n"
        "    (folder / 'file').write_text('x'); print(folder, flush=True); signal.pause()\n"
    )
    argv = [sys.executable, "-c", code, str(tmp_path)]
    with running(argv, stdout=subprocess.PIPE) as first, running(argv, stdout=subprocess.PIPE) as second:
        killed, held = (Path(child.process.stdout.readline().strip()) for child in (first, second))
        first.end(signal.SIGKILL)
        (tmp_path / "sigil-other").mkdir()
        sweep(tmp_path, young_s=HANG_S)
        assert killed.exists()
        sweep(tmp_path, young_s=0)
        assert sorted(tmp_path.iterdir()) == sorted([held, tmp_path / "sigil-other"])
