"""vLLM's server is started for the drawing and ends with it; a stand-in takes its place, the real one needs a GPU."""

import json
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from human_eval_rust.sampling import draw as sampling
from human_eval_rust.sampling.samplers.source import find_model
from human_eval_rust.sampling.samplers.vllm import serve_words
from human_eval_rust.sampling.samplers.vllm.gpu import held_by
from human_eval_rust.sampling.settings import SampleSettings
from sigil_common.errors import InputError, MissingError
from sigil_common.manifest import digest_tree
from sigil_common.samplers import find_vllm
from sigilderg_finetuner import infer_export

from .....clock import alive, running, until
from .....gpus import listed, smi
from .....played_hub import commit_of, playing
from .....scripted_server import stub


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """What the stand-in was started with, and the processes that it had; a variable that is ours alone is set."""
    file = tmp_path / "notes"
    monkeypatch.setenv("STUB_NOTES", str(file))

    def read():
        written = file.read_text().rpartition("\n")[0] if file.exists() else ""  # whole lines, as it is just written
        return json.loads(written.splitlines()[-1]) if written else {"pids": []}

    return read


def python_beside(command, said):
    """Put a Python beside a command, whose torch says this of the GPU."""
    python = command.parent / "python"
    python.write_text(f"#!/bin/sh\necho '{json.dumps(said)}'\n")
    python.chmod(0o755)
    return command


@pytest.fixture
def settings_for(tmp_path, tiny):
    def make(**changed):
        values = {
            "model": str(tiny),
            "problem_file": [Path("RustFirstSteps")],
            "limit": 2,
            "n_samples": 2,
            "output": tmp_path / "samples.jsonl",
            "sampler": "vllm",
            "vllm": python_beside(stub(tmp_path / "bin/vllm"), ["NVIDIA H200", 9, 0]),
        }
        return SampleSettings(**(values | changed))

    return make


def all_gone(pids):
    until(lambda: not any(map(alive, pids)), "all its processes are gone")


def test_it_is_started_asked_and_ended(settings_for, notes, tiny):
    settings = settings_for()
    sampling.generate(settings)
    rows = [json.loads(line) for line in settings.output.read_text().splitlines()]
    assert {row["completion"] for row in rows} == {f"\n    a + {row['seed'] % 2**31 % 7}\n}}\n" for row in rows}
    assert {(row["model"], row["finish_reason"]) for row in rows} == {("tiny", "closed")}
    words = notes()["words"]
    assert words[:2] == ["serve", str(tiny)]
    options = " ".join(words[2:])
    assert "--host 127.0.0.1 " in options
    assert "--generation-config vllm --stream-interval 8 --max-num-seqs 64 --served-model-name tiny" in options
    assert "PYTHONPATH" not in notes()["env"]
    manifest = json.loads(sampling.manifest_path(settings.output).read_text())
    assert manifest["ran_on"] == {
        "device": "cuda",
        "instructions": "sm_90",
        "dtype": "bfloat16",
        "server": "vllm 1.2.3",
        "prompt": "token ids",
    }
    assert "--dtype bfloat16 " in options
    assert (manifest["server"]["model"], manifest["server"]["gpu"]) == ("tiny", "NVIDIA H200")
    assert "127.0.0.1" not in json.dumps(manifest)
    all_gone(notes()["pids"])


@pytest.mark.parametrize(
    ("said", "wanted", "dtype", "device"),
    [
        (["T4", 7, 5], "auto", "float32", "cuda"),
        (["T4", 7, 5], "float16", "float16", "cuda"),
        (None, "auto", "bfloat16", "server"),
        (["", 0, 0], "float32", "float32", "cpu"),
    ],
)
def test_the_number_type_goes_by_the_gpu_of_its_own_environment(tmp_path, monkeypatch, said, wanted, dtype, device):
    monkeypatch.setenv("PATH", str(tmp_path))  # no driver to ask
    command = stub(tmp_path / "bin/vllm")
    held = held_by(command if said is None else python_beside(command, said), wanted)
    assert (held.dtype, held.ran_on["dtype"], held.ran_on["device"]) == (dtype, dtype, device)


@pytest.mark.parametrize(
    ("shown", "gpu", "ran_on"),
    [
        (None, "NVIDIA H100 80GB HBM3", {"device": "cuda", "instructions": "sm_90", "dtype": "bfloat16"}),
        ("1", "Tesla T4", {"device": "cuda", "instructions": "sm_75", "dtype": "float32"}),
        ("GPU-1,0", "Tesla T4", {"device": "cuda", "instructions": "sm_75", "dtype": "float32"}),
        ("MIG-1", None, {"device": "server", "dtype": "bfloat16"}),
    ],
)
def test_the_driver_is_asked_where_there_is_no_torch(tmp_path, monkeypatch, shown, gpu, ran_on):
    driver = tmp_path / "nvidia-smi"
    driver.write_text("#!/bin/sh\n" + smi(listed(15_360, "7.5", name="Tesla T4", uuid="GPU-1"), 81_559))
    driver.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("CUDA_DEVICE_ORDER", raising=False)
    if shown is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
    held = held_by(stub(tmp_path / "bin/vllm"), "auto")
    assert (held.gpu, held.ran_on) == (gpu, ran_on)


