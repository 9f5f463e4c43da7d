"""Runs stages: skips what is done, continues what was interrupted, redoes what a change touches.

A stage's directory is named after a digest of all that decides its result: its command, the bytes of its inputs, and
what the command means, as a version or as a digest of its code (`versions.py`). So a changed setting gives a new
directory for exactly the stages that it touches, going back to an old setting finds the old results again, and nothing
already made is overwritten. `stage.json` is written last: its existence means that the stage ended well, and it lists
the outputs with their digests.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from lambda_package.commands import OUT, RECORD, Stage, StageBuilder
from lambda_package.made_before import begin, begin_taking, begun_by_other, finished_record, kept, take, what_changed
from lambda_package.run_record import recorded_digest
from lambda_package.versions import code_digest, other_code, version_of
from sigil_common.errors import BadResultError, InterruptedRunError, MissingError, SigilError
from sigil_common.jsonl import write_json
from sigil_common.manifest import describe_files, digest_json, digest_tree, tree_files
from sigil_common.proc import die_with_parent
from sigil_common.progress import duration
from sigil_common.records import InputRecord, StageRecord
from sigil_common.warm import VARIABLE, warm_process

log = logging.getLogger(__name__)

LOG, STDOUT = "log.txt", "stdout.txt"


@dataclass(frozen=True)
class Done:
    """A finished stage: its directory, its record, and whether this run had to do it."""

    directory: Path
    record: StageRecord
    fresh: bool


@dataclass(frozen=True)
class _Run:
    """What the stages of one run share: their lock, what models are loaded in once one has to be, what is kept."""

    directory: Path
    lock_fd: int
    warm: Callable[[], Mapping[str, str]]
    keep: Sequence[str]


def run_chain(
    builders: Iterable[StageBuilder], run_dir: Path, *, warm: Sequence[str] = (), keep: Sequence[str] = ()
) -> dict[str, Done]:
    """Run every stage in order and return what each left, by stage name.

    `warm` names modules that are imported once for all stages that load a model: with none, each imports its own.
    `keep` names stages that are left as they are where nothing but their code has changed.
    Raises the error of the first stage that fails, with the exit code that its command ended with.
    """
    done: dict[str, Done] = {}
    digests: dict[Path, str] = {}
    with lock(run_dir) as lock_fd, ExitStack() as ends:
        own = bool(warm) and VARIABLE not in os.environ
        run = _Run(run_dir, lock_fd, cache(lambda: ends.enter_context(warm_process(warm)) if own else {}), keep)
        begin_taking(run_dir)
        for build in builders:
            stage = build({name: item.directory for name, item in done.items()})
            if stage is not None:
                done[stage.name] = _ensure(stage, run, done, digests)
    return done


def _ensure(stage: Stage, run: _Run, done: dict[str, Done], digests: dict[Path, str]) -> Done:
    asked = asked_digest(stage, {name: item.directory for name, item in done.items()}, digests)
    key = stage_key(stage, asked)
    _require_as_recorded(stage, done, digests)
    directory = run.directory / "stages" / f"{stage.name}-{key[:12]}"
    record = finished_record(directory)
    if record is None and stage.name in run.keep:
        directory, record = kept(stage, asked, directory)
    take(run.directory, directory)
    if record is not None:
        log.info("%-22s done before in %s, skipped", stage.name, duration(record.seconds))
        if (other := other_code(record)) is not None:
            log.warning("%-22s %s; `rm -r %s` makes it again", stage.name, other, directory)
        return Done(directory, record, fresh=False)
    resumed = directory.exists()
    begin(stage, directory)
    log.info("%-22s %s", stage.name, "continuing" if resumed else f"started{what_changed(stage, directory, digests)}")
    seconds = _execute(stage, directory, run)
    record = _write_record(stage, directory, (key, asked), seconds, digests)
    log.info("%-22s finished in %s", stage.name, duration(seconds))
    return Done(directory, record, fresh=True)


def stage_key(stage: Stage, asked: str) -> str:
    """Return the digest of all that decides a stage's result: what is asked, and what that means."""
    version = version_of(stage.argv)
    meaning = {"code": code_digest(stage.package)} if version is None else {"version": version}
    return digest_json({"asked": asked, **meaning})


def asked_digest(stage: Stage, earlier: Mapping[str, Path], digests: dict[Path, str]) -> str:
    """Return the digest of a stage's name, words and inputs.

    Directories of earlier stages count by the stage's name, since the bytes read from them count as
    inputs: a run directory can be moved, and an earlier stage that was redone with the same result
    leaves this one as it is. `digests` remembers what was hashed already.
    """
    argv = list(stage.argv)
    for name, directory in earlier.items():
        argv = [part.replace(str(directory), f"{{{name}}}") for part in argv]
    inputs = []
    for path in stage.inputs:
        if path not in digests:
            digests[path] = digest_tree(path)
        inputs.append(digests[path])
    return digest_json({"name": stage.name, "argv": argv, "inputs": inputs})


