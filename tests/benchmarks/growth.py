"""Growth of time and size with the pool: `python -m tests.benchmarks.growth 1000.json 10000.json … > table.md`.

Reads documents of `talentpool benchmark --json`, prints the table of docs/matching.md and draws docs/growth.svg.
"""

import json
import sys
from collections.abc import Callable, Sequence
from math import log10
from pathlib import Path
from typing import Any

PLOT = Path(__file__).resolve().parents[2] / "docs" / "growth.svg"
Figures = dict[str, Any]
COLUMNS: dict[str, Callable[[Figures], str]] = {
    "candidates": lambda one: f"{one['candidates']:,}",
    "terms a resume": lambda one: f"{one['terms_per_resume']:,.0f}",
    "Heaps' exponent": lambda one: f"{one['heaps_exponent']:.2f}",
    "index, bytes a candidate": lambda one: f"{one['index_bytes_per_candidate']:,}",
    "build, resumes a second": lambda one: f"{one['build_per_second']:,}",
    "build, private MB": lambda one: f"{one['build_peak_mb']:,}",
    "match, ms": lambda one: f"{one['match_ms']['p50']:,.2f}",
    "with related words, ms": lambda one: f"{one['feedback_ms']['p50']:,.1f}",
    "from text, ms": lambda one: f"{one['from_text_ms']['p50']:,.1f}",
    "add · change · erase one, ms": lambda one: " · ".join(
        f"{one[name]['p50']:,.0f}" for name in ("add_one_ms", "change_one_ms", "erase_one_ms")
    ),
    "200 roles, s": lambda one: f"{one['rematch_200_roles_s']:,.1f}",
    "private MB to rank": lambda one: f"{one['rss_mb']:,.0f}",
}
LINES: dict[str, tuple[str, Callable[[Figures], float]]] = {
    "match, µs a thousand candidates": (
        "#2563eb", lambda one: one["match_ms"]["p50"] * 1e6 / one["candidates"],
    ),
    "index, bytes a candidate": ("#b45309", lambda one: one["index_bytes_per_candidate"]),
    "build, µs a candidate": ("#15803d", lambda one: 1e6 / one["build_per_second"]),
}  # fmt: skip
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 360, 60, 40, 70


def table(documents: Sequence[Figures]) -> str:
    """Lay the figures out, one row a pool."""
    rows = [list(COLUMNS), ["---:"] * len(COLUMNS)]
    rows += [[cell(one) for cell in COLUMNS.values()] for one in documents]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def plot(documents: Sequence[Figures]) -> str:
    """Draw each line over the size of the pool, both axes in powers of ten."""
    sizes = [log10(one["candidates"]) for one in documents]
    values = [log10(value(one)) for _, value in LINES.values() for one in documents]
    low, high = int(min(values)), int(max(values)) + 1

    def place(size: float, value: float) -> str:
        across = (size - sizes[0]) / ((sizes[-1] - sizes[0]) or 1)
        up = (value - low) / (high - low)
        return (
            f"{LEFT + across * (WIDTH - LEFT - 30):.1f},{HEIGHT - BOTTOM - up * (HEIGHT - BOTTOM - TOP):.1f}"
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12"><title>Growth with the pool</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    ]
    for power in range(low, high + 1):
        y = place(sizes[0], power).split(",")[1]
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - 30}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{10**power:,}</text>')
    for one, size in zip(documents, sizes, strict=True):
        x = place(size, low).split(",")[0]
        parts.append(f'<text x="{x}" y="{HEIGHT - 15}" text-anchor="middle">{one["candidates"]:,}</text>')
    for number, (name, (colour, value)) in enumerate(LINES.items()):
        points = [place(size, log10(value(one))) for size, one in zip(sizes, documents, strict=True)]
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts += [
            f'<circle cx="{point.split(",")[0]}" cy="{point.split(",")[1]}" r="3" fill="{colour}"/>'
            for point in points
        ]
        parts.append(f'<text x="{LEFT}" y="{18 + 16 * number}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


if __name__ == "__main__":
    measured = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    measured.sort(key=lambda one: one["candidates"])
    PLOT.write_text(plot(measured), encoding="utf-8")
    sys.stdout.write(table(measured))
