"""Everything that passed between us and one candidate, as one list by date, newest first.

Putting the list together is pure; `person_record` loads what it is made from. What a viewer may not see (notes,
interviewers' words) never enters the list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from talentpool.candidates.models import Application, Contact, Merge, Note, Promise, Resume
from talentpool.candidates.newest_resume import resume_day
from talentpool.candidates.person_record import Person
from talentpool.candidates.wording import (
    CHANNEL_WORDS,
    DIRECTION_WORDS,
    SourceWord,
    application_outcome,
    source_word,
)
from talentpool.consent.eligibility import day
from talentpool.consent.models import Basis, LawfulBasis, PassOn, Suppression, SuppressionScope
from talentpool.consent.pass_on import PassOnState, state_of

RATING_STEPS = 5  # ratings are kept as 0..1 and said as "4 of 5"
BASIS_WORDS = {
    Basis.CONSENT: "Consent to be kept",
    Basis.LEGITIMATE_INTEREST: "Kept for a legitimate interest",
    Basis.CONTRACT: "Kept because of a contract",
    Basis.LEGAL: "Kept because the law asks for it",
}
SUPPRESSION_WORDS = {
    SuppressionScope.CONTACT: "Asked not to be contacted",
    SuppressionScope.PROCESSING: "Objected to being ranked",
    SuppressionScope.ERASED: "Asked to be erased",
}
PASS_ON_WORDS = {
    PassOnState.ASKED: "asked, no answer yet",
    PassOnState.YES: "said yes",
    PassOnState.NO: "said no",
    PassOnState.SILENT: "no answer, which means no",
    PassOnState.OVER: "said yes, which has ended",
    PassOnState.TAKEN_BACK: "took the yes back",
}


class EntryKind(StrEnum):
    """What a line of the timeline tells of."""

    APPLICATION = "application"
    CONTACT = "contact"
    PROMISE = "promise"
    CONSENT = "consent"
    NOTE = "note"
    RESUME = "resume"
    DO_NOT_CONTACT = "do_not_contact"
    MERGE = "merge"
    INTRODUCTION = "introduction"


class Tone(StrEnum):
    """Whether a line is good news, needs attention, or forbids something."""

    PLAIN = "plain"
    OK = "ok"
    WAIT = "wait"
    NO = "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """One line: the day, what happened, and the words that go with it."""

    kind: EntryKind
    on: date | None
    title: str
    detail: str | None = None
    words: str | None = None
    by: str | None = None
    tone: Tone = Tone.PLAIN
    record_id: int | None = None
    is_open: bool = False  # a promise neither kept nor let go
    is_open_to_undo: bool = False  # the latest merge that stands
    told: SourceWord | None = None  # where another system says so


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """Which of the recruiters' own words a viewer may read."""

    notes: bool
    interviewer_words: bool
    hidden_roles: frozenset[int] = frozenset()  # confidential ones: nothing about them is told

    def tells_of(self, role_id: int | None) -> bool:
        """Say whether what is about a role is told."""
        return role_id not in self.hidden_roles


def timeline_of(person: Person, *, sight: Sight, today: date) -> tuple[TimelineEntry, ...]:
    """Put everything in one list: what is open first, then newest first, undated at the end."""
    entries = list(_entries(person, sight, today))
    entries.sort(key=lambda entry: entry.on or date.min, reverse=True)
    entries.sort(key=lambda entry: not entry.is_open)
    return tuple(entries)


def application_entry(application: Application, *, sight: Sight, today: date) -> TimelineEntry:
    """Tell of one application: role, how far, how it ended, what the interviewers said."""
    return TimelineEntry(
        kind=EntryKind.APPLICATION,
        on=application.ended_on or application.active_on or application.applied_on,
        title=application.role_title,
        detail=_application_detail(application, today),
        words=application.interviewer_words if sight.interviewer_words else None,
        record_id=application.id,
        told=source_word(application),
    )


def promise_entry(promise: Promise, *, names: Mapping[int, str], today: date) -> TimelineEntry:
    """Tell of one promise: open and due, overdue, kept or let go."""
    is_open = promise.kept_at is None and promise.let_go_at is None
    overdue = is_open and promise.due_on is not None and promise.due_on < today
    ended = promise.kept_at or promise.let_go_at
    return TimelineEntry(
        kind=EntryKind.PROMISE,
        on=ended.date() if ended is not None else promise.due_on,
        title=_promise_title(promise, overdue=overdue),
        words=promise.words,
        by=names.get(promise.owner_id or 0),
        tone=Tone.WAIT if is_open else Tone.OK if promise.kept_at else Tone.PLAIN,
        record_id=promise.id,
        is_open=is_open,
    )


