"""Two people made one and taken apart again: nothing is lost, the stricter holds, and every table is as it was."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.contact_records import WAITING_WORDS
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.do_not_contact import allow_contact_again, stop_contact
from talentpool.candidates.merge_fields import Choice
from talentpool.candidates.merging import Decision, merge_candidates, unmerge
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateChange,
    CandidateEmail,
    Contact,
    ContactChannel,
    Direction,
    Fact,
    FactKind,
    Merge,
    Note,
    PairState,
    PairVerdict,
    PossibleDuplicate,
    Promise,
    Resume,
    RevealedPerson,
    Stage,
)
from talentpool.consent.eligibility import Refusal
from talentpool.consent.keeping import find_keeping, say_no
from talentpool.consent.models import LawfulBasis, SuppressionScope
from talentpool.consent.suppression import find_suppressed, suppression_key
from talentpool.database import Base, Sessions
from talentpool.errors import ConflictError, InvalidInputError
from talentpool.outreach.models import Message, MessageState
from talentpool.rediscovery.models import (
    FeedbackKind,
    FeedbackScope,
    Match,
    MatchFeedback,
    MatchRun,
    RunCause,
)
from talentpool.settings import config_folder
from tests.builders import (
    NOW,
    TODAY,
    make_application,
    make_basis,
    make_candidate,
    make_promise,
    make_recruiter,
    make_resume,
    make_role,
)

SECRET = b"a secret of this test's installation"
TRAIL = {Merge.__tablename__, CandidateChange.__tablename__, AuditEvent.__tablename__}
LATER = NOW + timedelta(hours=1)


def merge(session: Session, survivor: int, other: int, **choices: Choice) -> Merge:
    """Merge as a recruiter would, choosing field by field."""
    decision = Decision(now=NOW, recruiter_id=None, choices=choices)
    return merge_candidates(session, survivor, other, decision, secret=SECRET)


def everything(session: Session) -> dict[str, list[dict[str, Any]]]:
    """Read every row of every table but the trail of what happened."""
    session.flush()
    return {
        table.name: [dict(row) for row in session.execute(_ordered(table)).mappings()]
        for table in Base.metadata.sorted_tables
        if table.name not in TRAIL
    }


def _ordered(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def two(session: Session, **fields: Any) -> tuple[Candidate, Candidate]:
    """Make two records of one person."""
    return make_candidate(session, "Robert Smith", **fields), make_candidate(session, "Bob Smith")


def test_everything_of_the_other_is_with_the_survivor_afterwards(session: Session) -> None:
    one, other = two(session)
    make_application(session, other)
    make_resume(session, other, "Kubernetes in production.")
    make_promise(session, other)
    merge(session, one.id, other.id)
    for table in (Application, Resume, Promise, CandidateEmail):
        owners = {row.candidate_id for row in session.scalars(select(table))}
        assert owners == {one.id}
    assert session.get(Candidate, other.id) is None
    assert len(session.get_one(Candidate, one.id).emails) == 2


def test_fields_are_kept_as_chosen(session: Session) -> None:
    one = make_candidate(session, "Robert Smith", city="York", skills="Go", headline="Engineer")
    other = make_candidate(session, "Bob Smith", city="Leeds", skills="Kafka", summary="Calm")
    merge(session, one.id, other.id, full_name=Choice.OTHER, skills=Choice.BOTH)
    kept = session.get_one(Candidate, one.id)
    assert (kept.full_name, kept.folded_name, kept.city) == ("Bob Smith", "bob smith", "York")
    assert (kept.skills, kept.summary, kept.headline) == ("Go\n\nKafka", "Calm", "Engineer")


def test_who_introduced_somebody_and_their_fee_are_kept_together(session: Session) -> None:
    one, other = two(session)
    other.introduced_by, other.fee_until = "Northwind Recruiting", date(2027, 3, 1)
    merge(session, one.id, other.id)
    session.refresh(one)
    assert (one.introduced_by, one.fee_until) == ("Northwind Recruiting", date(2027, 3, 1))


def test_the_same_application_and_address_are_there_once(session: Session) -> None:
    one, other = two(session, emails=["bob@example.org"])
    other.emails = [CandidateEmail(address="bob@example.org", address_key="bob@example.org", bounced_at=NOW)]
    role = make_role(session)
    make_application(session, one, role=role, stage=Stage.SCREENED, rating=None)
    twice = make_application(session, other, role=role, stage=Stage.OFFERED, rating=0.5)
    make_promise(session, other, application_id=twice.id)
    merge(session, one.id, other.id)
    application = session.scalars(select(Application)).one()
    assert (application.stage, application.rating) == (Stage.OFFERED, 0.5)
    assert session.scalars(select(Promise)).one().application_id == application.id
    assert session.scalars(select(CandidateEmail)).one().bounced_at == NOW


@pytest.mark.parametrize("who", ["survivor", "other"])
def test_whoever_asked_for_silence_both_records_are_silent(session: Session, who: str) -> None:
    install_policies(session, config_folder(), now=NOW)
    one, other = two(session)
    stop_contact(session, one if who == "survivor" else other, secret=SECRET, now=NOW)
    keys = [email.address_key for email in (*one.emails, *other.emails)]
    merge(session, one.id, other.id)
    hashes = {suppression_key(SECRET, "email", key) for key in keys}
    assert find_suppressed(session, hashes, scope=SuppressionScope.CONTACT) == hashes
    assert contact_states(session, [one.id], today=TODAY)[one.id].refusal is Refusal.DO_NOT_CONTACT


@pytest.mark.parametrize("withdrawn_first", [True, False])
def test_a_withdrawn_consent_holds_over_one_that_stands(session: Session, withdrawn_first: bool) -> None:
    install_policies(session, config_folder(), now=NOW)
    one, other = two(session)
    make_basis(session, one, recorded_on=date(2026, 5, 1))
    day = date(2025, 1, 1) if withdrawn_first else date(2026, 6, 1)
    make_basis(session, other, recorded_on=day, withdrawn_on=day)
    merge(session, one.id, other.id)
    assert contact_states(session, [one.id], today=TODAY)[one.id].refusal is Refusal.CONSENT_WITHDRAWN


def test_a_restricted_person_stays_restricted(session: Session) -> None:
    one, other = (
        make_candidate(session, "Bob Smith"),
        make_candidate(session, "Bob Smith", is_restricted=True),
    )
    merge(session, one.id, other.id)
    assert session.get_one(Candidate, one.id).is_restricted


def test_faults_25_the_index_and_the_trail_learn_of_it(session: Session) -> None:
    one, other = two(session)
    known = session.scalars(select(CandidateChange.id)).all()
    done = merge(session, one.id, other.id)
    changes = select(CandidateChange.candidate_id).where(CandidateChange.id.not_in(known))
    assert set(session.scalars(changes)) == {one.id, other.id}
    unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert [event.action for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id))] == [
        "candidates_merged",
        "merge_undone",
    ]


def test_who_is_kept_apart_is_not_merged_and_stays_apart_from_the_survivor(session: Session) -> None:
    one, other = two(session)
    third = make_candidate(session, "Rob Smith")
    keep_apart(session, other, third)
    with pytest.raises(ConflictError, match="kept apart"):
        merge(session, other.id, third.id)
    merge(session, one.id, other.id)
    with pytest.raises(ConflictError, match="kept apart"):
        merge(session, one.id, third.id)


def keep_apart(session: Session, one: Candidate, other: Candidate) -> None:
    """Say that two people are two."""
    first, second = sorted((one.id, other.id))
    session.add(
        PossibleDuplicate(
            first_id=first,
            second_id=second,
            verdict=PairVerdict.POSSIBLE,
            score=0.5,
            name_tie="same",
            agrees=[],
            differs=[],
            state=PairState.KEPT_APART,
            found_at=NOW,
        )
    )
    session.flush()


def test_one_record_is_not_merged_with_itself(session: Session) -> None:
    one, _ = two(session)
    with pytest.raises(InvalidInputError):
        merge(session, one.id, one.id)


def test_of_two_people_merging_the_same_pair_the_second_is_told(sessions: Sessions, engine: Engine) -> None:
    with sessions.writing.begin() as session:
        one, other = two(session)
        ids = (one.id, other.id)
    barrier, answers = threading.Barrier(2), []

    def attempt(survivor: int, gone: int) -> None:
        barrier.wait()
        try:
            with sessions.writing.begin() as session:
                merge(session, survivor, gone)
            answers.append("merged")
        except ConflictError as refusal:
            answers.append(str(refusal))

    threads = [threading.Thread(target=attempt, args=pair) for pair in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer[:10] for answer in answers) == ["One of the", "merged"]
    with sessions.reading() as session:
        assert len(session.scalars(select(Candidate)).all()) == 1


def test_what_came_after_the_merge_stays_with_the_survivor_and_is_named(session: Session) -> None:
    one, other = two(session, city="York")
    make_application(session, other)
    done = merge(session, one.id, other.id)
    make_application(session, one, now=LATER, role_title="Nurse")
    kept = session.get_one(Candidate, one.id)
    kept.headline, kept.updated_at = "Nurse", LATER
    session.flush()
    undone = unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert undone.stays == {"applications": 1}
    assert session.get_one(Candidate, one.id).headline == "Nurse"
    owners = {row.role_title: row.candidate_id for row in session.scalars(select(Application))}
    assert owners == {"Nurse": one.id, "Platform engineer": other.id}


def test_what_somebody_changed_since_is_left_and_named(session: Session) -> None:
    one, other = two(session, city="York")
    other.summary = "Calm"
    done = merge(session, one.id, other.id)
    session.get_one(Candidate, one.id).summary = "Very calm"
    session.flush()
    undone = unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert [(each.table, each.column) for each in undone.left] == [("candidates", "summary")]
    assert session.get_one(Candidate, one.id).summary == "Very calm"
    assert session.get_one(Candidate, other.id).summary == "Calm"


def asked_not_to(session: Session, person_id: int) -> bool:
    """Say whether the list shows that somebody asked for silence."""
    return contact_states(session, [person_id], today=TODAY)[person_id].refusal is Refusal.DO_NOT_CONTACT


@pytest.mark.parametrize("was_lifted", [False, True])
def test_a_stop_on_the_merged_record_holds_for_both_when_the_merge_is_undone(
    session: Session, was_lifted: bool
) -> None:
    install_policies(session, config_folder(), now=NOW)
    one, other = two(session)
    address = other.emails[0].address_key
    if was_lifted:
        stop_contact(session, other, secret=SECRET, now=NOW)
        allow_contact_again(session, other, now=NOW)
    stop_contact(session, one, secret=SECRET, now=NOW)
    done = merge(session, one.id, other.id)
    stop_contact(session, session.get_one(Candidate, one.id), secret=SECRET, now=LATER)
    unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    hashed = suppression_key(SECRET, "email", address)
    assert find_suppressed(session, [hashed], scope=SuppressionScope.CONTACT) == {hashed}
    assert asked_not_to(session, one.id)
    assert asked_not_to(session, other.id)
    allow_contact_again(session, session.get_one(Candidate, other.id), now=LATER)
    assert not find_suppressed(session, [hashed], scope=SuppressionScope.CONTACT)


def test_the_other_is_free_again_where_nobody_asked_since(session: Session) -> None:
    install_policies(session, config_folder(), now=NOW)
    one, other = two(session)
    stop_contact(session, one, secret=SECRET, now=NOW)
    done = merge(session, one.id, other.id)
    unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert asked_not_to(session, one.id)
    assert not asked_not_to(session, other.id)


WRITTEN = {"channel": ContactChannel.EMAIL, "direction": Direction.OURS, "is_unasked": True}


def contacts_of(session: Session, person: Candidate) -> list[tuple[datetime, str | None]]:
    of_theirs = select(Contact).where(Contact.candidate_id == person.id).order_by(Contact.id)
    return [(each.at, each.outcome) for each in session.scalars(of_theirs)]


@pytest.mark.parametrize("at", [LATER, NOW, NOW - timedelta(days=400)])
def test_whom_we_wrote_to_as_one_rests_as_two(session: Session, at: datetime) -> None:
    """Whatever the clock says: a message may leave as the two are merged, or be logged after the fact."""
    one, other = two(session)
    session.add(Contact(candidate_id=one.id, at=NOW, outcome="no answer", **WRITTEN))
    session.flush()
    done = merge(session, one.id, other.id)
    for outcome in (None, WAITING_WORDS):
        session.add(Contact(candidate_id=one.id, at=at, outcome=outcome, **WRITTEN))
    session.flush()
    unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert contacts_of(session, other) == [(at, None)]
    assert contacts_of(session, one) == [(NOW, "no answer"), (at, None), (at, WAITING_WORDS)]


@pytest.mark.parametrize("queued_for", [0, 1])
def test_what_waited_when_two_became_one_and_left_since_is_known_of_both(
    session: Session, queued_for: int
) -> None:
    pair = two(session)
    waiting = Contact(candidate_id=pair[queued_for].id, at=NOW, outcome=WAITING_WORDS, **WRITTEN)
    session.add(waiting)
    session.flush()
    done = merge(session, pair[0].id, pair[1].id)
    waiting.outcome = None
    session.flush()
    unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert [contacts_of(session, each) for each in pair] == [[(NOW, None)], [(NOW, None)]]


def test_a_merge_that_noted_no_rows_tells_by_the_time(session: Session) -> None:
    one, other = two(session)
    session.add(Contact(candidate_id=one.id, at=NOW, **WRITTEN))
    session.flush()
    done = merge(session, one.id, other.id)
    done.record = {part: entries for part, entries in done.record.items() if part != "said"}
    session.add(Contact(candidate_id=one.id, at=LATER, **WRITTEN))
    session.flush()
    unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert contacts_of(session, other) == [(LATER, None)]


def test_a_no_on_the_merged_record_holds_for_both(session: Session) -> None:
    one, other = two(session)
    done = merge(session, one.id, other.id)
    say_no(session, one.id, now=LATER)
    unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
    for each in (one.id, other.id):
        basis = find_keeping(session, each).basis
        assert basis is not None
        assert basis.withdrawn_on is not None


def test_a_merge_is_undone_once_and_the_last_one_first(session: Session) -> None:
    one, other = two(session)
    third = make_candidate(session, "Rob Smith")
    first, second = merge(session, one.id, other.id), merge(session, third.id, one.id)
    with pytest.raises(ConflictError, match="undo that first"):
        unmerge(session, first.id, recruiter_id=None, now=LATER, secret=SECRET)
    unmerge(session, second.id, recruiter_id=None, now=LATER, secret=SECRET)
    unmerge(session, first.id, recruiter_id=None, now=LATER, secret=SECRET)
    with pytest.raises(ConflictError, match="undone already"):
        unmerge(session, first.id, recruiter_id=None, now=LATER, secret=SECRET)
    assert len(session.scalars(select(Candidate)).all()) == 3


DAYS = st.sampled_from([None, date(2024, 1, 1), date(2025, 6, 1)])
MOMENTS = st.sampled_from([datetime(2025, 1, 1, tzinfo=UTC), NOW])
WORDS = st.sampled_from(["one", "two", "three"])
Add = Callable[[Session, Candidate, dict[str, Any]], None]


def _add(table: type[Base]) -> Callable[..., None]:
    def add(session: Session, person: Candidate, **values: Any) -> None:
        session.add(table(candidate_id=person.id, **values))

    return add


def _people(data: st.DataObject, session: Session) -> tuple[Candidate, Candidate]:
    """Make two people with random fields and random records in every table that knows candidates."""
    roles = [make_role(session), make_role(session, "Nurse")]
    runs = [_run(session, role.id) for role in roles]
    recruiter = make_recruiter(session)
    people = []
    for place in range(2):
        fields = {
            name: data.draw(st.sampled_from([None, "one", "two"]), name)
            for name in ("headline", "summary", "skills", "city", "came_through", "introduced_by")
        }
        fields["fee_until"] = data.draw(st.sampled_from([None, date(2027, 3, 1)]), "fee_until")
        fields |= {"owner_id": data.draw(st.sampled_from([None, recruiter.id])), "emails": []}
        fields |= {"source": "ats", "external_id": f"p{place}"} if data.draw(st.booleans()) else {}
        fields |= {"is_restricted": data.draw(st.booleans()), "source_data": {"a": data.draw(WORDS)}}
        people.append(make_candidate(session, data.draw(st.sampled_from(["Bob Smith", "", "Ana"])), **fields))
    for person in people:
        _records(data, session, person, roles=[role.id for role in roles], runs=runs)
        if data.draw(st.booleans(), "revealed"):
            _add(RevealedPerson)(session, person, recruiter_id=recruiter.id, revealed_at=NOW)
    session.flush()
    return people[0], people[1]


def _run(session: Session, role_id: int) -> int:
    run = MatchRun(
        role_id=role_id, cause=RunCause.ASKED, ran_at=NOW, seconds=0.1, brief={}, policy_version=1,
        index_generation="1", pool=2, eligible=2, funnel=[], role_weights=[], ranked=b"\x01", excluded=b"",
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run.id


def _records(
    data: st.DataObject, session: Session, person: Candidate, *, roles: list[int], runs: list[int]
) -> None:
    for key in data.draw(st.lists(WORDS, unique=True), "emails"):
        address = f"{key}@example.org"
        bounced = data.draw(st.sampled_from([None, NOW]))
        person.emails.append(CandidateEmail(address=address, address_key=address, bounced_at=bounced))
    applied = st.tuples(st.sampled_from([*roles, None]), DAYS)
    for role_id, day in data.draw(st.lists(applied, max_size=3, unique=True), "applications"):
        made = make_application(
            session, person, role_id=role_id, applied_on=day, stage=data.draw(st.sampled_from(list(Stage))),
            rating=data.draw(st.sampled_from([None, 0.25])), interviewer_words=data.draw(st.sampled_from([None, "x"])),
        )  # fmt: skip
        if data.draw(st.booleans()):
            make_promise(session, person, application_id=made.id, words=data.draw(WORDS))
    for text in data.draw(st.lists(WORDS, unique=True), "resumes"):
        make_resume(session, person, text, dated_on=data.draw(DAYS))
    for words in data.draw(st.lists(WORDS, max_size=2), "notes"):
        _add(Note)(session, person, words=words, created_at=NOW)
        _add(Fact)(session, person, kind=FactKind.NOTICE, said=words, value={"weeks": 4}, created_at=NOW)
    for at in data.draw(st.lists(MOMENTS, max_size=2), "contacts"):
        _add(Contact)(
            session, person, at=at, channel=ContactChannel.CALL, direction=Direction.OURS, is_unasked=True
        )
    for day in data.draw(st.lists(DAYS, max_size=2), "bases"):
        make_basis(session, person, recorded_on=day or TODAY, withdrawn_on=data.draw(DAYS))
    for run_id in data.draw(st.lists(st.sampled_from(runs), unique=True), "matches"):
        _add(Match)(session, person, run_id=run_id, rank=1, score=0.1, band="good", receipt={"a": [0.1]})
    if data.draw(st.booleans(), "feedback"):
        _add(MatchFeedback)(
            session, person, role_id=roles[0], kind=FeedbackKind.DISMISSED, scope=FeedbackScope.THIS_ROLE,
            created_at=NOW,
        )  # fmt: skip
        key = f"{person.id}@example.org"
        _add(Message)(
            session, person, message_key=key, to_address=key, subject="Hello", text="Hello", created_at=NOW,
            due_at=NOW, state=MessageState.SENT,
        )  # fmt: skip
    if data.draw(st.booleans(), "silence"):
        stop_contact(session, person, secret=SECRET, now=NOW)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_faults_25_merge_then_unmerge_is_the_identity_on_every_table(
    sessions: Sessions, data: st.DataObject
) -> None:
    with sessions.writing() as session:
        one, other = _people(data, session)
        if data.draw(st.booleans(), "a third is kept apart"):
            keep_apart(session, other, make_candidate(session, "Rob Smith"))
        before = everything(session)
        choices = data.draw(
            st.dictionaries(
                st.sampled_from(["full_name", "headline", "skills", "reference", "owner"]),
                st.sampled_from(list(Choice)),
            )
        )
        done = merge(session, one.id, other.id, **choices)
        assert session.scalar(select(Candidate.id).where(Candidate.id == other.id)) is None
        undone = unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
        assert undone.left == ()
        assert everything(session) == before
        session.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_faults_25_what_a_later_import_brought_is_all_that_undoing_leaves(
    sessions: Sessions, data: st.DataObject
) -> None:
    with sessions.writing() as session:
        one, other = _people(data, session)
        before = everything(session)
        done = merge(session, one.id, other.id)
        session.add(Note(candidate_id=one.id, words="later", created_at=LATER))
        make_application(session, session.get_one(Candidate, one.id), role_title="Later", now=LATER)
        undone = unmerge(session, done.id, recruiter_id=None, now=LATER, secret=SECRET)
        assert undone.stays == {"applications": 1, "notes": 1}
        after = everything(session)
        for table, words in (("notes", "words"), ("applications", "role_title")):
            later = [row for row in after[table] if row[words] in ("later", "Later")]
            assert [row["candidate_id"] for row in later] == [one.id]
            after[table] = [row for row in after[table] if row not in later]
        assert _without_numbers(after) == _without_numbers(before)
        session.rollback()


def _without_numbers(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """Leave out the numbers of rows: SQLite gives one that is free out again, and the row comes back under another."""
    numbers = ("id", "application_id")
    return {
        name: sorted(
            str({key: row[key] for key in row if key not in numbers or name == "candidates"}) for row in rows
        )
        for name, rows in tables.items()
    }


def test_every_table_that_knows_candidates_is_part_of_the_identity_test() -> None:
    knows = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "candidates" for key in column.foreign_keys)
    }
    drawn = {
        LawfulBasis,
        PossibleDuplicate,
        Application,
        Promise,
        Resume,
        Note,
        Fact,
        Contact,
        Match,
        MatchFeedback,
    }
    drawn |= {Message, CandidateEmail, RevealedPerson}
    by_name = {table.__tablename__ for table in drawn} | {"suppressions"}
    like_another = {"candidate_phones", "candidate_links", "import_problems", "import_changes"}
    like_another |= {"identity_keys", "merges", "contact_holds"}
    like_another |= {"keep_wishes", "shortlist_link_people", "incoming_mails", "consent_requests"}
    like_another |= {
        "source_rows",
        "pass_ons",
        "deletions_there",
    }  # follow their person, as changes by imports do
    like_another |= {"data_requests"}  # keeps the number of who it was about, too
    assert knows <= by_name | like_another
