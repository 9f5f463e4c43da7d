"""Learning rates by hand and as a property, and optimizers made as the settings say."""

import io
import math
import typing
from importlib.util import find_spec
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner.names import BY_VALIDATION, Optimizer, Scheduler, optimizer_arguments, package_of, why_not
from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training import runtime
from sigilderg_finetuner.training.optimizers import Course, learning_rate, make_optimizer

pytestmark = pytest.mark.slow


def settings_of(**changes):
    return TrainSettings(**({"num_steps": 110, "warmup_steps": 10, "lr": 1e-3} | changes))


@pytest.mark.parametrize(
    ("scheduler", "ratio", "step", "rate"),
    [
        ("cosine", 0.0, 1, 1e-4),
        ("cosine", 0.0, 5, 5e-4),
        ("cosine", 0.0, 10, 1e-3),
        ("cosine", 0.0, 60, 5e-4),
        ("cosine", 0.0, 35, 1e-3 * (1 + math.sqrt(0.5)) / 2),
        ("cosine", 0.0, 110, 0.0),
        ("cosine", 0.2, 60, 6e-4),
        ("cosine", 0.2, 110, 2e-4),
        ("linear", 0.0, 35, 7.5e-4),
        ("linear", 0.0, 60, 5e-4),
        ("linear", 0.0, 110, 0.0),
        ("linear", 0.5, 60, 7.5e-4),
        ("linear", 1.0, 110, 1e-3),
        ("constant", 0.0, 5, 5e-4),
        ("constant", 0.0, 11, 1e-3),
        ("constant", 0.0, 110, 1e-3),
        ("linear", 0.1, 500, 1e-4),
        ("cosine", 0.1, 500, 1e-4),
    ],
)
def test_rates_by_hand(scheduler, ratio, step, rate):
    found = learning_rate(step, settings_of(scheduler=scheduler, min_lr_ratio=ratio))
    assert found == pytest.approx(rate, abs=1e-12)


@pytest.mark.parametrize(
    ("scheduler", "arguments"),
    [
        ("cosine_with_restarts", {"num_cycles": "many"}),
        ("polynomial", {"power": "x"}),
        ("inverse_sqrt", {"timescale": 0}),
    ],
)
def test_arguments_that_give_no_rate_are_refused_before_the_warm_up_is_over(scheduler, arguments):
    settings = settings_of(scheduler=scheduler, lr_scheduler_kwargs=arguments, num_steps=200, warmup_steps=100)
    with pytest.raises(InputError, match=rf"`train\.scheduler: {scheduler}` gives no rate"):
        Course(settings)


@pytest.mark.parametrize("scheduler", ["cosine", "linear", "constant"])
def test_without_a_warm_up_the_first_step_is_near_the_highest_rate(scheduler):
    assert learning_rate(1, settings_of(warmup_steps=0, scheduler=scheduler)) == pytest.approx(1e-3, rel=0.02)


@pytest.mark.parametrize(("steps", "warmup"), [(1, 0), (1, 1), (5, 5), (5, 50)])
def test_a_run_that_ends_in_its_warm_up_has_a_rate_at_every_step(steps, warmup):
    settings = settings_of(num_steps=steps, warmup_steps=warmup)
    rates = [learning_rate(step, settings) for step in range(1, steps + 1)]
    assert all(0 <= rate <= settings.lr for rate in rates)
    assert warmup == 0 or rates == [settings.lr * step / warmup for step in range(1, steps + 1)]


SETTINGS = st.builds(
    TrainSettings,
    num_steps=st.integers(1, 300),
    warmup_steps=st.integers(0, 300),
    lr=st.floats(1e-6, 1),
    scheduler=st.sampled_from(["cosine", "linear", "constant"]),
    min_lr_ratio=st.floats(0, 1),
)


@given(SETTINGS)
def test_rates_rise_once_then_fall_and_keep_to_their_bounds(settings):
    rates = [learning_rate(step, settings) for step in range(1, settings.num_steps + 1)]
    rise, fall = rates[: settings.warmup_steps], rates[max(0, settings.warmup_steps - 1) :]
    assert rise == sorted(rise)
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(fall))
    assert max(rates) <= settings.lr * (1 + 1e-12)
    if settings.num_steps > settings.warmup_steps:
        low = settings.lr * (1.0 if settings.scheduler == "constant" else settings.min_lr_ratio)
        assert rates[-1] == pytest.approx(low, abs=1e-12)


def small_model():
    model = torch.nn.Linear(32, 32)
    model.bias.requires_grad_(False)
    return model


@pytest.mark.parametrize(
    ("name", "kind"), [("adamw", "AdamW"), ("adamw_8bit", "AdamW8bit"), ("paged_adamw_8bit", "PagedAdamW8bit")]
)
def test_optimizers_are_those_of_their_names_and_see_trained_weights_alone(name, kind):
    model = small_model()
    made = make_optimizer(model, settings_of(optimizer=name, weight_decay=0.25, adam_beta2=0.95, lr=0.5))
    assert type(made).__name__ == kind
    (group,) = made.param_groups
    assert [id(parameter) for parameter in group["params"]] == [id(model.weight)]
    assert (group["lr"], tuple(group["betas"]), group["weight_decay"]) == (0.5, (0.9, 0.95), 0.25)


def test_the_first_step_of_adamw_goes_the_rate_against_each_sign():
    model = small_model()
    before = model.weight.detach().clone()
    made = make_optimizer(model, settings_of(lr=0.125))
    model.weight.grad = torch.linspace(-3, 5, 32 * 32).reshape(32, 32)
    made.step()
    assert torch.allclose(model.weight, before - 0.125 * model.weight.grad.sign(), atol=1e-5)


