"""The look: readable in light and dark, and nothing in the style sheet that no page may load."""

import re

import pytest

from talentpool.web.static_files import FOLDER

STYLE = (FOLDER / "desk.css").read_text(encoding="utf-8")
DARK_START = STYLE.index("@media (prefers-color-scheme: dark)")
# What is written on what; 4.5:1 is WCAG 2.2 AA for text.
TEXT_ON_GROUND = [
    *[(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("ground", "surface", "raised")],
    *[("accent", ground) for ground in ("ground", "surface", "raised", "accent-wash")],
    *[(kind, f"{kind}-wash") for kind in ("good", "warn", "stop")],
    *[(kind, "surface") for kind in ("warn", "stop")],
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("ink", "accent-wash"),
    ("ink-2", "accent-wash"),
    ("ink-3", "accent-wash"),
    ("ink", "mark"),
]
# What shows where a control is; 3:1 is WCAG 2.2 AA for that.
EDGE_ON_GROUND = [("edge", "surface"), ("edge", "ground"), ("edge", "raised"), ("accent", "surface")]


def tokens(theme: str) -> dict[str, str]:
    """Read the colours of a theme; dark overrides light."""
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLE[:DARK_START]))
    dark = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLE[DARK_START : STYLE.index("/* ---- text ---- */")])
    )
    return light if theme == "light" else light | dark


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_everything_it_stands_on(theme: str) -> None:
    colours = tokens(theme)
    poor = {
        (ink, ground): round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in TEXT_ON_GROUND
        if contrast(colours[ink], colours[ground]) < 4.5
    }
    assert not poor


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_controls_can_be_seen(theme: str) -> None:
    colours = tokens(theme)
    assert all(contrast(colours[edge], colours[ground]) >= 3 for edge, ground in EDGE_ON_GROUND)


def test_the_dark_theme_changes_every_colour_of_text_and_ground() -> None:
    light, dark = tokens("light"), tokens("dark")
    assert len(light) > 15
    assert not {name for name in light if light[name] == dark[name]}


def test_colours_are_written_once_as_tokens() -> None:
    parts = STYLE[STYLE.index("/* ---- text ---- */") : STYLE.index("/* ---- paper ---- */")]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![\w-])", re.sub(r"/\*.*?\*/", "", parts, flags=re.DOTALL))


def test_the_style_sheet_loads_nothing_from_elsewhere() -> None:
    assert not re.findall(r"@import|url\(|https?:", re.sub(r'\[href\^="http"\]', "", STYLE))
    assert STYLE.count("{") == STYLE.count("}")
    assert len(STYLE.encode()) < 60_000
