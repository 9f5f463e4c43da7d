"""A step is run once for all who need it, goes on where it was stopped, and is named by all that decides it."""

import dataclasses
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lift.plan import paces, plan_text
from lift.steps import Input, Step, Steps, records

from sigil_common.errors import BadResultError, InterruptedRunError, SigilError

from ...clock import HANG_S, until


def step(script, **more):
    given = {"inputs": {}, "code": "1", "pace": "shell", "size": 10.0} | more
    return Step("shell", ("sh", "-c", script, "sh", "{out}"), **given)


@pytest.fixture
def steps(tmp_path):
    return Steps(tmp_path)


def test_a_step_is_run_once_and_its_cost_is_kept(steps):
    counted = step('echo x >> "$1/count"; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done')
    directory = steps.ensure(counted)
    assert steps.ensure(counted) == directory
    assert (directory / "count").read_text() == "x\n"
    (record,) = records(directory)
    assert (record.kind, record.key, record.returncode, record.resumed) == ("shell", counted.key, 0, False)
    assert record.cpu_s > 0  # of the command, which this process only waited for
    assert Steps(steps.work).ensure(counted) == directory
    assert (directory / "count").read_text() == "x\n"


def test_of_many_at_once_one_runs_it(steps):
    counted = step('echo x >> "$1/count"')
    with ThreadPoolExecutor(8) as pool:
        (directory,) = set(pool.map(steps.ensure, [counted] * 8))
    assert (directory / "count").read_text() == "x\n"


def test_a_name_stands_for_all_that_decides(steps, tmp_path):
    file = tmp_path / "in"
    plain = step("true", inputs={"file": Input("a", lambda: file)})
    others = [
        step("false", inputs=plain.inputs),
        step("true", inputs={"file": Input("b", lambda: file)}),
        step("true", inputs={"name": Input("a", lambda: file)}),
        dataclasses.replace(plain, code="2"),
        dataclasses.replace(plain, kind="other"),
    ]
    assert len({one.key for one in (plain, *others)}) == 6
    same = [dataclasses.replace(plain, pace="other", size=1.0), step("true", inputs={"file": Input("a", Path)})]
    assert {one.key for one in same} == {plain.key}


def test_places_in_the_command_are_filled_in(steps, tmp_path):
    file = tmp_path / "a file"
    file.write_text("held")
    argv = ("sh", "-c", 'cat "$1" > "$2/copy"; echo "$3" >> "$2/copy"', "sh", "{file}", "{out}", "{work}/x")
    directory = steps.ensure(Step("shell", argv, {"file": Input("a", lambda: file)}, "1", "shell", 1))
    assert (directory / "copy").read_text() == f"held{steps.work}/x\n"


def test_a_failed_command_is_run_again_and_says_why(steps):
    failing = step('echo x >> "$1/count"; echo "error: it is broken\n  cause: here\n\nhint: fix it" >&2; exit 3')
    for _ in range(2):
        with pytest.raises(SigilError) as caught:
            steps.ensure(failing)
        assert caught.value.exit_code == 3
        assert caught.value.cause == "it is broken cause: here"
    assert (steps.directory(failing) / "count").read_text() == "x\nx\n"


def test_a_bad_result_is_a_result_and_not_computed_again(steps):
    bad = step('echo x >> "$1/count"; echo "error: the loss is infinite" >&2; exit 1', verdict=(1,))
    for one in (steps, steps, Steps(steps.work)):
        with pytest.raises(BadResultError, match="the loss is infinite"):
            one.ensure(bad)
    assert (steps.directory(bad) / "count").read_text() == "x\n"


CLIMB = """
trap 'exit 4' TERM
n=$(cat "$1/n" 2>/dev/null || echo 0)
while [ "$n" -lt 300 ]; do n=$((n+1)); echo $n > "$1/.n"; mv "$1/.n" "$1/n"; sleep 0.01; done
"""


def reached(goal):
    return lambda directory: (directory / "n").exists() and int((directory / "n").read_text()) >= goal


