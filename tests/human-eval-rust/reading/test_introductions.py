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
        ("The naive approach:", FIRST_TRY),
        ("My first attempt was:", FIRST_TRY),
        ("Brute force, O(n\u00b2):", FIRST_TRY),
        ("The corrected version:", CORRECTION),
        ("Fixing the mistake:", CORRECTION),
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
    ],
)
def test_introductions(prose, said):
    assert introduction(prose) == said
