"""Templates: every one compiles, an unknown name is an error, and nothing is written for a lax browser."""

import re

import jinja2
import pytest
from jinja2.meta import find_referenced_templates

from tests.promises.source_tree import CHECKOUT

FOLDER = CHECKOUT / "talentpool" / "web" / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.*") if path.is_file())
# What the Content-Security-Policy refuses to run or to paint.
INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"""=\s*["']?javascript:""", re.IGNORECASE),
}


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 5


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_nothing_inline(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert not [what for what, pattern in INLINE.items() if pattern.search(text)]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_asks_only_for_templates_that_exist(name: str) -> None:
    tree = jinja2.Environment(extensions=["jinja2.ext.do"]).parse((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S701 - parsed, never rendered
    asked = find_referenced_templates(tree)
    assert not {other for other in asked if other is not None} - set(TEMPLATES)
