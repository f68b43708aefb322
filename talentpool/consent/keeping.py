"""“May we keep you?”: asked once, answered with yes or no, taken back as easily; silence means no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from talentpool.consent.models import Basis, ConsentCause, ConsentRequest, LawfulBasis

ANSWER_DAYS = 28  # as the letter says
CONSENT_DAYS = (
    365  # the shortest of the countries that name one (NL: guidance of the Autoriteit Persoonsgegevens)
)
TEXT_VERSION = "keep_in_touch/2"
OWN_PAGE = "their own page"


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeping:
    """How somebody's consent stands today."""

    basis: LawfulBasis | None  # the newest word on record
    asked: ConsentRequest | None  # the newest question

    def is_agreed(self, today: date) -> bool:
        """Say whether a basis stands today."""
        one = self.basis
        return (
            one is not None
            and one.withdrawn_on is None
            and (one.expires_on is None or one.expires_on >= today)
        )

    def is_withdrawn(self) -> bool:
        """Say whether the newest word on record is a no."""
        return self.basis is not None and self.basis.withdrawn_on is not None


def find_keeping(session: Session, candidate_id: int) -> Keeping:
    """Load how somebody's consent stands."""
    bases = select(LawfulBasis).where(LawfulBasis.candidate_id == candidate_id)
    return keeping_under(session, candidate_id, session.scalars(bases).all())


def keeping_under(session: Session, candidate_id: int, bases: Sequence[LawfulBasis]) -> Keeping:
    """Say how somebody's consent stands where all their bases are loaded."""
    asked = select(ConsentRequest).where(ConsentRequest.candidate_id == candidate_id)
    return Keeping(
        basis=max(bases, key=lambda one: (one.recorded_on, one.id), default=None),
        asked=session.scalars(asked.order_by(ConsentRequest.id.desc()).limit(1)).first(),
    )


def note_question(
    session: Session,
    candidate_id: int,
    cause: ConsentCause,
    *,
    now: datetime,
    text_version: str = TEXT_VERSION,
) -> ConsentRequest:
    """Write down that somebody is asked, and with which letter."""
    asked = ConsentRequest(
        candidate_id=candidate_id,
        cause=cause,
        text_version=text_version,
        asked_at=now,
        ends_on=now.date() + timedelta(days=ANSWER_DAYS),
    )
    session.add(asked)
    session.flush()
    return asked


def has_been_asked(session: Session, candidate_id: int, *, since: datetime) -> bool:
    """Say whether somebody was asked since a time, whatever they answered."""
    asked = select(ConsentRequest.id).where(
        ConsentRequest.candidate_id == candidate_id, ConsentRequest.asked_at >= since
    )
    return session.scalar(asked.limit(1)) is not None


def say_yes(session: Session, candidate_id: int, *, now: datetime) -> LawfulBasis:
    """Record a consent, given on their own page, from today; a second press changes nothing."""
    today, last = now.date(), find_keeping(session, candidate_id).basis
    ends = today + timedelta(days=CONSENT_DAYS)
    _answer(session, candidate_id, said_yes=True, now=now)
    if last is not None and last.source == OWN_PAGE and last.withdrawn_on is None and last.expires_on == ends:
        return last
    given = LawfulBasis(
        candidate_id=candidate_id,
        basis=Basis.CONSENT,
        recorded_on=today,
        expires_on=ends,
        text_version=TEXT_VERSION,
        source=OWN_PAGE,
        created_at=now,
    )
    session.add(given)
    session.flush()
    return given


def say_no(session: Session, candidate_id: int, *, now: datetime) -> None:
    """Withdraw every basis that stands, and keep the no itself; a second press changes nothing.

    What an import brought may go with it, and what it brings again is older than the no.
    """
    today = now.date()
    _answer(session, candidate_id, said_yes=False, now=now)
    last = find_keeping(session, candidate_id).basis
    if last is None or last.source != OWN_PAGE:
        session.add(
            LawfulBasis(
                candidate_id=candidate_id,
                basis=Basis.CONSENT,
                recorded_on=today,
                withdrawn_on=today,
                text_version=TEXT_VERSION,
                source=OWN_PAGE,
                created_at=now,
            )
        )
    standing = update(LawfulBasis).where(
        LawfulBasis.candidate_id == candidate_id, LawfulBasis.withdrawn_on.is_(None)
    )
    session.execute(standing.values(withdrawn_on=today))
    session.flush()


def _answer(session: Session, candidate_id: int, *, said_yes: bool, now: datetime) -> None:
    asked = update(ConsentRequest).where(
        ConsentRequest.candidate_id == candidate_id, ConsentRequest.answered_at.is_(None)
    )
    session.execute(asked.values(answered_at=now, said_yes=said_yes))
