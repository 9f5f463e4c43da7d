"""What a stream holds: a whole answer, or a reason why it is none; and where an answer is cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_eval_rust.sampling.samplers.ids import finish
from human_eval_rust.sampling.samplers.server.answer import Answer, TornError, read_stream, read_whole
from sigil_common.asking import closed_at
from sigil_common.errors import InputError

NASTY = ["}", "{", "'", '"', "\\", "/", "*", "\n", "r", "#", "b", "u", "a", " ", "}\n", "'}'", "//", 'r#"', "'\\u{7d}'"]


def closed(text):
    return closed_at(text) is not None


def stream(*events):
    return [f"data: {event if isinstance(event, str) else json.dumps(event)}" for event in events]


def piece(text, reason=None, **more):
    return {"choices": [{"text": text, "finish_reason": reason}], **more}


def test_a_stream_is_read_to_its_end():
    lines = [": ping", "", "event: message", *stream(piece("a"), piece(" b", "stop"))]
    lines += stream({"choices": [], "usage": {"completion_tokens": 2, "prompt_tokens": 9}}, "[DONE]", "{never read")
    assert read_stream(lines, closed) == Answer("a b", ended=True, cut=False, tokens=2, prompt_tokens=9)


def test_it_is_read_no_further_than_to_the_brace():
    def lines():
        yield from stream(piece("\n    a"), piece(" + b\n}\n\nfn"))
        raise AssertionError("it was read on")

    assert read_stream(lines(), closed) == Answer("\n    a + b\n}\n\nfn", ended=False, cut=True)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "broke off in the middle"),
        (stream(piece("a")), "broke off in the middle"),
        (stream(piece("a"), "[DONE]"), "broke off in the middle"),
        (stream({"object": "nothing"}), "sent no choices"),
        (stream({"choices": []}), "sent no choices"),
        (stream({"choices": ["a"]}), "sent no choices"),
        (stream({"choices": [{"text": 7}]}), "a choice without text"),
        (stream("{broken"), "no JSON"),
        (stream("[1]"), "no object"),
        (stream({"error": {"message": "out of\n memory"}}), "it said: out of memory"),
        (stream(piece("a", "abort")), "ended an answer for `abort`"),
    ],
)
def test_what_is_no_whole_answer_is_none(lines, why):
    with pytest.raises(TornError, match=why):
        read_stream(lines, closed)


def test_a_server_that_does_not_stream():
    assert read_whole(json.dumps(piece("a", "length")).encode()) == Answer("a", ended=False, cut=False)
    for data, why in ((b"", "no JSON"), (b"{}", "no choices"), (b'{"choices": [{"text": null}]}', "no choices")):
        with pytest.raises(TornError, match=why):
            read_whole(data)


def test_an_answer_to_another_prompt_or_without_room_is_refused():
    wanted = {"prompt": 9, "longest": 64, "task": "A/1"}
    Answer("a", ended=False, cut=False, tokens=64, prompt_tokens=9).require_whole(**wanted)
    Answer("a", ended=False, cut=True, tokens=5).require_whole(**wanted)
    with pytest.raises(InputError, match="read 10 tokens where the prompt of A/1 has 9"):
        Answer("a", ended=True, cut=False, prompt_tokens=10).require_whole(**wanted)
    with pytest.raises(InputError, match="off after 20 of 64 tokens"):
        Answer("a", ended=False, cut=False, tokens=20).require_whole(**wanted)


@given(st.lists(st.sampled_from(NASTY), max_size=14).map("".join), st.text(alphabet="}'\"\\ab\n", max_size=6))
def test_where_a_function_is_closed_does_not_depend_on_how_its_text_comes(text, more):
    ends = {closed_at((text + more)[:size]) for size in range(len(text + more) + 1)} - {None}
    assert len(ends) <= 1


@given(st.lists(st.sampled_from(NASTY), max_size=14), st.data())
def test_any_pieces_give_the_same_completion(parts, data):
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def completion(pieces):
        answer = read_stream(stream(*map(piece, pieces), piece("", "length")), closed)
        return finish(answer.text, ended=answer.ended, tokens=0, prompt=[])

    assert completion(pieces) == completion([text]) == completion(list(text))
