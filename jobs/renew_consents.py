"""People whose consent ends soon are asked once whether it goes on; silence means no."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.workplace import Shift
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.consent.keeping import find_keeping
from talentpool.consent.models import Basis, ConsentCause, ConsentRequest, LawfulBasis
from talentpool.errors import TalentPoolError
from talentpool.logs import get_log
from talentpool.outreach.compose import Place
from talentpool.outreach.consent_letters import LETTER, Question, ask_for_consent
from talentpool.outreach.guard import Guard
from talentpool.outreach.own_data_letters import Desk
from talentpool.outreach.templates import load_footer, load_template
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import config_folder
from talentpool.work.runs import Outcome

log = get_log(__name__)


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Ask everybody whose consent ends soon and who was not asked yet; counts people."""
    if shift.workplace.settings.mail.transport == "off":
        return Outcome()
    with shift.reading() as session:
        ending = people_to_ask(session, now=shift.now)
    items = failures = 0
    for place, candidate_id in enumerate(ending):
        shift.go_on()
        shift.report(place, len(ending))
        try:
            items += _ask(shift, candidate_id)
        except TalentPoolError as error:
            failures += 1
            log.warning("consent_not_asked", candidate_id=candidate_id, because=type(error).__name__)
    return Outcome(items=items, failures=failures)


def people_to_ask(session: Session, *, now: datetime) -> list[int]:
    """List the people whose newest consent stands and ends within the days the policy calls soon."""
    today, policy = now.date(), load_contact_policy(session)
    soon = today + timedelta(days=policy.consent_ends_soon_days)
    wanted = select(LawfulBasis.candidate_id).where(
        LawfulBasis.basis == Basis.CONSENT,
        LawfulBasis.withdrawn_on.is_(None),
        LawfulBasis.expires_on >= today,
        LawfulBasis.expires_on <= soon,
    )
    ids = sorted(set(session.scalars(wanted)))
    return [each for each in ids if _ends_soon(session, each, soon)]


def _ends_soon(session: Session, candidate_id: int, soon: date) -> bool:
    basis = find_keeping(session, candidate_id).basis
    if basis is None or basis.withdrawn_on is not None or basis.expires_on is None:
        return False
    return basis.expires_on <= soon


def _ask(shift: Shift, candidate_id: int) -> bool:
    settings = shift.workplace.settings
    desk = Desk(
        mail=settings.mail,
        guard=Guard(secret=shift.workplace.secret, find_snoozed=find_snoozed),
        place=Place(public_url=settings.web.public_url, secret=shift.workplace.secret, now=shift.now),
        footer=load_footer(config_folder()),
    )
    question = Question(
        candidate_id=candidate_id,
        cause=ConsentCause.RENEWAL,
        template=load_template(config_folder(), LETTER),
    )
    with shift.writing() as session:
        return isinstance(ask_for_consent(session, question, desk), ConsentRequest)
