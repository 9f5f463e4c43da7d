"""A server that throttles, fails, breaks off and hangs up, and what is told of it."""

import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_eval_rust.sampling.samplers.server import client as asking
from human_eval_rust.sampling.samplers.server.client import Client, RefusedError, retry_after
from human_eval_rust.sampling.samplers.server.identity import identify
from sigil_common.address import address_of
from sigil_common.errors import InputError, MissingError

from .....scripted_server import serving

BODY = {"prompt": [1, 2], "max_tokens": 8, "stream_options": {"include_usage": True}}
WHOLE = (["\n    a", " + b"], "stop")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nobody waits between two tries."""
    monkeypatch.setattr(asking, "FIRST_WAIT_S", 0.0)


@pytest.fixture
def connect():
    clients = []

    def connect(server):
        clients.append(Client(address_of(server.url), in_flight=4))
        return clients[-1]

    yield connect
    for one in clients:
        one.close()


@pytest.mark.parametrize(
    "fault", ["429", "429 0", "500", "502", "503", "503 0", "cut", "hang up", "no choices", "error", "no json", "abort"]
)
def test_what_may_pass_is_asked_again(connect, fault):
    with serving(lambda _: WHOLE, faults=[fault] * 2) as server:
        answer = connect(server).complete(BODY, lambda _: False)
    assert (answer.text, answer.ended, answer.prompt_tokens) == ("\n    a + b", True, 2)
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("500", "status 500: not now"),
        ("cut", "it broke off in the middle of an answer"),
        ("hang up", "disconnected"),
        ("no choices", "it sent no choices"),
        ("error", "it said: out of memory"),
        ("abort", "it ended an answer for `abort`"),
    ],
)
def test_what_does_not_pass_is_told_and_is_no_answer(connect, fault, said):
    with serving(lambda _: WHOLE, faults=[fault] * 99) as server, pytest.raises(MissingError) as told:
        connect(server).complete(BODY, lambda _: False)
    assert len(server.bodies) == asking.TRIES
    assert f"failed {asking.TRIES} times" in str(told.value.cause)
    assert said in str(told.value.cause)


def test_throttling_is_borne_as_long_as_answers_come(connect, monkeypatch):
    with serving(lambda _: WHOLE, faults=["429 0"] * 3 * asking.TRIES) as server:
        assert connect(server).complete(BODY, lambda _: False).ended
    monkeypatch.setattr(asking, "PATIENCE_S", 1.0)
    with (
        serving(lambda _: WHOLE, faults=["429 1"]) as server,
        pytest.raises(MissingError, match="gives no answer") as told,
    ):
        connect(server).complete(BODY, lambda _: False)
    assert "it throttles" in str(told.value.cause)


def test_the_wait_is_what_the_server_asks_for(connect, monkeypatch):
    waited = []
    with serving(lambda _: WHOLE, faults=["429 7", "503 0", "500", "500"]) as server:
        own = connect(server)
        monkeypatch.setattr(asking, "FIRST_WAIT_S", 0.5)
        monkeypatch.setattr(own._closed, "wait", waited.append)
        own.complete(BODY, lambda _: False)
    assert waited == [7.0, 0.5, 0.5, 1.0]


def test_a_server_that_throttles_without_a_word_is_asked_less_and_less_often(connect, monkeypatch):
    waited = []
    with serving(lambda _: WHOLE, faults=["429"] * 4) as server:
        own = connect(server)
        monkeypatch.setattr(asking, "FIRST_WAIT_S", 0.5)
        monkeypatch.setattr(own._closed, "wait", waited.append)
        own.complete(BODY, lambda _: False)
    assert waited == [0.5, 1.0, 2.0, 4.0]


def test_newlines_alone_end_the_lines_of_a_stream():
    text = 'data: {"a": "\u2028 \x85 \x0c"}\r\n\ndata: [DONE]'
    data = text.encode()
    parts = [data[place : place + 3] for place in range(0, len(data), 3)]
    assert list(asking.lines_of(parts)) == ['data: {"a": "\u2028 \x85 \x0c"}', "", "data: [DONE]"]


@pytest.mark.parametrize("status", ["400", "401", "404", "422", "301"])
def test_a_refusal_is_told_at_once(connect, status):
    with serving(lambda _: WHOLE, faults=[status]) as server, pytest.raises(InputError):
        connect(server).complete(BODY, lambda _: False)
    assert len(server.bodies) == 1


def test_the_key_goes_to_the_server_and_nowhere_else(connect, monkeypatch, caplog):
    monkeypatch.setenv("SIGIL_API_KEY", " s3cret ")
    caplog.set_level(logging.DEBUG)
    with serving(lambda _: WHOLE, faults=["503", "401"]) as server:
        with pytest.raises(RefusedError) as told:
            connect(server).complete(BODY, lambda _: False)
    assert set(server.keys) == {"Bearer s3cret"}
    assert "correct the key in SIGIL_API_KEY" in str(told.value)
    assert "s3cret" not in caplog.text + str(told.value)


def test_a_server_that_quotes_the_key_is_not_quoted(connect, monkeypatch):
    monkeypatch.setenv("SIGIL_API_KEY", "s3cret")
    with serving(lambda _: ([], "wrong key s3cret"), faults=[]) as server, pytest.raises(MissingError) as told:
        connect(server).complete(BODY, lambda _: False)
    assert "wrong key ***" in str(told.value)
    monkeypatch.setenv("SIGIL_API_KEY", "two\nlines")
    with serving(lambda _: WHOLE) as server, pytest.raises(InputError, match="not a key") as told:
        connect(server)
    assert "lines" not in str(told.value)


def test_nobody_there_is_said(connect):
    with serving(lambda _: WHOLE) as server:
        own = connect(server)
    with pytest.raises(MissingError, match=f"the server at {server.url} gives no answer"):
        own.complete(BODY, lambda _: False)


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("https://box/vllm/v1/", "https://box/vllm/v1"),
        ("http://[::1]:9/", "http://[::1]:9/v1"),
    ],
)
def test_an_address_with_or_without_its_end(url, api):
    assert address_of(url).api == api
    assert address_of(url).root == api.removesuffix("/v1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "box:8000",
        "ftp://box",
        "http://",
        "http://u:s3cret@box/v1",
        "http://box/v1?key=s3cret",
        "http://box:x?key=s3cret",
    ],
)
def test_what_is_no_address_or_holds_a_secret_is_refused_without_quoting_it(url):
    with pytest.raises(InputError, match="--base-url") as told:
        address_of(url)
    assert "s3cret" not in str(told.value)


NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 0 ", 0.0),
        ("0000000000007", 7.0),
        ("9" * 400, 1e9),
        ("Mon, 30 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 30 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("1.5", None),
    ],
)
def test_how_long_to_wait_is_a_number_or_a_date(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_any_other_header_is_passed_over(value):
    found = retry_after(value, NOW)
    assert found is None or found >= 0


# What it is


@pytest.mark.parametrize(
    ("pages", "software", "told"),
    [
        ({"/version": {"version": "0.33.0"}}, "vllm 0.33.0", {}),
        ({"/props": {"build_info": "b11549", "n_ctx": 1, "model_path": "/x"}}, "llama.cpp b11549", {}),
        ({"/info": {"version": "3", "model_sha": "a"}}, "text-generation-inference 3", {"model_sha": "a"}),
        ({"/get_server_info": {"version": "0.5", "port": 3}}, "sglang 0.5", {}),
        ({"/version": {"commit": 3}}, "unknown", {}),
        ({}, "unknown", {}),
    ],
)
def test_the_program_is_recognised(connect, pages, software, told):
    with serving(lambda _: WHOLE, pages=pages) as server:
        found = identify(connect(server), None)
    assert found.to_row() == {"software": software, "model": "m", **told, "root": "m", "owned_by": "tests"}


def test_one_of_several_models_has_to_be_named(connect):
    models = [{"id": "/data/a.gguf", "created": 3, "meta": {"n_params": 7, "vocab": [1]}}, {"id": "b"}, "?"]
    with serving(lambda _: WHOLE, models=models) as server:
        with pytest.raises(InputError, match="several models") as told:
            identify(connect(server), None)
        assert "--served-model /data/a.gguf | b" in str(told.value)
        with pytest.raises(InputError, match="has no model `c`"):
            identify(connect(server), "c")
        found = identify(connect(server), "/data/a.gguf")
    assert found.model == "/data/a.gguf"
    assert found.to_row() == {"software": "vllm 1.2.3", "model": "a.gguf", "n_params": 7}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("500 99999", "it asks to wait for 99,999 s, and 900 s are the limit: status 500: not now"),
        ("429 99999", "it asks to wait for 99,999 s, and 900 s are the limit: status 429: not now"),
        ("503 1234567890123", "it asks to wait for 1,000,000,000 s, and 900 s are the limit: status 503: not now"),
        ("429 900", "it throttles: no answer for 0 s, and the next try is due in 900.0 s, and 900 s are the limit: "),
    ],
)
def test_a_server_that_wants_to_be_waited_for_too_long_is_not(connect, fault, said):
    with serving(lambda _: WHOLE, faults=[fault]) as server, pytest.raises(MissingError) as told:
        connect(server).complete(BODY, lambda _: False)
    assert len(server.bodies) == 1
    assert str(told.value.cause).startswith(said)


def test_a_server_that_was_hung_up_on_has_not_failed(connect):
    with serving(lambda _: WHOLE) as server:
        own = connect(server)
        own.close()
        with pytest.raises(MissingError, match="gives no answer") as told:
            own.complete(BODY, lambda _: False)
    assert str(told.value.cause).startswith("it was hung up on; at last: ")


def test_what_is_no_such_server_is_said(connect):
    with serving(lambda _: WHOLE, models=[]) as server, pytest.raises(MissingError, match="lists no model"):
        identify(connect(server), None)
