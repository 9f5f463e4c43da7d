"""What `compare RUN RUN ...` compares: runs, directories or files of verdicts, each with a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from lambda_package.commands import MODELS, SAMPLES
from lambda_package.compare import Statistics, compare, read_comparison
from lambda_package.headline import with_verdict
from lambda_package.likelihood import with_likelihood
from lambda_package.looks import look_row
from lambda_package.primary import Primary
from lambda_package.ran_on import manifest_of, named
from lambda_package.report import ModelFiles, Sources
from lambda_package.run_levels import DEFAULT, level_of
from lambda_package.run_record import FinishedRun, open_run
from lambda_package.stats import holm
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models, read_record
from sigil_common.records import ComparedModel, Comparison, Looks, Metrics, Problem, SeveralModels

Model = Literal["base", "tuned"]

RESULTS = "_results.jsonl"
_HINT = "a RUN is a run's directory, as runs/local or runs/local@base, or a file of verdicts, *_results.jsonl"


@dataclass(frozen=True)
class Entrant:
    """One model: its label, its name where known, verdicts by policy, and where known its answers and problems.

    `run` is the one that it is of, and `primary` the measure that this was about.
    """

    label: str
    name: str | None
    results: Mapping[str, Path]
    samples: Path | None
    problems: Path | None
    primary: Primary | None = None
    run: FinishedRun | None = None


@dataclass(frozen=True)
class Measures:
    """What is compared, and how; `asked`: the level is the user's, and those of runs do not count."""

    ks: tuple[int, ...]
    how: Statistics
    primary: Primary
    asked: bool = True

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Measures:
        """Return what the options of the command say."""
        asked = options["confidence"] is not None
        how = Statistics(options["seed"], options["resamples"], options["confidence"] if asked else DEFAULT)
        return cls(options["ks"], how, Primary(options["primary_set"], options["primary_metric"]), asked)

    def compare(self, results: Mapping[tuple[str, str], Path], models: Mapping[Model, ComparedModel]) -> Comparison:
        """Return the comparison of verdict files by model and policy."""
        return compare(results, ks=self.ks, how=self.how, primary=self.primary, models=models)


def entrants(words: Sequence[str]) -> list[Entrant]:
    """Return the models that `[NAME=]RUN` words name, each under a label of its own."""
    found: list[Entrant] = []
    for word in words:
        one = entrant(word)
        taken = {other.label for other in found}
        labels = (one.label, *(f"{one.label} ({number})" for number in range(2, len(words) + 1)))
        found.append(replace(one, label=next(label for label in labels if label not in taken)))
    return found


def entrant(word: str) -> Entrant:
    """Return the model that one word names; raise `InputError` where there are no verdicts, or several."""
    given, equals, place = word.partition("=")
    if not equals or Path(word).exists():
        given, place = "", word
    path, at, model = place.rpartition("@")
    if at and model in MODELS and (Path(path) / "manifest.json").is_file():
        found = _of_run(Path(path), model)
    elif (Path(place) / "manifest.json").is_file():
        found = _of_run(Path(place), "tuned")
    else:
        found = _of_file(_results_in(Path(place)))
    return replace(found, label=given or found.label)


def compare_entrants(models: Sequence[Entrant], measures: Measures) -> Comparison | SeveralModels:
    """Hold each further model against the first; of two the result is one comparison.

    Without a level of the user's it is that of the runs' own pages, with its looks where the pair is that of one run.
    Raises `InputError` where runs asked other problems under the same ids.
    """
    if len(models) < 2:
        raise InputError("one model cannot be compared", hint=f"name two and more; {_HINT}")
    if measures.primary == Primary():
        measures = replace(measures, primary=_primary_of(models))
    policies = [policy for policy in ("off", "on") if all(policy in one.results for one in models)]
    if not policies:
        raise InputError("some models were judged with the policy on, and others with it off")
    _require_same_problems(models)
    runs = [one.run for one in models if one.run is not None]
    found = level_of(runs, measures.how.confidence if measures.asked else None)
    measures = replace(measures, how=replace(measures.how, confidence=found.confidence))
    pairs = []
    for other in models[1:]:
        sides: dict[Model, Entrant] = {"base": models[0], "tuned": other}
        results = {(str(side), policy): one.results[policy] for side, one in sides.items() for policy in policies}
        called = {side: ComparedModel(label=one.label, name=one.name) for side, one in sides.items()}
        pair = measures.compare(results, called).model_copy(update={"level_from": found.said})
        if found.own is not None and _is_pair_of(found.own, pair):
            pair = pair.model_copy(update={"looks": found.own.looks, "level_from": None})
        pairs.append(with_verdict(pair))
    if len(pairs) == 1:
        return pairs[0]
    return SeveralModels(primary_p=tuple(holm([pair.primary_row().p for pair in pairs])), pairs=tuple(pairs))


