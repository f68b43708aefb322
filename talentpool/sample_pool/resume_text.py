"""Writes a career down as a resume, in one of several layouts and in English or German.

Most are full; a few are thin, a few are one line, a few go on for pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from talentpool.sample_pool.careers import Career, Job
from talentpool.sample_pool.material import Layout, countries, layouts, phrases
from talentpool.sample_pool.people import Identity
from talentpool.sample_pool.wording import fill

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SECTION_SKILLS_A_LINE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeParts:
    """All a resume is written from; `length` is `full`, `thin`, `one line` or `long`."""

    identity: Identity
    career: Career
    language: str
    length: str


def write_resume(parts: ResumeParts, chance: Random) -> str:
    """Write the resume; empty text means that none was ever handed in."""
    if parts.length == "one line":
        return fill(chance.choice(phrases().one_liners[parts.language]), chance, facts=parts.career.facts)
    layout = chance.choice(layouts())
    if parts.length == "thin":
        return "\n".join([_contact(parts), "", *_thin(parts, layout)]).strip()
    sections = [_section(name, parts, layout=layout, chance=chance) for name in layout.order]
    return "\n\n".join([_contact(parts), *filter(None, sections)]).strip()


def _contact(parts: ResumeParts) -> str:
    who = parts.identity
    place = _in_own_words(f"{who.city}, {countries()[who.country].name}", parts.language)
    reach = " | ".join(filter(None, (place, who.phone, who.emails[0] if who.emails else "")))
    return f"{who.name}\n{parts.career.facts['title']}\n{reach}"


def _in_own_words(text: str, language: str) -> str:
    for english, own in phrases().own_words.get(language, {}).items():
        text = text.replace(english, own)
    return text


def _thin(parts: ResumeParts, layout: Layout) -> list[str]:
    jobs = [_job_line(job, layout, parts.language) for job in parts.career.jobs[:3]]
    return [*jobs, ", ".join(parts.career.skills[:7]), *parts.career.education]


def _section(name: str, parts: ResumeParts, *, layout: Layout, chance: Random) -> str:
    body = _WRITERS[name](parts, layout, chance)
    if not body:
        return ""
    title = chance.choice(phrases().headings[parts.language][name])
    return f"{layout.heading.format(upper=title.upper(), title=title)}\n{body}"


def _profile(parts: ResumeParts, _layout: Layout, _chance: Random) -> str:
    return f"{parts.career.opening} {parts.career.want}"


def _experience(parts: ResumeParts, layout: Layout, _chance: Random) -> str:
    return "\n\n".join(_job(job, layout, parts.language) for job in parts.career.jobs)


def _job(job: Job, layout: Layout, language: str) -> str:
    line = _job_line(job, layout, language)
    if not layout.bullet:
        return f"{line}\n{job.context} {'. '.join(job.achievements)}."
    bullets = [f"{layout.bullet}{achievement}" for achievement in job.achievements]
    return "\n".join([line, job.context, *bullets])


def _job_line(job: Job, layout: Layout, language: str) -> str:
    dates = _dates(job, layout.dates, language)
    return layout.job.format(
        title=job.title, employer=job.employer, city=job.city, business=job.business, dates=dates
    )


def _dates(job: Job, style: str, language: str) -> str:
    end = phrases().present[language] if job.ended_on is None else _month(job.ended_on, style, language)
    between = " to " if style == "long" and language == "en" else " - "
    return f"{_month(job.started_on, style, language)}{between}{end}"


def _month(day: date, style: str, language: str) -> str:
    if style == "numeric" or language == "de":
        return f"{day.month:02d}/{day.year}"
    months = _MONTHS if style == "short" else _LONG_MONTHS
    return f"{months[day.month - 1]} {day.year}"


def _skills(parts: ResumeParts, layout: Layout, _chance: Random) -> str:
    skills = parts.career.skills
    if layout.dates == "numeric":
        return "\n".join(f"{layout.bullet}{skill}" for skill in skills)
    lines = [
        skills[place : place + _SECTION_SKILLS_A_LINE]
        for place in range(0, len(skills), _SECTION_SKILLS_A_LINE)
    ]
    return ",\n".join(", ".join(line) for line in lines)


def _education(parts: ResumeParts, _layout: Layout, _chance: Random) -> str:
    return "\n".join(parts.career.education)


def _certificates(parts: ResumeParts, layout: Layout, _chance: Random) -> str:
    return "\n".join(f"{layout.bullet}{certificate}" for certificate in parts.career.certificates)


def _languages(parts: ResumeParts, _layout: Layout, _chance: Random) -> str:
    return _in_own_words(parts.career.facts["spoken"], parts.language)


def _more(parts: ResumeParts, _layout: Layout, chance: Random) -> str:
    one, two = (fill(text, chance, facts={}) for text in chance.sample(phrases().pastimes[parts.language], 2))
    facts = {
        "pastime": one[0].lower() + one[1:] if parts.language == "en" else one,
        "pastime2": two[0].lower() + two[1:] if parts.language == "en" else two,
    }
    return fill(chance.choice(phrases().more[parts.language]), chance, facts=facts)


_WRITERS: dict[str, Callable[[ResumeParts, Layout, Random], str]] = {
    "profile": _profile,
    "experience": _experience,
    "skills": _skills,
    "education": _education,
    "certificates": _certificates,
    "languages": _languages,
    "more": _more,
}
