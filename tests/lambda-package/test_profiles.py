"""Which profile a machine gets, with `nvidia-smi` played by small scripts."""

import pytest

from lambda_package.profiles import choose_profile, profile_config
from sigil_common.errors import InputError

from ..gpus import listed, smi

OLD_AND_LARGE = listed(49_140, "8.6", name="NVIDIA RTX A6000", uuid="GPU-a")
NEW_AND_SMALL = listed(24_564, "8.9", name="NVIDIA GeForce RTX 4090", uuid="GPU-b")
BROKEN = "echo 'NVIDIA-SMI has failed: driver not loaded' >&2; exit 9"


@pytest.mark.parametrize(
    ("script", "profile", "reason"),
    [
        (None, "local", "no CUDA GPU found"),
        (smi(24_564), "local", "the GPU has 24,564 MiB, the h100 profile needs 40,000"),
        (smi(39_999), "local", "the GPU has 39,999 MiB, the h100 profile needs 40,000"),
        (smi(40_000), "h100", "a CUDA GPU with 40,000 MiB"),
        (smi(11_264, 81_559, 24_564), "h100", "a CUDA GPU with 81,559 MiB"),
        (smi(OLD_AND_LARGE, NEW_AND_SMALL), "local", "the GPU has 24,564 MiB, the h100 profile needs 40,000"),
        (BROKEN, "local", "no CUDA GPU found"),
        (f"{smi(81_559)}; exit 9", "local", "no CUDA GPU found"),
        (smi(listed("[N/A]")), "local", "a CUDA GPU whose memory the driver does not tell"),
        ("", "local", "no CUDA GPU found"),
    ],
)
def test_the_gpu_that_programs_get_decides(tools, script, profile, reason):
    if script is not None:
        tools({"nvidia-smi": script})
    assert choose_profile() == (profile, reason)


@pytest.mark.parametrize(
    ("shown", "profile", "reason"),
    [
        ("0", "local", "the GPU has 24,564 MiB, the h100 profile needs 40,000"),
        ("1", "h100", "a CUDA GPU with 49,140 MiB"),
        ("GPU-a", "h100", "a CUDA GPU with 49,140 MiB"),
        ("", "local", "no CUDA GPU found (CUDA_VISIBLE_DEVICES is '')"),
        ("MIG-1", "local", "no CUDA GPU found (CUDA_VISIBLE_DEVICES is 'MIG-1')"),
    ],
)
def test_of_several_the_one_that_is_shown_decides(tools, monkeypatch, shown, profile, reason):
    tools({"nvidia-smi": smi(OLD_AND_LARGE, NEW_AND_SMALL)})
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
    assert choose_profile() == (profile, reason)


def test_a_broken_driver_is_told_and_none_at_all_is_not(tools, caplog):
    assert choose_profile()[0] == "local"
    assert caplog.messages == []
    tools({"nvidia-smi": BROKEN})
    assert choose_profile()[0] == "local"
    assert caplog.messages == ["nvidia-smi is installed but lists no GPU: NVIDIA-SMI has failed: driver not loaded"]


def test_a_program_that_cannot_start_is_no_gpu(tools, tmp_path):
    tools({"nvidia-smi": smi(81_559)})
    (tmp_path / "bin/nvidia-smi").write_text("#!/no/such/interpreter\n")
    assert choose_profile() == ("local", "no CUDA GPU found")


def test_a_profile_is_a_file_and_an_unknown_one_lists_those_there_are(tmp_path):
    for name in ("eval-small.yml", "eval-large.yml", "pipeline.yml"):
        (tmp_path / name).touch()
    assert profile_config("small", tmp_path) == tmp_path / "eval-small.yml"
    with pytest.raises(InputError, match="unknown profile `pipeline`") as caught:
        profile_config("pipeline", tmp_path)
    assert caught.value.cause == f"no such file: {tmp_path / 'eval-pipeline.yml'}"
    assert caught.value.hint == "profiles: large, small"


def test_a_directory_without_profiles_is_asked_about(tmp_path):
    with pytest.raises(InputError) as caught:
        profile_config("local", tmp_path)
    assert caught.value.hint == f"profiles: none (is {tmp_path} the right directory?)"
