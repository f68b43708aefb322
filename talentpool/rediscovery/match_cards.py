"""One ranked person as a card: who, how it went last time, which words were found, what is on record.

Everything said is something we saw: words of the resume, a quoted line, a recorded ending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from talentpool.candidates.blindness import as_told, numbered
from talentpool.candidates.models import Application, Candidate, Resume
from talentpool.candidates.silver_medalists import PastApplication, is_silver_medalist
from talentpool.candidates.wording import application_outcome
from talentpool.consent.eligibility import ContactState
from talentpool.matching.brief import Requirement
from talentpool.matching.evidence import best_lines
from talentpool.matching.receipt import Receipt, Scored
from talentpool.matching.requirements import propose_requirements
from talentpool.matching.role import WeighedRole
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import TextRules
from talentpool.rediscovery.models import FeedbackKind
from talentpool.rediscovery.on_record import OnRecord
from talentpool.resumes.personal_lines import Personal

WORDS_FOUND = 6
WORDS_MISSING = 3
WORDINGS_REMEMBERED = 1_000
BULLETS = "•*·‣▪–- "  # noqa: RUF001 - as resumes write them


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleWords:
    """What a role looks for: the weights of its words worth quoting for, and its requirements.

    A line that only repeats the title says nothing that the headline does not say.
    """

    weights: Mapping[str, float]
    requirements: tuple[Requirement, ...]

    @classmethod
    def of(cls, role: WeighedRole, settings: MatchingSettings) -> "RoleWords":
        """Take the requirements the recruiter has set, or else those the text proposes."""
        asked = role.brief.requirements or _proposed(role.brief.text, settings)
        return cls(weights=telling_weights(role), requirements=asked)


_proposed = lru_cache(maxsize=32)(propose_requirements)  # read anew by every page of a role otherwise


def telling_weights(role: WeighedRole) -> dict[str, float]:
    """Give the words that a quote may be chosen by, each with its weight."""
    title = set((role.brief.title or "").casefold().split())
    return {
        term.label: term.weight
        for term in role.terms
        if term.kind != "dismissed" and not set(term.label.split()) <= title
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchCard:
    """One person of a list, ready to be read."""

    candidate_id: int
    rank: int
    score: float
    band: str
    name: str
    headline: str | None
    place: str | None
    last_application: Application | None
    last_outcome: str | None
    is_silver_medalist: bool
    is_new: bool
    found: tuple[str, ...]
    missing: tuple[str, ...]
    quote: str | None
    contact: ContactState
    resume_on: date | None
    owner_name: str | None
    feedback: FeedbackKind | None
    feedback_id: int | None
    receipt: Receipt
    is_hidden: bool = False  # who it is; the viewer reviews blind


def cards_of(
    scored: Sequence[Scored],
    on_record: Mapping[int, OnRecord],
    *,
    role_words: RoleWords,
    settings: MatchingSettings,
    today: date,
) -> list[MatchCard]:
    """Make the cards of ranked people, in their order; whoever is not on record any more has none."""
    return [
        _card(one, on_record[one.candidate_id], role_words=role_words, settings=settings, today=today)
        for one in scored
        if one.candidate_id in on_record
    ]


def _card(
    one: Scored, known: OnRecord, *, role_words: RoleWords, settings: MatchingSettings, today: date
) -> MatchCard:
    person, resume, hidden = known.person, known.resume, known.hidden
    last = last_application(known.applications)
    return MatchCard(
        candidate_id=one.candidate_id,
        rank=one.rank,
        score=one.score,
        band=one.band.value,
        name=numbered(person.id) if hidden else name_of(person),
        headline=as_told(person.headline, hidden),
        place=person.country if hidden else place_of(person),
        last_application=last,
        last_outcome=as_told(application_outcome(last, today=today), hidden) if last else None,
        is_silver_medalist=is_silver_medalist(_past(known.applications)),
        is_new=known.is_new,
        found=words_found(one.receipt)[:WORDS_FOUND],
        missing=words_missing(one.receipt, role_words, settings)[:WORDS_MISSING],
        quote=next(iter(quotes(readable_text(resume, hidden), role_words.weights, settings, most=1)), None),
        contact=known.contact,
        resume_on=resume.dated_on if resume else None,
        owner_name=known.owner_name,
        feedback=known.feedback,
        feedback_id=known.feedback_id,
        receipt=one.receipt,
        is_hidden=hidden is not None,
    )


def words_found(receipt: Receipt) -> tuple[str, ...]:
    """Name the role's own words that the resume mentions, the weightiest first."""
    return tuple(line.label for line in receipt.lines if line.kind in ("title", "text"))


def words_missing(receipt: Receipt, role_words: RoleWords, settings: MatchingSettings) -> tuple[str, ...]:
    """Name what the role asks for and the resume does not mention; without requirements, its weightiest words."""
    if not role_words.requirements:
        return receipt.missing
    found = set(words_found(receipt))

    def is_mentioned(wording: str) -> bool:
        label, words = _as_label(wording, settings.text)
        return label in found or bool(words) and words <= found

    return tuple(
        " or ".join(required.any_of)
        for required in role_words.requirements
        if not any(is_mentioned(wording) for wording in required.any_of)
    )


@lru_cache(maxsize=WORDINGS_REMEMBERED)
def _as_label(wording: str, rules: TextRules) -> tuple[str, frozenset[str]]:
    """Give the label a requirement is found by, and the words that are it together."""
    label = rules.canonical(wording)
    return label, frozenset(
        word for word in label.split() if rules.is_term(word)
    ) - rules.stop_bits_by_word.keys()


def readable_text(resume: Resume | None, hidden: Personal | None) -> str:
    """Give what a viewer may read of a resume; nothing where there is none."""
    return (as_told(resume.visible_text, hidden) if resume else None) or ""


def quotes(
    resume_text: str, role_weights: Mapping[str, float], settings: MatchingSettings, *, most: int
) -> tuple[str, ...]:
    """Quote the lines of a resume that say most about a role, without the bullets they hang on."""
    lines = best_lines(resume_text, role_weights, settings, most=most) if resume_text else []
    return tuple(line.lstrip(BULLETS).rstrip(",; ") for line in lines)


def name_of(person: Candidate) -> str:
    """Name a candidate; somebody without a recorded name is called by number."""
    return person.full_name or numbered(person.id)


def place_of(person: Candidate) -> str | None:
    """Say where a candidate lives, as far as we know."""
    return ", ".join(part for part in (person.city, person.country) if part) or None


def last_application(applications: Sequence[Application]) -> Application | None:
    """Find the application that ended, or else began, last."""
    return max(
        applications,
        key=lambda one: (one.ended_on or one.applied_on or date.min, one.id),
        default=None,
    )


def _past(applications: Sequence[Application]) -> list[PastApplication]:
    return [
        PastApplication(
            stage=one.stage,
            disposition=one.disposition,
            counts_against=one.reason.against_candidate if one.reason else None,
            reason_holds_until=one.reason_holds_until,
            ended_on=one.ended_on,
            rating=one.rating,
            is_strong_elsewhere=one.is_strong_elsewhere,
        )
        for one in applications
    ]
