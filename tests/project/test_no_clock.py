"""No test passes or fails by seconds: only `tests/clock.py` looks at a clock, and hypothesis has no deadline."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
CLOCKS = {
    "perf_counter",
    "perf_counter_ns",
    "process_time",
    "process_time_ns",
    "thread_time",
    "thread_time_ns",
    "monotonic",
    "monotonic_ns",
    "clock_gettime",
    "getrusage",
    "default_timer",
    "sleep",
}
MEASURED = {"wall_s", "seconds"}


def faults(source):
    """Yield the places of a test file that depend on seconds."""
    for node in ast.walk(ast.parse(source)):
        found = _fault(node)
        if found:
            yield f"line {node.lineno}: {found}"


def _fault(node):
    match node:
        case ast.Attribute(value=ast.Name(id="time"), attr="time"):
            return "time.time"
        case ast.Attribute(attr=name) if name in CLOCKS:
            return name
        case ast.ImportFrom(module="time"):
            return "from time"
        case ast.Compare() if any(map(_is_upper_bound, [node.left, *node.comparators], node.ops, node.comparators)):
            return "an upper bound of measured seconds"
        case ast.Call() if _gives_up_soon(node):
            return "a time-out in seconds: wait for HANG_S"
        case ast.keyword(arg="deadline", value=value) if not (isinstance(value, ast.Constant) and value.value is None):
            return "a deadline"
    return None


def _is_upper_bound(left, operator, right):
    if isinstance(operator, (ast.Gt, ast.GtE)):
        left = right
    elif not isinstance(operator, (ast.Lt, ast.LtE)):
        return False
    return isinstance(left, ast.Attribute) and left.attr in MEASURED


def _gives_up_soon(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    ours = name in ("wait", "communicate") or ast.unparse(call.func).startswith("subprocess.")
    given = [word.value for word in call.keywords if word.arg == "timeout"] + (call.args if name == "wait" else [])
    return ours and any(isinstance(value, ast.Constant) and value.value is not None for value in given)


def test_no_test_looks_at_a_clock():
    files = [path for path in TESTS.rglob("*.py") if path != TESTS / "clock.py"]
    assert len(files) > 40
    found = [f"{path.relative_to(TESTS)}: {fault}" for path in files for fault in faults(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("import time\nstarted = time.perf_counter()\nassert time.perf_counter() - started < 5", 2),
        ("while time.time() < end: pass", 1),
        ("from time import monotonic", 1),
        ("time.sleep(1)", 1),
        ("resource.getrusage(resource.RUSAGE_CHILDREN)", 1),
        ("assert 0.3 <= found.wall_s < 2", 1),
        ("assert 2 > found.wall_s", 1),
        ("assert found.wall_s >= 0.3", 0),
        ("child.wait(30)", 1),
        ("child.communicate(timeout=60)", 1),
        ("subprocess.run(argv, timeout=60)", 1),
        ("subprocess.run(argv, timeout=HANG_S); child.wait(HANG_S); child.wait()", 0),
        ("proc.run(argv, timeout=0.2)", 0),
        ("@settings(deadline=200)\ndef test(): ...", 1),
        ("settings(deadline=None)", 0),
        ("run('import time; time.sleep(60)')", 0),
    ],
)
def test_the_search_finds_what_it_should(source, count):
    assert len(list(faults(source))) == count
