"""On which basis somebody is kept, and until when: what the card on their page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from talentpool.candidates.kept_too_long import kept_until
from talentpool.consent.data_requests import open_requests_of
from talentpool.consent.eligibility import BASIS_WORDS
from talentpool.consent.keeping import keeping_under
from talentpool.consent.legal_holds import load_holds_of
from talentpool.consent.models import ConsentRequest, DataRequest, HoldKind, LawfulBasis, LegalHold


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepingCard:
    """The newest word on record, the newest question, what is asked of us, and what holds in law."""

    basis: LawfulBasis | None
    basis_words: str
    is_agreed: bool
    asked: ConsentRequest | None
    until: date | None
    requests: tuple[DataRequest, ...]
    holds: tuple[LegalHold, ...]
    contact_holds: Mapping[HoldKind, date | None]  # with the last day each does; none: until it is over


def keeping_card(
    session: Session,
    candidate_id: int,
    *,
    bases: Sequence[LawfulBasis],
    held: Mapping[HoldKind, date | None],
    today: date,
) -> KeepingCard:
    """Gather what the card shows; `bases` are all there are, `held` is what holds contact back today."""
    keeping = keeping_under(session, candidate_id, bases)
    return KeepingCard(
        basis=keeping.basis,
        basis_words=BASIS_WORDS[keeping.basis.basis].capitalize() if keeping.basis else "",
        is_agreed=keeping.is_agreed(today),
        asked=keeping.asked,
        until=kept_until(session, candidate_id, today=today),
        requests=tuple(open_requests_of(session, candidate_id)),
        holds=tuple(load_holds_of(session, candidate_id, today=today)),
        contact_holds=held,
    )
