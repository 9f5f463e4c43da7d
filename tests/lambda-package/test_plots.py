"""The plots as numbers: every mark stands where its value says, and nothing leaves the picture."""

import math
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_package.plots import (
    STYLES,
    WIDTH,
    Bar,
    column_groups,
    count_bars,
    failure_bars,
    forest,
    loss_curve,
    paired_dots,
    passk_curves,
    step_bars,
)

SVG = "{http://www.w3.org/2000/svg}"
RATES = st.floats(0, 1)


def parse(plot):
    root = ElementTree.fromstring(plot)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    return root


def marks(root, tag, kind=None):
    return [item for item in root.iter(SVG + tag) if kind is None or item.attrib["class"] == kind]


def numbers(item, *names):
    return tuple(float(item.attrib[name]) for name in names)


def points_of(item):
    return [tuple(map(float, point.split(","))) for point in item.attrib["points"].split()]


def title(item):
    return item.find(f"{SVG}title").text


def texts(root):
    return [item.text for item in root.iter(f"{SVG}text")]


def axis(root, low="0%", high="100%"):
    """Return how a plot turns a share into x, read off the labels of its own axis."""
    zero, one = (
        float(next(item for item in root.iter(f"{SVG}text") if item.text == text).attrib["x"]) for text in (low, high)
    )
    return lambda share: zero + share * (one - zero)


def assert_inside(root):
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for circle in marks(root, "circle"):
        x, y, r = numbers(circle, "cx", "cy", "r")
        assert r <= x <= width - r
        assert r <= y <= height - r
    for rect in marks(root, "rect"):
        x, y, w, h = numbers(rect, "x", "y", "width", "height")
        assert 0 <= x <= x + w <= width + 0.1
        assert 0 <= y <= y + h <= height
    for text in root.iter(f"{SVG}text"):
        x, y, size = numbers(text, "x", "y", "font-size")
        long = 0.55 * size * len(text.text)
        before = {"start": 0, "middle": long / 2, "end": long}[text.attrib["text-anchor"]]
        assert 0 <= y <= height
        assert 0 <= x - before <= x - before + long <= width, text.text


def test_long_names_have_room():
    steps = [(name, *[Bar(1, 1, 1)] * 2) for name in ("compiles, does something", "ends at the token limit")]
    assert_inside(parse(step_bars("how far", steps)))


def test_bars_end_at_their_values_and_whiskers_at_their_bounds():
    root = parse(
        step_bars("how far", [("parses", Bar(0.5, 0.25, 0.75), Bar(1, 0.9, 1)), ("passes", *[Bar(0, 0, 0)] * 2)])
    )
    at = axis(root)
    bars = marks(root, "rect")
    assert [bar.attrib["class"] for bar in bars] == ["base", "tuned"] * 2
    ends = [sum(numbers(bar, "x", "width")) for bar in bars]
    assert ends == pytest.approx([at(0.5), at(1), at(0) + 1, at(0) + 1], abs=0.1)  # nothing is still a line
    assert title(bars[0]) == "parses, base: 50.0% (interval 25.0% to 75.0%)"
    assert title(bars[3]) == "passes, tuned: 0.0% (interval 0.0% to 0.0%)"
    spans = [numbers(line, "x1", "x2") for line in marks(root, "line", "whisker")][::3]
    assert spans[0] == pytest.approx((at(0.25), at(0.75)), abs=0.1)
    assert spans[1] == pytest.approx((at(0.9), at(1)), abs=0.1)
    tops = [numbers(bar, "y")[0] for bar in bars]
    assert tops == sorted(set(tops))
    assert {"50.0%", "100.0%", "0.0%", "parses", "passes"} <= set(texts(root))


@given(st.lists(st.tuples(RATES, RATES, RATES).map(sorted), min_size=1, max_size=6))
def test_no_bar_leaves_the_picture(triples):
    bars = [Bar(value, low, high) for low, value, high in triples]
    assert_inside(parse(step_bars("t", [(f"step {i}", bar, bar) for i, bar in enumerate(bars)])))


def test_dots_stand_at_base_and_tuned_rate():
    points = [("a", 0, 1), ("b", 1, 0), ("c", 0.5, 0.5), ("d", 0.25, 0.75), ("e", 0, 0), ("f", 1, 1)]
    root = parse(paired_dots("dots", points))
    frame = numbers(marks(root, "rect", "frame")[0], "x", "y", "width", "height")
    for circle, (name, base, tuned) in zip(marks(root, "circle"), points, strict=True):
        where = (frame[0] + base * frame[2], frame[1] + (1 - tuned) * frame[3])
        assert numbers(circle, "cx", "cy") == pytest.approx(where, abs=0.1)
        assert title(circle) == f"{name}: {base:.0%} to {tuned:.0%}"
        assert circle.attrib["class"] == ("better" if tuned > base else "worse" if tuned < base else "same")
    diagonal = numbers(marks(root, "line", "axis")[0], "x1", "y1", "x2", "y2")
    assert diagonal == (frame[0], frame[1] + frame[3], frame[0] + frame[2], frame[1])


