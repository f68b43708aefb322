"""What pages write service letters with: the settings, the rule, and the letters as they ship."""

from talentpool.accounts.models import Recruiter
from talentpool.consent.eligibility import Verdict
from talentpool.errors import UnavailableError
from talentpool.outreach.compose import Place, office_language
from talentpool.outreach.guard import Guard
from talentpool.outreach.own_data_letters import Desk, OwnDataLetter, write_own_data_letter
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import config_folder
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.transaction import request_session


def letter_desk() -> Desk:
    """Give what a letter about somebody's own data is written with."""
    opened = desk()
    return Desk(
        mail=opened.settings.mail,
        guard=Guard(secret=opened.secret, find_snoozed=find_snoozed),
        place=Place(public_url=opened.settings.web.public_url, secret=opened.secret, now=request_time()),
        config_folder=config_folder(),
    )


def own_language() -> str:
    """Give the language of the office of whoever is signed in."""
    return office_language(request_session().get_one(Recruiter, current_viewer().recruiter_id), None)


def send_own_data_letter(letter: OwnDataLetter) -> str | None:
    """Queue a letter; gives why it cannot go, or None."""
    try:
        written = write_own_data_letter(request_session(), letter, letter_desk())
    except UnavailableError as error:
        return str(error)
    return written.refused[0].words if isinstance(written, Verdict) else None