def _require_same_problems(models: Sequence[Entrant]) -> None:
    """Raise `InputError` if two runs asked different things under one id: functions of crates are numbered anew."""
    first: dict[str, tuple[Problem, Path]] = {}
    for file in dict.fromkeys(one.problems for one in models if one.problems is not None):
        for number, problem in read_models(file, Problem) if file.is_file() else ():
            asked = problem.model_copy(update={"canonical_solution": ""})
            known, place = first.setdefault(problem.task_id, (asked, file))
            if known != asked:
                raise InputError(
                    f"{file}:{number}: {problem.task_id} is another problem than in {place}",
                    cause="its prompt, its tests or its kind differ, so verdicts on it cannot be compared",
                    hint="judge both models on the problems of one run, as with `train.checkpoint`",
                )


def _is_pair_of(own: Comparison, pair: Comparison) -> bool:
    """Tell whether a comparison is of the two models of a run as that held them, at its level: so its looks are."""
    same = (own.primary, own.problems, own.confidence) == (pair.primary, pair.problems, pair.confidence)
    return own.looks is not None and same


def _primary_of(models: Sequence[Entrant]) -> Primary:
    """Return the measure that the runs were about; raise `InputError` where it is not the same of all."""
    named = list(dict.fromkeys(one.primary for one in models if one.primary is not None))
    if len(named) > 1:
        raise InputError(
            f"one run is about {named[0]}, another about {named[1]}",
            hint="--primary-set and --primary-metric say what this comparison is about",
        )
    return named[0] if named else Primary()


def looks_of_options(options: Mapping[str, Any]) -> Looks | None:
    """Return the looks that options name, or None; raise `InputError` where something of them is missing."""
    given = {name: options[name] for name in ("overall", "width", "max_samples")}
    if not options["look_files"]:
        if any(value is not None for value in given.values()):
            raise InputError("--overall, --width and --max-samples are for --look")
        return None
    if missing := [name.replace("_", "-") for name, value in given.items() if value is None]:
        raise InputError(f"--look needs --{missing[0]}")
    taken = tuple(look_row(read_comparison(file)) for file in options["look_files"])
    return Looks(confidence=given["overall"], width=given["width"], max_samples=given["max_samples"], taken=taken)


def compare_files(options: Mapping[str, Any], measures: Measures, looks: Looks | None = None) -> Comparison:
    """Compare a tuned model with its base by the files that options name; raise `InputError` for half of a pair."""
    if options["base_policy_off"] is None or options["tuned_policy_off"] is None:
        raise InputError("nothing to compare", hint="name two RUNs, or --base-policy-off and --tuned-policy-off")
    for kind in ("policy-on", "likelihood"):
        if len({options[f"{model}_{kind.replace('-', '_')}"] is None for model in MODELS}) > 1:
            raise InputError(f"--base-{kind} and --tuned-{kind} go together")
    pairs = [(model, policy) for policy in ("off", "on") for model in MODELS]
    results = {pair: file for pair in pairs if (file := options["_policy_".join(pair)]) is not None}
    sides: tuple[Model, ...] = ("base", "tuned")
    called = {side: ComparedModel(label=side, name=options[f"{side}_name"]) for side in sides}
    comparison = measures.compare(results, called)
    if (base := options["base_likelihood"]) and (tuned := options["tuned_likelihood"]):
        comparison = with_likelihood(comparison, base, tuned)
    return with_verdict(comparison.model_copy(update={"looks": looks}))


def sources_of(models: Sequence[Entrant], comparison: Path) -> Sources:
    """Return what the report of these models is made from."""
    policy = "off" if all("off" in one.results for one in models) else "on"
    problems = dict.fromkeys(one.problems for one in models if one.problems is not None)
    files = tuple(ModelFiles(one.results[policy], one.samples) for one in models)
    return Sources(comparison, files, problem_files=tuple(problems)[:1])


def _of_run(directory: Path, model: str) -> Entrant:
    run = open_run(directory)
    results = {policy: file for (of, policy), file in run.verdicts().items() if of == model}
    if not results:
        raise InputError(f"{run.file}: the run has no verdicts on the {model} model", hint=_HINT)
    samples = run.output(f"sample-{model}", SAMPLES[0])
    name = named(samples)
    stats = run.section("stats")
    primary = Primary(stats.get("primary_set"), stats.get("primary_metric"))
    problems = run.output("problems", "problems.jsonl")
    return Entrant(name or f"{directory.name} {model}", name, results, samples, problems, primary, run)


def _results_in(place: Path) -> Path:
    """Return the file of verdicts that is meant, or that is alone in a directory."""
    if not place.is_dir():
        return place
    found = sorted(place.glob(f"*{RESULTS}"))
    if len(found) != 1:
        raise InputError(f"{place} holds {len(found) or 'no'} files of verdicts", hint=_HINT)
    return found[0]


def _of_file(file: Path) -> Entrant:
    """Return the model of a file; its answers are those beside it, and the policy is what its metrics say."""
    stem = file.name.removesuffix(RESULTS)
    beside = file.with_name(stem)
    samples = beside if beside.is_file() and manifest_of(beside).is_file() else None
    name = named(samples) if samples else None
    metrics = file.with_name(f"{stem}_metrics.json")
    policy = "on" if metrics.is_file() and read_record(metrics, Metrics).policy else "off"
    return Entrant(name or Path(stem).stem, name, {policy: file}, samples, None)