def _require_as_recorded(stage: Stage, done: Mapping[str, Done], digests: Mapping[Path, str]) -> None:
    """Raise `BadResultError` if an input lies in an earlier stage's directory and is not what that stage wrote.

    Sizes and times of files tell little: whoever edits samples keeps both, and would have them judged.
    """
    for path in stage.inputs:
        for name, item in done.items():
            if not path.is_relative_to(item.directory):
                continue
            recorded = recorded_digest(item.record.outputs, path.relative_to(item.directory))
            if recorded is not None and recorded != digests[path]:
                raise BadResultError(
                    f"{path} is not what stage `{name}` wrote",
                    cause=f"its digest was {recorded[:12]} and is {digests[path][:12]}, so stage `{stage.name}` does "
                    "not read it",
                    hint=f"put the file back, or let the stage make it again: `rm -r {item.directory}`",
                )


def _execute(stage: Stage, directory: Path, run: _Run) -> float:
    directory.mkdir(parents=True, exist_ok=True)
    argv = [part.replace(OUT, str(directory)) for part in stage.argv]
    argv[0] = find_script(argv[0])
    argv += [*stage.quiet_words, "--log-file", str(directory / LOG)]
    log.debug("running %s", argv)
    started = time.monotonic()
    with (directory / STDOUT).open("wb") as out:
        env = {**os.environ, **(stage.env or {}), **(run.warm() if stage.loads_model else {})}
        ends = partial(die_with_parent, signal.SIGTERM)  # no orphan shall write beside a later run
        child = subprocess.Popen(argv, stdout=out, env=env, pass_fds=(run.lock_fd,), preexec_fn=ends)
        returncode = _wait(child)
    if returncode != 0:
        raise _stage_error(stage, returncode, directory)
    missing = [name for name in stage.outputs if not (directory / name).exists()]
    if missing:
        raise SigilError(f"stage `{stage.name}` ended well but did not write {', '.join(missing)}")
    return time.monotonic() - started


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for the child; on Ctrl-C (which it got as well) let it save its state first."""
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.terminate()
        try:
            child.wait(timeout=30)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            child.kill()
            child.wait()
        raise


def _stage_error(stage: Stage, returncode: int, directory: Path) -> SigilError:
    hint = (
        f"the message is above and in {directory / LOG}; fix it and run the same command again. Options that it names "
        f"are those of `{stage.argv[0]}`; `rm -r {directory}` lets this stage begin again"
    )
    error: SigilError
    if returncode == InterruptedRunError.exit_code or returncode in (-signal.SIGINT, -signal.SIGTERM):
        error = InterruptedRunError(f"stage `{stage.name}` was interrupted", hint="run the same command again")
    elif returncode < 0:
        name = signal.Signals(-returncode).name
        cause = f"killed by {name}" + (", often for lack of memory" if name == "SIGKILL" else "")
        error = MissingError(f"stage `{stage.name}` was killed", cause=cause, hint=hint)
    else:
        error = SigilError(f"stage `{stage.name}` failed", cause=f"exit code {returncode}", hint=hint)
        error.exit_code = returncode if returncode in (1, 2, 3) else SigilError.exit_code
    return error


def find_script(name: str) -> str:
    """Return the console script `name` of this very environment, before any other on the PATH."""
    beside = Path(sys.executable).parent / name
    if beside.exists():
        return str(beside)
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"console script `{name}` is not installed", hint="bash eval_setup.sh")
    return found


def _write_record(
    stage: Stage, directory: Path, names: tuple[str, str], seconds: float, digests: dict[Path, str]
) -> StageRecord:
    files: list[Path] = []
    for name in stage.outputs:
        path = directory / name
        files += tree_files(path) if path.is_dir() else [path]
    record = StageRecord(
        name=stage.name,
        key=names[0],
        argv=stage.argv,
        code=code_digest(stage.package),
        begun=begun_by_other(stage, directory),
        package=stage.package,
        version=version_of(stage.argv),
        asked=names[1],
        seconds=round(seconds, 1),
        inputs=tuple(InputRecord(path=str(path), sha256=digests[path]) for path in stage.inputs),
        outputs=tuple(describe_files(files, relative_to=directory)),
    )
    write_json(directory / RECORD, record.to_row())
    return record


@contextmanager
def lock(run_dir: Path) -> Iterator[int]:
    """Hold the run directory for this run. The stages inherit the lock, so it lasts while any of them lives."""
    try:
        run_dir.mkdir(parents=True, exist_ok=True)
        handle = (run_dir / ".lock").open("a+")
    except OSError as error:
        raise MissingError(
            f"cannot write to {run_dir}", cause=error.strerror, hint="choose another place with --run-dir"
        ) from None
    with handle:
        # A run that was just killed may take a moment to go.
        for attempt in range(20):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == 0:
                    log.info("waiting for another run in %s to end", run_dir)
                time.sleep(0.5)
        else:
            raise MissingError(f"another run is at work in {run_dir}", hint="wait for it, or use another --run-dir")
        yield handle.fileno()