def test_a_step_that_is_far_enough_is_stopped_and_goes_on_when_more_is_wanted(steps):
    near = step(CLIMB, enough=reached(3), stops_early=True)
    directory = steps.ensure(near)
    assert reached(3)(directory)
    assert not reached(300)(directory)
    assert [record.returncode for record in records(directory)] == [4]
    steps.ensure(near)
    assert len(records(directory)) == 1
    far = step(CLIMB, enough=reached(300))
    assert steps.ensure(far) == directory
    assert [record.returncode for record in records(directory)] == [4, 0]
    assert (directory / "n").read_text() == "300\n"


def test_what_a_killed_run_had_reached_is_not_run_for_again(steps):
    unkind = step(CLIMB.replace("trap 'exit 4' TERM", "") + "kill -9 $$", enough=reached(300))
    with pytest.raises(SigilError, match="exit code -9"):
        steps.ensure(unkind)
    near = step(unkind.argv[2], enough=reached(3), stops_early=True)
    directory = steps.ensure(near)
    assert [(record.cpu_s, record.resumed) for record in records(directory)] == [(0.0, True)]


def test_a_killed_try_is_continued_and_marked(steps):
    once = step('if [ -e "$1/begun" ]; then echo done > "$1/end"; else touch "$1/begun"; kill -9 $$; fi')
    with pytest.raises(SigilError, match="exit code -9"):
        steps.ensure(once)
    directory = steps.ensure(once)
    assert (directory / "end").exists()
    assert [record.resumed for record in records(directory)] == [True]


def test_stop_lets_what_runs_end_and_starts_nothing_more(steps):
    waiting = step('trap \'exit 4\' TERM; [ ! -e "$1/here" ] || exit 0; touch "$1/here"; while :; do sleep 0.01; done')
    directory = steps.directory(waiting)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(steps.ensure, waiting)
        until((directory / "here").exists)
        steps.stop()
        with pytest.raises(InterruptedRunError):
            future.result(HANG_S)
    with pytest.raises(InterruptedRunError):
        steps.ensure(step("true"))
    # What it cost so far is not lost, and says nothing about the speed.
    assert [(record.returncode, record.size) for record in records(directory)] == [(4, 0.0)]
    assert paces(steps.work) == {}
    assert Steps(steps.work).ensure(waiting) == directory
    assert [(record.returncode, record.size, record.resumed) for record in records(directory)][1:] == [(0, 10.0, False)]


def test_a_plan_runs_nothing_and_tells_how_long_it_takes(steps):
    steps.ensure(step("true"))
    dry = Steps(steps.work, dry=True)
    more = [step("true"), step("echo 1", size=30.0), step("echo 1", size=30.0), step("echo 2", pace="new", size=4.0)]
    for one in more:
        dry.ensure(one)
    assert [one.argv[2] for one in dry.missing.values()] == ["echo 1", "echo 2"]
    assert not dry.directory(more[1]).exists()
    text = plan_text(dry.missing.values(), paces(steps.work))
    assert "| shell | 1 | 30 | 0 | 0 |" in text
    assert "| new | 1 | 4 | not measured yet | |" in text
    assert text.endswith("and what was not measured yet")


def test_pace_is_that_of_undisturbed_steps(tmp_path):
    made = [(10.0, 100.0, 0, False), (30.0, 300.0, 4, False), (500.0, 1.0, 0, True), (500.0, 1.0, 1, False)]
    made += [(500.0, 0.0, 4, False)]
    for number, (wall, size, code, resumed) in enumerate(made):
        directory = tmp_path / f"steps/train-{number}"
        directory.mkdir(parents=True)
        row = {"kind": "train", "key": "k", "pace": "train", "size": size, "returncode": code}
        row |= {"cpu_s": 2 * wall, "wall_s": wall, "resumed": resumed}
        (directory / "step-1.json").write_text(json.dumps(row))
    (pace,) = paces(tmp_path).values()
    assert (pace.wall_s, pace.cpu_s) == (0.1, 0.2)


def test_locks_are_not_shared_between_different_steps(steps):
    """Two steps that wait for each other end only if they run side by side."""
    meet = '{{ touch "$1/../{me}"; while [ ! -e "$1/../{other}" ]; do sleep 0.01; done; }}'
    pair = [step(meet.format(me=me, other=other)) for me, other in (("a", "b"), ("b", "a"))]
    threads = [threading.Thread(target=steps.ensure, args=(one,)) for one in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert all(records(steps.directory(one)) for one in pair)
