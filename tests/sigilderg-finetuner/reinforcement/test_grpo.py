"""Whole runs with rewards on a tiny model: what they leave, what they learn from, and that they go on as they began."""

import inspect
import json
import os
import signal
import warnings

import pytest

from sigil_common.errors import BadResultError, InputError, InterruptedRunError, MissingError
from sigil_common.jsonl import read_models, write_json
from sigil_common.records import TrainLogRow
from sigil_common.settings import to_mapping
from sigilderg_finetuner.reinforcement import flow
from sigilderg_finetuner.training import checkpoint

FILES = ("metrics.jsonl", "answers.jsonl")


def lines(settings):
    return [row for _, row in read_models(settings.misc.output_dir / "metrics.jsonl", TrainLogRow)]


def left(settings, step=3):
    """The bytes that a run ends with."""
    out = settings.misc.output_dir
    adapter = out / f"checkpoint-{step}" / "adapter_model.safetensors"
    return [(out / name).read_bytes() for name in FILES] + [adapter.read_bytes()]


@pytest.fixture(scope="module")
def cache():
    return {}


@pytest.fixture
def finished(cache, reward_settings):
    """A run of three steps: its settings and its result."""
    if not cache:
        settings = reward_settings()
        cache["run"] = settings, flow.run(settings)
    return cache["run"]


def test_a_run_leaves_its_rewards_before_and_after(finished):
    settings, result = finished
    rows = lines(settings)
    assert [(row.step, row.val_reward is not None) for row in rows] == [
        (0, True),
        (1, False),
        (2, False),
        (3, False),
        (3, True),
    ]
    trained = [row for row in rows if row.reward is not None]
    assert all(0 <= row.zero_spread < 1 and row.reward_spread > 0 and row.unjudged == 0 for row in trained)
    assert all(row.truncated + row.closed <= 1 for row in trained)
    assert [row.tokens for row in trained] == sorted({row.tokens for row in trained})
    assert result["reward_before"] == round(rows[0].val_reward, 6)
    assert result["reward"] == round(rows[-1].val_reward, 6)
    assert result["change"] == pytest.approx(result["reward"] - result["reward_before"], abs=2e-6)
    assert (result["problems"], result["step"]) == (3, 3)
    answers = [json.loads(line) for line in (settings.misc.output_dir / "answers.jsonl").read_text().splitlines()]
    assert [row["step"] for row in answers] == [0] * 6 + [3] * 6
    times = [json.loads(line) for line in (settings.misc.output_dir / "timings.jsonl").read_text().splitlines()]
    assert [row["judge_seconds"] for row in times] == [0.5] * 3  # of two parts of four completions
    assert "Mean reward" in (settings.misc.output_dir / "loss.svg").read_text()
    info = checkpoint.read_info(settings.misc.output_dir / "checkpoint-3")
    assert info.versions.keys() >= {"judge", "trl", "torch"}


def test_a_finished_run_answers_again(finished):
    settings, result = finished
    before = left(settings)
    assert flow.run(settings) == result
    assert left(settings) == before


