"""Chat templates as models bring them: what stands around prompt and answer, and what is refused."""

import pytest

from sigil_common.errors import InputError
from sigilderg_finetuner.data import tokens
from sigilderg_finetuner.data.render import ChatFrame, frame_of, opening_tokens
from sigilderg_finetuner.data.sources import Row

LOOP = "{{% for m in messages %}}{}{{% endfor %}}"
TURN = "{{ '<|' + m['role'] + '|>' + m['content'] + '</s>' }}"
TEMPLATES = {
    "turns": (LOOP.format(TURN), ("<|user|>", "</s><|assistant|>", "</s>", False)),
    "bos": ("{{ bos_token }}" + LOOP.format(TURN), ("<s><|user|>", "</s><|assistant|>", "</s>", False)),
    "system": (
        "{{ '<|system|>You write Rust.</s>' }}" + LOOP.format(TURN),
        ("<|system|>You write Rust.</s><|user|>", "</s><|assistant|>", "</s>", False),
    ),
    "trim": (
        LOOP.format("{{ '<|' + m['role'] + '|>' + m['content'] | trim + '</s>\n' }}"),
        ("<|user|>", "</s>\n<|assistant|>", "</s>", True),
    ),
    "brackets": (
        (
            "{% for m in messages %}{% if m['role'] == 'user' %}{{ '[INST] ' + m['content'] + ' [/INST]' }}"
            "{% else %}{{ ' ' + m['content'] + eos_token }}{% endif %}{% endfor %}"
        ),
        ("[INST] ", " [/INST] ", "</s>", False),
    ),
    "no end": (
        LOOP.format("{{ m['role'] + ': ' + m['content'] + '\n' }}"),
        ("user: ", "\nassistant: ", "\n</s>", False),
    ),
    "trailer": (LOOP.format(TURN) + "{{ '<|next|>' }}", ("<|user|>", "</s><|assistant|>", "</s>", False)),
}
TEXTS = [("Write `f`.", "fn f() {}"), ("\n two\n", "    a\n}\n"), ("{{ x }}", "{% y %}"), ("é\U0001f600", "\u2028")]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_cut_at_prompt_and_answer(tokenizer_of, name):
    template, expected = TEMPLATES[name]
    assert frame_of(tokenizer_of(template), "auto") == ChatFrame(*expected)


@pytest.mark.parametrize("name", TEMPLATES)
def test_joined_texts_begin_what_the_template_would_render(tokenizer_of, name):
    tokenizer = tokenizer_of(TEMPLATES[name][0])
    frame = frame_of(tokenizer, "chat")
    for prompt, answer in TEXTS:
        messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        whole = tokenizer.apply_chat_template(messages, tokenize=False)
        joined = frame.prompt_text(prompt) + frame.answer_text(answer)
        assert whole.startswith(joined.removesuffix("</s>"))
        assert joined.endswith("</s>")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (LOOP.format("{{ m['content'] }}{{ m['content'] }}"), "once each, in this order"),
        ("{{ messages[1]['content'] }}{{ messages[0]['content'] }}", "once each, in this order"),
        ("{{ messages[1]['content'] }}", "once each, in this order"),
        ("{{ messages[0]['content'] }}", "once each, in this order"),
        (LOOP.format("{{ m['content'].replace('fn', 'FN') }}"), "rewrites the texts"),
        (LOOP.format("{{ m['content'].split('</think>')[-1] }}"), "rewrites the texts"),
        (LOOP.format("{{ m['content'] | trim | lower }}"), "rewrites the texts"),
        (LOOP.format("{{ m['content'] | e }}"), "rewrites the texts"),
    ],
)
def test_a_template_that_does_more_than_frame_is_refused(tokenizer_of, template, message):
    with pytest.raises(InputError, match=message):
        frame_of(tokenizer_of(template), "chat")


@pytest.mark.parametrize("format", ["auto", "plain"])
def test_without_a_template_there_is_a_blank_line_between(tokenizer_of, format):
    assert frame_of(tokenizer_of(None), format) == ChatFrame("", "\n\n", "</s>", strips=False)


