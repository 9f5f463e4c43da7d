"""The engine with real child processes: skip, redo, continue, fail, lock."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_package import engine, made_before, versions
from lambda_package.commands import Stage
from lambda_package.engine import run_chain
from lambda_package.made_before import taken
from lambda_package.run_record import recorded_digest
from sigil_common.errors import BadResultError, InterruptedRunError, MissingError, SigilError
from sigil_common.manifest import describe_files, digest_tree, tree_files

from ..clock import alive, running, until


@pytest.fixture
def script(tmp_path, monkeypatch):
    """A stand-in console script: counts its runs, copies its input in capitals."""
    path = tmp_path / "upper"
    path.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys\n"
        "args = sys.argv[1:]; source, out = map(pathlib.Path, args[:2])\n"
        "with open(os.environ['COUNT'], 'a') as count: count.write(out.name)\n"
        "if 'fail' in args: sys.exit(int(args[args.index('fail') + 1]))\n"
        "if 'silent' not in args: (out / 'out.txt').write_text(source.read_text().upper())\n"
    )
    path.chmod(0o755)
    monkeypatch.setenv("COUNT", str(tmp_path / "count"))
    monkeypatch.setattr(engine, "find_script", lambda name: str(path))
    return lambda: len((tmp_path / "count").read_text().split("-")) - 1 if (tmp_path / "count").exists() else 0


def one(source, *extra):
    return lambda _done: Stage(
        "one", ("upper", str(source), "{out}", *extra), (source,), ("out.txt",), "lambda_package"
    )


def two(done):
    source = done["one"] / "out.txt"
    return Stage("two", ("upper", str(source), "{out}"), (source,), ("out.txt",), "lambda_package")


def test_a_second_run_skips_and_a_change_redoes_what_it_touches(tmp_path, script):
    source = tmp_path / "in.txt"
    source.write_text("a")
    first = run_chain([one(source), two], tmp_path / "run dir")
    assert [item.fresh for item in first.values()] == [True, True]
    assert (first["two"].directory / "out.txt").read_text() == "A"
    second = run_chain([one(source), two], tmp_path / "run dir")
    assert [item.fresh for item in second.values()] == [False, False]
    # The same output of `one` from another command: `two` has nothing to redo.
    third = run_chain([one(source, "more"), two], tmp_path / "run dir")
    assert [item.fresh for item in third.values()] == [True, False]
    source.write_text("b")
    assert all(item.fresh for item in run_chain([one(source), two], tmp_path / "run dir").values())
    source.write_text("a")
    back = run_chain([one(source), two], tmp_path / "run dir")
    assert not any(item.fresh for item in back.values())
    assert script() == 5


def test_quiet_words_reach_the_command_and_do_not_do_it_again(tmp_path, script):
    (tmp_path / "in.txt").write_text("a")
    stage = one(tmp_path / "in.txt")(None)
    said = dataclasses.replace(stage, quiet_words=("fail", "3"))
    with pytest.raises(SigilError):
        run_chain([lambda _: said], tmp_path / "run")
    assert run_chain([lambda _: stage], tmp_path / "run")["one"].fresh
    assert not run_chain([lambda _: said], tmp_path / "run")["one"].fresh


def test_a_stage_done_again_says_what_changed(tmp_path, script, monkeypatch, caplog):
    source = tmp_path / "in.txt"
    source.write_text("a")
    said = []
    for change in (
        lambda: None,
        lambda: source.write_text("b"),
        lambda: change_code(monkeypatch),
    ):
        caplog.clear()
        with caplog.at_level("INFO"):
            change()
            run_chain([one(source)], tmp_path / "run")
        said.append(caplog.messages[0].split(maxsplit=1)[1])
    caplog.clear()
    with caplog.at_level("INFO"):
        run_chain([one(source, "more")], tmp_path / "run")
    assert [*said, caplog.messages[0].split(maxsplit=1)[1]] == [
        "started",
        "started again, changed: in.txt",
        "started again, changed: the code of lambda_package or sigil_common",
        "started again, changed: its settings",
    ]


def change_code(monkeypatch, name="other {}"):
    for module in (engine, made_before, versions):
        monkeypatch.setattr(module, "code_digest", name.format)


@pytest.fixture
def versioned(monkeypatch):
    """Give the command that plays all stages a version; return what raises it."""

    def at(number):
        monkeypatch.setitem(versions.VERSIONS, "upper", number)

    at(1)
    return at


def test_a_stage_with_a_version_is_left_as_it_is_when_its_code_changes_and_that_is_said(
    tmp_path, script, versioned, monkeypatch, caplog
):
    (tmp_path / "in.txt").write_text("a")
    chain = [one(tmp_path / "in.txt")]
    first = run_chain(chain, tmp_path / "run")["one"]
    change_code(monkeypatch)
    again = run_chain(chain, tmp_path / "run")["one"]
    assert (again.fresh, again.directory) == (False, first.directory)
    said = "made by other code of lambda_package than is installed now, of the same version, 1"
    assert f"{said}; `rm -r {first.directory}` makes it again" in caplog.messages[-1]
    assert made_before.made_by_other_code({"one": first.directory, "gone": tmp_path}) == {"one": said}


def test_a_stage_that_other_code_went_on_with_is_told(tmp_path, script, versioned, monkeypatch):
    (tmp_path / "in.txt").write_text("a")
    stage = one(tmp_path / "in.txt")(None)
    broken = dataclasses.replace(stage, quiet_words=("fail", "4"))
    with pytest.raises(InterruptedRunError):
        run_chain([lambda _: broken], tmp_path / "run")
    first = versions.code_digest("lambda_package")
    change_code(monkeypatch)
    found = run_chain([lambda _: stage], tmp_path / "run")["one"]
    assert (found.record.begun, found.record.code) == (first, "other lambda_package")
    assert made_before.made_by_other_code({"one": found.directory}) == {
        "one": "begun by other code of lambda_package than went on with it after an interruption"
    }


def test_a_stage_that_the_same_code_went_on_with_is_not(tmp_path, script, versioned):
    (tmp_path / "in.txt").write_text("a")
    stage = one(tmp_path / "in.txt")(None)
    with pytest.raises(InterruptedRunError):
        run_chain([lambda _: dataclasses.replace(stage, quiet_words=("fail", "4"))], tmp_path / "run")
    assert run_chain([lambda _: stage], tmp_path / "run")["one"].record.begun is None


def test_a_run_notes_which_stages_it_takes(tmp_path, script):
    (tmp_path / "in.txt").write_text("a")
    first = run_chain([one(tmp_path / "in.txt"), two], tmp_path / "run")
    assert taken(tmp_path / "run") == {item.directory.name for item in first.values()}
    # Nothing has come to its end yet, so what was taken before stays taken.
    run_chain([one(tmp_path / "in.txt")], tmp_path / "run")
    assert len(taken(tmp_path / "run")) == 2
    (tmp_path / "run/manifest.json").write_text("{}")
    run_chain([one(tmp_path / "in.txt")], tmp_path / "run")
    assert taken(tmp_path / "run") == {first["one"].directory.name}  # done before, and taken all the same


def test_a_raised_version_does_a_stage_again_and_keep_leaves_it(tmp_path, script, versioned, monkeypatch, caplog):
    caplog.set_level("INFO")
    (tmp_path / "in.txt").write_text("a")
    chain, run = [one(tmp_path / "in.txt"), two], tmp_path / "run"
    first = run_chain(chain, run)
    versioned(2)
    change_code(monkeypatch)
    kept = run_chain(chain, run, keep=["one"])
    assert [item.fresh for item in kept.values()] == [False, True]
    assert kept["one"].directory == first["one"].directory
    other = made_before.made_by_other_code({"one": kept["one"].directory, "two": kept["two"].directory})
    assert list(other) == ["one"]
    assert other["one"].endswith("installed now: version 1, and now it is 2")
    assert [item.fresh for item in run_chain(chain, run, keep=["two"]).values()] == [True, False]
    assert any(text.endswith("started again, changed: its version (1, and now 2)") for text in caplog.messages)
    # What was asked otherwise is another experiment, and nothing to keep.
    (tmp_path / "in.txt").write_text("b")
    assert run_chain(chain, run, keep=["one"])["one"].fresh
    assert any("nothing to keep" in text for text in caplog.messages)


def test_a_stage_without_a_version_is_kept_as_well_where_that_is_asked(tmp_path, script, monkeypatch):
    (tmp_path / "in.txt").write_text("a")
    chain = [one(tmp_path / "in.txt")]
    first = run_chain(chain, tmp_path / "run")["one"]
    change_code(monkeypatch)
    kept = run_chain(chain, tmp_path / "run", keep=["one"])["one"]
    assert (kept.fresh, kept.directory) == (False, first.directory)
    assert "kept as it was asked" in made_before.made_by_other_code({"one": kept.directory})["one"]
    (first.directory / "out.txt").unlink()
    assert run_chain(chain, tmp_path / "run", keep=["one"])["one"].fresh  # a half of a stage is none


def test_a_stage_whose_name_begins_alike_is_another_one(tmp_path, script, caplog):
    source = tmp_path / "in.txt"
    source.write_text("a")
    stage = one(source)({})
    with caplog.at_level("INFO"):
        run_chain([lambda _: dataclasses.replace(stage, name="one-1"), lambda _: stage], tmp_path / "run")
    started = [message.split(maxsplit=1) for message in caplog.messages if " started" in message]
    assert started == [["one-1", "started"], ["one", "started"]]


def test_a_damaged_output_is_made_again(tmp_path, script):
    source = tmp_path / "in.txt"
    source.write_text("a")
    done = run_chain([one(source)], tmp_path)["one"]
    (done.directory / "out.txt").write_text("longer than before")
    again = run_chain([one(source)], tmp_path)["one"]
    assert again.fresh
    assert (again.directory / "out.txt").read_text() == "A"


def test_an_output_edited_at_equal_size_and_time_is_refused_by_the_stage_that_reads_it(tmp_path, script):
    source = tmp_path / "in.txt"
    source.write_text("a")
    out = run_chain([one(source)], tmp_path)["one"].directory / "out.txt"
    was = out.stat()
    out.write_text("B")
    os.utime(out, ns=(was.st_atime_ns, was.st_mtime_ns))
    with pytest.raises(BadResultError, match=r"out\.txt is not what stage `one` wrote") as caught:
        run_chain([one(source), two], tmp_path)
    assert f"rm -r {out.parent}" in caught.value.hint
    assert script() == 1  # nobody read it
    out.write_text("A")
    assert [item.fresh for item in run_chain([one(source), two], tmp_path).values()] == [False, True]


@pytest.mark.parametrize(
    "edit",
    [
        lambda folder: (folder / "a/weights").write_text("W"),
        lambda folder: (folder / "a/weights").rename(folder / "a/others"),
        lambda folder: (folder / "a/more").write_text("more"),
    ],
)
def test_a_directory_that_is_not_as_it_was_written_is_refused(tmp_path, edit):
    folder = tmp_path / "stages/one-1"
    (folder / "a/b").mkdir(parents=True)
    for name in ("a/weights", "a/b/c", "a/b-c", "log"):
        (folder / name).write_text(name[:1])
    outputs = tuple(describe_files([folder / "log", *tree_files(folder / "a")], relative_to=folder))
    digest = digest_tree(folder / "a")
    assert recorded_digest(outputs, Path("a")) == digest
    assert recorded_digest(outputs, Path("a/b")) == digest_tree(folder / "a/b")
    assert recorded_digest(outputs, Path("not recorded")) is None
    edit(folder)
    assert recorded_digest(outputs, Path("a")) != digest_tree(folder / "a")


@pytest.mark.parametrize(
    ("code", "kind", "exit_code"),
    [(1, SigilError, 1), (2, SigilError, 2), (3, SigilError, 3), (4, InterruptedRunError, 4), (77, SigilError, 5)],
)
def test_a_failing_stage_ends_the_run_with_its_exit_code(tmp_path, script, code, kind, exit_code):
    source = tmp_path / "in.txt"
    source.write_text("a")
    with pytest.raises(kind) as caught:
        run_chain([one(source, "fail", str(code))], tmp_path)
    assert caught.value.exit_code == exit_code
    assert not isinstance(caught.value, BadResultError)


def test_a_stage_that_writes_nothing_is_not_done(tmp_path, script):
    source = tmp_path / "in.txt"
    source.write_text("a")
    with pytest.raises(SigilError, match=r"did not write out\.txt"):
        run_chain([one(source, "silent")], tmp_path)


def test_two_runs_do_not_share_a_directory(tmp_path, script, monkeypatch):
    monkeypatch.setattr(engine.time, "sleep", lambda _: None)
    with engine.lock(tmp_path), pytest.raises(MissingError, match="another run is at work"), engine.lock(tmp_path):
        pass


def test_killing_the_engine_ends_its_stage(tmp_path):
    program = (
        "import sys, pathlib; from lambda_package import engine; from lambda_package.commands import Stage\n"
        "engine.find_script = lambda name: '/bin/sleep'\n"
        "stage = Stage('s', ('sleep', '86400'), (), (), 'lambda_package')\n"
        "import subprocess; real = subprocess.Popen\n"
        "def popen(argv, **kw):\n"
        "    child = real(['/bin/sleep', '86400'], **kw); print(child.pid, flush=True); return child\n"
        "engine.subprocess.Popen = popen\n"
        f"engine.run_chain([lambda done: stage], pathlib.Path({str(tmp_path)!r}))\n"
    )
    with running([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        child = int(parent.process.stdout.readline())
        parent.end(signal.SIGKILL)
    until(lambda: not alive(child), "the stage is gone with the engine")


def test_the_record_names_inputs_and_outputs(tmp_path, script):
    source = tmp_path / "in.txt"
    source.write_text("a")
    done = run_chain([one(source)], tmp_path)["one"]
    record = json.loads((done.directory / "stage.json").read_text())
    assert record["inputs"][0]["path"] == str(source)
    assert [row["path"] for row in record["outputs"]] == ["out.txt"]


def test_stages_that_load_a_model_share_one_import_of_its_libraries(tmp_path, script, monkeypatch):
    source = tmp_path / "in.txt"
    source.write_text("a")
    seen = []
    monkeypatch.delenv("SIGIL_WARM", raising=False)
    popen = subprocess.Popen

    def started(argv, **options):
        seen.append((options.get("env") or {}).get("SIGIL_WARM"))
        return popen(argv, **options)

    monkeypatch.setattr(engine.subprocess, "Popen", started)
    plain = one(source)({})
    names = ("first", "second", "third")
    loading = [dataclasses.replace(plain, name=name, loads_model=name != "first") for name in names]
    run_chain([lambda _, stage=stage: stage for stage in loading], tmp_path / "run", warm=["json.tool"])
    before, server, *shared = seen
    assert (before, server) == (None, None)  # a stage without a model, and then the process itself
    assert len(shared) == 2
    assert shared[0] == shared[1]
    run_chain([lambda _, stage=stage: stage for stage in loading], tmp_path / "other")
    assert seen[4:] == [None, None, None]
