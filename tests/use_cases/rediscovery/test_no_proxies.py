"""Who somebody is moves no score: the same career under another name, address, age, gender or nationality."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, CandidateEmail, CandidatePhone, Resume
from talentpool.candidates.profiles import all_candidate_ids, pool_documents
from talentpool.matching.brief import Brief
from talentpool.matching.text import words_of
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.rediscover import rank_pool
from talentpool.resumes.cleaning import visible_text_of_cell
from tests.builders import NOW, make_candidate, make_resume
from tests.personas import TOOLS, TRADES, Persona, make_twins, words_of_personas

PAIRS, LONG_PAIRS = 50, 1000
ROLES = (
    Brief(title="Platform engineer", text=f"Kubernetes, Terraform, Kafka. {' '.join(TOOLS)}"),
    Brief(title=" ".join(TRADES), text=words_of_personas()),  # moved by any word that leaks
    Brief(title="Ruby developer", text="Mason, baker, welder, Mark, Ms, she, her, photo, Berlin"),
)


@pytest.fixture(scope="session")
def pairs(request: pytest.FixtureRequest) -> int:
    """How many pairs are compared."""
    return LONG_PAIRS if request.config.getoption("--long") else PAIRS


def add(session: Session, who: Persona, resume: str) -> None:
    make_candidate(
        session,
        who.name,
        resume=visible_text_of_cell(resume),
        emails=[who.email],
        phones=[who.phone],
        street=who.street,
        postcode=who.postcode,
        summary="Looks for new tasks.\n" * 30,
    )


def become(session: Session, candidate: Candidate, who: Persona, resume: str) -> None:
    """Make somebody another person of the same career."""
    candidate.full_name, candidate.street, candidate.postcode = who.name, who.street, who.postcode
    candidate.emails, candidate.phones = [], []
    session.flush()
    candidate.emails = [CandidateEmail(address=who.email, address_key=who.email)]
    candidate.phones = [CandidatePhone(number=who.phone, number_key=who.phone)]
    session.execute(delete(Resume).where(Resume.candidate_id == candidate.id))
    make_resume(session, candidate, visible_text_of_cell(resume))


def scores(session: Session, folder: Path) -> Iterator[dict[int, float]]:
    """Rank everybody for each role, by an index made anew."""
    keeper = IndexKeeper(folder)
    for brief in ROLES:
        ranking = rank_pool(session, keeper, brief, role=None, now=NOW, limit=len(TOOLS)).ranking
        yield dict(zip(ranking.candidate_ids.tolist(), ranking.scores.tolist(), strict=True))


def test_no_score_changes_with_name_address_age_gender_nationality_or_photo(
    session: Session, tmp_path: Path, pairs: int
) -> None:
    twins = [make_twins(number) for number in range(pairs)]
    for (who, resume), _other in twins:
        add(session, who, resume)
    session.flush()
    ids = all_candidate_ids(session)
    told = [words_of(document.text) for document in pool_documents(session, ids)]
    before = list(scores(session, tmp_path / "one"))
    for candidate_id, (_one, (who, resume)) in zip(ids, twins, strict=True):
        become(session, session.get_one(Candidate, candidate_id), who, resume)
    session.flush()
    session.expire_all()
    after = list(scores(session, tmp_path / "other"))
    assert told == [words_of(document.text) for document in pool_documents(session, ids)]
    assert before == after
    assert all(len(set(found.values())) > pairs // 5 for found in before), "the roles tell people apart"