def test_a_run_that_was_killed_ends_in_the_same_bytes(finished, reward_settings):
    """In the middle of the third step, after the checkpoint of the second."""
    settings = reward_settings(output="killed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which torch sees to itself
        child = os.fork()
    if child == 0:
        run_and_be_killed(settings)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [path.name for path in settings.misc.output_dir.glob("checkpoint-*")] == ["checkpoint-2"]
    assert lines(settings)[-1].step == 2
    flow.run(settings)
    assert left(settings) == left(finished[0])


def run_and_be_killed(settings):
    from sigilderg_finetuner.reinforcement.engine import RewardTrainer

    tests = RewardTrainer.tests

    def at_third(self, **more):
        if self.state.global_step == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return tests(self, **more)

    try:
        RewardTrainer.tests = at_third
        flow.run(settings)
    finally:
        os._exit(1)


def test_nothing_is_learned_where_all_rewards_are_alike(reward_settings, monkeypatch, caplog):
    """Neither is a gradient missed that cannot be there; and the run says that it takes longer than planned."""
    from sigilderg_finetuner.training import pace

    monkeypatch.setenv("MODE", "flat")
    monkeypatch.setattr(pace, "STEPS", 1)
    settings = reward_settings(train__planned_minutes=1e-6)
    with caplog.at_level("INFO"):
        flow.run(settings)
    assert "times the planned" in caplog.text
    assert "attention by what transformers chooses" in caplog.text
    trained = [row for row in lines(settings) if row.reward is not None]
    assert [(row.reward, row.zero_spread, row.grad_norm) for row in trained] == [(0.5, 1.0, 0.0)] * 3
    weights = checkpoint.read_adapter(settings.misc.output_dir / "checkpoint-3")
    assert not any(weight.any() for name, weight in weights.items() if "lora_B" in name)


@pytest.mark.parametrize(("finish", "learned"), [("closed", True), ("stop", True), ("length", False)])
def test_only_what_reached_the_longest_length_teaches_nothing(reward_settings, monkeypatch, finish, learned):
    """TRL takes what ends without an end token for truncated, as every function that is closed would be."""
    from sigilderg_finetuner.reinforcement import drawing, engine

    def draw(self, prompts, seed):
        ends = sorted(self.ending.ends) if finish == "stop" else []
        return [drawing.Written((40 + number, 50, 60, *ends), "a" * number, finish) for number in range(len(prompts))]

    monkeypatch.setattr(engine.OwnDrawer, "draw", draw)
    settings = reward_settings(grpo__mask_truncated_completions=True, train__num_steps=1)
    flow.run(settings)
    step = next(row for row in lines(settings) if row.reward is not None)
    assert (step.truncated, step.closed) == (float(finish == "length"), float(finish == "closed"))
    assert (step.grad_norm > 0) == learned


def test_a_measurement_of_nothing_is_refused(reward_settings, monkeypatch):
    monkeypatch.setenv("MODE", "none")
    settings = reward_settings(train__num_steps=1)
    with pytest.raises(BadResultError, match="none of the measured completions could be judged"):
        flow.run(settings)


def test_what_is_compared_with_the_beginning_is_still_compared_after_a_stop(reward_settings):
    more = {"grpo__beta": 0.1, "grpo__loss_type": "grpo", "train__num_steps": 2}
    more |= {"train__warmup_steps": 1, "train__min_lr_ratio": 0.5}
    with pytest.raises(InterruptedRunError, match="stopped at step 1 of 9"):
        flow.run(reward_settings(**more | {"train__num_steps": 9}), stop_after=1)
    settings = reward_settings(**more)
    flow.run(settings)  # the second step has the rate of the new end
    whole = reward_settings(output="whole", **more)
    flow.run(whole)
    assert left(settings, 2) == left(whole, 2)
    assert any(row.kl_to_start for row in lines(whole) if row.reward is not None)
    assert not any("ref" in name for name in checkpoint.read_adapter(whole.misc.output_dir / "checkpoint-2"))


@pytest.mark.parametrize(
    "more",
    [
        {"quantization": "nf4", "grpo__scale_rewards": "batch"},
        {"grpo__loss_type": "dr_grpo", "train__grad_checkpointing": True},
    ],
    ids=["nf4", "dr_grpo"],
)
def test_other_recipes_learn_in_full_precision(reward_settings, more):
    settings = reward_settings(train__num_steps=2, **more)
    flow.run(settings)
    assert [row.grad_norm > 0 for row in lines(settings) if row.reward is not None] == [True, True]
    weights = checkpoint.read_adapter(settings.misc.output_dir / "checkpoint-2")
    assert {str(weight.dtype) for weight in weights.values()} == {"torch.float32"}


def test_a_run_can_begin_with_an_adapter_that_was_tuned_on_samples(finished, reward_settings):
    first = finished[0].misc.output_dir / "checkpoint-3"
    settings = reward_settings(output="second", misc__load_from=str(first), train__num_steps=1)
    result = flow.run(settings)
    assert result["reward_before"] == finished[1]["reward"]


def test_a_run_of_another_kind_is_not_continued(finished, reward_settings, settings_for, tmp_path):
    with pytest.raises(InputError, match=r"`grpo.temperature` was 1.0, now 0.5"):
        flow.run(reward_settings(grpo__temperature=0.5, misc__output_dir=str(finished[0].misc.output_dir)))
    from sigilderg_finetuner import flow as samples

    with pytest.raises(InputError, match="`method` was grpo, now sft"):
        samples.run(settings_for(misc__output_dir=str(finished[0].misc.output_dir)))


def test_other_problems_are_other_data(finished, reward_settings, tmp_path):
    from .conftest import write_problems

    other = write_problems(tmp_path / "other.jsonl", ["sum", "sort"])
    with pytest.raises(InputError, match="other data"):
        flow.run(reward_settings(grpo__reward_problems=str(other), misc__output_dir=str(finished[0].misc.output_dir)))


def continued(settings):
    """The checkpoint that a run would go on from, which nothing but its judge and its settings decides."""
    with flow.judging.start(settings.grpo, i_know=False) as judge:
        return flow.continuing.checkpoint_of(settings, flow._info_of(settings, judge.offer()))


@pytest.fixture
def begun(reward_settings, tmp_path, monkeypatch):
    """A checkpoint with nothing to load: settings, and what `continued` compares."""
    monkeypatch.setattr(flow.continuing.sound, "newest_sound", lambda folder: folder / "checkpoint-2")

    def make(**more):
        settings = reward_settings(**more)
        with flow.judging.start(settings.grpo, i_know=False) as judge:
            info = flow._info_of(settings, judge.offer()).model_copy(update={"step": 2})
        path = settings.misc.output_dir / "checkpoint-2"
        path.mkdir(parents=True)
        write_json(path / checkpoint.INFO_FILE, info.to_row())
        write_json(path / "settings.json", to_mapping(settings))
        return settings

    return make


def test_another_time_limit_of_the_judge_is_another_run(begun, monkeypatch):
    monkeypatch.setenv("RULES", '{"run_timeout": 10, "compiles": 0.3}')
    settings = begun()
    assert continued(settings) is not None
    monkeypatch.setenv("RULES", '{"run_timeout": 2, "compiles": 0.3}')
    with pytest.raises(InputError, match=r"with other rewards\n.*`run_timeout` was 10.0, now 2.0"):
        continued(settings)


def test_a_judge_that_says_no_rules_is_known_by_its_words(begun, reward_settings, judge_command):
    settings = begun()
    assert continued(settings) is not None
    with pytest.raises(
        InputError, match=r"with other rewards\n.*`grpo.judge` was .*judge.py, now .*judge.py --timeout 2"
    ):
        continued(reward_settings(grpo__judge=[*judge_command, "--timeout", "2"]))


def test_another_question_is_other_data(reward_settings):
    def of(**more):
        row = {"task_id": "a", "instruction": "Write.", "opening": "fn a() {", "sha256": "s"} | more
        offer = flow.RewardOffer(problems=(flow.RewardProblem(**row),))
        return flow._info_of(reward_settings(), offer).data_sha256

    assert len({of(), of(instruction="Please write."), of(opening="pub fn a() {"), of(sha256="t")}) == 4
    assert of() == of()


def test_another_compiler_is_named_with_both_versions(begun, caplog):
    newest = continued(begun())
    flow.continuing.warn_of_versions(newest, {"judge": "1"})
    assert not caplog.records
    flow.continuing.warn_of_versions(newest, {"judge": "2"})
    assert "the version of `judge` was 1, now 2" in caplog.text


def test_without_trl_the_extra_is_named(reward_settings, monkeypatch):
    monkeypatch.setattr(flow, "find_spec", lambda name: None)
    with pytest.raises(MissingError, match="needs the package trl") as caught:
        flow.run(reward_settings())
    assert caught.value.hint == "pip install 'sigilderg-finetuner[grpo]'"


def test_what_is_found_late_leaves_nothing(reward_settings):
    settings = reward_settings(grpo__max_completion_length=4_000)
    with pytest.raises(InputError, match=r"`grpo\.max_completion_length` is more than `train\.max_seq_len` leaves"):
        flow.run(settings)
    assert not settings.misc.output_dir.exists()


def test_a_server_needs_vllm_here_too(reward_settings):
    with pytest.raises(MissingError, match="needs the package vllm"):
        flow.run(reward_settings(grpo__vllm_mode="server"))


def test_trl_leaves_the_adapter_of_a_quantised_base_as_it_was(reward_settings, monkeypatch):
    """It would round it to bfloat16, and the model that it is compared with."""
    from sigilderg_finetuner.reinforcement import engine
    from sigilderg_finetuner.training.model import adapter_parameters

    seen = []

    def begin(self, *given, **more):
        seen.append({name: weight.detach().clone() for name, weight in adapter_parameters(given[0].model).items()})
        made(self, *given, **more)

    def train(trainer, stop_after):
        seen.append(dict(trainer.job.model.named_parameters()))
        raise InterruptedRunError("seen")

    made = engine.RewardTrainer.__init__
    monkeypatch.setattr(engine.RewardTrainer, "__init__", begin)
    monkeypatch.setattr(engine, "train", train)
    with pytest.raises(InterruptedRunError, match="seen"):
        flow.run(reward_settings(quantization="nf4", grpo__beta=0.1))
    before, after = seen
    for name, weight in before.items():
        reference = after[name.replace(".default.", ".ref.")]
        assert after[name].equal(weight)
        assert reference.equal(weight)
        assert after[name].requires_grad
        assert not reference.requires_grad


def test_what_is_taken_from_trl_is_still_there():
    """A name that TRL no longer calls would turn a rule of ours off in silence."""
    from trl import GRPOConfig, GRPOTrainer

    from sigilderg_finetuner.reinforcement.arguments import arguments_of

    for name, called in (
        ("get_train_dataloader", "_inner_training_loop"),
        ("_generate_and_score_completions", "_prepare_inputs"),
        ("compute_loss", "training_step"),
        ("_send_telemetry", "__init__"),
    ):
        callers = [vars(kind)[called] for kind in GRPOTrainer.__mro__ if called in vars(kind)]
        assert any(f"self.{name}(" in inspect.getsource(one) for one in callers), name
    source = inspect.getsource(GRPOTrainer)
    for words in (
        'extra_fields.pop("env_mask", None)',
        "output = self.rollout_func(prompts, self)",
        "ids[-1] not in eos_and_pad",
        "generation_batch = shuffle_sequence_dict(generation_batch)",
        'normalizer = inputs["num_items_in_batch"]',
    ):
        assert words in source, words
    given = inspect.signature(GRPOConfig).parameters
    asked = inspect.getsource(arguments_of).split("GRPOConfig(")[1]
    assert all(line.split("=")[0].strip() in given for line in asked.splitlines() if "=" in line)
