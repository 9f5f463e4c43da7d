"""Every failure class has its line in the table from which README, report and rewards are made."""

from __future__ import annotations

from sigil_common.failures import FAILURES, legend, markdown
from sigil_common.records import FailureClass


def test_every_class_has_one_line_and_a_meaning_of_its_own() -> None:
    assert list(FAILURES) == list(FailureClass)
    meanings = [kind.meaning for kind in FAILURES.values()]
    assert len(set(meanings)) == len(meanings)
    assert all(meanings)


def test_only_trouble_of_ours_does_not_count_and_earns_nothing() -> None:
    assert [failure for failure, kind in FAILURES.items() if not kind.counts] == [FailureClass.SANDBOX]
    assert all(kind.counts for kind in FAILURES.values() if kind.earns)


def test_legend_and_table_name_every_class() -> None:
    for failure, kind in FAILURES.items():
        assert f"{failure.value}: {kind.meaning}." in legend()
        assert f"| `{failure.value}` | {kind.meaning} |" in markdown()
