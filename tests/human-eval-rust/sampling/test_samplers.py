"""Every sampler that the commands offer is there and does what it must."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from human_eval_rust.sampling.samplers import module_of
from human_eval_rust.sampling.settings import SampleSettings
from lambda_package.settings import SampleSettings as RunSampleSettings
from sigil_common.samplers import SamplerName


@pytest.mark.parametrize("name", get_args(SamplerName))
def test_a_sampler_describes_itself_and_opens(name):
    module = module_of(name)
    assert callable(module.describe)
    assert callable(module.open_sampler)


def test_both_commands_offer_the_same_samplers():
    assert get_type_hints(SampleSettings)["sampler"] is SamplerName
    assert get_type_hints(RunSampleSettings)["sampler"] is SamplerName
