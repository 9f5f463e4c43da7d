import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambda_package.cli import command
from sigil_common import gpu
from sigil_common.errors import SigilError
from sigil_common.manifest import digest_json
from sigil_common.records import (
    Extraction,
    Likelihood,
    LikelihoodSummary,
    NamedFile,
    PairLikelihood,
    RunManifest,
    TestReport,
    TextLikelihood,
    Verdict,
)
from sigil_common.rustc import find_toolchain

METRICS = Path(__file__).resolve().parents[1] / "sigil-common/golden/metrics.json"


@pytest.fixture
def ask_again():
    """Rust's toolchain, which is looked for once in a process, is looked for anew."""
    find_toolchain.cache_clear()
    yield
    find_toolchain.cache_clear()


@pytest.fixture
def tools(tmp_path, monkeypatch, ask_again):
    """A PATH that holds only the shell scripts given, as in `tools({"rustc": "echo rustc 1.90"})`; no GPU is hidden."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("CARGO_HOME", str(folder))  # where rustc is looked for as well
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.delenv(name, raising=False)
    gpu._warn_once.cache_clear()

    def add(scripts):
        for name, body in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)

    return add


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package in name only: what an installer leaves beside the code, with or without an origin."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def add(name, url=None):
        folder = site / f"{name.replace('-', '_')}-9.9.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.9\n")
        if url is not None:
            (folder / "direct_url.json").write_text(json.dumps({"url": url}))
        return folder

    return add


@pytest.fixture
def write_manifest():
    """Write the manifest of a run with these stages and published files into a directory; return its path."""

    def write(folder, published, stages=(), settings=None):
        manifest = RunManifest(
            profile="small",
            config="eval-small.yml",
            settings=settings or {},
            settings_sha256=digest_json(settings or {}),
            environment={},
            stages=stages,
            published=published,
        )
        (folder / "manifest.json").write_text(json.dumps(manifest.to_row()))
        return folder / "manifest.json"

    return write


@pytest.fixture
def metrics_file(tmp_path):
    """Write the metrics of a judge with some fields changed; return their path."""

    def write(**changes):
        path = tmp_path / "changed_metrics.json"
        path.write_text(json.dumps(json.loads(METRICS.read_text()) | changes))
        return path

    return write


@pytest.fixture
def run_command():
    """Run the command in this process; return what a shell would get: exit code, stdout, stderr."""

    def run(*words):
        found = CliRunner().invoke(command, [str(word) for word in words])
        if isinstance(found.exception, SigilError):
            return found.exception.exit_code, found.stdout, f"error: {found.exception}\n"
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found.exit_code, found.stdout, found.stderr

    return run


@pytest.fixture
def verdict_file(tmp_path):
    """Write a results file from `{task: [passed, compile, ...]}`.

    Each is `passed`, `adapted`, `idle`, `unusable` or a failure's name; `ends` gives by task how its answers ended.
    Problems of the set `H` have no tests, as those of held-out crates, nor have `A/untested...`.
    """

    def write(name, outcomes, ends=None):
        rows = []
        for task, samples in outcomes.items():
            for index, outcome in enumerate(samples):
                passed = outcome in ("passed", "adapted", "idle")
                rows.append(
                    Verdict(
                        task_id=task,
                        sample_index=index,
                        passed=passed,
                        result="passed" if passed else "not judged" if outcome in ("sandbox", "unusable") else "failed",
                        completion=f"    {outcome} </script><b>\u202e & {index}\n}}",
                        has_code=outcome != "no_code",
                        parses=outcome not in ("no_code", "syntax"),
                        compiles=outcome not in ("no_code", "syntax", "compile"),
                        failure=None if passed or outcome == "unusable" else outcome,
                        rustc_code="E0308" if outcome == "compile" else None,
                        detail="mismatched <types>" if outcome == "compile" else None,
                        extraction=Extraction(shape="function", adapted=("as a Vec",))
                        if outcome == "adapted"
                        else None,
                        tests=TestReport(declared=0 if task.startswith(("H/", "A/untested")) else 3),
                        idle="never comes to a result" if outcome == "idle" else None,
                        finish_reason=(ends or {}).get(task),
                    ).to_row()
                )
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


@pytest.fixture
def likelihood_file(tmp_path):
    """Write what `human-eval-rust likelihood` leaves, from `{task: (bits per byte, margins of its pairs)}`."""

    def text(bits, nats=-10.0):
        return TextLikelihood(log_likelihood=nats, tokens=5, bytes=20, bits_per_byte=bits)

    def row(task, bits, margins):
        pairs = (PairLikelihood(operator="constant", right=text(1), wrong=text(1, -10.0 - one)) for one in margins)
        about = {"task_id": task, "model": "m", "prompt_sha256": "p", "prompt_tokens": 9}
        return Likelihood(**about, reference=text(bits), pairs=tuple(pairs))

    def write(name, likelihoods, dtype="float32", problems="p", pairs="q"):
        path = tmp_path / name
        rows = [row(task, *found).to_row() for task, found in likelihoods.items()]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        summary = LikelihoodSummary(
            meaning="It decides <nothing>.",
            model="m",
            sets=(),
            left_out={},
            problem_files=(NamedFile(name="problems.jsonl", sha256=problems),),
            pairs_file=NamedFile(name="pairs.jsonl", sha256=pairs) if pairs else None,
            confidence=0.95,
            resamples=2000,
            fingerprint="f",
        )
        path.with_name(f"{name}.summary.json").write_text(json.dumps(summary.to_row()))
        described = {"ran_on": {"device": "cpu", "dtype": dtype}, "fingerprint": "f"}
        path.with_name(f"{name}.manifest.json").write_text(json.dumps(described))
        return path

    return write
