"""Makes up how people worked so far: employers, titles, dates that add up, what they achieved.

A career is seen from the day its resume was written; nothing in it is newer than that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from talentpool.sample_pool.achievements import achievements_by_job
from talentpool.sample_pool.material import countries, for_country
from talentpool.sample_pool.outline import Outline, level_after
from talentpool.sample_pool.wording import fill, shuffled, with_capitals

_DAYS_A_YEAR = 365.25
_MOST_JOBS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One job; without `ended_on` it is the present one. `level` is 0 (junior) to 3 (lead)."""

    title: str
    employer: str
    business: str
    city: str
    started_on: date
    ended_on: date | None
    level: int
    context: str
    achievements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Career:
    """A working life up to a day: jobs newest first, schooling, skills, and a few sentences."""

    born_on: date
    jobs: tuple[Job, ...]
    education: tuple[str, ...]
    certificates: tuple[str, ...]
    skills: tuple[str, ...]
    opening: str
    want: str
    facts: Mapping[str, str]


def make_career(outline: Outline, chance: Random) -> Career:
    """Make up the career of one person: the same outline and chance give the same one."""
    spans = _spans(outline, chance)
    facts = _facts(outline, chance)
    jobs = _jobs(outline, spans, facts, chance)
    entered_on = spans[-1][0]
    return Career(
        born_on=entered_on
        - timedelta(days=round((outline.trade.entry_age + chance.uniform(0.2, 3)) * _DAYS_A_YEAR)),
        jobs=jobs,
        education=_education(outline, entered_on, facts, chance),
        certificates=_certificates(outline, entered_on, facts, chance),
        skills=_skills(outline, facts, chance),
        opening=with_capitals(_sentence(outline, chance.choice(outline.trade.openings), facts, chance)),
        want=_sentence(outline, chance.choice(outline.trade.wants), facts, chance),
        facts=facts,
    )


def _spans(outline: Outline, chance: Random) -> list[tuple[date, date | None]]:
    """Divide the years into jobs, newest first, with a gap of at most two months between them."""
    count = sum(outline.years >= start for start in (0, 2, 6, 13)) + chance.randrange(2)
    count = max(1, min(count, outline.years, _MOST_JOBS))
    shares = [chance.uniform(0.7, 1.4) for _ in range(count)]
    total_days = (outline.years + chance.uniform(0.1, 0.8)) * _DAYS_A_YEAR
    edges = [outline.seen_on]
    for share in shares:
        edges.append(edges[-1] - timedelta(days=round(total_days * share / sum(shares))))
    ends = [_last_end(outline, chance)] + [
        edge - timedelta(days=chance.randrange(60)) for edge in edges[1:-1]
    ]
    return list(zip(edges[1:], ends, strict=True))


def _last_end(outline: Outline, chance: Random) -> date | None:
    return None if chance.random() < 0.82 else outline.seen_on - timedelta(days=chance.randrange(10, 60))


def _facts(outline: Outline, chance: Random) -> dict[str, str]:
    stack = outline.trade.stack | outline.speciality.stack
    chosen = {name: chance.choice(values) for name, values in stack.items()}
    title = for_country(outline.speciality.titles, outline.country)[outline.level]
    skills = [
        fill(skill, chance, chosen, capital=False)
        for skill in chance.sample(outline.speciality.skills[:8], 3)
    ]
    numbered = {f"skill{number}": skill for number, skill in enumerate(skills, start=1)}
    country = countries()[outline.country]
    fixed = {
        "title": title,
        "years": str(max(outline.years, 1)),
        "cur": country.currency,
        "city": outline.city,
    }
    fixed["spoken"] = chance.choice([spoken for spoken in country.spoken if _may_say(spoken, outline)])
    schools = {"university": chance.choice(country.universities), "college": chance.choice(country.colleges)}
    return chosen | numbered | fixed | schools


def _may_say(spoken: str, outline: Outline) -> bool:
    """Say whether these languages suit: who came from abroad did not grow up with the first of them."""
    return not (outline.from_abroad and "native" in spoken.split(",")[0])


