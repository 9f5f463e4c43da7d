"""Completions end where their function does, are the same for the same seed, and prompts are read once."""

import pytest
import torch

from sigil_common.asking import prompt_ids
from sigil_common.records import RewardProblem
from sigilderg_finetuner.grpo_settings import GrpoSettings
from sigilderg_finetuner.reinforcement.drawing import Ending, OwnDrawer, ServerDrawer


def asked(name):
    return RewardProblem(task_id=name, instruction=f"Write `{name}`.", opening=f"pub fn {name}() {{", sha256="")


@pytest.fixture(scope="module")
def model(tiny):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny).eval()


@pytest.fixture(scope="module")
def prompts(tokenizer):
    return [prompt_ids(tokenizer, asked(name)) for name in ("sum", "count_all_of_them", "sum")]


def ending(tokenizer):
    return Ending(tokenizer, frozenset([tokenizer.eos_token_id]))


@pytest.mark.parametrize(
    ("text", "kept", "finish"),
    [
        (" if a { b } else { c }\n}\n\nfn more() {}", " if a { b } else { c }\n}\n", "closed"),
        (' "}" // }\n}', ' "}" // }\n}\n', "closed"),
        (" if a { b }", " if a { b }", "length"),
        (" a }", " a }\n", "closed"),
    ],
)
def test_a_completion_ends_with_its_function(tokenizer, prompts, text, kept, finish):
    ids = tokenizer.encode(text, add_special_tokens=False)
    written = ending(tokenizer).cut(prompts[0], ids, [0.5] * len(ids))
    assert (written.text, written.finish) == (kept, finish)
    assert written.ids == tuple(ids[: len(written.ids)])
    assert len(written.log_probs) == len(written.ids) <= len(ids)


def test_an_end_token_belongs_to_what_was_written(tokenizer, prompts):
    ids = [*tokenizer.encode(" a", add_special_tokens=False), tokenizer.eos_token_id, 5, 6]
    written = ending(tokenizer).cut(prompts[0], ids)
    assert (written.ids, written.text, written.finish) == (tuple(ids[:-2]), " a", "stop")
    assert ending(tokenizer).cut(prompts[0], [tokenizer.eos_token_id, 5]).ids == (tokenizer.eos_token_id,)


def test_the_same_seed_draws_the_same_and_training_mode_stays(model, tokenizer, prompts):
    drawer = OwnDrawer(model, tokenizer, GrpoSettings(max_completion_length=8))
    model.train()
    first, again, other = (drawer.draw(prompts, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert first[0] != first[2], "completions of one prompt are drawn apart"
    assert model.training
    model.eval()


def test_a_prompt_that_is_read_once_is_read_as_each_alone(model, tokenizer, prompts):
    drawer = OwnDrawer(model, tokenizer, GrpoSettings(max_completion_length=1))
    width = max(map(len, prompts))
    ids = torch.tensor([[drawer.pad] * (width - len(one)) + one for one in prompts])
    mask = torch.tensor([[0] * (width - len(one)) + [1] * len(one) for one in prompts])
    calls = []
    model.register_forward_hook(lambda *given, **more: calls.append(given[2].logits.shape[0]))
    with torch.no_grad():
        cache = drawer._read(ids, mask)
        assert calls == [2]
        for number, prompt in enumerate(prompts):
            alone = model(input_ids=torch.tensor([prompt[:-1]]), use_cache=True).past_key_values
            pad = width - len(prompt)
            for layer, whole in zip(cache.layers, alone.layers, strict=True):
                assert torch.allclose(layer.keys[number, :, pad:], whole.keys[0], atol=1e-5)


def test_completions_of_a_server_are_cut_alike(tokenizer, prompts):
    ids = tokenizer.encode(" a }\n\nfn more", add_special_tokens=False)

    class Server:
        def generate(self, prompts, images, num_generations):
            return None, [ids] * len(prompts), [[[-0.5]] * len(ids)] * len(prompts), None

    written = ServerDrawer(Server(), tokenizer, frozenset([1])).draw(prompts, 0)
    assert {(one.text, one.finish) for one in written} == {(" a }\n", "closed")}
    assert {len(one.log_probs) - len(one.ids) for one in written} == {0}
