"""Take the pictures of the README from the real pages over the sample pool.

Run `python tests/browser/take_pictures.py [FOLDER]` in a checkout; without a folder they replace those in
`tests/data/pictures`. Everything else it makes lies in a temporary folder and goes with it.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from playwright.sync_api import Page, ViewportSize, sync_playwright  # noqa: E402 - the checkout comes first

from talentpool.accounts.login_sessions import start_session  # noqa: E402
from talentpool.cli.installation import Installation  # noqa: E402
from talentpool.cli.sample_installation import fill, open_account, post_first_role, sample_environ  # noqa: E402
from talentpool.clock import current_time  # noqa: E402
from talentpool.rediscovery.index_upkeep import IndexKeeper  # noqa: E402
from talentpool.rediscovery.results import view_run  # noqa: E402
from talentpool.web.app import create_app  # noqa: E402
from talentpool.web.sign_in import lifetimes  # noqa: E402
from tests.browser.serving import served  # noqa: E402

PICTURES = CHECKOUT / "tests" / "data" / "pictures"
SIZE: ViewportSize = {"width": 1240, "height": 740}
LARGEST_BYTES = 200_000


def main() -> None:
    """Fill a sample installation, serve it, and photograph the pages the README shows."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, _sample(Path(home)) as shown, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_browser(), args=["--no-sandbox"])
        context = browser.new_context(viewport=SIZE, locale="en-GB", color_scheme="light")
        context.add_cookies([{"name": "talentpool_session", "value": shown.token, "url": shown.address}])
        page = context.new_page()
        role, person = shown.role_id, shown.candidate_id
        _take(page, f"{shown.address}/roles/{role}?open={person}", folder / "role.png")
        _take(page, f"{shown.address}/candidates/{person}?role={role}", folder / "candidate.png")
        browser.close()


def _take(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    page.screenshot(path=path)
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} has {size:,} bytes; the README takes {LARGEST_BYTES:,} at most.")
    sys.stdout.write(f"{path} ({size:,} bytes)\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What is photographed: where, signed in with which token, which role and who in its list."""

    address: str
    token: str
    role_id: int
    candidate_id: int


@contextmanager
def _sample(home: Path) -> Iterator[Shown]:
    plain = Installation({"TALENTPOOL_HOME": str(home)})
    sample = plain.with_environ(**sample_environ(plain, 8000))
    now = current_time()
    fill(sample, now=now)
    keeper = IndexKeeper(sample.settings.index_folder)
    with sample.sessions.writing.begin() as session:
        run = post_first_role(session, keeper, now=now)
        recruiter = open_account(session, now=now)
        token = start_session(session, recruiter.id, lifetimes=lifetimes(sample.settings.security), now=now)
        role_id, chosen = run.role_id, int(view_run(session, run, None).ids[1])
    with served(create_app(sample.settings)) as address:
        yield Shown(address=address, token=token, role_id=role_id, candidate_id=chosen)
    sample.close()


def _browser() -> str:
    found = subprocess.run([CHECKOUT / ".ci" / "find-browser"], capture_output=True, text=True)
    if found.returncode != 0:
        raise SystemExit(found.stderr.strip())
    return found.stdout.strip()


if __name__ == "__main__":
    main()
