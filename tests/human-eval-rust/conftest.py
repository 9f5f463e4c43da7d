from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from human_eval_rust.problems.sources import build
from sigil_common.records import Problem
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

from ..clock import HANG_S

CORPUS = Path(__file__).parent / "corpus"
_HEADER = re.compile(r"^%%% (\w+) ([^\n]*)\n", re.MULTILINE)


def patient(**changes: object) -> JudgeOptions:
    """Options under which no answer that ends by itself fails for time, however busy the machine is."""
    return JudgeOptions(**{"compile_timeout": HANG_S, "run_timeout": HANG_S, **changes})


@pytest.fixture(scope="session")
def corpus():
    """A function that returns `(entry point, title, answer)` of every row of a corpus file."""

    def rows(name: str) -> list[tuple[str, str, str]]:
        parts = _HEADER.split((CORPUS / name).read_text(encoding="utf-8"))[1:]
        return [(parts[i], parts[i + 1], parts[i + 2]) for i in range(0, len(parts), 3)]

    return rows


@pytest.fixture(scope="session")
def problems() -> dict[str, Problem]:
    return {problem.entry_point: problem for problem in build(CORPUS / "problems")}


@pytest.fixture(scope="session")
def parsed(problems: dict[str, Problem]) -> dict[str, ParsedProblem]:
    return {name: parse_problem(problem) for name, problem in problems.items()}


@pytest.fixture(scope="session")
def judge_with():
    """A function that judges answers under given options (`patient` ones, if none), all in one call."""
    sandbox = open_sandbox()

    def run(answers: list[Answer], options: JudgeOptions | None = None, *, one_by_one: bool = False) -> list[Finding]:
        judge = Judge(options or patient(), Compiler(find_toolchain(), sandbox), usable_workers())
        batches = [[answer] for answer in answers] if one_by_one else [answers]
        return [one.finding for batch in batches for one in sorted(judge.run(batch))]

    return run


# A tiny model

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>\n' + message['content'] + '</s>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"
)


@pytest.fixture(scope="session")
def first_steps():
    return load(shipped("RustFirstSteps"))


@pytest.fixture(scope="session")
def tokenizer(first_steps):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=["<s>", "</s>"],
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    raw.train_from_iterator([item.prompt + item.canonical_solution for item in first_steps.values()], trainer)
    raw.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    made = PreTrainedTokenizerFast(tokenizer_object=raw, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    made.chat_template = TEMPLATE
    return made


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, tokenizer):
    """A Llama with random weights; its samples are noise, but noise that must not change."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
        initializer_range=0.2,
    )
    directory = tmp_path_factory.mktemp("model") / "tiny"
    LlamaForCausalLM(config).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@pytest.fixture
def checkpoint(tmp_path, tiny):
    """A LoRA checkpoint of the tiny model with weights that matter."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(1)
    path = tmp_path / "run/checkpoint-7"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "up_proj"], init_lora_weights=False)
        model = get_peft_model(AutoModelForCausalLM.from_pretrained(tiny), config)
        model.save_pretrained(path)
    return path
