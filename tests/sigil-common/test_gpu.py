"""Which GPU programs get, with nvidia-smi played by small scripts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sigil_common import gpu
from sigil_common.gpu import Gpu, first_gpu, hides_all, listed_gpus, visible_gpus
from sigil_common.proc import Finished

from ..gpus import DRIVER, listed, smi

T4 = listed(15_360, "7.5", name="Tesla T4", uuid="GPU-aa11")
H100 = listed(81_559, "9.0", name="NVIDIA H100", uuid="GPU-ab22")
H200 = listed(143_771, "9.0", name="NVIDIA H200", uuid="GPU-bb33")
TWIN = listed(143_771, "9.0", name="NVIDIA H200", uuid="GPU-bc44")
MIXED = (T4, H100, H200, TWIN)
BROKEN = "echo 'NVIDIA-SMI has failed: driver not loaded' >&2; exit 9"


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A function that gives the machine an nvidia-smi with such a body, and such variables; nothing is hidden yet."""
    gpu._warn_once.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.delenv(name, raising=False)

    def make(body, **variables):
        (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / "nvidia-smi").chmod(0o755)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return make


def names(gpus):
    return [one.uuid.removeprefix("GPU-") for one in gpus]


def test_the_driver_is_asked_once_for_all_that_is_told_of_a_gpu(driver, tmp_path):
    driver(f'echo "$@" >> "{tmp_path}/asked"; {smi(T4, H100)}')
    assert listed_gpus() == [
        Gpu("Tesla T4", 15_360, (7, 5), DRIVER, "GPU-aa11"),
        Gpu("NVIDIA H100", 81_559, (9, 0), DRIVER, "GPU-ab22"),
    ]
    asked = "--query-gpu=name,memory.total,compute_cap,driver_version,uuid --format=csv,noheader,nounits\n"
    assert (tmp_path / "asked").read_text() == asked


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (listed("[N/A]"), [(None, (9, 0))]),
        (listed(11_441, "[N/A]"), [(11_441, None)]),
        (listed(97_871, "12.0", name="One, of a maker with a comma"), [(97_871, (12, 0))]),
        ("NVIDIA H200, 143771, 9.0", []),
        ("Field, Field, is, not, known", []),
        (listed("81559 MiB"), []),
    ],
)
def test_what_the_driver_does_not_tell_is_not_known(driver, line, expected):
    driver(smi(line))
    assert [(one.memory_mib, one.capability) for one in listed_gpus()] == expected


def test_no_driver_is_no_gpu_and_nothing_is_said(driver, caplog):
    assert (listed_gpus(), visible_gpus(), first_gpu(), caplog.messages) == ([], [], None, [])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BROKEN, "NVIDIA-SMI has failed: driver not loaded"),
        (f"{smi(H100)}; echo lost >&2; exit 15", "lost"),
        ("echo No devices were found", "No devices were found"),
        ("", "it says nothing"),
    ],
)
def test_a_driver_that_fails_is_told_once(driver, caplog, body, said):
    driver(body)
    assert [listed_gpus(), listed_gpus(), visible_gpus()] == [[], [], []]
    assert caplog.messages == [f"nvidia-smi is installed but lists no GPU: {said}"]


