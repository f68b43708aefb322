"""What people decided about their own data, kept in the journal too: a restore of an older backup undoes none of it.

A no to being kept, a request, and a yes to a recipient taken back stand there under the keyed hashes of the person's
number and addresses, and are said again to whoever has those in the older records. A yes is not brought back: whoever
gave it can be asked again. What was written in a request is lost; that it was made, and when, is not.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.changes import record_changes
from talentpool.candidates.do_not_contact import keys_of
from talentpool.candidates.models import Candidate, CandidateEmail, CandidatePhone
from talentpool.consent.data_requests import NewRequest, find_open_request, receive_request
from talentpool.consent.journal import JournalEntry, append_later
from talentpool.consent.keeping import say_no
from talentpool.consent.models import (
    CameBy,
    DataRequest,
    PassOn,
    RequestKind,
    RequestState,
    SuppressionScope,
)
from talentpool.consent.pass_on import say_no_to_pass_on
from talentpool.consent.suppression import suppression_key

FROM_THE_JOURNAL = "known from the journal, after a restore"
WORDS_ARE_LOST = (
    "This request came after the backup that was restored. That it was made is known from the journal; what was "
    "said in it is not."
)


class OwnWord(StrEnum):
    """What somebody decided; in the journal it stands where do-not entries have their scope."""

    NOT_KEPT = "not_kept"
    NOT_PASSED_ON = "not_passed_on"  # about one question, whose number is the source
    ASKED = "asked"  # a request that is open, whose kind, way and day are the source


def note_own_word(
    session: Session,
    candidate: Candidate,
    word: OwnWord,
    *,
    secret: bytes,
    now: datetime,
    about: str = "",
    is_over: bool = False,
) -> None:
    """Have what somebody decided written into the journal with the transaction, or that it does not hold any more."""
    entries = [
        JournalEntry(
            key_hash=key,
            scope=word.value,
            source=about,
            candidate_id=candidate.id,
            at=now.isoformat(),
            is_lifted=is_over,
        )
        for key in keys_of(candidate, secret)
    ]
    append_later(session, entries)


def note_request(session: Session, request: DataRequest, *, secret: bytes, now: datetime) -> None:
    """Have it written into the journal that a request is open, or is not any more."""
    candidate = session.get(Candidate, request.candidate_id) if request.candidate_id is not None else None
    if candidate is None:
        return
    about = f"{request.kind} {request.came_by} {request.received_on.isoformat()}"
    is_over = request.state is not RequestState.OPEN
    note_own_word(session, candidate, OwnWord.ASKED, secret=secret, now=now, about=about, is_over=is_over)


def known_hashes(session: Session, secret: bytes) -> Iterator[tuple[int, str]]:
    """Walk over the candidates with the keyed hashes of their numbers, addresses and telephone numbers."""
    for number in session.scalars(select(Candidate.id)):
        yield number, suppression_key(secret, "person", str(number))
    for number, key in session.execute(select(CandidateEmail.candidate_id, CandidateEmail.address_key)):
        yield number, suppression_key(secret, "email", key)
    for number, key in session.execute(select(CandidatePhone.candidate_id, CandidatePhone.number_key)):
        yield number, suppression_key(secret, "phone", key)


def say_again(session: Session, entries: Sequence[JournalEntry], *, secret: bytes) -> int:
    """Do again what people decided last, by entries in the order of time; gives for how many people.

    Who was erased since is left to the erasure.
    """
    spoken_of = {one.key_hash for one in entries}
    people: dict[str, set[int]] = defaultdict(set)
    for number, key in known_hashes(session, secret):
        if key in spoken_of:
            people[key].add(number)
    last = {
        (number, one.scope, one.source): one for one in entries for number in sorted(people[one.key_hash])
    }
    gone = {number for number, scope, _ in last if scope == SuppressionScope.ERASED}
    words = set(OwnWord)
    standing = [
        (number, one)
        for (number, scope, _), one in last.items()
        if scope in words and not one.is_lifted and number not in gone
    ]
    for number, one in standing:
        _say(session, number, one)
    return len({number for number, _ in standing})


def _say(session: Session, candidate_id: int, one: JournalEntry) -> None:
    word, now = OwnWord(one.scope), datetime.fromisoformat(one.at)
    if word is OwnWord.NOT_KEPT:
        say_no(session, candidate_id, now=now)
    elif word is OwnWord.NOT_PASSED_ON:
        asked = session.get(PassOn, int(one.source))
        if asked is not None and asked.candidate_id == candidate_id:
            say_no_to_pass_on(asked, how=FROM_THE_JOURNAL, now=now)
    else:
        _ask_again(session, candidate_id, one.source, now)
    record_changes(session, [candidate_id], now=now)
    record_event(
        session,
        "own_word_said_again",
        object_kind="candidate",
        object_id=candidate_id,
        recruiter_id=None,
        now=now,
        details={"word": word.value},
    )


def _ask_again(session: Session, candidate_id: int, about: str, now: datetime) -> None:
    kind, came_by, received_on = about.split(" ")
    if find_open_request(session, candidate_id, RequestKind(kind)) is not None:
        return
    new = NewRequest(
        kind=RequestKind(kind),
        came_by=CameBy(came_by),
        candidate_id=candidate_id,
        received_on=date.fromisoformat(received_on),
        words=WORDS_ARE_LOST,
    )
    receive_request(session, new, now=now)
