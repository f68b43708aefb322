"""Settings, sending: why nothing leaves stands there until something has left again."""

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.outreach.delivery import LEASE
from talentpool.settings import config_folder
from talentpool.work.models import JobRun, WorkState
from tests.builders import NOW
from tests.web.conftest import SignIn


def test_a_refusal_of_our_mail_is_said_where_sending_is_set(signed_in: SignIn, sessions: Sessions) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        run = JobRun(job=LEASE, due_at=now, started_at=now, ended_at=now, state=WorkState.WAITING)
        run.problem = "The mail server takes no mail from talent@b.example now: 550 quota."
        session.add(run)
    browser = signed_in(AccountKind.ADMINISTRATOR)
    assert "550 quota" in browser.get("/settings/sending").text
