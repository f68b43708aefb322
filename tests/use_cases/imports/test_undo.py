"""An import taken back leaves the pool as it was, except for what people have done since, which it names."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.merging import Decision, merge_candidates, unmerge
from talentpool.candidates.models import Application, Candidate, CandidateChange, Disposition, Merge, Note
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.consent.suppression import find_suppressed, suppression_key
from talentpool.database import Base, Sessions
from talentpool.errors import ConflictError, NotFoundError
from talentpool.imports.models import Import, ImportChange, ImportState
from talentpool.imports.undo import undo_import
from talentpool.tables import metadata
from tests.use_cases.imports.conftest import SECRET, BringIn

RECORDS_OF_IMPORTS = {"imports", "import_changes", "import_problems", "candidate_changes", "audit_events"}
HEADER = "ID,Name,Email,Phone,City,Job,Applied on,Stage,Disposition,Reason,Promise,Do not contact,Consent,Last contacted,Updated at,LinkedIn,Notes,Resume text,Languages,Shoe size,Introduced by,Agency fee until"
Content = dict[str, list[tuple[Any, ...]]]

BEFORE = f"""{HEADER}
1,Ana Ruiz,ana@example.org,,Madrid,Nurse,2024-01-13,Interview,,,,,,,2024-02-01,,,Nurse on an ICU,,38
2,Ben Weiss,ben@example.org,+49 30 901820,,Teacher,2023-05-14,Applied,Rejected,Headcount,,yes,2024-01-01,2024-06-01,,,Kind,,German,
3,Cleo Dupont,,+33 1 42 68 53 00,Paris,Nurse,2022-03-15,Final round,,,Write in spring,,,,,,,,,
"""


def content(sessions: Sessions) -> Content:
    """Give every row of every table that is not about imports themselves."""
    with sessions.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in RECORDS_OF_IMPORTS
        }


def rows() -> st.SearchStrategy[list[str]]:
    """Draw rows about people who are here and people who are not, saying much or little."""
    people = st.sampled_from(
        [
            ("1", "Ana Ruiz", "ana@example.org", ""),
            ("", "Ana Ruiz", "ana@example.org; ruiz@example.com", "+34 612 345 678"),
            ("2", "Ben Weiss", "ben@example.org", "+49 30 901821"),
            ("", "Cleo Dupont", "cleo@example.org", "+33 1 42 68 53 00"),
            ("9", "Dora Lind", "dora@example.org", ""),
            ("", "Emil Lind", "", "+46 8 123 456 78"),
        ]
    )

    def row(person: tuple[str, ...], more: tuple[str, ...]) -> str:
        return ",".join([*person, *more])

    return st.lists(
        st.builds(
            row,
            people,
            st.tuples(
                st.sampled_from(["", "Lyon"]),
                st.sampled_from(["Nurse", "Pilot", ""]),
                st.sampled_from(["", "2024-01-13", "2026-10-20"]),
                st.sampled_from(["", "Offer", "Applied"]),
                st.sampled_from(["", "Rejected", "Withdrawn"]),
                st.sampled_from(["", "Headcount"]),
                st.sampled_from(["", "Call again"]),
                st.sampled_from(["", "yes", "no"]),
                st.sampled_from(["", "2025-02-02"]),
                st.sampled_from(["", "2026-01-05"]),
                st.sampled_from(["", "2025-05-20", "2026-06-20"]),
                st.sampled_from(["", "https://www.linkedin.com/in/somebody"]),
                st.sampled_from(["", "Spoke well"]),
                st.sampled_from(["", "A longer resume"]),
                st.sampled_from(["", "French; English"]),
                st.sampled_from(["", "41"]),
                st.sampled_from(["", "Northwind Recruiting"]),
                st.sampled_from(["", "2027-03-01"]),
            ),
        ),
        min_size=1,
        max_size=8,
    )


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=settings().max_examples // 2,  # on either database
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would import thousands of files
)
@given(lines=rows(), source=st.sampled_from(["ats", "another"]))
def test_import_and_undo_together_change_nothing(
    bring_in: BringIn, sessions: Sessions, now: datetime, lines: list[str], source: str
) -> None:
    _empty(sessions)
    bring_in(BEFORE, source="ats")
    before = content(sessions)
    report = bring_in(
        "\n".join([HEADER, *lines]), name="more.csv", source=source, now=now + timedelta(days=1)
    )
    assert report.import_id
    undone = undo_import(sessions, report.import_id, now=now + timedelta(days=2))
    assert content(sessions) == before
    assert undone.kept == []
    again = undo_import(sessions, report.import_id, now=now + timedelta(days=3))
    assert again.was_undone_before
    assert (again.people, again.records, again.restored) == (undone.people, undone.records, undone.restored)
    assert content(sessions) == before


def _empty(sessions: Sessions) -> None:
    with sessions.writing() as session:
        for table in reversed(metadata.sorted_tables):
            if table.name not in ("rejection_reasons", "policies"):
                session.execute(delete(table))
        session.commit()


def test_an_undone_first_import_leaves_an_empty_pool_and_marks_for_the_index(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    before = content(sessions)
    report = bring_in(BEFORE)
    undone = undo_import(sessions, report.import_id or 0, now=now)
    assert content(sessions) == before
    assert (undone.people, undone.roles) == (3, 2)
    with sessions.reading() as session:
        marks = session.scalars(select(CandidateChange.candidate_id)).all()
    assert sorted(marks) == sorted([*set(marks)] * 2), "each is marked as come and as gone"


@pytest.mark.parametrize("transactions", [1, 2, 3, 5, 8, 11])
def test_an_interrupted_undo_ends_as_one_that_was_not(
    transactions: int, bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    bring_in(BEFORE, source="ats")
    before = content(sessions)
    more = f"{HEADER}\n1,Ana Ruiz,ana@example.com,,Lyon,Pilot,2026-10-20,Offer,,,,yes,,,2026-06-20,,,,,\n9,Dora Lind,dora@example.org,,,,,,,,,yes,,,,,,,,\n"
    report = bring_in(more, name="more.csv", source="ats")
    left = transactions

    def stop() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(sessions, report.import_id or 0, now=now, go_on=stop)
    undone = undo_import(sessions, report.import_id or 0, now=now)
    assert content(sessions) == before
    assert (undone.people, undone.roles, undone.was_undone_before) == (1, 1, False)


def test_what_people_changed_since_stays_and_is_listed(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    bring_in(BEFORE, source="ats")
    more = f"{HEADER}\n1,Ana Ruiz,ana@example.org,,Lyon,Pilot,2026-10-20,Offer,,,,,,,2026-06-20,,,,,\n9,Dora Lind,dora@example.org,,,Pilot,2026-10-21,,,,,,,,,,,,,\n8,Emil Lind,emil@example.org,,,,,,,,,,,,,,,,,\n"
    report = bring_in(more, name="more.csv", source="ats")
    with sessions.writing() as session:
        people = {one.full_name: one for one in session.scalars(select(Candidate))}
        people["Ana Ruiz"].city = "Barcelona"
        session.add(Note(candidate_id=people["Dora Lind"].id, words="Called her.", created_at=now))
        offer = session.scalars(select(Application).where(Application.role_title == "Pilot")).first()
        assert offer
        offer.disposition, offer.updated_at = Disposition.REJECTED, now + timedelta(hours=1)
        session.commit()
    undone = undo_import(sessions, report.import_id or 0, now=now)
    assert {(one.record, one.because) for one in undone.kept} == {
        ("candidates", "added to since"),
        ("applications", "changed since"),
        ("candidates", "changed since: city"),
        ("roles", "used since"),
    }
    with sessions.reading() as session:
        assert sorted(session.scalars(select(Candidate.full_name))) == [
            "Ana Ruiz", "Ben Weiss", "Cleo Dupont", "Dora Lind",
        ]  # fmt: skip
        assert session.scalar(select(Candidate.city).where(Candidate.full_name == "Ana Ruiz")) == "Barcelona"


def test_an_opt_out_stays_if_another_import_or_a_person_asked_for_it_too(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    text = "Name,Email,Do not contact\nAna,ana@example.org,yes\nBen,ben@example.org,yes\nCleo,cleo@example.org,yes\n"
    first = bring_in(text, source="ats")
    bring_in(text.replace("Name", "Full name").replace("Ben,ben@example.org,yes\n", ""), source="other")
    with sessions.writing() as session:
        cleo = session.scalars(select(Candidate).where(Candidate.full_name == "Cleo")).one()
        stop_contact(session, cleo, secret=SECRET, now=now)
        session.commit()
    undo_import(sessions, first.import_id or 0, now=now)
    hashes = {
        name: suppression_key(SECRET, "email", f"{name}@example.org") for name in ("ana", "ben", "cleo")
    }
    with sessions.reading() as session:
        standing = find_suppressed(session, hashes.values(), scope=SuppressionScope.CONTACT)
    assert standing == {hashes["ana"], hashes["cleo"]}


def test_what_was_not_begun_or_is_not_there_is_refused(sessions: Sessions, now: datetime) -> None:
    with sessions.writing() as session:
        waiting = Import(
            file_name="a.csv", content_hash="0" * 64, source="a", mapping={}, state=ImportState.WAITING,
            counts={}, started_at=now,
        )  # fmt: skip
        session.add(waiting)
        session.commit()
        import_id = waiting.id
    with pytest.raises(ConflictError, match="has not begun"):
        undo_import(sessions, import_id, now=now)
    with pytest.raises(NotFoundError, match="no import 999"):
        undo_import(sessions, 999, now=now)


def test_the_same_file_can_be_imported_again_after_an_undo(
    bring_in: BringIn, sessions: Sessions, now: datetime, count: Callable[[type[Base]], int]
) -> None:
    first = bring_in(BEFORE)
    undo_import(sessions, first.import_id or 0, now=now)
    second = bring_in(BEFORE)
    assert (second.created, second.import_id != first.import_id) == (3, True)
    assert count(Candidate) == 3
    assert count(Suppression) == 3


def test_a_killed_undo_is_finished_by_the_next(
    tmp_path: Path, environ: dict[str, str], sessions: Sessions, now: datetime, bring_in: BringIn
) -> None:
    people = "\n".join(f"Person {n},p{n}@example.org,Role {n % 9},2024-01-13" for n in range(900))
    report = bring_in(f"Name,Email,Job,Applied on\n{people}")
    command = [sys.executable, "-m", "talentpool.cli", "undo-import", str(report.import_id), "--json"]
    running = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    patience = monotonic() + 60
    while _people(sessions) == 900 and running.poll() is None and monotonic() < patience:
        sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    undo_import(sessions, report.import_id or 0, now=now)
    assert _people(sessions) == 0
    with sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportChange)) == 0


def _people(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(Candidate)) or 0


MORE = f"""{HEADER}
1,Ana Ruiz,ana@example.org; ruiz@example.com,+34 612 345 678,Lyon,Pilot,2025-01-13,Interview,,,Call,,,2026-01-05,,,Kind,Longer,French,41
2,Ben Weiss,ben@example.org,,Bern,Teacher,2023-05-14,Offer,,,,,,,,,,,,
9,Dora Lind,dora@example.org,+46 8 123 456 78,Lund,Nurse,2024-01-13,Applied,Rejected,Headcount,,yes,2025-02-02,,,,,Nurse,Swedish,
10,Ana Ruiz,a.ruiz@example.net,,Madrid,Nurse,2024-01-13,Interview,,,,yes,,,,,,On an ICU,,
"""


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=settings().max_examples // 2,  # on either database
)
@given(
    steps=st.lists(
        st.one_of(
            st.just("undo"),
            st.just("unmerge"),
            st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] != pair[1]),
        ),
        max_size=8,
    )
)
def test_faults_25_import_merge_undo_and_unmerge_in_any_order_lose_nobody(
    bring_in: BringIn, sessions: Sessions, now: datetime, steps: list[str | tuple[int, int]]
) -> None:
    _empty(sessions)
    bring_in(BEFORE, source="ats")
    before = what_people_have(sessions)
    report = bring_in(MORE, name="more.csv", source="ats", now=now + timedelta(days=1))
    kept = []
    for number, step in enumerate([*steps, *["unmerge"] * len(steps), "undo"]):
        at = now + timedelta(days=2 + number)
        if step == "undo":
            kept += undo_import(sessions, report.import_id or 0, now=at).kept
        elif step == "unmerge":
            unmerge_last(sessions, at)
        else:
            merge_two(sessions, int(step[0]), int(step[1]), at)
        assert orphans(sessions) == []
    after = what_people_have(sessions)
    assert after.keys() >= before.keys()
    for name, records in before.items():
        assert records <= after[name], f"{name} lost {records - after[name]}"
    if not kept:
        assert after == before
    new = people_of(sessions, report.import_id or 0)
    assert new <= {one.record_id for one in kept if one.record == "candidates"}


def what_people_have(sessions: Sessions) -> dict[str, set[tuple[object, ...]]]:
    """Give by person what they have: addresses, applications, resumes, notes, by what they say."""
    with sessions.reading() as session:
        return {
            person.external_id or "": {
                *(("email", one.address_key) for one in person.emails),
                *(("phone", one.number_key) for one in person.phones),
                *(("application", one.role_title, one.applied_on) for one in person.applications),
                *(("resume", one.content_hash) for one in person.resumes),
                *(("note", one.words) for one in person.notes),
                *(("promise", one.words) for one in person.promises),
                *(("fact", one.said) for one in person.facts),
            }
            for person in session.scalars(select(Candidate))
        }


def people_of(sessions: Sessions, import_id: int) -> set[int]:
    """Give the people an import created who are here."""
    with sessions.reading() as session:
        return set(session.scalars(select(Candidate.id).where(Candidate.import_id == import_id)))


def merge_two(sessions: Sessions, first: int, second: int, now: datetime) -> None:
    """Merge two of those who are here, by their places, if there are so many."""
    with sessions.writing.begin() as session:
        ids = session.scalars(select(Candidate.id).order_by(Candidate.id)).all()
        if max(first, second) < len(ids):
            decision = Decision(now=now, recruiter_id=None, choices={})
            merge_candidates(session, ids[first], ids[second], decision, secret=SECRET)


def unmerge_last(sessions: Sessions, now: datetime) -> None:
    """Undo the newest merge that stands, if there is one."""
    with sessions.writing.begin() as session:
        newest = select(Merge.id).where(Merge.undone_at.is_(None)).order_by(Merge.id.desc()).limit(1)
        merge_id = session.scalar(newest)
        if merge_id is not None:
            unmerge(session, merge_id, recruiter_id=None, now=now, secret=SECRET)


def orphans(sessions: Sessions) -> list[tuple[object, ...]]:
    """Find rows that refer to what is not there."""
    found: list[tuple[object, ...]] = []
    with sessions.reading() as session:
        for table in metadata.sorted_tables:
            for key in table.foreign_keys:
                other = key.column.table.alias()
                missing = select(key.parent).where(
                    key.parent.is_not(None), key.parent.not_in(select(other.c[key.column.name]))
                )
                found += [(table.name, key.parent.name, each) for each in session.scalars(missing)]
    return found