def test_plain_can_be_asked_for_where_there_is_a_template(tokenizer_of):
    tokenizer = tokenizer_of(TEMPLATES["turns"][0])
    assert frame_of(tokenizer, "plain") == frame_of(tokenizer_of(None), "auto")


@pytest.mark.parametrize("format", ["auto", "plain"])
def test_a_tokenizer_without_an_end_is_refused(tokenizer_of, format):
    tokenizer = tokenizer_of(None)
    tokenizer.eos_token = None
    with pytest.raises(InputError, match="no end token"):
        frame_of(tokenizer, format)


@pytest.mark.parametrize(("strips", "prompt", "answer"), [(False, "B p \nC", " a\nD"), (True, "BpC", "aD")])
def test_a_frame_trims_only_where_its_template_does(strips, prompt, answer):
    frame = ChatFrame("B", "C", "D", strips)
    assert frame.prompt_text(" p \n") == prompt
    assert frame.answer_text(" a\n") == answer


def test_every_part_of_a_frame_is_in_its_digest():
    frames = [
        ChatFrame("a", "b", "c", False),
        ChatFrame("x", "b", "c", False),
        ChatFrame("a", "x", "c", False),
        ChatFrame("a", "b", "x", False),
        ChatFrame("a", "b", "c", True),
        ChatFrame("ab", "", "c", False),
    ]
    assert len({frame.sha256() for frame in frames}) == len(frames)


@pytest.mark.parametrize(
    ("opens", "prompt", "expected"),
    [(True, "<s>x", []), (True, "x", [0]), (True, " <s>x", [0]), (False, "x", []), (False, "<s>x", [])],
)
def test_one_bos_is_put_before_where_the_model_expects_one(tokenizer_of, opens, prompt, expected):
    from tokenizers import processors

    tokenizer = tokenizer_of(None)
    if not opens:
        tokenizer.backend_tokenizer.post_processor = processors.ByteLevel()
    assert opening_tokens(tokenizer, prompt) == expected


def test_a_tokenizer_without_a_bos_gets_none(tokenizer_of):
    tokenizer = tokenizer_of(None)
    tokenizer.bos_token = None
    assert opening_tokens(tokenizer, "x") == []
    assert tokens.tokenize([Row(None, "x")], frame_of(tokenizer, "auto"), tokenizer).answers.tolist() == [0]


@pytest.mark.parametrize("name", ["turns", "bos", "trim", "brackets"])
def test_the_end_token_is_learned_once_and_last(tokenizer_of, name):
    tokenizer = tokenizer_of(TEMPLATES[name][0])
    table = tokens.tokenize([Row("Write it.", "fn f() {}\n")], frame_of(tokenizer, "auto"), tokenizer)
    answer = table.row(0)[int(table.answers[0]) :].tolist()
    assert answer.count(tokenizer.eos_token_id) == 1
    assert answer[-1] == tokenizer.eos_token_id


def test_a_continued_run_keeps_the_frame_that_it_began_with(tmp_path, caplog):
    """Llama 3.1 writes the date into its prompts: on the next day the same template is another frame."""
    import json
    from dataclasses import asdict

    from sigilderg_finetuner.data.render import ChatFrame, frame_as_before

    caplog.set_level("INFO")
    today, tomorrow = (ChatFrame(f"Today Date: {day} Nov 2026\n", "|", "</s>", strips=True) for day in (30, 31))
    (tmp_path / "data.json").write_text(json.dumps({"frame": asdict(today)}))
    assert frame_as_before(tomorrow, tmp_path / "data.json") == today
    assert "goes on with the first one" in caplog.text
    assert today.sha256() != tomorrow.sha256()
    for text in ("{", "{}", '{"frame": {"before": "x"}}', "[]"):
        (tmp_path / "data.json").write_text(text)
        assert frame_as_before(tomorrow, tmp_path / "data.json") == tomorrow
    assert frame_as_before(tomorrow, tmp_path / "gone.json") == tomorrow
