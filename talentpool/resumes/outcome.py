"""What reading a resume file gives: its lines, which of them a person sees, and a status where there are none.

Statuses are the ones stored with a resume; a problem says more precisely what stood in the way, and its sentence
is what a recruiter reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ResumeStatus(StrEnum):
    """Whether there is text to rank, and if not, why."""

    READABLE = "readable"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    SCANNED = "scanned"
    UNREADABLE = "unreadable"
    REFUSED = "refused"


class ResumeKind(StrEnum):
    """What a file is by its content, whatever it is called."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    HTML = "html"
    TXT = "txt"


class ResumeProblem(StrEnum):
    """What stood in the way of some or all of the text."""

    NO_BYTES = "no_bytes"
    NO_TEXT = "no_text"
    NEEDS_PASSWORD = "needs_password"  # noqa: S105 - a word, not a password
    PICTURES_ONLY = "pictures_only"
    READ_BY_OCR = "read_by_ocr"
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    CUT = "cut"
    WRONG_KIND = "wrong_kind"
    TWO_KINDS = "two_kinds"
    TOO_LARGE = "too_large"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    DOUBTFUL_ARCHIVE = "doubtful_archive"
    ENTITIES = "entities"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"


class HiddenReason(StrEnum):
    """Why a person who looks at the page does not see a line that software would read."""

    INVISIBLE = "invisible"
    NO_CONTRAST = "no_contrast"
    TINY = "tiny"
    OFF_PAGE = "off_page"
    COVERED = "covered"
    MARKED_HIDDEN = "marked_hidden"


STATUS_BY_PROBLEM = {
    ResumeProblem.NO_BYTES: ResumeStatus.EMPTY,
    ResumeProblem.NO_TEXT: ResumeStatus.EMPTY,
    ResumeProblem.NEEDS_PASSWORD: ResumeStatus.ENCRYPTED,
    ResumeProblem.PICTURES_ONLY: ResumeStatus.SCANNED,
    ResumeProblem.READ_BY_OCR: ResumeStatus.READABLE,
    ResumeProblem.DAMAGED: ResumeStatus.UNREADABLE,
    ResumeProblem.TRUNCATED: ResumeStatus.UNREADABLE,
    ResumeProblem.CUT: ResumeStatus.READABLE,
    ResumeProblem.WRONG_KIND: ResumeStatus.REFUSED,
    ResumeProblem.TWO_KINDS: ResumeStatus.REFUSED,
    ResumeProblem.TOO_LARGE: ResumeStatus.REFUSED,
    ResumeProblem.UNPACKS_TOO_LARGE: ResumeStatus.REFUSED,
    ResumeProblem.DOUBTFUL_ARCHIVE: ResumeStatus.REFUSED,
    ResumeProblem.ENTITIES: ResumeStatus.REFUSED,
    ResumeProblem.TIMED_OUT: ResumeStatus.UNREADABLE,
    ResumeProblem.CRASHED: ResumeStatus.UNREADABLE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeLine:
    """One line in reading order; `hidden` says why a person would not see it, or is None."""

    text: str
    page: int = 1
    hidden: HiddenReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a reader of one kind hands back; with `problem` set, `message` says what is missing."""

    lines: Iterable[ResumeLine]
    links: Iterable[str] = ()
    pages: int = 1
    problem: ResumeProblem | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeText:
    """What one file gave. `message` is a sentence for the recruiter wherever `problem` is set."""

    status: ResumeStatus
    kind: ResumeKind | None = None
    lines: tuple[ResumeLine, ...] = ()
    links: tuple[str, ...] = ()  # addresses behind words, never fetched
    pages: int = 0
    problem: ResumeProblem | None = None
    message: str | None = None

    @property
    def text(self) -> str:
        """Everything the file holds, hidden lines in their places."""
        return "\n".join(line.text for line in self.lines).strip()

    @property
    def visible_text(self) -> str:
        """Give what a person sees: this, and only this, may be compared with a role."""
        return "\n".join(line.text for line in self.lines if line.hidden is None).strip()

    @property
    def hidden_lines(self) -> tuple[ResumeLine, ...]:
        """List what software would read and a person would not, for the recruiter."""
        return tuple(line for line in self.lines if line.hidden is not None)


class ResumeFault(Exception):  # noqa: N818 - a value on its way out of a reader, never shown as an error
    """Stop reading a file; whoever asked gets a `ResumeText` with this problem and message."""

    def __init__(self, problem: ResumeProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message


def without_text(problem: ResumeProblem, message: str, *, kind: ResumeKind | None = None) -> ResumeText:
    """Give the outcome of a file that gave no text."""
    return ResumeText(status=STATUS_BY_PROBLEM[problem], kind=kind, problem=problem, message=message)
