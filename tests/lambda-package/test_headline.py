"""The first words of a run: what moved and what did not, worse before better, and where answers ended."""

import pytest

from lambda_package.compare import Statistics, compare
from lambda_package.headline import (
    crates_sentence,
    limit_sentence,
    moves,
    points,
    primary_set_first,
    verdict,
)
from lambda_package.primary import Primary


def verdict_sentence(comparison):
    return " ".join(moves(comparison))


@pytest.fixture
def compared(verdict_file):
    """Compare outcomes by task; `ends` of either model gives by task how its answers ended."""

    def compared(base, tuned, ends=(None, None), confidence=0.95, primary=None):
        files = [verdict_file(name, side, end) for name, side, end in zip("bt", (base, tuned), ends, strict=True)]
        results = {("base", "off"): files[0], ("tuned", "off"): files[1]}
        return compare(results, ks=[1], how=Statistics(7, 1_000, confidence), primary=primary)

    return compared


def mixed(passed, failed, name="A", outcome="test"):
    return {f"{name}/{i}": ["passed" if i < passed else outcome] for i in range(passed + failed)}


def test_better_and_worse_and_what_did_not_move(compared):
    better = compared(mixed(0, 20), mixed(12, 8))
    row = better.primary_row()
    assert verdict_sentence(better) == (
        "The tuned model got better: A pass@1 0.0% to 60.0% (+60.0 points, 95% interval "
        f"{points(row.interval.low)} to {points(row.interval.high)}, p = 0.00049; 20 problems, policy off). "
        "No change detected: A (20 problems) has code, parses, compiles."
    )
    worse = verdict_sentence(compared(mixed(12, 8), mixed(0, 20), confidence=0.9))
    assert worse.startswith("The tuned model got worse: A pass@1 60.0% to 0.0% (-60.0 points, 90% interval -")


def test_of_few_problems_it_is_said_that_they_cannot_tell(compared):
    """Five of five change, which by chance alone they do once in sixteen times."""
    found = compared(mixed(0, 20) | mixed(0, 5, "B"), mixed(12, 8) | mixed(5, 0, "B"))
    assert verdict_sentence(found).endswith(
        ". No change detected: A (20 problems) has code, parses, compiles; B (5 problems) has code, parses, compiles. "
        "Too few problems changed to tell: B (5 problems) pass@1."
    )


def test_what_differs_before_the_correction_alone_is_not_called_unchanged(compared):
    found = compared(mixed(0, 20) | mixed(0, 8, "B"), mixed(12, 8) | mixed(7, 1, "B"))
    row = next(row for row in found.metrics if row.id == "B, pass@1, policy off")
    assert row.p < 0.05 < row.p_adjusted
    said = ". Different only before the correction for several measures: B (8 problems) pass@1. No change detected: A"
    assert said in verdict_sentence(found)


def test_where_nothing_moved_what_cannot_be_told_is_named(compared):
    found = compared(mixed(2, 28) | mixed(0, 5, "B"), mixed(2, 28) | mixed(5, 0, "B"))
    assert moves(found)[1:] == [
        "No change detected: A (30 problems) has code, parses, compiles; B (5 problems) has code, parses, compiles.",
        "Too few problems changed to tell: B (5 problems) pass@1.",
    ]
    assert moves(compared(mixed(2, 28), mixed(2, 28)))[1:] == ["No other measure moved either."]


def test_measures_of_one_set_on_other_numbers_of_problems_are_listed_apart(compared):
    found = compared(mixed(0, 20) | mixed(0, 9, "B"), mixed(12, 8) | mixed(0, 9, "B"))
    rows = [row.model_copy(update={"problems": 4}) if row.id.startswith("B, pass") else row for row in found.metrics]
    said = moves(found.model_copy(update={"metrics": tuple(rows)}))[-1]
    assert said.endswith("B (9 problems) has code, parses, compiles; B (4 problems) pass@1.")


def test_what_got_worse_comes_first_whatever_the_primary_measure_did(compared):
    base = mixed(0, 30, "H", "compile") | mixed(0, 30)
    tuned = mixed(20, 10, "H", "compile") | mixed(0, 30, outcome="syntax")
    sentence = verdict_sentence(compared(base, tuned))
    worse, primary, better, rest = sentence.split("; ", 3)[0], *sentence.split("; better: ")[1].split("), H"), sentence
    assert worse.startswith("The tuned model got worse: A parses 100.0% to 0.0% (-100.0 points, corrected p < 0.0001)")
    assert primary.startswith("H compiles 0.0% to 66.7% (+66.7 points, 95% interval")
    assert better.startswith(" compiles, does something 0.0% to 66.7% (+66.7 points, corrected p")
    assert rest.endswith("No change detected: H (30 problems) has code, parses; A (30 problems) has code, pass@1.")


