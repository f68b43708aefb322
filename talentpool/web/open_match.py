"""One match in full, put together for the panel beside the list: with us, from the resume, why this rank."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.blindness import as_told
from talentpool.candidates.models import Fact, FactKind
from talentpool.candidates.newest_resume import newest_resume, resume_day
from talentpool.candidates.person_record import Person, find_person
from talentpool.candidates.profiles import personal_of
from talentpool.candidates.timeline import EntryKind, Sight, TimelineEntry, timeline_of
from talentpool.candidates.wording import FACT_WORDS
from talentpool.matching.receipt import Band, Receipt, ReceiptLine, Scored
from talentpool.matching.stuffing import SuspectLines, suspect_lines
from talentpool.oversight.one_rediscovery import Rediscovery, rediscoveries_of
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.marking import MarkedPart, mark_words, telling_words
from talentpool.rediscovery.match_cards import MatchCard, quotes, readable_text, telling_weights
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.results import RunView, cards, keep_receipt
from talentpool.rediscovery.signal_words import GROUP_WORDS, line_words
from talentpool.rediscovery.weighed_roles import weighed_role
from talentpool.resumes.personal_lines import Personal
from talentpool.roles.briefs import brief_from_json
from talentpool.roles.visibility import hidden_role_ids
from talentpool.web.resume_files import hidden_count

QUOTES = 4
LINES_A_GROUP = 6
WITH_US = frozenset({EntryKind.PROMISE, EntryKind.APPLICATION, EntryKind.CONTACT, EntryKind.DO_NOT_CONTACT})


@dataclass(frozen=True, kw_only=True, slots=True)
class BillLine:
    """One line of the account: what counted, how much, and how that came about."""

    label: str
    value: float
    note: str | None = None
    role_weight: float | None = None
    resume_weight: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One dated fact as it was told."""

    said: str
    stated_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenMatch:
    """Everything the panel says about one person."""

    card: MatchCard
    person: Person
    timeline: tuple[TimelineEntry, ...]
    quotes: tuple[tuple[MarkedPart, ...], ...]
    facts: tuple[tuple[str, Said], ...]
    resume_on: date | None
    suspect: SuspectLines
    rediscovery: Rediscovery | None  # how this match went on, once it went beyond a look
    hidden_lines: int  # of the resume's file: software reads them, a person does not
    resume: tuple[MarkedPart, ...]  # the whole of it, for whoever may not open the person's own page

    @property
    def receipt(self) -> Receipt:
        """Give the account of the score."""
        return self.card.receipt

    @property
    def bill(self) -> list[tuple[str, list[BillLine]]]:
        """Give the account with the small lines of each group added up into one."""
        return bill_of(self.receipt, most=LINES_A_GROUP)

    @property
    def whole_bill(self) -> list[tuple[str, list[BillLine]]]:
        """Give the account with every line."""
        return bill_of(self.receipt, most=len(self.receipt.lines))

    def keep(self, session: Session, run: MatchRun, *, now: datetime) -> None:
        """Keep the account that was shown with its run, so that it can be shown again to the last digit."""
        card = self.card
        scored = Scored(
            candidate_id=card.candidate_id,
            rank=card.rank,
            score=card.score,
            band=Band(card.band),
            receipt=card.receipt,
        )
        keep_receipt(session, run, scored, now=now)


def find_card(
    session: Session, keeper: IndexKeeper, view: RunView, candidate_id: int, *, now: datetime
) -> MatchCard | None:
    """Find the card of somebody in a list; None for somebody who is not in it."""
    if view.rank_of(candidate_id) is None:
        return None
    return next(iter(cards(session, keeper, view, now=now, only=[candidate_id])), None)


def open_match(
    session: Session, keeper: IndexKeeper, view: RunView, card: MatchCard, *, viewer: Viewer, now: datetime
) -> OpenMatch | None:
    """Put together everything about the person of a card; None for somebody who has left the pool."""
    person = find_person(session, card.candidate_id)
    if person is None:
        return None
    hidden = personal_of(person.candidate) if card.is_hidden else None
    resume = newest_resume(person.candidate)
    text = readable_text(resume, hidden)
    words = telling_words(view.run)
    settings = keeper.settings(session)
    weights = telling_weights(weighed_role(view.run, settings))
    return OpenMatch(
        card=card,
        person=person,
        timeline=tuple(
            _told(entry, hidden) for entry in _with_us(person, sight_of(session, viewer), now.date())
        ),
        quotes=tuple(
            mark_words(line, words, settings) for line in quotes(text, weights, settings, most=QUOTES)
        ),
        facts=facts_of(person, viewer, hidden),
        resume_on=resume_day(resume) if resume else None,
        hidden_lines=hidden_count(resume),
        rediscovery=next(
            iter(rediscoveries_of(session, viewer, card.candidate_id, role_id=view.run.role_id)), None
        ),
        suspect=suspect_lines(text, brief_from_json(view.run.brief).text, settings.text),
        resume=mark_words(text, words, settings) if hidden and text else (),
    )


def sight_of(session: Session, viewer: Viewer) -> Sight:
    """Say which of our own words a viewer may read."""
    return Sight(
        notes=viewer.may(Permission.SEE_NOTES),
        interviewer_words=viewer.may(Permission.SEE_INTERVIEWER_WORDS),
        hidden_roles=hidden_role_ids(session, viewer),
    )


def facts_of(person: Person, viewer: Viewer, hidden: Personal | None = None) -> tuple[tuple[str, Said], ...]:
    """List what was asked or said, in a fixed order, without what the viewer may not see."""
    withheld = set() if viewer.may(Permission.SEE_PAY_EXPECTATIONS) else {FactKind.PAY_EXPECTATION}
    shown = [fact for fact in person.candidate.facts if fact.kind not in withheld]
    shown.sort(key=lambda fact: (list(FACT_WORDS).index(fact.kind), fact.stated_on or date.min))
    return tuple((FACT_WORDS[fact.kind], _said(fact, hidden)) for fact in shown)


def _said(fact: Fact, hidden: Personal | None) -> Said:
    return Said(said=as_told(fact.said, hidden) or "", stated_on=fact.stated_on)


def _told(entry: TimelineEntry, hidden: Personal | None) -> TimelineEntry:
    if hidden is None:
        return entry
    detail, words = as_told(entry.detail, hidden), as_told(entry.words, hidden)
    return replace(entry, title=as_told(entry.title, hidden) or "", detail=detail, words=words)


def bill_of(receipt: Receipt, *, most: int) -> list[tuple[str, list[BillLine]]]:
    """Group the lines of a receipt; past the first `most` of a group they are added up into one line."""
    groups = []
    for kind, heading in GROUP_WORDS.items():
        lines = [line for line in receipt.lines if line.kind == kind]
        if lines:
            groups.append((heading, _lines(lines, most)))
    return groups


def _lines(lines: Sequence[ReceiptLine], most: int) -> list[BillLine]:
    shown = [
        BillLine(
            label=line_words(line),
            value=line.value,
            role_weight=line.role_weight,
            resume_weight=line.resume_weight,
        )
        for line in lines[:most]
    ]
    rest = lines[most:]
    if rest:
        shown.append(BillLine(label=f"{len(rest)} more, together", value=sum(line.value for line in rest)))
    return shown


def _with_us(person: Person, sight: Sight, today: date) -> tuple[TimelineEntry, ...]:
    entries = timeline_of(person, sight=sight, today=today)
    return tuple(entry for entry in entries if entry.kind in WITH_US)