NAMES = [name for name in typing.get_args(Optimizer) if why_not(name) is None]
HERE = [name for name in NAMES if (needed := package_of(name)) is None or find_spec(needed[0])]


class Pair(torch.nn.Module):
    """A matrix and a bias, with gradients that follow from their values."""

    def __init__(self):
        super().__init__()
        draw = torch.Generator().manual_seed(3)
        self.matrix = torch.nn.Parameter(torch.randn(64, 64, generator=draw))
        self.bias = torch.nn.Parameter(torch.randn(64, generator=draw))

    def step(self, optimizer):
        self.matrix.grad, self.bias.grad = self.matrix.detach().sin(), self.bias.detach().cos()
        optimizer.step()


@pytest.mark.filterwarnings("ignore:Paged optimizers are not supported on CPU")
@pytest.mark.parametrize("name", HERE)
def test_every_optimizer_goes_on_from_its_state_to_the_same_bits(name):
    settings = settings_of(optimizer=name, lr=1e-2, weight_decay=0.1)
    one, two = Pair(), Pair()
    first = make_optimizer(one, settings)
    one.step(first)
    kept = io.BytesIO()
    torch.save(first.state_dict(), kept)
    kept.seek(0)
    second = make_optimizer(two, settings)
    two.load_state_dict(one.state_dict())
    second.load_state_dict(torch.load(kept, weights_only=True))
    one.step(first)
    two.step(second)
    assert torch.equal(one.matrix, two.matrix)
    assert torch.equal(one.bias, two.bias)
    assert not torch.equal(one.matrix, Pair().matrix)
    assert [group["weight_decay"] for group in first.param_groups] == [0.1, 0.0], "a bias does not decay"


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(HERE)))
def test_an_optimizer_whose_package_is_missing_is_named(name):
    with pytest.raises(MissingError, match=f"`train.optimizer: {name}` needs the package"):
        runtime.check_optimizer(name)


def test_the_names_are_those_of_the_trainer():
    from transformers.trainer_utils import SchedulerType
    from transformers.training_args import OptimizerNames

    assert {one.value for one in OptimizerNames} <= {*typing.get_args(Optimizer)}
    # The warm-up is a setting of its own: a constant rate with one is no other.
    assert {one.value for one in SchedulerType} - {"constant_with_warmup"} <= {*typing.get_args(Scheduler)}


def test_arguments_reach_the_optimizer_and_wrong_ones_are_named():
    made = make_optimizer(Pair(), settings_of(optimizer="sgd", optim_args="momentum=0.5,nesterov=true"))
    assert (made.defaults["momentum"], made.defaults["nesterov"]) == (0.5, True)
    with pytest.raises(InputError, match=r"`train\.optim_args` holds `momentum`"):
        make_optimizer(Pair(), settings_of(optimizer="sgd", optim_args="momentum"))


@pytest.mark.parametrize("name", ["adamw", "adamw_8bit", "paged_adamw_8bit", "adamw_torch", "adamw_bnb_8bit"])
def test_arguments_reach_every_adamw(name):
    made = make_optimizer(Pair(), settings_of(optimizer=name, optim_args="eps=1e-3, beta1=0.5", adam_beta2=0.9))
    assert {(group["eps"], tuple(group["betas"])) for group in made.param_groups} == {(1e-3, (0.5, 0.9))}
    with pytest.raises(InputError, match=rf"`train\.optimizer: {name}` cannot be made\n.*epps"):
        make_optimizer(Pair(), settings_of(optimizer=name, optim_args="epps=1e-3"))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,9}", fullmatch=True).filter(lambda name: name not in ("lr", "weight_decay")),
        st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["linear", "float32"]),
    )
)
def test_arguments_are_read_as_they_are_written(values):
    text = ", ".join(f"{name}={value}" for name, value in values.items())
    found = optimizer_arguments(text)
    assert found == values
    assert [type(value) for value in found.values()] == [type(value) for value in values.values()]


@pytest.mark.parametrize("text", ["eps", "eps=", "=1", "eps=1,", "eps=1=2", "lr=1", "weight_decay=0.1"])
def test_arguments_of_another_form_are_named(text):
    with pytest.raises(InputError, match=r"`train\.optim_args` holds `"):
        optimizer_arguments(text)


MORE = {"warmup_stable_decay": {"num_decay_steps": 30}, "cosine_with_restarts": {"num_cycles": 2}}


@pytest.mark.parametrize("name", [name for name in typing.get_args(Scheduler) if name not in BY_VALIDATION])
def test_a_course_is_that_of_transformers_one_step_later(name):
    """There the first step of a warm-up has a rate of 0, and so learns nothing."""
    from transformers import get_scheduler

    settings = settings_of(scheduler=name, lr_scheduler_kwargs=MORE.get(name, {}))
    held = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=settings.lr)
    least = {"lr_end": 0.0} if name == "polynomial" else {"min_lr_rate": 0.0} if "min_lr" in name else {}
    wanted = "constant_with_warmup" if name == "constant" else name
    theirs = get_scheduler(wanted, held, 10, 110, MORE.get(name, {}) | least).lr_lambdas[0]
    course = Course(settings)
    found = [course.rate(step) for step in range(1, 111)]
    assert found == pytest.approx([settings.lr * theirs(step) for step in range(1, 111)], abs=1e-12)
    assert max(found) <= settings.lr * (1 + 1e-12)


def test_what_a_course_lacks_is_named():
    with pytest.raises(InputError, match="num_decay_steps"):
        Course(settings_of(scheduler="warmup_stable_decay"))
