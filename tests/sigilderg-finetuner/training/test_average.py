"""The mean over the last steps: exact, out of the way of training, and the same after an interruption."""

import logging

import pytest
import torch

from sigilderg_finetuner.training.average import Average


@pytest.fixture
def walk():
    """A parameter in steps: `walk(average, parameters, steps)` sets new weights and hands them to the mean."""

    def go(average, parameters, steps):
        for step in steps:
            draw = torch.Generator().manual_seed(step)
            for parameter in parameters.values():
                parameter.data.copy_(torch.randn(parameter.shape, generator=draw))
            average.add(step)

    return go


def parameters_of():
    return {name: torch.nn.Parameter(torch.zeros(3, 2)) for name in ("a", "b")}


def weights_at(step):
    draw = torch.Generator().manual_seed(step)
    return {name: torch.randn(3, 2, generator=draw) for name in ("a", "b")}


def mean_over(steps):
    return {name: torch.stack([weights_at(step)[name].double() for step in steps]).mean(0).float() for name in "ab"}


def holds(parameters, weights):
    return all(torch.equal(parameter.detach(), weights[name]) for name, parameter in parameters.items())


@pytest.mark.parametrize("last", [1, 3, 10])
def test_in_place_of_the_last_weights_stands_the_mean_of_the_last_steps(walk, last):
    parameters = parameters_of()
    average = Average(parameters, last, [10])
    walk(average, parameters, range(1, 11))
    with average.in_place(10):
        for name, mean in mean_over(range(11 - last, 11)).items():
            assert torch.allclose(parameters[name], mean, atol=1e-7, rtol=0)
    assert holds(parameters, weights_at(10))


def test_windows_may_overlap_and_one_that_begins_too_early_is_said(walk, caplog):
    parameters = parameters_of()
    with caplog.at_level(logging.WARNING):
        average = Average(parameters, 4, [2, 5, 7])
    assert caplog.messages == ["checkpoint-2: its mean is over its 2 steps, not over `train.average_last`"]
    for end, begin in ((2, 1), (5, 2), (7, 4)):
        walk(average, parameters, range(max(1, end - 1) if end != 5 else 3, end + 1))
        with average.in_place(end):
            assert torch.allclose(parameters["b"], mean_over(range(begin, end + 1))["b"], atol=1e-7, rtol=0)


def test_at_other_steps_the_weights_stay(walk):
    parameters = parameters_of()
    average = Average(parameters, 3, [10])
    walk(average, parameters, range(1, 10))
    with average.in_place(9):
        assert holds(parameters, weights_at(9))


def test_an_error_inside_puts_the_weights_back(walk):
    parameters = parameters_of()
    average = Average(parameters, 3, [3])
    walk(average, parameters, range(1, 4))
    with pytest.raises(KeyError), average.in_place(3):
        raise KeyError
    assert holds(parameters, weights_at(3))
    assert average.to_keep() == {"sums": {}, "raw": None}


def test_open_sums_are_kept_to_the_bit(walk, tmp_path):
    whole, parts = parameters_of(), parameters_of()
    one, two = Average(whole, 5, [8]), Average(parts, 5, [8])
    walk(one, whole, range(1, 9))
    walk(two, parts, range(1, 7))
    torch.save(two.to_keep(), tmp_path / "kept.bin")
    again = parameters_of()
    three = Average(again, 5, [8])
    three.restore(torch.load(tmp_path / "kept.bin", weights_only=True))
    walk(three, again, range(7, 9))
    with one.in_place(8), three.in_place(8):
        assert holds(again, {name: parameter.detach() for name, parameter in whole.items()})


def test_where_the_mean_is_in_place_the_weights_themselves_are_kept(walk):
    parameters = parameters_of()
    average = Average(parameters, 3, [5, 6])
    walk(average, parameters, range(1, 6))
    with average.in_place(5):
        kept = average.to_keep()
    assert set(kept["sums"]) == {6}
    again = parameters_of()
    Average(again, 3, [5, 6]).restore(kept)
    assert holds(again, weights_at(5))
