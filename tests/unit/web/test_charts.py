"""Charts: whatever the numbers, they are readable XML that stays on its paper and escapes what it is told."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from talentpool.web.charts import WIDTH, Series, bars, funnel, line, lying_bars, nice_top

SPACE = "{http://www.w3.org/2000/svg}"
numbers = st.integers(0, 1_000_000)
columns = st.lists(
    st.tuples(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40), numbers, numbers),
    max_size=30,
)


def drawn(markup: str) -> ElementTree.Element:
    """Read a chart back as a browser would, and check that nothing leaves the paper."""
    svg = ElementTree.fromstring(markup)  # noqa: S314 - our own drawing
    height = float(svg.attrib["viewBox"].split()[3])
    for box in svg.iter("rect"):
        assert float(box.attrib["x"]) >= 0
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= WIDTH + 0.11
        assert float(box.attrib["y"]) >= -0.06
        assert float(box.attrib["y"]) + float(box.attrib["height"]) <= height + 0.11
    assert "style" not in {name for element in svg.iter() for name in element.attrib}
    names = svg.attrib["aria-labelledby"].split()
    assert names == [element.attrib["id"] for element in svg if "id" in element.attrib]
    return svg


@given(columns)
def test_every_chart_is_readable_and_stays_on_its_paper(found: list[tuple[str, int, int]]) -> None:
    labels = [label for label, _, _ in found]
    first = Series(name="kept", values=tuple(one for _, one, _ in found))
    second = Series(name="overdue", values=tuple(other for _, _, other in found))
    for draw in (bars, lying_bars):
        assert len(list(drawn(draw("Promises", labels, [first, second])).iter("rect"))) == sum(
            value > 0 for one in (first, second) for value in one.values
        )
    assert len(list(drawn(line("Growth", labels, first)).iter("circle"))) == len(labels)


@given(st.lists(numbers, min_size=1, max_size=7))
def test_the_widths_of_a_funnel_follow_its_numbers(values: list[int]) -> None:
    ordered = sorted(values, reverse=True)
    svg = drawn(funnel("Rediscovery", [f"step {place}" for place in range(len(ordered))], ordered))
    widths = [float(box.attrib["width"]) for box in svg.iter("rect")]
    assert widths == sorted(widths, reverse=True)


@given(st.integers(0, 10**9))
def test_an_axis_ends_close_above_the_largest_value(most: int) -> None:
    assert max(most, 1) <= nice_top(most) <= max(1, 2.5 * most)


def test_words_in_a_chart_are_escaped() -> None:
    drawing = lying_bars("A & B", ["<script>alert(1)</script>"], [Series(name='"quoted"', values=(1,))])
    assert "<script" not in drawing
    assert "A &amp; B" in drawing


def test_a_chart_says_in_words_what_it_shows() -> None:
    drawing = bars("New", ["Sep", "Oct", "Nov"], [Series(name="people", values=(2, 9, 4))])
    assert "people: from 2 (Sep) to 4 (Nov), most in Oct with 9." in drawing
