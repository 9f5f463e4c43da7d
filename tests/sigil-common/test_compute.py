"""The number type by machine: GPUs by capability, CPUs by the flags that Linux lists, explicit values always."""

from pathlib import Path

import pytest

from sigil_common import compute
from sigil_common.compute import choose_compute, cpu_class, cpu_flags

AVX2 = {"sse4_1", "avx", "avx2", "fma", "f16c"}
AVX512 = AVX2 | {"avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_vnni"}
BF16 = AVX512 | {"avx512_bf16"}
AMX = BF16 | {"amx_tile", "amx_int8", "amx_bf16"}


class Gpu:
    def __init__(self, *capability):
        self.capability = capability

    def is_available(self):
        return bool(self.capability)

    def get_device_capability(self):
        return self.capability


@pytest.fixture
def machine(monkeypatch):
    for name in ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"):
        monkeypatch.delenv(name, raising=False)

    def of(flags, **limits):
        monkeypatch.setattr(compute, "cpu_flags", lambda: frozenset(flags))
        for name, value in limits.items():
            monkeypatch.setenv(name, value)

    return of


@pytest.mark.parametrize(
    ("capability", "dtype"), [((7, 0), "float32"), ((7, 5), "float32"), ((8, 0), "bfloat16"), ((9, 0), "bfloat16")]
)
def test_a_gpu_counts_by_its_capability_whatever_the_cpu(machine, capability, dtype):
    machine(AMX)
    found = choose_compute("auto", Gpu(*capability))
    assert found.to_row() == {"device": "cuda", "instructions": f"sm_{capability[0]}{capability[1]}", "dtype": dtype}


@pytest.mark.parametrize(
    ("flags", "instructions", "dtype"),
    [
        (set(), "generic", "float32"),
        ({"sse4_1", "avx"}, "generic", "float32"),
        (AVX2, "avx2", "float32"),
        (AVX512, "avx512", "float32"),
        (BF16, "avx512_bf16", "bfloat16"),
        (AMX, "amx_bf16", "bfloat16"),
        (AVX2 | {"avx512_bf16"}, "avx2", "float32"),
    ],
)
def test_a_cpu_counts_by_its_flags(machine, flags, instructions, dtype):
    machine(flags)
    assert choose_compute("auto", Gpu()).to_row() == {"device": "cpu", "instructions": instructions, "dtype": dtype}


@pytest.mark.parametrize("wanted", ["bfloat16", "float16", "float32"])
@pytest.mark.parametrize(("gpu", "flags"), [(Gpu(7, 0), AVX2), (Gpu(9, 0), AVX2), (Gpu(), AVX2), (Gpu(), AMX)])
def test_explicit_values_stay(machine, wanted, gpu, flags):
    machine(flags)
    assert choose_compute(wanted, gpu).dtype == wanted


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, "amx_bf16"),
        ({"ATEN_CPU_CAPABILITY": "avx512"}, "amx_bf16"),
        ({"ATEN_CPU_CAPABILITY": "avx2"}, "avx2"),
        ({"ATEN_CPU_CAPABILITY": "default"}, "generic"),
        ({"ONEDNN_MAX_CPU_ISA": "AVX2"}, "avx2"),
        ({"ONEDNN_MAX_CPU_ISA": "avx512_core"}, "avx512"),
        ({"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"}, "avx512_bf16"),
        ({"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_AMX"}, "amx_bf16"),
        ({"ONEDNN_MAX_CPU_ISA": "ALL"}, "amx_bf16"),
        ({"DNNL_MAX_CPU_ISA": "AVX2"}, "avx2"),
        ({"ATEN_CPU_CAPABILITY": "AVX2"}, "amx_bf16"),  # torch takes lower case only
        ({"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"}, "avx2"),
    ],
)
def test_what_torch_is_told_not_to_use_does_not_count(limits, expected):
    assert cpu_class(frozenset(AMX), limits) == expected


def test_a_limit_lends_nothing_to_a_lesser_machine():
    assert cpu_class(frozenset(AVX2), {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16"}) == "avx2"


def test_flags_are_read_as_linux_lists_them(tmp_path):
    listed = tmp_path / "cpuinfo"
    listed.write_text("processor\t: 0\nmodel name\t: A\nflags\t\t: fpu avx2 fma\nprocessor\t: 1\nflags\t\t: other\n")
    assert cpu_flags(listed) == {"fpu", "avx2", "fma"}
    assert cpu_flags(tmp_path / "none") == frozenset()
    if Path("/proc/cpuinfo").exists():
        assert cpu_class(cpu_flags(), {}) in {"generic", "avx2", "avx512", "avx512_bf16", "amx_bf16"}


def test_it_says_what_it_chose(machine):
    machine(AVX2)
    assert str(choose_compute("auto", Gpu())) == "float32 on cpu (avx2)"