def test_others_may_move_where_the_primary_one_does_not(compared):
    base = mixed(2, 28, "H", "compile") | mixed(0, 30, outcome="no_code")
    tuned = mixed(3, 27, "H", "compile") | mixed(0, 30)
    sentence = verdict_sentence(compared(base, tuned, primary=Primary("H", "compiles")))
    assert sentence.startswith("The tuned model got better: A has code 0.0% to 100.0% (+100.0 points, corrected p")
    assert "; no detectable difference in the primary measure, H compiles 6.7% to 10.0% (+3.3 points" in sentence


def test_the_set_of_the_primary_measure_comes_first(compared):
    tasks = mixed(5, 15) | mixed(5, 15, "H")
    ends = dict.fromkeys(tasks, "stop")
    found = compared(tasks, tasks, (ends, ends), primary=Primary("H", "compiles"))
    assert limit_sentence(found).endswith(": H 0.0% and 0.0%; A 0.0% and 0.0%.")
    assert [row.set for row in primary_set_first(found)] == ["H"] * 5 + ["A"] * 5


def test_more_answers_that_never_end_are_a_change_for_the_worse(compared):
    tasks = mixed(10, 10)
    stop, length = dict.fromkeys(tasks, "stop"), dict.fromkeys(tasks, "length")
    found = compared(tasks, tasks, (stop, length))
    assert verdict_sentence(found).startswith(
        "The tuned model got worse: A ends at the token limit 0.0% to 100.0% (+100.0 points, corrected p < 0.0001); "
        "no detectable difference in the primary measure, A pass@1 50.0% to 50.0%"
    )
    assert limit_sentence(found) == (
        "Answers of the base and of the tuned model that ended only at the token limit: A 0.0% and 100.0%."
    )
    assert verdict(found) == f"{verdict_sentence(found)} {limit_sentence(found)}"
    fewer = verdict_sentence(compared(tasks, tasks, (length, stop)))
    assert fewer.startswith("The tuned model got better: A ends at the token limit 100.0% to 0.0%")


def test_nothing_moved(compared):
    nothing = compared(mixed(0, 3), mixed(0, 3))
    assert verdict(nothing) == (
        "No difference to see: A pass@1 is 0.0% for both models (3 problems). No other measure moved either."
    )
    assert limit_sentence(nothing) == ""


@pytest.mark.parametrize(
    ("base", "tuned", "moved", "changed"),
    [
        (mixed(1, 1), mixed(1, 1), "50.0% to 50.0%", 0),
        (mixed(0, 2), mixed(2, 0), "0.0% to 100.0%", 2),
        (mixed(0, 5), mixed(4, 1), "0.0% to 80.0%", 4),
        (mixed(3, 37), mixed(8, 32), "7.5% to 20.0%", 5),
    ],
)
def test_of_too_few_problems_no_claim_is_made_of_what_could_be_seen(compared, base, tuned, moved, changed):
    found = compared(base, tuned)
    sentence = verdict_sentence(found)
    assert sentence.startswith(f"No detectable difference: A pass@1 {moved}")
    assert f"; too few problems: {changed} changed, and fewer than 6 cannot be told from chance. " in sentence
    row = found.primary_row()
    assert row.detectable is None
    assert row.interval.low <= 0 <= row.interval.high


def test_how_many_are_too_few_depends_on_the_level(compared):
    base, tuned = mixed(0, 20), mixed(5, 15)
    assert "fewer than 8 cannot be told from chance" in verdict_sentence(compared(base, tuned, confidence=0.99))
    assert "(+25.0 points, 99.5% interval " in verdict_sentence(compared(base, tuned, confidence=0.995))
    assert verdict_sentence(compared(base, tuned, confidence=0.9)).startswith("The tuned model got better: A pass@1")


def test_what_a_run_could_have_seen_is_never_nothing(compared):
    found = compared(mixed(10, 30), {f"A/{i}": ["passed" if 4 <= i < 14 else "test"] for i in range(40)})
    assert "; this run could have seen 20.1 points or more. " in verdict_sentence(found)
    fewer = [row.model_copy(update={"detectable": 1e-5}) for row in found.metrics]
    assert "; this run could have seen less than 0.1 points. " in verdict_sentence(
        found.model_copy(update={"metrics": tuple(fewer)})
    )


def test_a_large_difference_by_chance_is_called_that(compared):
    base, tuned = mixed(1, 19), {f"A/{i}": ["passed" if 1 <= i < 7 else "test"] for i in range(20)}
    found = compared(base, tuned)
    row = found.primary_row().model_copy(update={"detectable": 0.2})
    changed = found.model_copy(update={"metrics": tuple(row if one.primary else one for one in found.metrics)})
    assert "; too few problems changed to tell this from chance. No other" in verdict_sentence(changed)


