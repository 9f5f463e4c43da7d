"""What a stage is, and the words of commands that several stages share. Nothing here runs anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambda_package.settings import AUTO, RunSettings
from sigil_common.checkpoints import chosen_checkpoint
from sigil_common.errors import InputError

MODELS = ("base", "tuned")
POLICIES = {"off": "--no-enforce-policy", "on": "--enforce-policy"}
SAMPLES = ("samples.jsonl", "samples.jsonl.manifest.json")
JUDGED = ("samples.jsonl_results.jsonl", "samples.jsonl_metrics.json")
LOADING = ("hf", "vllm")  # the samplers that load the models themselves
RECORD = "stage.json"  # written when a stage has ended well
OUT = "{out}"  # stands for the stage's own directory in `argv`, which is named after all else


@dataclass(frozen=True)
class Stage:
    """One step: `argv` with `{out}` for its directory, the files it reads, the files it must leave there.

    `quiet_words` go to the command as well, and change nothing that it makes: with others the stage is not done again.
    `loads_model`: the command imports torch and transformers, so it may go on where they are imported already.
    """

    name: str
    argv: tuple[str, ...]
    inputs: tuple[Path, ...]
    outputs: tuple[str, ...]
    package: str
    env: Mapping[str, str] | None = None
    quiet_words: tuple[str, ...] = ()
    loads_model: bool = False


# Given the directories of the stages before it, says what the next stage is; None where these made it superfluous.
StageBuilder = Callable[[Mapping[str, Path]], Stage | None]


@dataclass(frozen=True)
class Subject:
    """A model that is asked: the words of a command that name it, and the local models that are read."""

    words: tuple[str, ...]
    models: tuple[Path, ...]


@dataclass(frozen=True)
class Drawing:
    """How many answers to each problem are drawn, and how freely.

    `canned` is the file of answers that a replay gives instead, and `canned_key` the name of its setting.
    `planned_minutes` is how long it may take before it is said to be late. `max_new_tokens` None: as `sample` says.
    `url` is the server that is asked, where one is, and `served` the model's name there.
    `earlier` is a file of fewer answers to each problem, which are kept.
    """

    n_samples: int
    temperature: float
    canned: Path | None
    canned_key: str
    planned_minutes: float | None = None
    max_new_tokens: int | None = None
    url: str | None = None
    served: str | None = None
    earlier: Path | None = None


def words(options: Mapping[str, object]) -> list[str]:
    """Return options with their values, as words of a command."""
    return [word for name, value in options.items() for word in (name, str(value))]


def base_model(settings: RunSettings, done: Mapping[str, Path]) -> str:
    """Return the directory or hub name of the base model."""
    if "model" in done:
        return str(done["model"] / Path(settings.model.name).name)
    return settings.model.name


def base_subject(settings: RunSettings, done: Mapping[str, Path]) -> Subject:
    """Return the base model as one that is asked."""
    base = base_model(settings, done)
    revision = hub_revision(settings, base)
    return Subject(("--model", base, *(("--revision", revision) if revision is not None else ())), local(base))


def tuned_subject(settings: RunSettings, done: Mapping[str, Path], training: str) -> Subject:
    """Return what a training stage made as a model that is asked; a checkpoint names its base's revision itself."""
    checkpoint = str(newest_checkpoint(done[training] / "checkpoints"))
    return Subject(("--model", checkpoint), (*local(checkpoint), *base_subject(settings, done).models))


def newest_checkpoint(directory: Path) -> Path:
    """Return `checkpoint-N` that is the result of a run, else that with the largest N; raise if there is none."""
    found = chosen_checkpoint(directory)
    if found is None:
        raise InputError(f"no checkpoint-N in {directory}", hint="the training stage has not finished")
    return found


def hub_revision(settings: RunSettings, model: str) -> str | None:
    """Return the commit that is pinned, for a model of the hub."""
    return None if Path(model).exists() else settings.model.revision


def local(model: str) -> tuple[Path, ...]:
    """A local model directory is an input to be hashed; a hub name is pinned by its revision."""
    path = Path(model)
    return (path,) if path.exists() else ()


def dtype_words(settings: RunSettings) -> list[str]:
    """Return the number type for a command that loads a model, as words; none where it may choose."""
    return [] if settings.sample.dtype == AUTO else ["--dtype", settings.sample.dtype]


