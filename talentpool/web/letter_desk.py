"""What pages write service letters with: the settings, the rule, and the letters as they ship."""

from talentpool.consent.eligibility import Verdict
from talentpool.errors import UnavailableError
from talentpool.outreach.compose import Place
from talentpool.outreach.guard import Guard
from talentpool.outreach.letters import load_footer
from talentpool.outreach.own_data_letters import Desk, OwnDataLetter, write_own_data_letter
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import config_folder
from talentpool.web.desk import desk, request_time
from talentpool.web.transaction import request_session


def letter_desk() -> Desk:
    """Give what a letter about somebody's own data is written with."""
    opened = desk()
    return Desk(
        mail=opened.settings.mail,
        guard=Guard(secret=opened.secret, find_snoozed=find_snoozed),
        place=Place(public_url=opened.settings.web.public_url, secret=opened.secret, now=request_time()),
        footer=load_footer(request_session(), config_folder()),
    )


def send_own_data_letter(letter: OwnDataLetter) -> str | None:
    """Queue a letter; gives why it cannot go, or None."""
    try:
        written = write_own_data_letter(request_session(), letter, letter_desk())
    except UnavailableError as error:
        return str(error)
    return written.refused[0].words if isinstance(written, Verdict) else None
