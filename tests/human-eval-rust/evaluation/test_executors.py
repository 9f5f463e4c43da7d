"""Judging on the machines of a Ray cluster: the same bytes, and a clear word where there is no cluster."""

from __future__ import annotations

import pytest

from human_eval_rust.evaluate import evaluate
from human_eval_rust.evaluation.executors import RayExecutor
from human_eval_rust.evaluation.settings import EvaluateSettings
from human_eval_rust.judging.finding import JudgeOptions
from sigil_common.errors import MissingError
from sigil_common.jsonl import write_jsonl
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

from ...clock import HANG_S


@pytest.fixture
def ray():
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'human-eval-rust[ray]'")
    yield ray
    ray.shutdown()


@pytest.fixture
def cluster(ray, monkeypatch):
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    made.add_node(num_cpus=1)
    monkeypatch.setenv("RAY_ADDRESS", made.address)
    yield made
    ray.shutdown()
    made.shutdown()


@pytest.mark.slow
def test_two_nodes_give_the_bytes_of_one_machine(ray, cluster, problems, tmp_path, monkeypatch):
    monkeypatch.setattr("human_eval_rust.judging.judge._LEAST", 2)
    problem_file, samples = tmp_path / "problems.jsonl", tmp_path / "x.jsonl"
    write_jsonl(problem_file, (problem.to_row() for problem in problems.values()))
    texts = [problem.canonical_solution for problem in problems.values()]
    rows = [
        {"task_id": problem.task_id, "completion": text}
        for problem in problems.values()
        for text in (*texts, "    loop { }\n", "no code", "    todo!()\n}\n")
    ]
    write_jsonl(samples, rows)
    made = []
    for executor in ("local", "ray"):
        results = tmp_path / f"{executor}.jsonl"
        settings = EvaluateSettings(
            problem_file=problem_file, timeout=HANG_S, run_timeout=2.0, results_file=results, executor=executor
        )
        evaluate(samples, settings)
        made.append(results.read_bytes())
    assert len(ray.nodes()) == 2
    assert made[0] == made[1]


def test_without_ray_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(MissingError, match="ray is not installed") as error:
        RayExecutor(JudgeOptions(), Compiler(find_toolchain(), open_sandbox()), 2)
    assert "human-eval-rust[ray]" in error.value.hint
