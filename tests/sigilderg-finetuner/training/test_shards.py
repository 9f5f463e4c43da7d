"""Parts of weights and moments: no device holds all of them, neither when they are written nor when they are read."""

import weakref

import pytest
import torch

from sigilderg_finetuner.training import shards, weights

ALIVE = weakref.WeakSet()


class Whole:
    """A tensor that is put together on a device, until its copy on the CPU is taken."""

    def __init__(self, value):
        ALIVE.add(self)
        assert len(ALIVE) == 1, "another is still whole"
        self.value = value

    def cpu(self):
        return self.value


class Part:
    def __init__(self, *values):
        self.value = torch.tensor(values)

    def detach(self):
        return self

    def full_tensor(self):
        return Whole(self.value)


@pytest.fixture
def state():
    """An optimizer's state with two moments, and what is no tensor."""
    moments = {0: {"step": torch.tensor(3.0), "exp_avg": Part(1.0, 2.0)}, 1: {"exp_avg": Part(3.0)}}
    return {"state": moments, "param_groups": [{"lr": 0.1, "betas": (0.9, 0.99), "params": [0, 1]}]}


def test_one_tensor_is_whole_at_a_time(state):
    found = shards.kept(state, first=True)
    assert found["state"][0]["exp_avg"].tolist() == [1, 2]
    assert found["state"][1]["exp_avg"].tolist() == [3]
    assert found["param_groups"] == state["param_groups"]


def test_other_processes_keep_nothing(state):
    found = shards.kept(state, first=False)
    assert [one["exp_avg"] for one in found["state"].values()] == [None, None]


@pytest.mark.parametrize(("rank", "names"), [("0", ["a", "b"]), ("1", [])])
def test_weights_are_collected_one_by_one_in_the_first_process(settings_for, monkeypatch, rank, names):
    class Model:
        def named_parameters(self, remove_duplicate=True):
            return [("a", Part(1.0)), ("b", Part(2.0))]

        def state_dict(self):
            return dict(self.named_parameters())

    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", rank)
    assert sorted(weights.collect(Model(), settings_for(lora=None))) == names


@pytest.fixture
def second():
    """The second of two processes that says nothing to the first."""
    from torch import distributed
    from torch.testing._internal.distributed.fake_pg import FakeStore

    distributed.init_process_group("fake", rank=1, world_size=2, store=FakeStore())
    yield
    distributed.destroy_process_group()


@pytest.mark.parametrize(("size", "own"), [(4, [2, 3]), (3, [2]), (1, [])])
def test_a_process_takes_its_part_of_what_was_read(second, size, own):
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import DTensor, Shard

    mesh = init_device_mesh("cpu", (2,))
    local = torch.zeros(len(own), 2)
    part = DTensor.from_local(local, mesh, [Shard(0)], run_check=False, shape=torch.Size((size, 2)), stride=(2, 1))
    optimizer = torch.optim.AdamW([torch.nn.Parameter(part)])
    assert shards.are_in(optimizer)
    moment = torch.arange(size).float()[:, None].repeat(1, 2)
    kept = {"state": {0: {"step": torch.tensor(3.0), "exp_avg": moment}}, "param_groups": []}
    found = shards.cut_state(kept, optimizer)["state"][0]
    assert found["exp_avg"].shape == (size, 2)
    assert found["exp_avg"].to_local()[:, 0].tolist() == own
    assert found["exp_avg"].to_local().untyped_storage().nbytes() == len(own) * 2 * 4, "the rest is let go"
    assert float(found["step"]) == 3