def _jobs(
    outline: Outline, spans: list[tuple[date, date | None]], facts: Mapping[str, str], chance: Random
) -> tuple[Job, ...]:
    entered_on = spans[-1][0]
    employers = chance.sample(_employers(outline), len(spans))
    contexts = shuffled(outline.trade.contexts, chance)
    levels = [
        level_after(round((start - entered_on).days / _DAYS_A_YEAR), outline.level) for start, _ in spans
    ]
    levels = [outline.level, *(max(1, level) for level in levels[1:-1]), *levels[-1:]][: len(spans)]
    told = achievements_by_job(outline, levels, chance)
    return tuple(
        _job(
            outline,
            span,
            (levels[place], employers[place], contexts[place % len(contexts)], told[place]),
            facts,
            chance,
        )
        for place, span in enumerate(spans)
    )


def _job(
    outline: Outline,
    span: tuple[date, date | None],
    parts: tuple[int, str, str, list[str]],
    facts: Mapping[str, str],
    chance: Random,
) -> Job:
    level, employer, context, achievements = parts
    name, _, business = employer.partition(": ")
    suffix = countries()[outline.country].suffixes if outline.trade.company_suffix else [""]
    cities = [city.name for city in countries()[outline.country].cities]
    return Job(
        title=for_country(outline.speciality.titles, outline.country)[level],
        employer=f"{name} {chance.choice(suffix)}".strip(),
        business=_sentence(outline, business, facts, chance),
        city=outline.city if chance.random() < 0.7 else chance.choice(cities),
        started_on=span[0],
        ended_on=span[1],
        level=level,
        context=_sentence(outline, context, facts, chance),
        achievements=tuple(_sentence(outline, line, facts, chance) for line in achievements),
    )


def _employers(outline: Outline) -> list[str]:
    return outline.trade.employers_by_country.get(outline.country, outline.trade.employers)


def _education(
    outline: Outline, entered_on: date, facts: Mapping[str, str], chance: Random
) -> tuple[str, ...]:
    chosen = chance.choice(for_country(outline.trade.education, outline.country))
    return (f"{_sentence(outline, chosen, facts, chance)}, {entered_on.year - 3}-{entered_on.year}",)


def _certificates(
    outline: Outline, entered_on: date, facts: Mapping[str, str], chance: Random
) -> tuple[str, ...]:
    offered = for_country(outline.trade.certificates, outline.country)
    chosen = chance.sample(offered, min(len(offered), chance.randrange(4), 1 + outline.years // 2))
    years = sorted(
        (
            chance.randint(max(entered_on.year, outline.seen_on.year - 6), outline.seen_on.year)
            for _ in chosen
        ),
        reverse=True,
    )
    return tuple(
        f"{_sentence(outline, name, facts, chance)} ({year})"
        for name, year in zip(chosen, years, strict=True)
    )


def _skills(outline: Outline, facts: Mapping[str, str], chance: Random) -> tuple[str, ...]:
    offered = outline.speciality.skills
    kept = chance.sample(range(len(offered)), max(6, round(len(offered) * chance.uniform(0.6, 0.9))))
    return tuple(dict.fromkeys(_skill(outline, offered[place], facts, chance) for place in sorted(kept)))


def _skill(outline: Outline, template: str, facts: Mapping[str, str], chance: Random) -> str:
    return _spelt_as_there(outline, fill(template, chance, facts, capital=False))


def _sentence(outline: Outline, template: str, facts: Mapping[str, str], chance: Random) -> str:
    return _spelt_as_there(outline, fill(template, chance, facts, comma=outline.trade.language == "de"))


def _spelt_as_there(outline: Outline, text: str) -> str:
    for here, there in countries()[outline.country].spelling.items():
        text = text.replace(here, there)
    return text


def jobs_overlap(career: Career) -> bool:
    """Say whether a job began before the one before it had ended."""
    return any(
        older.ended_on is None or older.ended_on > newer.started_on for newer, older in pairwise(career.jobs)
    )