def test_problems_with_equal_rates_stay_apart():
    places = {numbers(dot, "cx", "cy") for dot in marks(parse(paired_dots("t", [("x", 0.5, 0.5)] * 30)), "circle")}
    assert len(places) == 30
    assert max(math.dist(a, b) for a in places for b in places) < 60


def test_a_curve_goes_through_its_points():
    root = parse(loss_curve("loss", [(0, 3.0), (50, 2.0), (100, 1.0)], [(0, 2.5), (100, 1.5)]))
    x, y, width, height = numbers(marks(root, "rect", "frame")[0], "x", "y", "width", "height")
    line = [tuple(map(float, point.split(","))) for point in marks(root, "polyline")[0].attrib["points"].split()]
    assert [point[0] for point in line] == pytest.approx([x, x + width / 2, x + width], abs=0.1)
    assert line[1][1] == pytest.approx(y + height / 2, abs=0.1)
    assert line[0][1] < line[1][1]  # the larger loss stands higher
    assert line[2][1] - line[1][1] == pytest.approx(line[1][1] - line[0][1], abs=0.2)
    (before, after) = marks(root, "circle")
    assert numbers(before, "cx", "cy") == pytest.approx((x, (line[0][1] + line[1][1]) / 2), abs=0.1)
    assert numbers(after, "cx", "cy") == pytest.approx((x + width, (line[1][1] + line[2][1]) / 2), abs=0.1)
    assert title(after) == "validation loss 1.500 at step 100"
    assert {"0", "50", "100", "2.00", "2.500", "1.500"} <= set(texts(root))
    assert_inside(root)


def test_a_curve_of_nothing_of_one_kind_or_of_one_point():
    assert loss_curve("loss", [], []) == ""
    assert not marks(parse(loss_curve("loss", [], [(1, 2)])), "polyline")
    assert not marks(parse(loss_curve("loss", [(1, 2)], [])), "circle")
    for step, loss in ((0, 0), (0, 2), (7, 2)):
        assert_inside(parse(loss_curve("loss", [(step, loss)], [(step, loss)])))


@given(st.lists(st.tuples(st.integers(0, 10_000), st.floats(0, 100)), min_size=1, max_size=9))
def test_no_mark_leaves_the_curve(points):
    assert_inside(parse(loss_curve("loss", points, points)))


def test_no_axis_goes_below_a_loss_of_nothing():
    low = texts(parse(loss_curve("loss", [(1, 0.4), (2, 0.01)], [])))[0]
    assert float(low) >= 0


ORDER = ("passed", "no_code", "test", "panic")


def test_endings_are_stacked_in_order_and_fill_the_bar():
    root = parse(failure_bars("ends", {"base": {"test": 3, "passed": 1}, "tuned": {"passed": 4, "panic": 0}}, ORDER))
    bars = [bar for bar in marks(root, "rect") if bar.attrib["height"] == "26"]
    assert [title(bar) for bar in bars] == [
        "base: passed 1 of 4 (25.0%)",
        "base: test 3 of 4 (75.0%)",
        "tuned: passed 4 of 4 (100.0%)",
    ]
    (x1, w1), (x2, w2), (x3, w3) = (numbers(bar, "x", "width") for bar in bars)
    assert x1 == x3
    assert (x2, w2, w1 + w2) == pytest.approx((x1 + w1, 3 * w1, w3), abs=0.2)
    assert [bar.attrib["class"] for bar in bars] == ["class-0", "class-2", "class-0"]
    keys = [bar.attrib["class"] for bar in marks(root, "rect") if bar.attrib["height"] == "11"]
    assert keys == ["class-0", "class-2"]  # only what occurs
    assert texts(root).count("passed") == 3  # in both bars, which are wide, and in the key
    assert_inside(root)


def test_a_narrow_part_bears_no_name_and_still_says_its_count():
    root = parse(failure_bars("ends", {"base": {"passed": 1, "test": 99}}, ORDER))
    assert texts(root).count("passed") == 1
    assert "base: passed 1 of 100 (1.0%)" in [title(bar) for bar in marks(root, "rect") if len(bar)]


def test_no_models_no_samples_and_every_ending():
    for counts in ({}, {"base": {}, "tuned": {}}):
        assert_inside(parse(failure_bars("ends", counts, ORDER)))
    many = [f"an ending {i}" for i in range(15)]
    root = parse(failure_bars("ends", {"base": dict.fromkeys(many, 1)}, many))
    assert_inside(root)
    keys = [text for text in marks(root, "text") if text.text in many]
    assert max(numbers(key, "x")[0] + 7 * len(key.text) for key in keys) <= WIDTH


@pytest.mark.parametrize(
    "plot",
    [
        lambda text: step_bars(text, [(text, Bar(0, 0, 0), Bar(0, 0, 0))]),
        lambda text: paired_dots(text, [(text, 0, 0)]),
        lambda text: loss_curve(text, [(0, 1)], []),
        lambda text: failure_bars(text, {text: {text: 1}}, [text]),
    ],
)
def test_names_are_text_and_never_markup(plot):
    text = '"><script>&amp;</script>'
    root = parse(plot(text))
    assert root.attrib["aria-label"] == text
    assert not marks(root, "script")


