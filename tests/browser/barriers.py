"""What axe finds on a page: all its rules once, and what depends on theme and width in each of them."""

from importlib.resources import files

from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE

AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
ALL_RULES = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
OF_THE_THEME = "['color-contrast']"
OF_THE_WIDTH = "['scrollable-region-focusable', 'color-contrast']"
BROKEN_WORDS = """[...document.querySelectorAll('h1, h2, h3, td.number')].filter(one => {
    const words = one.innerText.trim(), text = document.createRange();
    text.selectNodeContents(one);
    return one.checkVisibility() && !one.matches('.unseen') && (one.matches('.number')
        ? /^\\d+\\.\\d+$/.test(words) && text.getClientRects().length > 1
        : words.length > 9 && one.clientWidth < 60);
}).map(one => 'narrow: broken within words: ' + one.innerText.trim().slice(0, 40))"""
QUICKLY = "resultTypes: ['violations'], selectors: false, preload: false"


def barriers(page: Page, *, thorough: bool = False) -> list[str]:
    """List what axe finds on the page that is open: wide and light, then narrow and dark; axe is loaded once.

    A number or a heading squeezed until it breaks within its words is a barrier, too, and so is a page that is too wide.
    A thorough look is one in either theme at either width.
    """
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # a colour on its way has no contrast
    found = barriers_now(page)
    page.emulate_media(color_scheme="dark")
    if thorough:
        found += [f"dark: {fault}" for fault in _run(page, OF_THE_THEME)]
    page.set_viewport_size(NARROW)
    found += [f"narrow, dark: {fault}" for fault in _run(page, OF_THE_WIDTH)]
    found += page.evaluate(BROKEN_WORDS)
    across = page.evaluate("document.documentElement.scrollWidth")
    page.emulate_media(color_scheme="light")
    if thorough:
        found += [f"narrow: {fault}" for fault in _run(page, OF_THE_THEME)]
    page.set_viewport_size(WIDE)
    return found + ([f"narrow: {across} pixels across"] if across > NARROW["width"] else [])


def barriers_now(page: Page) -> list[str]:
    """List what axe finds on the page as it is shown now."""
    page.evaluate(AXE)
    return _run(page, ALL_RULES)


def _run(page: Page, rules: str) -> list[str]:
    faults = page.evaluate(
        f"axe.run(document, {{runOnly: {rules}, {QUICKLY}}}).then(found => {{"
        "if (!found.passes.length && !found.incomplete.length) throw 'axe looked at nothing';"
        "return found.violations.flatMap(one => one.nodes.map(node => one.id + ': ' + node.html.slice(0, 160)))})"
    )
    return [str(fault) for fault in faults]
