"""What prose says of the code right after it."""

from __future__ import annotations

import pytest

from human_eval_rust.reading.introductions import CORRECTION, FIRST_TRY, MISTAKE, introduction


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        ("A common mistake is to start with zero:", MISTAKE),
        ("### Wrong\n", MISTAKE),
        ("// BAD: allocates", MISTAKE),
        ("Here's a buggy version. It forgets the last one.", MISTAKE),
        ("A version that is wrong for empty input:", MISTAKE),
        ("The following is incorrect.", MISTAKE),
        ("This isn't quite right:", MISTAKE),
        ("Don't do this:", MISTAKE),
        ("How not to do it:", MISTAKE),
        ("A wrong way, the correct one is above:", MISTAKE),
        ("\u274c", MISTAKE),
        ("Note: the following will not compile:", MISTAKE),
        ("Instead of this:", MISTAKE),
        ("Avoid writing it like this:", MISTAKE),
        ("This fails for negative numbers:", MISTAKE),
        ("The original (buggy) code:", MISTAKE),
        ("Here is what a beginner might write:", MISTAKE),
        ("### Anti-pattern", MISTAKE),
        ("Not recommended:", MISTAKE),
        ("An incorrect alternative:", MISTAKE),
        ("Before the fix:", MISTAKE),
        ("An alternative, less efficient:", FIRST_TRY),
        ("One might be tempted to write:", FIRST_TRY),
        ("## Approach 2: Brute Force", FIRST_TRY),
        ("The naive approach:", FIRST_TRY),
        ("My first attempt was:", FIRST_TRY),
        ("Brute force, O(n\u00b2):", FIRST_TRY),
        ("The corrected version:", CORRECTION),
        ("Fixing the mistake:", CORRECTION),
        ("To avoid overflow:", CORRECTION),
        ("Use a scan instead of a loop:", CORRECTION),
        ("A more efficient way:", CORRECTION),
        ("The corrected version, as the previous one was wrong:", CORRECTION),
        ("Since my first attempt was wrong, here is the right one:", CORRECTION),
        ("That was wrong: it starts with zero. A better one:", CORRECTION),
        ("Unlike the naive approach, this takes one pass:", CORRECTION),
        ("", ""),
        ("Here it is:", ""),
        ("I made a mistake. Here it is again.", ""),
        ("The version above is wrong for negative numbers.", ""),
        ("Wait, that is wrong. Once more:", ""),
        ("Wrong input gives an empty list.", ""),
        ("Count the broken windows:", ""),
        ("With a fast and a slow pointer:", ""),
        ("It returns the wrong answers:", ""),
        ("Note that we do not need to sort:", ""),
        ("It never fails on bad input:", ""),
        ("This is incorrect since it ignores zero.", ""),
        ("However, this doesn't work for negatives. Let me fix the start value.", ""),
        ("The bug is that it starts at 0:", ""),
        ("The mistake is that `rev` is missing:", ""),
        ("There's a bug: best should start at the smallest.", ""),
        ("Let me rewrite that without the bug:", ""),
        ("An alternative:", ""),
        ("Even a beginner can read this:", ""),
        ("Here is a non-naive approach:", ""),
        ("This handles negatives, which the naive version doesn't:", ""),
        ("The initial attempt returned wrong values. Let me write it again:", ""),
    ],
)
def test_introductions(prose, said):
    assert introduction(prose) == said