@given(st.integers(1, 200), st.sampled_from([0, 0.5, 1]), st.sampled_from([0, 0.5, 1]))
def test_no_dot_leaves_the_picture(count, base, tuned):
    assert_inside(parse(paired_dots("t", [("x", base, tuned)] * count)))


def test_pass_at_k_grows_by_factors_with_its_band():
    bars = [Bar(0.25, 0.125, 0.5), Bar(0.5, 0.25, 0.75), Bar(0.75, 0.5, 1)]
    root = parse(passk_curves("pass@k", [1, 10, 100], [bars, bars[:1] * 3], ["a", "b"]))
    x, y, width, height = numbers(marks(root, "rect", "frame")[0], "x", "y", "width", "height")
    line = [
        tuple(map(float, point.split(",")))
        for point in marks(root, "polyline", "base-line")[0].attrib["points"].split()
    ]
    assert [at for at, _ in line] == pytest.approx([x, x + width / 2, x + width], abs=0.1)
    assert [at for _, at in line] == pytest.approx([y + height * (1 - rate) for rate in (0.25, 0.5, 0.75)], abs=0.1)
    band = [
        tuple(map(float, point.split(","))) for point in marks(root, "polygon", "base band")[0].attrib["points"].split()
    ]
    assert band[2] == pytest.approx((x + width, y), abs=0.1)
    assert band[-1] == pytest.approx((x, y + height * 0.875), abs=0.1)
    assert title(marks(root, "circle", "tuned")[0]) == "pass@1, b: 25.0% (interval 12.5% to 50.0%)"
    assert {"1", "10", "100", "100.0%", "50.0%", "0.0%"} <= set(texts(root))
    assert_inside(root)


def test_counts_are_as_long_as_the_largest_allows():
    root = parse(count_bars("codes", [("E0308", [4, 2]), ("E0599", [0, 1])], ["a", "b"]))
    widths = [numbers(bar, "width")[0] for bar in marks(root, "rect")]
    assert widths[0] == pytest.approx(2 * widths[1]) == pytest.approx(4 * widths[3])
    assert widths[2] == 1  # nothing is still a line
    assert [title(bar) for bar in marks(root, "rect")][:2] == ["E0308, a: 4", "E0308, b: 2"]
    assert_inside(root)


def test_columns_stand_on_one_line_and_are_as_high_as_their_shares():
    root = parse(column_groups("lengths", [("0+", [0.5, 0.25]), ("100+", [0, 1])], "characters", ["a", "b"]))
    bars = [numbers(bar, "y", "height") for bar in marks(root, "rect")]
    assert len({round(top + tall, 1) for top, tall in bars}) == 1
    assert [tall for _, tall in bars] == pytest.approx([75, 37.5, 0, 150], abs=0.1)
    assert_inside(root)


def test_differences_stand_beside_zero_with_their_intervals():
    root = parse(forest("differences", [("up", Bar(0.1, 0.05, 0.2)), ("down", Bar(-0.1, -0.2, 0.1))]))
    middle = numbers(marks(root, "line", "axis")[0], "x1")[0]
    squares = [numbers(mark, "x", "width") for mark in marks(root, "rect")]
    offsets = [x + width / 2 - middle for x, width in squares]
    assert offsets[0] == pytest.approx(-offsets[1])
    assert offsets[0] > 0
    assert title(marks(root, "rect")[1]) == "down: -10.0 points (interval -20.0 to +10.0)"
    assert_inside(root)


@given(RATES, RATES, RATES, st.integers(1, 6), st.text(st.characters(categories=("L", "N", "P", "S")), max_size=90))
def test_nothing_of_many_models_with_any_names_leaves_the_picture(one, two, three, models, name):
    low, value, high = sorted((one, two, three))
    bars = [Bar(value, low, high), Bar(low, low, high)]
    labels = [f"{name}{number}" for number in range(models)]
    for picture in (
        step_bars(name, [(f"{name}.", *bars[:1] * models)], labels),
        count_bars(name, [(f"{name}.", [number**5 for number in range(models)])], labels),
        column_groups(name, [(f"{name}.", [0.5] * models)] * 8, "below", labels),
        forest(name, [(label, bars[0]) for label in labels]),
        passk_curves(name, list(range(1, len(bars) + 1)), [bars] * models, labels),
        failure_bars(name, {label: {"panic": 3, "test": 2} for label in labels}, ORDER),
        paired_dots(name, [(name, low, high)] * 3, (labels[0], labels[-1])),
    ):
        assert_inside(parse(picture))


def test_there_is_a_colour_for_each_of_six_models():
    root = parse(count_bars("t", [("x", [1] * 6)]))
    assert tuple(bar.attrib["class"] for bar in marks(root, "rect")) == STYLES


def test_a_thousand_problems_with_one_rate_stay_in_the_picture():
    assert_inside(parse(paired_dots("t", [("x", 1.0, 1.0), ("y", 0.0, 0.0)] * 500)))
