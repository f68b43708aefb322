"""Take pictures of every page over the sample pool for docs/screens: wide and light, narrow and dark.

Run `make screens`, or `python tests/browser/take_pictures.py FOLDER --all` for both widths in both themes, to look
at. What is not a picture lies in a temporary folder and goes with it. The browser itself writes the WebP.
"""

import argparse
import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from playwright.sync_api import Browser as Chromium  # noqa: E402 - the checkout comes first
from playwright.sync_api import Page, ViewportSize, sync_playwright  # noqa: E402
from sqlalchemy import func, select  # noqa: E402

from talentpool.cli.installation import Installation  # noqa: E402
from talentpool.cli.sample_installation import fill, open_account, post_first_role, sample_environ  # noqa: E402
from talentpool.clock import current_time  # noqa: E402
from talentpool.imports.models import Import  # noqa: E402
from talentpool.logs import configure_logs  # noqa: E402
from talentpool.rediscovery.index_upkeep import IndexKeeper  # noqa: E402
from talentpool.rediscovery.results import view_run  # noqa: E402
from talentpool.web.app import create_app  # noqa: E402
from tests.browser.sample_at_work import put_to_work  # noqa: E402
from tests.browser.serving import served  # noqa: E402
from tests.web.busy_desk import MAIL  # noqa: E402
from tests.web.conftest import sign_in_as  # noqa: E402
from tests.web.every_page import PAGES, names_in  # noqa: E402

PICTURES = CHECKOUT / "docs" / "screens"
WIDTHS: dict[str, ViewportSize] = {
    "wide": {"width": 1366, "height": 768},
    "narrow": {"width": 390, "height": 844},
}
THEMES = ("light", "dark")
PUBLIC = ("links.", "own_page.", "pass_on_link.", "shown_people.", "sign_in.")
KEPT = {("wide", "light"), ("narrow", "dark")}
LIKE_OTHERS = (
    "closing.show_fits", "kept_forms.", "news.show_choices", "reports.show_pool", "reports.show_promises", "retention.",
    "saved_searches.", "settings.show_history", "settings_audit.", "settings_contact.", "settings_letters.show_letter",
    "settings_retention.", "settings_sending.", "settings_skills.", "sign_in.show_set_up", "sign_in.show_sign_in_link",
)  # fmt: skip
"""Pages that look like others: with `--all` alone, so that the pictures stay small together."""
QUALITY = 0.4
MOST_BYTES_TOGETHER = 3_000_000
AS_WEBP = """async ([png, quality]) => {
    const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({type: "image/webp", quality});
    let text = "";
    for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
    return btoa(text);
}"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What is photographed: where, signed in with which token, and what the addresses of the pages name."""

    site: str
    token: str
    places: Mapping[str, object]
    all: bool = False  # those that look like others, too

    def pages(self) -> Iterator[tuple[str, str, bool]]:
        """Give each page by its name, with the first of its addresses that the sample can fill in, and whether it is public."""
        for endpoint, patterns in PAGES.items():
            fitting = [pattern for pattern in patterns if names_in(pattern) <= self.places.keys()]
            if fitting and (self.all or not endpoint.startswith(LIKE_OTHERS)):
                is_public = endpoint.startswith(PUBLIC)
                yield picture_name(endpoint), fitting[0].format(**self.places), is_public


def picture_name(endpoint: str) -> str:
    """Name the picture of a page: `roles.show_role` is `roles-role`."""
    return endpoint.replace(".show_", "-").replace(".", "-").replace("_", "-")


def main() -> None:
    """Fill a sample installation, serve it, and photograph every page."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    wanted.add_argument("--all", action="store_true", help="every page, both themes at both widths")
    given = wanted.parse_args()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.webp"):
        old.unlink()
    configure_logs(json_lines=False, level="warning")
    with tempfile.TemporaryDirectory() as home, _sample(Path(home)) as sample, sync_playwright() as driver:
        shown = replace(sample, all=given.all)
        browser = driver.chromium.launch(executable_path=_browser(), args=["--no-sandbox"])
        for width, size in WIDTHS.items():
            themes = [theme for theme in THEMES if given.all or (width, theme) in KEPT]
            _photograph(browser, shown, size, {theme: f"{width}-{theme}.webp" for theme in themes}, folder)
        browser.close()
    _say_size(folder, most=None if given.all else MOST_BYTES_TOGETHER)


def _photograph(
    browser: Chromium, shown: Shown, size: ViewportSize, endings: Mapping[str, str], folder: Path
) -> None:
    darkroom = browser.new_page()
    inside, outside = (
        browser.new_context(viewport=size, locale="en-GB", reduced_motion="reduce") for _ in range(2)
    )
    inside.add_cookies([{"name": "talentpool_session", "value": shown.token, "url": shown.site}])
    signed_in, stranger = inside.new_page(), outside.new_page()
    for name, address, is_public in shown.pages():
        page = stranger if is_public else signed_in
        page.goto(shown.site + address)
        for theme, ending in endings.items():
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            _take(page, darkroom, folder / f"{name}-{ending}")


def _take(page: Page, darkroom: Page, path: Path) -> None:
    taken = base64.b64encode(page.screenshot()).decode()
    path.write_bytes(base64.b64decode(darkroom.evaluate(AS_WEBP, [taken, QUALITY])))


def _say_size(folder: Path, *, most: int | None) -> None:
    sizes = [path.stat().st_size for path in folder.glob("*.webp")]
    sys.stdout.write(f"{len(sizes)} pictures in {folder}, {sum(sizes):,} bytes\n")
    if most is not None and sum(sizes) > most:
        raise SystemExit(f"They may take {most:,} bytes at most.")


@contextmanager
def _sample(home: Path) -> Iterator[Shown]:
    plain = Installation({"TALENTPOOL_HOME": str(home), "TALENTPOOL_LOGS_LEVEL": "warning"})
    sample = plain.with_environ(**sample_environ(plain, 8000), **MAIL)
    now = current_time()
    fill(sample, now=now)
    with sample.sessions.writing.begin() as session:
        run = post_first_role(session, IndexKeeper(sample.settings.index_folder), now=now)
        mara = open_account(session, now=now)
        role_id, best = (
            run.role_id,
            [int(candidate_id) for candidate_id in view_run(session, run, None).ids[:60]],
        )
        import_id = session.scalar(select(func.max(Import.id)))
    app = create_app(sample.settings)
    browser = sign_in_as(app, mara)
    places = {**put_to_work(app, browser, role_id, best), "import_done": import_id}
    token = browser.client.get_cookie("talentpool_session")
    assert token is not None
    with served(app) as site:
        yield Shown(site=site, token=token.value, places=places)
    sample.close()


def _browser() -> str:
    found = subprocess.run([CHECKOUT / ".ci" / "find-browser"], capture_output=True, text=True)
    if found.returncode != 0:
        raise SystemExit(found.stderr.strip())
    return found.stdout.strip()


if __name__ == "__main__":
    main()
