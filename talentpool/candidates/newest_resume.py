"""Which of somebody's resumes counts, and of which day it is."""

from datetime import date

from talentpool.candidates.models import Candidate, Resume, ResumeStatus


def newest_resume(candidate: Candidate) -> Resume | None:
    """Pick the resume that counts, as the ranking does: the newest readable one, else the newest of all."""
    readable = [resume for resume in candidate.resumes if resume.status is ResumeStatus.READABLE]
    return max(
        readable or candidate.resumes, key=lambda resume: (resume_day(resume), resume.id), default=None
    )


def resume_day(resume: Resume) -> date:
    """Tell how old a resume is: its own date where it has one, else the day it came in."""
    return resume.dated_on or resume.created_at.date()
