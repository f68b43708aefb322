"""Makes up how people worked so far: employers, titles, dates that add up, what they achieved.

A career is seen from the day its resume was written; nothing in it is newer than that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Teller:
    """Finishes the sentences of one person, spelt as in their country."""

    outline: Outline
    facts: Mapping[str, str]
    chance: Random

    def sentence(self, template: str) -> str:
        """Finish a sentence."""
        return self._spelt(
            fill(template, self.chance, facts=self.facts, comma=self.outline.trade.language == "de")
        )

    def skill(self, template: str) -> str:
        """Finish the name of a skill, small letters kept."""
        return self._spelt(fill(template, self.chance, facts=self.facts, capital=False))

    def _spelt(self, text: str) -> str:
        for here, there in countries()[self.outline.country].spelling.items():
            text = text.replace(here, there)
        return text


def make_career(outline: Outline, chance: Random) -> Career:
    """Make up the career of one person: the same outline and chance give the same one."""
    spans = _spans(outline, chance)
    entered_on = spans[-1][0]
    age_at_entry = outline.trade.entry_age + chance.uniform(0.2, 3)
    teller = _Teller(outline=outline, facts=_facts(outline, chance), chance=chance)
    return Career(
        born_on=entered_on - timedelta(days=round(age_at_entry * _DAYS_A_YEAR)),
        jobs=_jobs(teller, spans),
        education=_education(teller, entered_on),
        certificates=_certificates(teller, entered_on),
        skills=_skills(teller),
        opening=with_capitals(teller.sentence(chance.choice(outline.trade.openings))),
        want=teller.sentence(chance.choice(outline.trade.wants)),
        facts=teller.facts,
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
    earlier_ends = [edge - timedelta(days=chance.randrange(60)) for edge in edges[1:-1]]
    return list(zip(edges[1:], [_last_end(outline, chance), *earlier_ends], strict=True))


def _last_end(outline: Outline, chance: Random) -> date | None:
    return None if chance.random() < 0.82 else outline.seen_on - timedelta(days=chance.randrange(10, 60))


def _facts(outline: Outline, chance: Random) -> dict[str, str]:
    """Choose what stays the same in all of a person's sentences: tools, schools, three skills."""
    country = countries()[outline.country]
    stack = outline.trade.stack | outline.speciality.stack
    facts = {name: chance.choice(values) for name, values in stack.items()} | {
        "title": for_country(outline.speciality.titles, outline.country)[outline.level],
        "years": str(max(outline.years, 1)),
        "cur": country.currency,
        "city": outline.city,
        "spoken": chance.choice([spoken for spoken in country.spoken if _may_say(spoken, outline)]),
        "university": chance.choice(country.universities),
        "college": chance.choice(country.colleges),
    }
    teller = _Teller(outline=outline, facts=facts, chance=chance)
    skills = map(teller.skill, chance.sample(outline.speciality.skills[:8], 3))
    return facts | {f"skill{number}": skill for number, skill in enumerate(skills, start=1)}


def _may_say(spoken: str, outline: Outline) -> bool:
    """Say whether these languages suit: who came from abroad did not grow up with the first of them."""
    return not (outline.from_abroad and "native" in spoken.split(",")[0])


def _jobs(teller: _Teller, spans: list[tuple[date, date | None]]) -> tuple[Job, ...]:
    outline, chance = teller.outline, teller.chance
    employers = chance.sample(_employers(outline), len(spans))
    contexts = shuffled(outline.trade.contexts, chance)
    levels = _levels(outline, [start for start, _ in spans])
    told = achievements_by_job(outline, levels, chance)
    return tuple(
        Job(
            title=for_country(outline.speciality.titles, outline.country)[levels[place]],
            employer=_employer_name(employers[place], outline, chance),
            business=teller.sentence(employers[place].partition(": ")[2]),
            city=_city(outline, chance),
            started_on=started_on,
            ended_on=ended_on,
            level=levels[place],
            context=teller.sentence(contexts[place % len(contexts)]),
            achievements=tuple(map(teller.sentence, told[place])),
        )
        for place, (started_on, ended_on) in enumerate(spans)
    )


def _levels(outline: Outline, starts: list[date]) -> list[int]:
    """Give the level of each job, newest first; only the first job of all is a junior one."""
    years = [round((start - starts[-1]).days / _DAYS_A_YEAR) for start in starts]
    reached = [level_after(each, outline.level) for each in years]
    return [outline.level, *(max(1, level) for level in reached[1:-1]), *reached[-1:]][: len(starts)]


def _employers(outline: Outline) -> list[str]:
    return outline.trade.employers_by_country.get(outline.country, outline.trade.employers)


def _employer_name(employer: str, outline: Outline, chance: Random) -> str:
    suffixes = countries()[outline.country].suffixes if outline.trade.company_suffix else [""]
    return f"{employer.partition(': ')[0]} {chance.choice(suffixes)}".strip()


def _city(outline: Outline, chance: Random) -> str:
    """Give where a job was: mostly where the person lives."""
    cities = [city.name for city in countries()[outline.country].cities]
    return outline.city if chance.random() < 0.7 else chance.choice(cities)


def _education(teller: _Teller, entered_on: date) -> tuple[str, ...]:
    chosen = teller.chance.choice(for_country(teller.outline.trade.education, teller.outline.country))
    return (f"{teller.sentence(chosen)}, {entered_on.year - 3}-{entered_on.year}",)


def _certificates(teller: _Teller, entered_on: date) -> tuple[str, ...]:
    outline, chance = teller.outline, teller.chance
    offered = for_country(outline.trade.certificates, outline.country)
    chosen = chance.sample(offered, min(len(offered), chance.randrange(4), 1 + outline.years // 2))
    first_year, last_year = max(entered_on.year, outline.seen_on.year - 6), outline.seen_on.year
    years = sorted((chance.randint(first_year, last_year) for _ in chosen), reverse=True)
    return tuple(f"{teller.sentence(name)} ({year})" for name, year in zip(chosen, years, strict=True))


def _skills(teller: _Teller) -> tuple[str, ...]:
    offered, chance = teller.outline.speciality.skills, teller.chance
    kept = chance.sample(range(len(offered)), max(6, round(len(offered) * chance.uniform(0.6, 0.9))))
    return tuple(dict.fromkeys(teller.skill(offered[place]) for place in sorted(kept)))
