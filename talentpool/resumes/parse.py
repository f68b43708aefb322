"""From the bytes of a file to its lines: finds out the kind and asks the reader for it.

Runs only in a child process that can be killed (see `extract`); nothing here trusts the bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from talentpool.resumes.detect import detect_kind
from talentpool.resumes.docx import read_docx
from talentpool.resumes.limits import Limits
from talentpool.resumes.odt import read_odt
from talentpool.resumes.outcome import (
    STATUS_BY_PROBLEM,
    Reading,
    ResumeFault,
    ResumeKind,
    ResumeLine,
    ResumeProblem,
    ResumeStatus,
    ResumeText,
    without_text,
)
from talentpool.resumes.pdf import read_pdf
from talentpool.resumes.plain import read_html, read_txt
from talentpool.resumes.rtf import read_rtf
from talentpool.resumes.signs import clean_line

MOST_LINKS = 100
LONGEST_LINK = 500
READERS: dict[ResumeKind, Callable[[bytes, Limits], Reading]] = {
    ResumeKind.PDF: read_pdf,
    ResumeKind.DOCX: read_docx,
    ResumeKind.ODT: read_odt,
    ResumeKind.RTF: read_rtf,
    ResumeKind.HTML: read_html,
    ResumeKind.TXT: read_txt,
}
NO_TEXT = "The file shows no text; ask for it again."


def parse_resume(data: bytes, limits: Limits) -> ResumeText:
    """Read a file in this process, without the limits of time and memory that `extract` puts around it."""
    kind = None
    try:
        kind = detect_kind(data, limits)
        return _finished(kind, READERS[kind](data, limits), limits)
    except ResumeFault as fault:
        return without_text(fault.problem, fault.message, kind=kind)
    except MemoryError:
        message = f"Reading the file takes more than {limits.memory_bytes >> 20} MiB. Ask for a PDF of text."
        return without_text(ResumeProblem.UNPACKS_TOO_LARGE, message, kind=kind)


def _finished(kind: ResumeKind, reading: Reading, limits: Limits) -> ResumeText:
    lines, cut = _kept(_cleaned(reading.lines), limits.characters)
    problem, message = reading.problem, reading.message
    if problem in (None, ResumeProblem.CUT) and not any(line.text and line.hidden is None for line in lines):
        problem, message = ResumeProblem.NO_TEXT, NO_TEXT
    if cut and problem is None:
        problem = ResumeProblem.CUT
        message = f"Only the first {limits.characters:,} characters of the file were kept."
    return ResumeText(
        status=_status(problem, lines),
        kind=kind,
        lines=lines,
        links=_links(reading.links),
        pages=reading.pages,
        problem=problem,
        message=message,
    )


def _status(problem: ResumeProblem | None, lines: Sequence[ResumeLine]) -> ResumeStatus:
    """Call a file readable where a person sees text in it, whatever else is wrong with it."""
    if problem is None or any(line.text and line.hidden is None for line in lines):
        return ResumeStatus.READABLE
    return STATUS_BY_PROBLEM[problem]


def _cleaned(lines: Iterable[ResumeLine]) -> Iterator[ResumeLine]:
    """Clean each line; of several blank lines one stays."""
    blank = True
    for line in lines:
        text = clean_line(line.text)
        if text or not blank:
            yield ResumeLine(text=text, page=line.page, hidden=line.hidden)
        blank = not text


def _kept(lines: Iterable[ResumeLine], characters: int) -> tuple[tuple[ResumeLine, ...], bool]:
    kept: list[ResumeLine] = []
    for line in lines:
        if len(line.text) >= characters:
            kept.append(ResumeLine(text=line.text[:characters], page=line.page, hidden=line.hidden))
            return tuple(kept), True
        kept.append(line)
        characters -= len(line.text) + 1
    return tuple(kept), False


def _links(links: Iterable[str]) -> tuple[str, ...]:
    cleaned = (clean_line(link) for link in links)
    wanted = [link for link in cleaned if link and len(link) <= LONGEST_LINK]
    return tuple(dict.fromkeys(wanted))[:MOST_LINKS]
