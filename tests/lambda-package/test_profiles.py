"""Which profile a machine gets, with `nvidia-smi` played by small scripts."""

import pytest

from lambda_package.profiles import choose_profile, gpu_memory_mib, profile_config
from sigil_common.errors import InputError

BROKEN = "echo 'NVIDIA-SMI has failed: driver not loaded' >&2; exit 9"


@pytest.mark.parametrize(
    ("script", "memory", "profile", "reason"),
    [
        (None, None, "local", "no CUDA GPU found"),
        ("echo 24564", 24_564, "local", "the GPU has 24,564 MiB, the h100 profile needs 40,000"),
        ("echo 39999", 39_999, "local", "the GPU has 39,999 MiB, the h100 profile needs 40,000"),
        ("echo 40000", 40_000, "h100", "a CUDA GPU with 40,000 MiB"),
        ("echo 11264; echo 81559; echo 24564", 81_559, "h100", "a CUDA GPU with 81,559 MiB"),
        (BROKEN, None, "local", "no CUDA GPU found"),
        ("echo 81559; exit 9", None, "local", "no CUDA GPU found"),
        ("echo '[N/A]'", None, "local", "no CUDA GPU found"),
        ("", None, "local", "no CUDA GPU found"),
    ],
)
def test_the_largest_gpu_decides(tools, script, memory, profile, reason):
    if script is not None:
        tools({"nvidia-smi": script})
    assert gpu_memory_mib() == memory
    assert choose_profile() == (profile, reason)


def test_the_memory_is_asked_for_as_a_bare_number_in_mib(tools, tmp_path):
    tools({"nvidia-smi": f'echo "$@" > "{tmp_path}/asked"; echo 5'})
    gpu_memory_mib()
    assert (tmp_path / "asked").read_text() == "--query-gpu=memory.total --format=csv,noheader,nounits\n"


def test_a_broken_driver_is_told_and_none_at_all_is_not(tools, caplog):
    assert gpu_memory_mib() is None
    assert caplog.messages == []
    tools({"nvidia-smi": BROKEN})
    assert gpu_memory_mib() is None
    assert caplog.messages == ["nvidia-smi is installed but lists no GPU: NVIDIA-SMI has failed: driver not loaded"]


def test_a_program_that_cannot_start_is_no_gpu(tools, tmp_path):
    tools({"nvidia-smi": "echo 81559"})
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
