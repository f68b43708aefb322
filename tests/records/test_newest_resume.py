"""Which resume counts: the ranking and the pages of a candidate mean the same one."""

from datetime import date

from sqlalchemy.orm import Session

from talentpool.candidates.models import ResumeStatus
from talentpool.candidates.newest_resume import newest_resume
from talentpool.candidates.profiles import newest_resumes
from tests.builders import make_candidate, make_resume


def test_a_resume_without_a_date_is_as_old_as_the_day_it_came_in(session: Session) -> None:
    ana = make_candidate(session)
    make_resume(session, ana, "Dated long ago", dated_on=date(2019, 5, 1))
    undated = make_resume(session, ana, "Came in today", dated_on=None)
    session.refresh(ana)
    assert newest_resumes(session, [ana.id])[ana.id] is undated
    assert newest_resume(ana) is undated


def test_a_resume_nobody_can_read_hides_no_readable_one(session: Session) -> None:
    ana = make_candidate(session)
    readable = make_resume(session, ana, "Kubernetes", dated_on=date(2025, 5, 1))
    scanned = make_resume(session, ana, "", dated_on=date(2026, 5, 1))
    scanned.status = ResumeStatus.SCANNED
    session.flush()
    session.refresh(ana)
    assert newest_resumes(session, [ana.id])[ana.id] is readable
    assert newest_resume(ana) is readable
