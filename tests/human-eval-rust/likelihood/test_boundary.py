"""Where a text's tokens begin: behind the prompt's, which stay as they are."""

import pytest

from human_eval_rust.likelihood.texts import continuation
from human_eval_rust.sampling.samplers import Request
from sigil_common.asking import prompt_ids
from sigil_common.errors import InputError

OPENING = "pub fn f(a: i32) -> i32 {"
TEXT = "\n    a + 1\n}"


def trained(pre_tokenizer, decoder, **special):
    """Return a small BPE tokenizer that has seen the opening and the text often."""
    from tokenizers import Tokenizer, models, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer, raw.decoder = pre_tokenizer, decoder
    alphabet = sorted(set((OPENING + TEXT).replace(" ", "▁")) | set("ĠĊ"))
    trainer = trainers.BpeTrainer(vocab_size=90, show_progress=False, initial_alphabet=alphabet)
    raw.train_from_iterator(["f {\n    a\n}"] * 50 + [OPENING + TEXT], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=raw, **special)


def request(opening=OPENING):
    return Request("T/0", 0, 0, 0.0, None, opening)


def marked(*, line_breaks_apart):
    """Return a tokenizer that marks the beginnings of words and of every text, as SentencePiece does."""
    from tokenizers import decoders, pre_tokenizers

    marks = pre_tokenizers.Metaspace(prepend_scheme="first")
    split = pre_tokenizers.Sequence([pre_tokenizers.Split("\n", "isolated"), marks])
    return trained(split if line_breaks_apart else marks, decoders.Metaspace())


@pytest.mark.slow
def test_a_token_that_begins_between_prompt_and_text_is_found():
    """Alone, the text would be given a mark that it does not have behind the prompt."""
    made = marked(line_breaks_apart=True)
    ids = prompt_ids(made, request())
    found = continuation(made, ids, OPENING, TEXT)
    assert ids + found == made.encode(OPENING + TEXT, add_special_tokens=False)
    assert found != made.encode(TEXT, add_special_tokens=False)


@pytest.mark.slow
def test_a_mark_before_the_text_is_left_out_where_the_text_is_tokenised_alone():
    made = marked(line_breaks_apart=False)
    ids = prompt_ids(made, request())
    assert made.encode(OPENING + TEXT, add_special_tokens=False)[: len(ids)] != ids
    found = continuation(made, ids, OPENING, TEXT)
    assert found == made.encode(TEXT, add_special_tokens=False)[1:]
    assert made.decode(ids + found) == OPENING + TEXT


@pytest.mark.slow
def test_where_a_token_would_lie_over_the_boundary_the_text_is_tokenised_alone():
    """With `{` and the line break in one token, a model that was given `{` writes the line break by itself."""
    from tokenizers import decoders, pre_tokenizers

    made = trained(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False), decoders.ByteLevel())
    ids = prompt_ids(made, request())
    joined = made.encode(OPENING + TEXT, add_special_tokens=False)
    assert joined[: len(ids)] != ids
    found = continuation(made, ids, OPENING, TEXT)
    assert found == made.encode(TEXT, add_special_tokens=False)
    assert made.decode(ids + found) == OPENING + TEXT


@pytest.mark.slow
def test_a_tokenizer_that_cannot_write_the_text_is_refused():
    from tokenizers import decoders, normalizers, pre_tokenizers

    made = trained(pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel())
    made.backend_tokenizer.normalizer = normalizers.Replace("1", "a")
    with pytest.raises(InputError, match="cannot write a reference solution"):
        continuation(made, prompt_ids(made, request()), OPENING, TEXT)


def test_the_tiny_models_tokens_are_those_of_the_whole(tokenizer, first_steps):
    for problem in first_steps.values():
        opening = problem.prompt.rstrip()
        text = problem.prompt[len(opening) :] + problem.canonical_solution.rstrip()
        ids = prompt_ids(tokenizer, request(opening))
        assert ids + continuation(tokenizer, ids, opening, text) == tokenizer.encode(opening + text)
