"""The files of one candidate as their page shows them: newest first, with what is hidden and what is proposed."""

from dataclasses import dataclass

from talentpool.candidates.models import Candidate, Resume, ResumeStatus
from talentpool.candidates.newest_resume import resume_day
from talentpool.candidates.resume_uploads import LABELS

HIDDEN_SHOWN = 12
REASON_WORDS = {
    "invisible": "drawn invisibly",
    "no_contrast": "in the colour of the page",
    "tiny": "too small to read",
    "off_page": "beside the page",
    "covered": "covered by something",
    "marked_hidden": "marked as hidden",
}
STATUS_WORDS = {
    ResumeStatus.EMPTY: "empty",
    ResumeStatus.ENCRYPTED: "needs a password",
    ResumeStatus.SCANNED: "a scan",
    ResumeStatus.UNREADABLE: "unreadable",
    ResumeStatus.REFUSED: "refused",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class HiddenLine:
    """One line that software reads and a person does not see."""

    because: str
    page: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposed:
    """One value a resume says otherwise; `place` is how the form names it."""

    place: int
    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeFile:
    """One resume that came as a file."""

    resume: Resume
    status: str  # empty where its text was read
    hidden: tuple[HiddenLine, ...]
    hidden_count: int
    proposed: tuple[Proposed, ...]

    @property
    def names_somebody_else(self) -> bool:
        """Say whether the resume has another name than the record, so that nothing is taken over unasked."""
        return any(change.label == LABELS["name"] and change.old for change in self.proposed)

    @property
    def may_be_removed(self) -> bool:
        """Say whether it was uploaded here, and so can be taken back here."""
        return self.resume.import_id is None


def files_of(candidate: Candidate) -> tuple[ResumeFile, ...]:
    """List the files of somebody, newest first."""
    files = [resume for resume in candidate.resumes if resume.file_key]
    files.sort(key=lambda resume: (resume_day(resume), resume.id), reverse=True)
    return tuple(_file(resume) for resume in files)


def hidden_count(resume: Resume | None) -> int:
    """Count the hidden lines of a resume."""
    return len(resume.hidden_lines or ()) if resume else 0


def _file(resume: Resume) -> ResumeFile:
    hidden = [
        HiddenLine(because=REASON_WORDS.get(reason, reason), page=page, text=text[:300])
        for reason, page, text in (resume.hidden_lines or ())[:HIDDEN_SHOWN]
    ]
    proposed = [
        Proposed(place=place, label=LABELS[field], old=old, new=new)
        for place, (field, old, new) in enumerate(resume.proposed or ())
    ]
    return ResumeFile(
        resume=resume,
        status=STATUS_WORDS.get(resume.status, ""),
        hidden=tuple(hidden),
        hidden_count=hidden_count(resume),
        proposed=tuple(proposed),
    )