def select(
    settings: RunSettings,
    name: str,
    files: Sequence[Path],
    counts: Mapping[str, int],
    *,
    longest: Mapping[str, int] | None = None,
    wrote: str = "problems.jsonl",
) -> Stage:
    """Return the stage that joins problem files.

    By a file's stem, `counts` has how many of its problems are taken, and `longest` the characters of the longest
    prompt.
    """
    argv = ["human-eval-rust", "problems", "select", *map(str, files), "--output", f"{OUT}/{wrote}"]
    for stem, count in counts.items():
        argv += ["--choose", f"{stem}={count}", "--seed", str(settings.seed)]
    for stem, characters in (longest or {}).items():
        argv += ["--max-prompt", f"{stem}={characters}"]
    return Stage(name, tuple(argv), tuple(files), (wrote,), "human_eval_rust")


def draw(settings: RunSettings, name: str, subject: Subject, problems: Path, how: Drawing) -> Stage:
    """Return the stage that draws answers to `problems`; raise `InputError` for a replay of answers not named."""
    own = settings.sample
    options = {
        "--output": f"{OUT}/{SAMPLES[0]}",
        "--n-samples": how.n_samples,
        "--temperature": how.temperature,
        "--top-p": own.top_p,
        "--max-new-tokens": how.max_new_tokens or own.max_new_tokens,
        "--batch-size": own.batch_size,
        "--seed": settings.seed,
        "--sampler": own.sampler,
        "--problem_file": problems,
    }
    argv = ["human-eval-rust", "generate", *subject.words, *words(options)]
    argv += dtype_words(settings) if own.sampler in LOADING else []
    inputs = [problems, *subject.models]
    if own.sampler == "canned":
        if how.canned is None:
            raise InputError(f"`sample.sampler` is canned but `{how.canned_key}` is not set")
        argv += ["--canned", str(how.canned)]
        inputs.append(how.canned)
    if how.earlier is not None:
        argv += ["--earlier", str(how.earlier)]
        inputs += [how.earlier, how.earlier.with_name(SAMPLES[1])]
    quiet = [] if how.planned_minutes is None else ["--planned-minutes", str(how.planned_minutes)]
    if own.sampler in ("server", "vllm"):
        quiet += ["--in-flight", str(own.in_flight)]
    if own.sampler == "vllm" and own.vllm is not None:
        quiet += ["--vllm", str(own.vllm)]
    if own.sampler == "server":
        if how.url is None:
            raise InputError("`sample.sampler` is server but `sample.base_url` is not set")
        # Only the address tells two servers apart: with another one, all is drawn anew.
        argv += ["--base-url", how.url]
        argv += ["--served-model", how.served] if how.served is not None else []
    return Stage(
        name,
        tuple(argv),
        tuple(inputs),
        SAMPLES,
        "human_eval_rust",
        quiet_words=tuple(quiet),
        loads_model=own.sampler == "hf",
    )


def train(
    settings: RunSettings, name: str, done: Mapping[str, Path], files: Sequence[Path], further: Sequence[str] = ()
) -> Stage:
    """Return the stage that trains an adapter of the base on data sets; `further` settings prevail over the run's."""
    base = base_model(settings, done)
    argv = ["sigilderg-train", str(settings.train.config), "--model", base]
    for file in files:
        argv += ["--dataset", f"local:{file}"]
    argv += words({"--output-dir": f"{OUT}/checkpoints", "--set": f"train.seed={settings.seed}"})
    if (revision := hub_revision(settings, base)) is not None:
        argv += ["--set", f"model_revision={revision}"]
    for assignment in (*settings.train.set, *further):
        argv += ["--set", assignment]
    inputs = (settings.train.config, *files, *local(base))
    return Stage(name, tuple(argv), inputs, ("checkpoints",), "sigilderg_finetuner", loads_model=True)


def judge(
    settings: RunSettings,
    name: str,
    samples: Path,
    problems: Path,
    *,
    policy: str,
    ks: Sequence[int] = (1,),
    known: Path | None = None,
) -> Stage:
    """Return the stage that judges `samples` with the policy `off` or `on`; `known` are verdicts on some of them."""
    own = settings.judge
    options = {
        "--output-dir": OUT,
        "--k": ",".join(map(str, ks)),
        "--n_workers": own.n_workers,
        "--timeout": own.timeout,
        "--sandbox-mode": settings.sandbox_mode,
    }
    argv = ["evaluate_functional_correctness", str(samples), *words(options), POLICIES[policy]]
    argv += ["--problem_file", str(problems)]
    if settings.sandbox_mode == "none":
        argv.append("--allow-no-sandbox")
    inputs = [samples, problems]
    if known is not None:
        argv += ["--known-results", str(known)]
        inputs += [known, known.with_name(JUDGED[1])]
    return Stage(name, tuple(argv), tuple(inputs), JUDGED, "human_eval_rust")
