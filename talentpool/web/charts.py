"""Charts as SVG, drawn on the server from numbers: bars, stacked bars, a line, a funnel. Pure.

Colours come from classes in the style sheet, so that light and dark hold; no chart carries a style or needs a
script. Each says in its title and description what it shows, and stands beside the table of its numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 480, 200  # of the drawing, which scales with the page
LEFT, TOP, BOTTOM = 40, 12, 26
ROW, LABEL = 26, 150  # of charts whose bars lie
MOST_MARKS = 4  # labels under an axis; more run into each other on a telephone
SHADES = ("first", "second", "third", "fourth")


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One row of numbers with its name: a colour of a stacked bar, or the line."""

    name: str
    values: tuple[int, ...]


def bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Draw upright bars, one for each label; several series stand on each other."""
    totals = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    top = nice_top(max(totals, default=0))
    width = (WIDTH - LEFT) / max(1, len(labels))
    parts = [_axis(top), _marks(labels, width)]
    for place, label in enumerate(labels):
        below = 0.0
        for shade, one in zip(SHADES, series, strict=False):
            value = one.values[place]
            height = _high(value, top)
            if value:
                words = f"{label}: {value:,} {one.name}"
                box = (LEFT + place * width + width * 0.14, HEIGHT - BOTTOM - below - height)
                parts.append(_box(*box, width * 0.72, height, shade=shade, words=words))
            below += height
    return _drawing(title, _told(labels, series), parts, height=HEIGHT)


def line(title: str, labels: Sequence[str], series: Series) -> Markup:
    """Draw how one number went, from the first label to the last, above an even ground."""
    top = nice_top(max(series.values, default=0))
    step = (WIDTH - LEFT) / max(1, len(labels))
    points = [
        (LEFT + (place + 0.5) * step, HEIGHT - BOTTOM - _high(value, top))
        for place, value in enumerate(series.values)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [
        f'<circle class="first" cx="{x:.1f}" cy="{y:.1f}" r="2.5"><title>{escape(f"{label}: {value:,} {series.name}")}</title></circle>'
        for (x, y), label, value in zip(points, labels, series.values, strict=True)
    ]
    parts = [_axis(top), _marks(labels, step), f'<polyline points="{path}"/>', *dots]
    return _drawing(title, _told(labels, [series]), parts, height=HEIGHT)


def lying_bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Draw a bar to the right for each label, with its number at the end; several series follow each other."""
    totals = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    widest, room = max([*totals, 1]), WIDTH - LABEL - 60
    parts = []
    for place, (label, total) in enumerate(zip(labels, totals, strict=True)):
        y, x = place * ROW + 4, float(LABEL)
        parts.append(_text(LABEL - 8, y + 13, shortened(label), anchor="end"))
        for shade, one in zip(SHADES, series, strict=False):
            wide = room * one.values[place] / widest
            words = f"{label}: {one.values[place]:,} {one.name}"
            if one.values[place]:
                parts.append(_box(x, y, wide, ROW - 8, shade=shade, words=words))
            x += wide
        parts.append(_text(x + 6, y + 13, f"{total:,}"))
    return _drawing(title, _told(labels, series), parts, height=max(1, len(labels)) * ROW)


def funnel(title: str, labels: Sequence[str], values: Sequence[int]) -> Markup:
    """Draw steps as centred bars that narrow, each with its number and its share of the step before."""
    most, room = max([*values, 1]), WIDTH - LABEL - 110
    parts = []
    before = [None, *values[:-1]]
    for place, (label, value, earlier) in enumerate(zip(labels, values, before, strict=True)):
        y, wide = place * ROW + 2, max(room * value / most, 1.5 if value else 0)
        parts.append(_text(LABEL - 8, y + 14, label, anchor="end"))
        parts.append(
            _box(LABEL + (room - wide) / 2, y, wide, ROW - 4, shade="first", words=f"{label}: {value:,}")
        )
        share = f" · {100 * value / earlier:.0f} %" if earlier else ""
        parts.append(_text(LABEL + room + 8, y + 14, f"{value:,}{share}"))
    told = ", ".join(f"{label} {value:,}" for label, value in zip(labels, values, strict=True))
    return _drawing(title, told, parts, height=len(labels) * ROW)


def nice_top(most: int) -> int:
    """Give the end of an axis: the next 1, 2 or 5 with zeros that is not below the largest value.

    >>> [nice_top(value) for value in (0, 3, 17, 20, 512)]
    [1, 5, 20, 20, 1000]
    """
    size = 1
    while True:
        for lead in (1, 2, 5):
            if lead * size >= max(most, 1):
                return lead * size
        size *= 10


def shortened(label: str, longest: int = 18) -> str:
    """Cut a label that does not fit beside its bar; the table has it whole.

    >>> shortened("A stronger candidate was hired")
    'A stronger candid…'
    """
    return label if len(label) <= longest else label[: longest - 1].rstrip() + "…"


def _told(labels: Sequence[str], series: Sequence[Series]) -> str:
    """Say the ends and the peak, as somebody would who looks at it."""
    if not labels:
        return "Nothing to show."
    totals = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    peak = totals.index(max(totals))
    names = ", ".join(one.name for one in series)
    return (
        f"{names}: from {totals[0]:,} ({labels[0]}) to {totals[-1]:,} ({labels[-1]}), "
        f"most in {labels[peak]} with {totals[peak]:,}."
    )


def _high(value: int, top: int) -> float:
    return (HEIGHT - TOP - BOTTOM) * value / top


def _axis(top: int) -> str:
    parts = []
    for share in (0, 0.5, 1):
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
        value = f"{top * share:,.0f}" if top > 1 or share != 0.5 else ""
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(LEFT - 6, y + 3.5, value, anchor="end"))
    return "".join(parts)


def _marks(labels: Sequence[str], width: float) -> str:
    every = -(-len(labels) // MOST_MARKS)
    return "".join(
        _text(LEFT + (place + 0.5) * width, HEIGHT - 8, label, anchor="middle")
        for place, label in enumerate(labels)
        if place % every == 0
    )


def _box(x: float, y: float, width: float, height: float, *, shade: str, words: str) -> str:
    return (
        f'<rect class="{shade}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2">'
        f"<title>{escape(words)}</title></rect>"
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _drawing(title: str, told: str, parts: Sequence[str], *, height: int) -> Markup:
    name = "".join(letter if letter.isalnum() else "-" for letter in title.casefold())
    return Markup(  # noqa: S704 - every word in it was escaped above
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-told">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-told">{escape(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )
