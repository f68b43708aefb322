"""What a resume proposes to record about its person; a recruiter confirms each value, with the line it came from.

Pure functions over text. Nothing here is certain: what is not found stays empty, and nothing is guessed from
outside the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from talentpool.resumes.contacts import Found, emails_in, links_in, name_in, phones_in
from talentpool.resumes.job_titles import is_employer, is_title
from talentpool.resumes.sections import Section, SectionKind, folded, heading_kind, sections_of

NEAR_LINES = 2  # how far from its dates a title or an employer stands
LONGEST_PHRASE = 12  # words
NEVER_ENDED = 9_999 * 12
_MONTHS = (
    "jan|januar|january|janvier|enero|ene|januari|janv",
    "feb|februar|february|fevrier|febrero|februari|fev|fevr",
    "mar|marz|march|mars|marzo|maerz|mrz",
    "apr|april|avril|abril|avr|abr",
    "may|mai|mayo|maj",
    "jun|juni|june|juin|junio",
    "jul|juli|july|juillet|julio|juil",
    "aug|august|aout|agosto|augusti|ago",
    "sep|sept|september|septembre|septiembre",
    "oct|okt|oktober|october|octobre|octubre|octo",
    "nov|november|novembre|noviembre",
    "dec|dez|dezember|december|decembre|diciembre|dic|des",
)
_MONTH_BY_NAME = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_MONTH = "|".join(sorted(_MONTH_BY_NAME, key=len, reverse=True))
# Accented names of months come as they are written; the table above has them without accents.
_ACCENTED = "märz|février|févr|fév|août|décembre|déc"
_POINT = rf"(?:(?:\b(?:{_ACCENTED}|{_MONTH})\.?,? (?:de )?|\d{{1,2}}[./] ?|\d{{1,2}}\.\d{{1,2}}\.)?(?:19|20)\d{{2}}(?:-\d{{2}})?)"
_NOW = r"(?:present|current|now|today|to date|ongoing|heute|jetzt|aktuell|laufend|présent|aujourd['’]hui|actuel|ce jour|à ce jour|actualidad|actual|presente|hoy|nu|nuvarande|pågående|tillsvidare)"
_RANGE = re.compile(
    rf"\(?(?P<start>{_POINT})\s*(?:[-\u2010-\u2015\uff0d~]|to\b|bis\b|until\b|till\b|à\b|a\b|hasta\b|au\b)+\s*(?P<end>{_POINT}|{_NOW})\)?",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"\(?(?:since|seit|depuis|desde|sedan)\s+(?P<start>{_POINT})\)?", re.IGNORECASE)
_PARTS = re.compile(
    r"\s*[|•·\t()]\s*|\s+[-\u2010-\u2015@]+\s+|\s{2,}|\s*[;]\s*|,\s+|\s+(?:at|bei(?: der)?|chez|en|hos|på|beim)\s+(?=[A-ZÄÖÅÉ0-9])"
)
_BULLET = re.compile(r"^\s*[•*\u2022\u25cf▪◦‣-]\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What a resume says of its person. Empty or None where it does not say."""

    name: Found | None
    emails: tuple[Found, ...]
    phones: tuple[Found, ...]  # E.164
    links: tuple[Found, ...]
    title: Found | None  # of the most recent job
    employer: Found | None  # the same job's
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A job found by its dates: the line they stand in, and its end in months since year 0."""

    line: int
    until: int
    since: int


def propose(text: str, *, links: Iterable[str] = (), country: str | None = None) -> Proposal:
    """Read a proposal out of the visible text of a resume; `country` (ISO code) is where national numbers belong."""
    lines = text.split("\n")
    links = tuple(links)
    sections = sections_of(lines)
    emails = emails_in(lines, links)
    title, employer = latest_job(lines, sections)
    return Proposal(
        name=name_in(lines, emails),
        emails=emails,
        phones=phones_in(lines, country=country),
        links=links_in(lines, links),
        title=title,
        employer=employer,
        sections=sections,
    )


def latest_job(lines: Sequence[str], sections: Sequence[Section]) -> tuple[Found | None, Found | None]:
    """Find title and employer of the job that ended last, or has not ended; the first such where several are."""
    jobs = [job for job in jobs_in(lines, sections) if any(_phrases_near(lines, job))]
    if not jobs:
        return None, None
    job = max(jobs, key=lambda job: (job.until, job.since, -job.line))
    phrases = list(_phrases_near(lines, job))
    title = _title_of(phrases, job)
    return title, _employer_of(phrases, title, job)


def jobs_in(lines: Sequence[str], sections: Sequence[Section]) -> list[Job]:
    """List the jobs of the sections on experience, or of the whole text where there is none."""
    wanted = [section for section in sections if section.kind is SectionKind.EXPERIENCE]
    wanted = wanted or [s for s in sections if s.kind not in (SectionKind.EDUCATION, SectionKind.REFERENCES)]
    return [
        job
        for section in wanted
        for number in range(section.first_line, section.last_line)
        if (job := _dated(lines[number], number)) is not None
    ]


def _dated(line: str, number: int) -> Job | None:
    if found := _RANGE.search(line):
        return Job(line=number, since=_months(found["start"]), until=_months(found["end"]))
    if found := _SINCE.search(line):
        return Job(line=number, since=_months(found["start"]), until=NEVER_ENDED)
    return None


def _months(point: str) -> int:
    year = re.search(r"(?:19|20)\d{2}", point)
    if year is None:
        return NEVER_ENDED
    word = folded(point[: year.start()]).split()
    month = _MONTH_BY_NAME.get(word[0], 0) if word and not word[-1].isdigit() else 0
    if word and word[-1].isdigit():
        month = int(word[-1])
    return int(year.group()) * 12 + month


def _phrases_near(lines: Sequence[str], job: Job) -> Iterator[Found]:
    """Walk over the phrases on the line of the dates, then the lines above it, then those below."""
    yield from _phrases(lines[job.line], job.line)
    for step in (-1, 1):
        for distance in range(1, NEAR_LINES + 1):
            number = job.line + step * distance
            if not 0 <= number < len(lines) or _ends_entry(lines[number]):
                break
            yield from _phrases(lines[number], number)


def _ends_entry(line: str) -> bool:
    """Say whether a line cannot belong to the head of an entry: blank, a bullet, a heading, dates or prose."""
    if not line.strip() or _BULLET.match(line) or heading_kind(line) is not None or _dated(line, 0):
        return True
    return len(line.split()) > LONGEST_PHRASE or line.rstrip().endswith(".") and not is_employer(line)


def _phrases(line: str, number: int) -> Iterator[Found]:
    bare = _SINCE.sub(" | ", _RANGE.sub(" | ", line))
    for part in _PARTS.split(bare):
        value = part.strip(" ,;:()[]|–—-")
        if len(value) > 1 and not value.isdigit() and len(value.split()) <= LONGEST_PHRASE:
            yield Found(value=value, line=number)


def _title_of(phrases: Sequence[Found], job: Job) -> Found | None:
    titles = [phrase for phrase in phrases if is_title(phrase.value) and not _is_firm(phrase.value)]
    return min(titles, key=lambda phrase: abs(phrase.line - job.line), default=None)


def _is_firm(text: str) -> bool:
    """Say whether a phrase is a firm in spite of a word for a job in it, as "Baker Ltd" is."""
    last = folded(text).split()[-1:]
    return bool(last) and is_employer(last[0]) and not is_title(last[0])


def _employer_of(phrases: Sequence[Found], title: Found | None, job: Job) -> Found | None:
    others = [
        phrase
        for phrase in phrases
        if phrase != title and (title is None or not is_title(phrase.value) or _is_firm(phrase.value))
    ]
    firms = [phrase for phrase in others if is_employer(phrase.value)]
    near = title.line if title is not None else job.line
    if firms:
        return min(firms, key=lambda phrase: abs(phrase.line - near))
    beside = [phrase for phrase in others if phrase.line == near]
    if title is not None and beside:
        return beside[0]
    return (
        min(others, key=lambda phrase: abs(phrase.line - near), default=None) if title is not None else None
    )