def test_a_tiny_p_value_is_not_called_equal_to_a_bound(compared):
    assert ", p < 0.0001; 40 problems" in verdict_sentence(compared(mixed(0, 40), mixed(40, 0)))


def of_crates(passed, functions, outcome="compile"):
    """Return outcomes of the set `H` by how many functions of each crate pass; all have so many functions."""
    return {
        f"H/{crate}-{i}": ["passed" if i < count else outcome]
        for crate, count in zip("abcdefgh", passed, strict=False)
        for i in range(functions)
    }


def test_what_moved_in_a_few_crates_is_shown_for_their_functions_only(compared):
    found = compared(of_crates([0] * 6, 10), of_crates([9, 8, 7, 3, 0, 0], 10), primary=Primary("H", "compiles"))
    assert crates_sentence(found) == (
        "With crates as the units (H: 60 functions of 6 crates, 10 of them of one; p uncorrected), shown for functions "
        "of these crates, not for crates in general: compiles (p = 0.12), compiles, does something (p = 0.12)."
    )
    assert verdict_sentence(found).startswith("The tuned model got better: H compiles 0.0% to 45.0% (+45.0 points")
    assert verdict(found) == f"{verdict_sentence(found)} {crates_sentence(found)}"


def test_what_moved_in_all_crates_is_found_across_them(compared):
    base = of_crates([0] * 6, 10) | {f"H/g-{i}": ["no_code"] for i in range(10)}
    tuned = of_crates([4] * 6, 10) | {f"H/g-{i}": ["compile"] for i in range(10)}
    sentence = crates_sentence(compared(base, tuned, primary=Primary("H", "compiles")))
    assert sentence == (
        "With crates as the units (H: 70 functions of 7 crates, 10 of them of one; p uncorrected), shown for functions "
        "of these crates, not for crates in general: has code (p = 1.00), parses (p = 1.00); found across crates as "
        "well: compiles (p = 0.031), compiles, does something (p = 0.031)."
    )


@pytest.mark.parametrize(("crates", "confidence", "few"), [(5, 0.95, True), (6, 0.95, False), (6, 0.99, True)])
def test_too_few_crates_can_say_nothing_of_crates(compared, crates, confidence, few):
    found = compared(of_crates([0] * crates, 20), of_crates([20] * crates, 20), confidence=confidence)
    sentence = crates_sentence(found)
    assert ("too few crates to tell about crates in general: compiles (p = " in sentence) == few
    assert ("found across crates as well: compiles (p = " in sentence) != few


def test_of_a_primary_measure_that_did_not_move_nothing_is_shown_of_crates(compared):
    found = compared(of_crates([5] * 6, 10), of_crates([6, 5, 5, 5, 5, 5], 10))
    assert crates_sentence(found) == (
        "With crates as the units (H: 60 functions of 6 crates, 10 of them of one), no change shown of these "
        "functions, nor of crates in general: compiles (p = 1.00)."
    )


def test_crates_as_units_make_nothing_move(compared):
    found = compared(of_crates([0] * 8, 30), of_crates([1] * 8, 30))
    rows = [row.model_copy(update={"p_adjusted": 0.2}) for row in found.metrics]
    unmoved = found.model_copy(update={"metrics": tuple(rows)})
    assert found.primary_row().p_by_crate < 0.05
    assert verdict_sentence(unmoved).startswith("No detectable difference: H compiles")
    said = "no change shown of these functions, though crates differ, so nothing is claimed: compiles (p = 0.0078)"
    assert said in verdict(unmoved)


def test_functions_with_tests_have_a_sentence_of_their_own(compared):
    base = {f"A/{crate}-{i}": ["compile"] for crate in "abcdef" for i in range(4)} | {"A/untested-0": ["compile"]}
    tuned = {task: ["passed"] for task in base}
    assert crates_sentence(compared(base, tuned)) == (
        "With crates as the units (A: 25 functions of 7 crates, 4 of them of one; p uncorrected), found across crates "
        "as well: compiles (p = 0.016), compiles, does something (p = 0.016). "
        "With crates as the units (A: 24 functions of 6 crates, 4 of them of one), found across crates as well: "
        "pass@1 (p = 0.031)."
    )


@pytest.mark.parametrize("tasks", [mixed(0, 20), {f"H/a-{i}": ["compile"] for i in range(20)}])
def test_nothing_is_said_of_crates_where_there_are_not_several(compared, tasks):
    assert crates_sentence(compared(tasks, {task: ["passed"] for task in tasks})) == ""
