"""The pool is looked over for people who are in it twice: found once, kept apart for ever, never by the square."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.duplicate_scan import MOST_WITH_ONE_KEY, Scanned, scan_pool
from talentpool.candidates.duplicates import count_pairs, find_pair, keep_apart, merge_by_rule
from talentpool.candidates.models import Candidate, Merge, PairState, PairVerdict, PossibleDuplicate
from talentpool.database import Sessions
from tests.builders import NOW, make_candidate

Scan = Callable[..., Scanned]
SECRET = b"a secret of this test's installation"


@pytest.fixture
def scan(sessions: Sessions) -> Scan:
    """Look over the pool: `scan(everybody=False)` only at those who changed."""
    return lambda everybody=True: scan_pool(sessions.writing.begin, now=lambda: NOW, everybody=everybody)


def bob_twice(sessions: Sessions, **other: object) -> tuple[int, int]:
    """Put one person in twice, under one address."""
    with sessions.writing.begin() as session:
        one = make_candidate(session, "Robert Smith", emails=["bob@example.org"])
        again = make_candidate(session, "Bob Smith", **{"emails": ["bob@example.org"], **other})
        make_candidate(session, "Ana Ruiz")
        return one.id, again.id


def pairs(session: Session) -> list[tuple[int, int, PairVerdict, PairState]]:
    """List every pair on record."""
    wanted = select(PossibleDuplicate).order_by(PossibleDuplicate.id)
    return [(pair.first_id, pair.second_id, pair.verdict, pair.state) for pair in session.scalars(wanted)]


def test_somebody_in_twice_is_found_once(sessions: Sessions, scan: Scan) -> None:
    ids = bob_twice(sessions)
    assert scan().open_pairs == 1
    assert scan().open_pairs == 1
    with sessions.reading() as session:
        assert pairs(session) == [(*ids, PairVerdict.CERTAIN, PairState.OPEN)]


def test_a_name_with_a_place_or_an_employer_only_proposes(sessions: Sessions, scan: Scan) -> None:
    with sessions.writing.begin() as session:
        make_candidate(session, "Josef Huber", city="Graz")
        make_candidate(session, "Huber, Sepp", city="GRAZ")
        make_candidate(session, "Ana Ruiz", headline="Nurse at Clinica Norte")
        make_candidate(session, "Ana Ruíz Gómez", headline="Head nurse at Clinica Norte")
        make_candidate(session, "Ana Ruiz", city="Madrid")
    scan()
    with sessions.reading() as session:
        assert [verdict for _, _, verdict, _ in pairs(session)] == [PairVerdict.POSSIBLE] * 2


def test_who_is_kept_apart_stays_apart(sessions: Sessions, scan: Scan) -> None:
    ids = bob_twice(sessions)
    scan()
    with sessions.writing.begin() as session:
        keep_apart(session, *ids, recruiter_id=None, now=NOW)
    assert scan().open_pairs == 0
    with sessions.reading() as session:
        assert count_pairs(session, seen=true()).kept_apart == 1


def test_a_pair_that_is_none_any_more_goes(sessions: Sessions, scan: Scan) -> None:
    ids = bob_twice(sessions)
    scan()
    with sessions.writing.begin() as session:
        session.get_one(Candidate, ids[1]).full_name = "Tom Hall"
        session.get_one(Candidate, ids[1]).emails[0].address_key = "tom@example.org"
        record_changes(session, [ids[1]], now=NOW)
    assert scan().open_pairs == 0


def test_after_an_import_only_those_who_changed_are_looked_at(sessions: Sessions, scan: Scan) -> None:
    with sessions.writing.begin() as session:
        for place in range(20):
            make_candidate(session, f"Person {place}")
    bob_twice(sessions)
    scan()
    with sessions.writing.begin() as session:
        make_candidate(session, "R. Smith", emails=["bob@example.org"])
    scanned = scan(everybody=False)
    assert (scanned.people, scanned.compared, scanned.open_pairs) == (1, 2, 3)


def test_what_very_many_have_compares_nobody(sessions: Sessions, scan: Scan) -> None:
    with sessions.writing.begin() as session:
        for place in range(MOST_WITH_ONE_KEY + 1):
            make_candidate(session, f"{chr(65 + place % 26)}na Ruiz {place}", emails=["shared@example.org"])
    assert scan().compared == 0


def test_faults_25_an_office_a_family_and_an_agency_are_not_certain(sessions: Sessions, scan: Scan) -> None:
    with sessions.writing.begin() as session:
        for name in ("Ana Ruiz", "Ben Weiss", "Cem Kaya", "Ana Ruiz"):
            make_candidate(session, name, emails=[], phones=["+4915112345678"])
        for name in ("Maria Rossi", "Mario Rossi", "M. Rossi"):
            make_candidate(session, name, emails=["rossi@example.org"])
        for _ in range(2):
            make_candidate(session, "Dana Levy", emails=["kai@nord-staffing.example"])
    scan()
    with sessions.reading() as session:
        assert pairs(session)
        assert {verdict for _, _, verdict, _ in pairs(session)} == {PairVerdict.POSSIBLE}


def test_a_certain_pair_is_merged_by_rule_only_while_it_is_certain(sessions: Sessions, scan: Scan) -> None:
    ids = bob_twice(sessions)
    scan()
    with sessions.writing.begin() as session:
        pair = find_pair(session, *ids)
        assert pair is not None
        session.get_one(Candidate, ids[1]).full_name = "Maria Smith"
        session.flush()
        assert merge_by_rule(session, pair, secret=SECRET, recruiter_id=None, now=NOW) is None
        session.get_one(Candidate, ids[1]).full_name = "Bob Smith"
        session.flush()
        done = merge_by_rule(session, pair, secret=SECRET, recruiter_id=None, now=NOW)
        assert done is not None
        assert done.by_rule
    with sessions.reading() as session:
        assert session.scalar(select(func.count(Merge.id))) == 1
        assert pairs(session) == []


def test_two_scans_and_a_merge_at_once_leave_each_pair_once(sessions: Sessions, scan: Scan) -> None:
    with sessions.writing.begin() as session:
        for place in range(30):
            for _ in range(2):
                make_candidate(session, f"Ana Ruiz{chr(97 + place)}x", emails=[f"ana{place}@example.org"])
    scan()
    with sessions.reading() as session:
        ids = session.scalars(select(PossibleDuplicate.id).limit(5)).all()

    def merge_some() -> None:
        for pair_id in ids:
            with sessions.writing.begin() as session:
                pair = session.get_one(PossibleDuplicate, pair_id)
                merge_by_rule(session, pair, secret=SECRET, recruiter_id=None, now=NOW)

    with ThreadPoolExecutor(3) as together:
        for work in [together.submit(scan), together.submit(scan), together.submit(merge_some)]:
            work.result(timeout=60)
    assert scan().open_pairs == 25