def test_one_that_does_not_start_says_why(settings_for, notes, monkeypatch):
    monkeypatch.setenv("STUB_FAULT", "start")
    settings = settings_for()
    with pytest.raises(MissingError, match="vLLM did not start") as told:
        sampling.generate(settings)
    assert told.value.cause == "loading; CUDA error: no device"
    assert f"see {settings.output}.vllm.log" in str(told.value.hint)
    all_gone(notes()["pids"])


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_however_the_drawing_ends(settings_for, notes, monkeypatch, end):
    monkeypatch.setenv("STUB_FAULT", "silent")
    settings = settings_for()
    command = [str(Path(sys.executable).parent / "human-eval-rust"), "generate", "--sampler", "vllm"]
    command += ["--vllm", str(settings.vllm), "--model", settings.model, "--output", str(settings.output)]
    with running(command) as child:
        child.until(lambda: len(notes()["pids"]) == 2 and "vLLM answers" in child.stderr(), "vLLM answers")
        assert all(map(alive, notes()["pids"]))
        assert child.end(end) == (-end if end == signal.SIGKILL else 4)
    all_gone(notes()["pids"])


def test_one_that_is_not_there_is_named(settings_for, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    with pytest.raises(MissingError, match="vLLM is not installed") as told:
        sampling.generate(settings_for(vllm=None))
    assert "eval_setup.sh makes .venv-vllm" in str(told.value.hint)
    with pytest.raises(MissingError, match="cannot run"):
        find_vllm(tmp_path / "gone")
    own = stub(tmp_path / ".venv-vllm/bin/vllm")
    assert find_vllm(None) == own
    monkeypatch.setenv("PATH", str(stub(tmp_path / "path/vllm").parent))
    assert find_vllm(None) == own
    own.unlink()
    assert find_vllm(None) == tmp_path / "path/vllm"


def test_an_adapter_is_merged_before_or_left_apart(settings_for, notes, checkpoint):
    with pytest.raises(InputError, match="vLLM cannot merge"):
        sampling.generate(settings_for(model=str(checkpoint)))
    settings = settings_for(model=str(checkpoint), adapter_mode="attached")
    words = serve_words(find_model(settings), settings, 9)
    assert " ".join(words).endswith(
        f"--max-lora-rank 8 --lora-modules tiny+checkpoint-7={checkpoint} --disable-uvicorn-access-log --enable-lora"
    )
    assert sampling.generate(settings)["completions"] == 4


@pytest.mark.parametrize("rank", [None, 0, 513, "8"])
def test_an_adapter_of_a_rank_that_there_is_no_room_for_is_named(settings_for, checkpoint, rank):
    settings = settings_for(model=str(checkpoint), adapter_mode="attached")
    file = checkpoint / "adapter_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"r": rank}))
    with pytest.raises(InputError, match=r"adapter_config\.json: vLLM takes an adapter of rank 1 to 512"):
        serve_words(find_model(settings), settings, 9)


def test_a_commit_of_the_hub_is_pinned(settings_for, tmp_path, monkeypatch):
    with playing({"user/model": {"config.json": b"{}"}}) as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        settings = settings_for(model="user/model", revision=commit_of("user/model"))
        words = " ".join(serve_words(find_model(settings), settings, 9))
    assert words.startswith("serve user/model ")
    assert f"--revision {settings.revision} --tokenizer-revision {settings.revision}" in words


def test_what_the_export_makes_of_an_adapter_draws_as_the_adapter_does(settings_for, checkpoint, tiny, tmp_path):
    """An adapter as others publish it: of PEFT alone, without a tokenizer and without a record of its training."""
    merged = tmp_path / "merged"
    words = [str(checkpoint), "--output", str(merged), "--dtype", "float32", "--base-model", str(tiny)]
    found = CliRunner().invoke(infer_export.command, words)
    assert found.exit_code == 0, found.output
    source = json.loads((merged / "sigil_export.json").read_text())
    assert (source["step"], source["base_revision"]) == (7, digest_tree(tiny))
    texts = []
    for name, model in (("merged", merged), ("adapter", checkpoint)):
        settings = settings_for(
            sampler="hf", model=str(model), dtype="float32", max_new_tokens=12, output=tmp_path / f"{name}.jsonl"
        )
        sampling.generate(settings)
        texts.append([json.loads(line)["completion"] for line in settings.output.read_text().splitlines()])
    assert texts[0] == texts[1]
    assert infer_export._made_from(checkpoint, "user/model", "c" * 40) == ("user/model", "c" * 40, 7)