def test_a_driver_that_hangs_or_cannot_start_is_told_too(driver, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(gpu, "_ASK_S", 0.2)
    driver("exec /bin/sleep 600")
    assert listed_gpus() == []
    assert caplog.messages.pop() == "nvidia-smi is installed but lists no GPU: it did not answer within 0.2 s"
    (tmp_path / "nvidia-smi").write_text("#!/no/such/interpreter\n")
    assert listed_gpus() == []
    assert caplog.messages.pop().startswith("nvidia-smi is installed but lists no GPU: ")


@pytest.mark.parametrize(
    ("shown", "order", "expected"),
    [
        (None, None, ["bb33", "bc44", "ab22", "aa11"]),
        (None, "FASTEST_FIRST", ["bb33", "bc44", "ab22", "aa11"]),
        (None, "PCI_BUS_ID", ["aa11", "ab22", "bb33", "bc44"]),
        ("0", None, ["bb33"]),
        ("0", "PCI_BUS_ID", ["aa11"]),
        ("3,1", None, ["aa11", "bc44"]),
        (" 2 , 0", "PCI_BUS_ID", ["bb33", "aa11"]),
        ("0,2,-1,1", "PCI_BUS_ID", ["aa11", "bb33"]),
        ("1,4,0", None, ["bc44"]),
        ("1gpu", None, ["bc44"]),
        ("GPU-ab22", None, ["ab22"]),
        ("GPU-aa,GPU-bb", None, ["aa11", "bb33"]),
        ("GPU-ab,GPU-b,GPU-aa", None, ["ab22"]),
        ("GPU-ab,3", None, ["ab22", "aa11"]),
        ("0,MIG-8932f937-d72c-4106-c12f-20bd9faed9f6", None, ["bb33"]),
    ],
)
def test_mixed_gpus_are_shown_as_cuda_shows_them(driver, caplog, shown, order, expected):
    variables = {"CUDA_VISIBLE_DEVICES": shown, "CUDA_DEVICE_ORDER": order}
    driver(smi(*MIXED), **{name: value for name, value in variables.items() if value is not None})
    assert names(visible_gpus()) == expected
    assert names([first_gpu()]) == expected[:1]
    assert names(listed_gpus()) == ["aa11", "ab22", "bb33", "bc44"], "hidden ones are listed all the same"
    assert (hides_all(), caplog.messages) == (False, [])


@pytest.mark.parametrize("shown", ["", " ", "-1", " -1", "-1,0", ",0"])
def test_all_are_hidden_on_purpose(driver, caplog, shown):
    driver(smi(*MIXED), CUDA_VISIBLE_DEVICES=shown)
    assert (visible_gpus(), first_gpu(), hides_all(), caplog.messages) == ([], None, True, [])
    assert len(listed_gpus()) == 4


@pytest.mark.parametrize(
    "shown",
    [
        "4",
        "99999999999999999999",
        "GPU-",
        "GPU-b",
        "GPU-c",
        "gpu",
        "0,0",
        "GPU-ab,GPU-ab22",
        "MIG-8932f937-d72c-4106-c12f-20bd9faed9f6",
        "MIG-GPU-ab22/1/2",
    ],
)
def test_what_names_no_listed_gpu_leaves_none_and_is_told_once(driver, caplog, shown):
    driver(smi(*MIXED), CUDA_VISIBLE_DEVICES=shown)
    assert (visible_gpus(), first_gpu(), hides_all()) == ([], None, False)
    expected = f"CUDA_VISIBLE_DEVICES is {shown!r}, which leaves none of the GPUs that nvidia-smi lists"
    assert caplog.messages == [expected]


def test_two_of_which_the_driver_tells_nothing_are_two(driver):
    unknown = listed("[N/A]", "[N/A]", uuid="[N/A]")
    driver(smi(unknown, unknown), CUDA_VISIBLE_DEVICES="0,1")
    assert len(visible_gpus()) == 2


# Any text, and any that looks like an answer
FIELDS = st.sampled_from(["NVIDIA H100", "81559", "9.0", "[N/A]", "GPU-ab", "", "²", "9.²", "1" * 5000, "["])
LINES = st.lists(FIELDS, max_size=8).map(", ".join)
SHOWN = st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(), st.lists(LINES).map("\n".join)), SHOWN)
def test_any_answer_gives_a_list(driver, text, shown):
    driver("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gpu.proc, "run", lambda argv, timeout: Finished(tuple(argv), 0, text, "", False, False, 0.0))
        if shown is not None:
            patch.setenv("CUDA_VISIBLE_DEVICES", shown)
        gpus, visible = listed_gpus(), visible_gpus()
    assert all(isinstance(one, Gpu) for one in gpus)
    assert all(one in gpus for one in visible)
    assert shown is not None or len(visible) == len(gpus)
