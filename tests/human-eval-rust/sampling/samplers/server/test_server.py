"""Samples of a server: those that transformers would give for the same tokens, in the same order, whatever happens."""

import json
import signal
import sys
import threading
from pathlib import Path

import pytest

from human_eval_rust.sampling import draw as sampling
from human_eval_rust.sampling.samplers import hf
from human_eval_rust.sampling.samplers.server import client as asking
from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.asking import prompt_ids, text_after
from sigil_common.errors import InputError, MissingError

from .....clock import is_free, running, until
from .....scripted_server import serving

TEXTS = (
    "\n    a + b\n}\n\nfn more() { 1 }\n",
    "\n    let c = '}'; match c { '}' => \"}\".len(), _ => 0 } // }\n}\n}\n}",
    "\n    if a { b } else { c }",
    "\n    a\u00e9\u4e16\n",
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nobody waits between two tries."""
    monkeypatch.setattr(asking, "FIRST_WAIT_S", 0.0)


@pytest.fixture
def settings_for(tmp_path, tiny):
    def make(server=None, name="samples.jsonl", **changed):
        values = {
            "model": str(tiny),
            "problem_file": [Path("RustFirstSteps")],
            "limit": 5,
            "n_samples": 3,
            "max_new_tokens": 60,
            "batch_size": 4,
            "dtype": "float32",
            "output": tmp_path / name,
            "sampler": "server" if server is not None else "hf",
            "base_url": server.url if server is not None else None,
        }
        return SampleSettings(**(values | changed))

    return make


def rows_of(settings):
    return [json.loads(line) for line in settings.output.read_text(encoding="utf-8").splitlines()]


def manifest_of(settings):
    return json.loads(sampling.manifest_path(settings.output).read_text(encoding="utf-8"))


def text_of(seed):
    return TEXTS[seed % 2**31 % len(TEXTS)]


def whole(body):
    """Answer with one of the texts, by seed, in pieces that no tokenizer would make."""
    text = text_of(body["seed"])
    return [text[start : start + 5] for start in range(0, len(text), 5)], "stop"


@pytest.mark.parametrize("size", [1, 8])
def test_a_server_gives_what_transformers_gives_for_the_same_tokens(settings_for, tokenizer, monkeypatch, size):
    """Both are made to write the same tokens; where to stop one decides token by token, the other piece by piece."""

    def written(seed):
        return tokenizer.encode(text_of(seed), add_special_tokens=False)[:60]

    def decode(_model, _prompts, rows, *, is_done, **_):
        for row in rows:
            for token in written(row.seed):
                row.written.append(token)
                if is_done(row):
                    break
            else:
                row.ended = len(row.written) < 60

    def answer(body):
        tokens, lead = written(body["seed"]), body["prompt"][-16:]
        texts = [text_after(tokenizer, lead, tokens[:end]) for end in [*range(size, len(tokens), size), len(tokens)]]
        texts = [text for text in texts[:-1] if not text.endswith("\ufffd")] + texts[
            -1:
        ]  # half a character is kept back
        pieces = [text[len(before) :] for before, text in zip(["", *texts], texts, strict=False)]
        return pieces + [""] * (len(tokens) - len(pieces)), "stop" if len(tokens) < 60 else "length"

    monkeypatch.setattr(hf, "decode", decode)
    with serving(answer) as server:
        one, two = settings_for(name="hf.jsonl"), settings_for(server, "server.jsonl")
        for settings in (one, two):
            sampling.generate(settings)
    assert {row["finish_reason"] for row in rows_of(one)} == {"closed", "stop"}
    assert rows_of(two) == rows_of(one)


def test_the_server_is_given_ids_and_a_seed_for_each_completion(settings_for, tokenizer, first_steps):
    with serving(whole) as server:
        settings = settings_for(server, temperature=0.7, greedy_first=True)
        sampling.generate(settings)
    requests = sampling.plan(list(first_steps.values())[:5], settings)
    wanted = {(tuple(prompt_ids(tokenizer, one)), one.seed % 2**31, one.temperature) for one in requests}
    assert {(tuple(body["prompt"]), body["seed"], body["temperature"]) for body in server.asked} == wanted
    assert {(body["model"], body["max_tokens"], body["top_p"], body["top_k"]) for body in server.asked} == {
        ("m", 60, 0.95, -1)
    }
    assert [(row["task_id"], row["sample_index"]) for row in rows_of(settings)] == [
        (f"RustFirstSteps/{task}", i) for task in range(5) for i in range(3)
    ]


def test_the_manifest_says_who_answered_and_how_it_was_asked(settings_for, monkeypatch):
    monkeypatch.setenv("SIGIL_API_KEY", "s3cret")
    with serving(whole) as server:
        settings = settings_for(server)
        sampling.generate(settings)
    found = manifest_of(settings)
    assert found["ran_on"] == {"device": "server", "server": "vllm 1.2.3", "prompt": "token ids"}
    assert found["base_url"] == server.url
    assert found["server"]["model"] == "m"
    assert found["server"]["prompt_length_confirmed"] is True
    assert found["sampler"]["model"]["name"] == "tiny"
    assert "s3cret" not in json.dumps(found)
    assert "base_url" not in found["settings"]


@pytest.mark.parametrize(
    ("told", "form", "confirmed"),
    [
        ({"takes_ids": True}, "token ids", True),
        ({"takes_ids": True, "count": lambda _: None}, "token ids", False),
        ({"takes_ids": False, "adds": False}, "text", True),
        ({"takes_ids": False, "adds": True}, "text, the server adds the first token", True),
    ],
)
def test_the_prompt_has_one_first_token_whatever_the_server_adds(settings_for, tokenizer, told, form, confirmed):
    adds = told.pop("adds", None)

    def count(prompt):
        if isinstance(prompt, list):
            return len(prompt)
        return len(tokenizer.encode(prompt, add_special_tokens=False)) + bool(adds)

    with serving(whole, **({"count": count} | told)) as server:
        settings = settings_for(server)
        sampling.generate(settings)
    assert manifest_of(settings)["server"]["prompt"] == form
    assert manifest_of(settings)["server"]["prompt_length_confirmed"] == confirmed
    begins = {str(body["prompt"]).startswith("<s>") for body in server.asked if isinstance(body["prompt"], str)}
    assert begins == ({not adds} if adds is not None else set())
    assert len(rows_of(settings)) == 15


def test_a_server_with_another_tokenizer_is_refused(settings_for):
    with serving(whole, count=lambda prompt: len(prompt) + 3) as server:
        with pytest.raises(InputError, match="does not read prompts as the tokenizer"):
            sampling.generate(settings_for(server))
        # One that only counts text, and does not say how it begins.
        server.takes_ids, server.count = False, lambda _: None
        with pytest.raises(InputError, match="does not read prompts as the tokenizer"):
            sampling.generate(settings_for(server))
    assert not server.asked


@pytest.mark.parametrize(
    ("refused", "kept"), [([], "top_k"), (["min_p", "samplers"], "stream_options"), (["top_k", "stream_options"], None)]
)
def test_what_a_server_does_not_know_is_left_out_and_that_is_told(settings_for, caplog, refused, kept):
    with serving(whole, refused=frozenset(refused)) as server:
        settings = settings_for(server)
        sampling.generate(settings)
    assert list(manifest_of(settings)["server"]["asked_with"])[-1:] == ([kept] if kept == "stream_options" else []) or (
        kept == "top_k" and "top_k" in manifest_of(settings)["server"]["asked_with"]
    )
    assert ("its own defaults shape what is drawn" in caplog.text) == (kept != "top_k")
    assert len(rows_of(settings)) == 15


def test_a_server_that_does_not_stream(settings_for):
    with serving(whole) as server:
        one, two = settings_for(server, "one.jsonl"), settings_for(server, "two.jsonl")
        sampling.generate(one)
        server.streams = False
        sampling.generate(two)
    assert rows_of(one) == rows_of(two)


def test_so_many_are_under_way_and_no_more(settings_for):
    together = threading.Barrier(3)

    def answer(body):
        together.wait()
        return whole(body)

    with serving(answer) as server:
        sampling.generate(settings_for(server, in_flight=3))
        assert server.most == 3


FAULTS = ["429 0", "cut", "500", "hang up", "no choices", "503 0", "error", "no json", "abort"]


def test_trouble_on_the_way_changes_no_byte(settings_for):
    with serving(whole) as server:
        one, two = settings_for(server, "one.jsonl"), settings_for(server, "two.jsonl", in_flight=2)
        sampling.generate(one)
        server.faults = list(FAULTS)
        sampling.generate(two)
        assert not server.faults
    assert one.output.read_bytes() == two.output.read_bytes()
    assert sampling.manifest_path(one.output).read_bytes() == sampling.manifest_path(two.output).read_bytes()


def test_a_run_that_failed_continues_on_another_port_and_ends_in_the_same_bytes(settings_for):
    with serving(whole) as server:
        one = settings_for(server, "one.jsonl", in_flight=1)
        sampling.generate(one)
        server.faults = [""] * 6 + ["500"] * asking.TRIES
        with pytest.raises(MissingError, match="gives no answer"):
            sampling.generate(settings_for(server, "two.jsonl", in_flight=1))
        assert len(server.asked) >= 15 + 6 + asking.TRIES
    with serving(whole) as server:
        two = settings_for(server, "two.jsonl", in_flight=3)
        assert not two.output.exists()
        sampling.generate(two)
        # The first batch was kept. On a busy machine a connection may break, and be asked over again.
        assert len({(tuple(body["prompt"]), body["seed"]) for body in server.asked}) == 15 - 3
    assert one.output.read_bytes() == two.output.read_bytes()


def test_a_run_does_not_continue_on_another_model(settings_for):
    with serving(whole) as server:
        server.faults = [""] * 6 + ["400"]
        with pytest.raises(InputError, match="refuses"):
            sampling.generate(settings_for(server, in_flight=1))
        server.models = [{"id": "other"}]
        with pytest.raises(InputError, match="belongs to an unfinished run"):
            sampling.generate(settings_for(server))


def test_a_finished_run_asks_nobody(settings_for):
    with serving(whole) as server:
        settings = settings_for(server)
        result = sampling.generate(settings)
    assert sampling.generate(settings) == result


def test_a_killed_run_ends_in_the_same_bytes(settings_for, tiny):
    with serving(whole) as server:
        one, two = settings_for(server, "one.jsonl", limit=20), settings_for(server, "two.jsonl", limit=20)
        sampling.generate(one)
        hold = threading.Event()

        def answer(body):
            if len(server.asked) > len(rows_of(one)) + 30:
                hold.wait()
            return whole(body)

        server.answer = answer
        command = [str(Path(sys.executable).parent / "human-eval-rust"), "generate", "--sampler", "server"]
        command += ["--base-url", server.url, "--model", str(tiny), "--problem_file", "RustFirstSteps", "--limit", "20"]
        command += ["--n-samples", "3", "--max-new-tokens", "60", "--batch-size", "4", "--dtype", "float32"]
        command += ["--output", str(two.output), "--in-flight", "8"]
        journal = sampling.journal_path(two.output)
        with running(command) as child:
            child.until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 12, "12 lines of its journal")
            assert child.end(signal.SIGKILL) == -signal.SIGKILL
        hold.set()
        until(lambda: is_free(two.output.with_name(f".{two.output.name}.lock")), "nothing of it runs")
        sampling.generate(two)
    assert one.output.read_bytes() == two.output.read_bytes()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_not_waited_for_by_answers_under_way(settings_for, tiny, end):
    hold = threading.Event()

    def answer(body):
        hold.wait()
        return whole(body)

    with serving(answer) as server:
        settings = settings_for(server)
        command = [str(Path(sys.executable).parent / "human-eval-rust"), "generate", "--sampler", "server"]
        command += ["--base-url", server.url, "--model", str(tiny), "--output", str(settings.output)]
        with running(command) as child:
            child.until(lambda: len(server.asked) > 3, "it asked")
            assert child.end(end) == 4
            assert "interrupted" in child.stderr()
        hold.set()


def test_an_answer_cut_for_lack_of_room_is_no_sample(settings_for):
    with serving(lambda _: (["\n    a", " + b"], "length")) as server:
        settings = settings_for(server)
        with pytest.raises(InputError, match="off after 2 of 60 tokens"):
            sampling.generate(settings)
    assert not settings.output.exists()


def test_no_address_is_said(settings_for):
    with serving(whole) as server:
        settings = settings_for(server, base_url=None)
    with pytest.raises(InputError, match="needs --base-url"):
        sampling.generate(settings)