def _entries(person: Person, sight: Sight, today: date) -> Iterator[TimelineEntry]:
    candidate, names = person.candidate, person.recruiter_names
    told = [one for one in candidate.applications if sight.tells_of(one.role_id)]
    untold = {one.id for one in candidate.applications} - {one.id for one in told}
    yield from (application_entry(one, sight=sight, today=today) for one in told)
    yield from (_contact_entry(contact, names, sight) for contact in candidate.contacts)
    yield from (
        promise_entry(promise, names=names, today=today)
        for promise in candidate.promises
        if promise.application_id not in untold
    )
    yield from (_basis_entry(basis, today) for basis in person.bases)
    yield from (_pass_on_entry(asked, names, today) for asked in person.pass_ons)
    yield from (_suppression_entry(entry) for entry in person.suppressions[:1])
    yield from (_merge_entry(merge, names, is_latest=place == 0) for place, merge in enumerate(person.merges))
    yield from (_resume_entry(resume) for resume in candidate.resumes)
    if sight.notes:
        yield from (_note_entry(note, names) for note in candidate.notes if sight.tells_of(note.role_id))


def _application_detail(application: Application, today: date) -> str:
    detail = application_outcome(application, today=today)
    if application.rating is not None:
        detail += f" · rated {1 + round(application.rating * (RATING_STEPS - 1))} of {RATING_STEPS}"
    return detail


def _promise_title(promise: Promise, *, overdue: bool) -> str:
    if promise.kept_at is not None:
        return "Promise kept"
    if promise.let_go_at is not None:
        return "Promise let go"
    return "Promise overdue" if overdue else "We promised"


def _contact_entry(contact: Contact, names: Mapping[int, str], sight: Sight) -> TimelineEntry:
    """Tell of a contact; that there was one is told in any case, since it lets the person rest."""
    is_told = sight.tells_of(contact.role_id)
    return TimelineEntry(
        kind=EntryKind.CONTACT,
        on=contact.at.date(),
        title=f"{CHANNEL_WORDS[contact.channel]} {DIRECTION_WORDS[contact.direction]}",
        detail=contact.outcome if is_told else "about a confidential role",
        words=contact.words if is_told else None,
        by=names.get(contact.recruiter_id or 0),
        record_id=contact.id,
    )


def _basis_entry(basis: LawfulBasis, today: date) -> TimelineEntry:
    title = BASIS_WORDS[basis.basis]
    over = basis.expires_on is not None and basis.expires_on < today
    if basis.withdrawn_on is not None:
        return TimelineEntry(
            kind=EntryKind.CONSENT, on=basis.withdrawn_on, title=f"{title}: withdrawn", tone=Tone.NO
        )
    ends = f"until {day(basis.expires_on)}" if basis.expires_on else "without an end"
    return TimelineEntry(
        kind=EntryKind.CONSENT,
        on=basis.recorded_on,
        title=title,
        detail=f"{ends}{', which has passed' if over else ''}",
        tone=Tone.WAIT if over else Tone.OK,
    )


def _pass_on_entry(asked: PassOn, names: Mapping[int, str], today: date) -> TimelineEntry:
    state = state_of(asked, today)
    told = [PASS_ON_WORDS[state]]
    told += [f"text {asked.text_version}" if asked.text_version else "asked by word of mouth"]
    told += [f"passed on {day(asked.passed_at.date())}"] if asked.passed_at else []
    moved = [at for at in (asked.asked_at, asked.answered_at, asked.taken_back_at, asked.passed_at) if at]
    return TimelineEntry(
        kind=EntryKind.INTRODUCTION,
        on=max(moved).date(),
        title=f"May we pass the name to {asked.to_name}, {asked.to_organisation}?",
        detail=" · ".join(told),
        words=asked.why,
        by=names.get(asked.passed_by or asked.asked_by or 0),
        tone=Tone.OK if state is PassOnState.YES else Tone.WAIT if state is PassOnState.ASKED else Tone.PLAIN,
        record_id=asked.id,
    )


def _suppression_entry(entry: Suppression) -> TimelineEntry:
    return TimelineEntry(
        kind=EntryKind.DO_NOT_CONTACT,
        on=entry.created_at.date(),
        title=SUPPRESSION_WORDS[entry.scope],
        detail=f"recorded from: {entry.source}",
        tone=Tone.NO,
        record_id=entry.id,
    )


def _merge_entry(merge: Merge, names: Mapping[int, str], *, is_latest: bool) -> TimelineEntry:
    return TimelineEntry(
        kind=EntryKind.MERGE,
        on=merge.merged_at.date(),
        title=f"Merged with {merge.other_name or f'candidate {merge.other_id}'}",
        detail="By rule: the same address and names that go together" if merge.by_rule else None,
        by=names.get(merge.merged_by or 0),
        record_id=merge.id,
        is_open_to_undo=is_latest,
    )


def _resume_entry(resume: Resume) -> TimelineEntry:
    return TimelineEntry(
        kind=EntryKind.RESUME,
        on=resume_day(resume),
        title="Resume",
        detail=resume.problem or resume.file_name,
        tone=Tone.WAIT if resume.problem else Tone.PLAIN,
        record_id=resume.id,
    )


def _note_entry(note: Note, names: Mapping[int, str]) -> TimelineEntry:
    return TimelineEntry(
        kind=EntryKind.NOTE,
        on=note.created_at.date(),
        title="Note",
        words=note.words,
        by=names.get(note.recruiter_id or 0),
        record_id=note.id,
    )
