"""Deals the sentences of a trade out to the jobs of a career, so that no resume says a thing twice."""

from random import Random

from talentpool.sample_pool.material import phrases
from talentpool.sample_pool.outline import Outline
from talentpool.sample_pool.wording import shuffled

_BULLETS_LATEST_FIRST = (8, 7, 6, 4, 3)
_BULLETS_FIRST_JOB = 4


def achievements_by_job(outline: Outline, levels: list[int], chance: Random) -> list[list[str]]:
    """Deal each sentence out once; leading belongs to senior jobs, first steps to junior ones."""
    trade = outline.trade
    own = shuffled(_own_achievements(outline), chance)
    shared, lead, early = (shuffled(lines, chance) for lines in (trade.achievements, trade.lead, trade.early))
    duties = shuffled(phrases().duties.get(trade.language, []), chance) if outline.long else []
    dealt: list[list[str]] = []
    for place, level in enumerate(levels):
        wanted = _bullets(outline, place, levels) - chance.randrange(2)
        lines = _taken(early, 4) if level == 0 else _taken(lead, max(0, level - 1) * (1 + outline.long))
        lines += _taken(own, _own_lines(outline, place, wanted - len(lines)))
        lines += _taken(duties, 3)
        lines += _taken(shared, max(0, wanted - len(lines)))
        dealt.append(shuffled(lines, chance))
    return dealt


def _own_lines(outline: Outline, place: int, room: int) -> int:
    """Give how much of a job is about the speciality: most of the latest."""
    return min(room, 3 if outline.long else max(1, 3 - place))


def _bullets(outline: Outline, place: int, levels: list[int]) -> int:
    """Give how much is told of a job: more of the latest, more by those who had few, less of the first."""
    few_jobs = max(0, 3 - len(levels))
    if levels[place] == 0 and len(levels) > 1:
        return _BULLETS_FIRST_JOB
    return (_BULLETS_LATEST_FIRST[place] + few_jobs) + 9 * outline.long


def _own_achievements(outline: Outline) -> list[str]:
    """Give what the speciality brings; those who write for pages worked in all of the trade's."""
    if outline.long:
        return [line for speciality in outline.trade.specialities for line in speciality.achievements]
    return outline.speciality.achievements


def _taken(deck: list[str], count: int) -> list[str]:
    """Take the first few sentences off the deck."""
    taken = deck[:count]
    del deck[:count]
    return taken
