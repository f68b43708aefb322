"""A real Chromium for the journeys: the one on this machine, driven without a window."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

FIND_BROWSER = Path(__file__).resolve().parents[2] / ".ci" / "find-browser"
WIDE: ViewportSize = {"width": 1366, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where the browser is; fails with the sentence that says how to get one."""
    found = subprocess.run([FIND_BROWSER], capture_output=True, text=True)
    if found.returncode != 0:
        pytest.fail(found.stderr.strip(), pytrace=False)
    return found.stdout.strip()


@pytest.fixture(scope="session")
def browser(browser_path: str) -> Iterator[Browser]:
    """A running browser, shared by the journeys of one process."""
    with sync_playwright() as driver:
        # Chromium refuses its sandbox to root, and containers give it little shared memory.
        opened = driver.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window, wide as a laptop, that fails the test on any error the page reports."""
    context = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert not problems, "the page reported: " + "; ".join(problems)


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A fresh window without JavaScript, narrow as a telephone."""
    context = browser.new_context(
        viewport=NARROW, java_script_enabled=False, locale="en-GB", timezone_id="UTC"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()
