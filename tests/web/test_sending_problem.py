"""Settings, sending: why nothing leaves stands there until something has left again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.outreach.delivery import LEASE
from talentpool.outreach.models import Message, MessageState
from talentpool.settings import Settings, config_folder
from talentpool.work.models import JobRun, WorkState
from tests.builders import NOW, make_candidate
from tests.web.conftest import SignIn


@pytest.fixture
def settings(settings_with: Callable[..., Settings]) -> Settings:
    """An installation that sends."""
    return settings_with(
        TALENTPOOL_MAIL_TRANSPORT="folder",
        TALENTPOOL_MAIL_FROM_ADDRESS="talent@b.example",
        TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay",
    )


def test_a_refusal_of_our_mail_is_said_where_sending_is_set_until_mail_leaves_again(
    signed_in: SignIn, sessions: Sessions
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        run = JobRun(job=LEASE, due_at=now, started_at=now, ended_at=now, state=WorkState.WAITING)
        run.problem = "The mail server takes no mail from talent@b.example now: 550 quota."
        session.add(run)
    browser = signed_in(AccountKind.ADMINISTRATOR)
    assert "550 quota" in browser.get("/settings/sending").text
    with sessions.writing.begin() as session:
        left = Message(message_key="<1@b.example>", candidate_id=make_candidate(session).id, text="Hello")
        left.to_address, left.subject, left.state = "ana@example.org", "Hello", MessageState.SENT
        left.created_at = left.due_at = now
        left.sent_at = now + timedelta(seconds=1)
        session.add(left)
    assert "550 quota" not in browser.get("/settings/sending").text
