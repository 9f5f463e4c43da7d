from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from .conftest import run_pipeline

pytestmark = pytest.mark.slow


def test_logs_metrics_and_traces_tell_what_was_done(tmp_path: Path) -> None:
    metrics, trace = tmp_path / "m" / "run.prom", tmp_path / "t" / "spans.jsonl"
    options = ["--log-format", "json", "--metrics-file", str(metrics), "--trace-file", str(trace)]
    ran = run_pipeline(tmp_path / "data.jsonl", "--crates", "path:mini-num", "path:copyleft", *options)
    assert ran.returncode == 0, ran.stderr
    events = [json.loads(line) for line in ran.stderr.splitlines()]
    assert any(event["event"].startswith("stages: fetch") and event["level"] == "info" for event in events)
    text = metrics.read_text()
    assert 'sigil_crates_rejected{reason="license"} 1.0' in text
    assert 'sigil_stage_seconds{stage="lint"}' in text
    assert 'sigil_stage_cpu_seconds{stage="lint"}' in text
    assert 'sigil_crates{state="done"} 2.0' in text
    counts = Counter((row["_level"], row["_task_type"]) for row in ran.rows)
    for (level, task), count in counts.items():
        assert f'sigil_samples{{level="{level}",task="{task}"}} {count}.0' in text
    spans = {span["name"]: span for span in map(json.loads, trace.read_text().splitlines())}
    assert spans["lint"]["attributes"] == {"crates": 1}
    assert spans["lint"]["parent_id"] == spans["run"]["context"]["span_id"]
