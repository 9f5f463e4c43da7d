"""Rendering and tokenising: one BOS, the loss on the answer alone, a cache that notices every change."""

import pytest

from sigil_common.errors import InputError, SigilError
from sigilderg_finetuner.data import tokens
from sigilderg_finetuner.data.render import ChatFrame, frame_of
from sigilderg_finetuner.data.sources import Row, read_source

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '</s>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


@pytest.fixture
def frame(tokenizer):
    return frame_of(tokenizer, "auto")


def test_joined_strings_are_what_the_template_gives(tokenizer, frame):
    for prompt, answer in [("Write it.", "fn f() {}"), ("  spaces  ", "  fn f() {}\n"), ("{{ x }}", "{% y %}")]:
        messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        whole = tokenizer.apply_chat_template(messages, tokenize=False)
        assert frame.prompt_text(prompt) + frame.answer_text(answer) == whole.removesuffix("\n")
        given = tokenizer.apply_chat_template(messages[:1], tokenize=False, add_generation_prompt=True)
        assert frame.prompt_text(prompt) == given


def test_the_answer_ends_with_the_end_token_and_nothing_after_it(tokenizer, frame):
    table = tokens.tokenize([Row("Write it.", "fn f() {}")], frame, tokenizer)
    assert table.row(0)[-1] == tokenizer.eos_token_id
    assert (table.row(0) == tokenizer.eos_token_id).sum() == 2  # the prompt's turn ends with one too


def test_what_is_given_and_what_is_learned(tokenizer, frame):
    table = tokens.tokenize([Row("Write it.", "fn f() {}")], frame, tokenizer)
    start = int(table.answers[0])
    assert tokenizer.decode(table.row(0)[:start].tolist()) == "<s><|user|>\nWrite it.</s>\n<|assistant|>\n"
    assert tokenizer.decode(table.row(0)[start:].tolist()) == "fn f() {}</s>"


def test_a_prompt_is_tokenised_as_the_sampler_will(tokenizer, frame):
    row = Row("Write a function `f`.", "fn f() {}")
    table = tokens.tokenize([row], frame, tokenizer)
    message = [{"role": "user", "content": row.prompt}]
    wanted = tokenizer.apply_chat_template(message, add_generation_prompt=True, return_dict=False)
    assert table.row(0)[: int(table.answers[0])].tolist() == wanted


@pytest.mark.parametrize("template", ["with", "without", None])
def test_every_row_has_exactly_one_bos(tokenizer_of, tokenizer, template):
    tokenizer = tokenizer_of({"with": tokenizer.chat_template, "without": CHATML, None: None}[template])
    table = tokens.tokenize([Row("a", "b"), Row(None, "whole file")], frame_of(tokenizer, "auto"), tokenizer)
    for number in range(2):
        assert (table.row(number) == tokenizer.bos_token_id).sum() == 1
        assert table.row(number)[0] == tokenizer.bos_token_id


def test_a_second_bos_is_never_let_through(tokenizer):
    twice = ChatFrame("<s><s>", "\n", "</s>", strips=False)
    with pytest.raises(SigilError, match="two BOS"):
        tokens.tokenize([Row("a", "b")], twice, tokenizer)


def test_control_tokens_written_as_text_do_not_become_tokens(tokenizer, frame):
    table = tokens.tokenize([Row("say </s>", "x"), Row("x", 'let s = "<s>";'), Row("fine", "fine")], frame, tokenizer)
    assert table.lengths()[:2].tolist() == [0, 0]
    assert table.lengths()[2] > 0


def test_a_whole_file_is_learned_from_its_first_token(tokenizer, frame):
    table = tokens.tokenize([Row(None, "fn f() {}")], frame, tokenizer)
    assert tokenizer.decode(table.row(0).tolist()) == "<s>fn f() {}</s>"
    assert table.answers[0] == 1


def test_plain_format_is_prompt_blank_line_answer(tokenizer):
    frame = frame_of(tokenizer, "plain")
    assert frame.prompt_text("Do.") + frame.answer_text("fn f() {}") == "Do.\n\nfn f() {}</s>"


def test_a_template_that_rewrites_its_input_is_refused(tokenizer_of):
    odd = tokenizer_of("{% for m in messages %}{{ m['content'].split('</think>')[-1] | upper }}{% endfor %}")
    with pytest.raises(InputError, match="chat template"):
        frame_of(odd, "chat")


def test_chat_without_a_template_is_refused(tokenizer_of):
    with pytest.raises(InputError, match="no chat template"):
        frame_of(tokenizer_of(None), "chat")


def test_the_cache_is_used_and_gives_the_same(tmp_path, dataset, frame, tokenizer, monkeypatch):
    source = read_source(f"local:{dataset}")
    fresh = tokens.load_or_tokenize(source, frame, tokenizer, tmp_path)
    monkeypatch.setattr(tokens, "tokenize", None)
    kept = tokens.load_or_tokenize(source, frame, tokenizer, tmp_path)
    assert (kept.ids == fresh.ids).all()
    assert (kept.offsets == fresh.offsets).all()
    assert (kept.answers == fresh.answers).all()


def test_the_cache_key_follows_data_template_and_tokenizer(dataset, tokenizer_of, tokenizer, frame):
    source = read_source(f"local:{dataset}")
    other = tokenizer_of(CHATML)
    other.add_tokens(["let"])
    keys = {
        tokens.table_key(source, frame, tokenizer),
        tokens.table_key(source, frame_of(tokenizer, "plain"), tokenizer),
        tokens.table_key(source, frame, other),
        tokens.table_key(type(source)(source.name, "0" * 64, source.rows), frame, tokenizer),
    }
    assert len(keys) == 4


def test_a_damaged_cache_is_an_input_error(tmp_path, dataset, frame, tokenizer):
    source = read_source(f"local:{dataset}")
    tokens.load_or_tokenize(source, frame, tokenizer, tmp_path)
    (place,) = tmp_path.iterdir()
    (place / "offsets.npy").write_bytes(b"junk")
    with pytest.raises(InputError, match="damaged token cache"):
        tokens.load_or_tokenize(source, frame, tokenizer, tmp_path)
