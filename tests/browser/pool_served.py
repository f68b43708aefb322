"""An installation for the journeys: a small pool, one recruiter with a password, served for real."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from talentpool.accounts.models import AccountKind
from talentpool.accounts.sign_in import set_password
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import Settings
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from tests.browser.serving import served
from tests.builders import make_recruiter
from tests.web.pool_of_people import fill_pool

EMAIL, PASSWORD = "mara.klein@example.org", "a calm platform team"


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """Where the pages are, and who is in the pool."""

    address: str
    people: dict[str, int]


@contextmanager
def served_pool(sessions: Sessions, settings: Settings) -> Iterator[Served]:
    """Serve a small pool with one recruiter, until the block ends."""
    people = fill_pool(sessions)
    with sessions.writing.begin() as session:
        mara = make_recruiter(session, email=EMAIL, kind=AccountKind.RECRUITER)
        set_password(session, mara, PASSWORD, now=current_time())
    app = create_app(settings)
    with served(app) as address:
        yield Served(address=address, people=people)
    app.extensions[EXTENSION].engine.dispose()
