"""The hand-written material: enough of it, and every sentence can be finished."""

import re
from collections.abc import Iterator

import pytest

from talentpool.sample_pool.material import Speciality, Trade, countries, situations, trades
from talentpool.sample_pool.wording import chance_for, fill

PERSONAL_FACTS = ("title", "years", "cur", "city", "university", "college", "skill1", "skill2", "skill3")
ENGLISH_TRADES = [trade for trade in trades() if trade.language == "en"]


def sentences(trade: Trade, speciality: Speciality) -> Iterator[str]:
    yield from trade.openings + trade.wants + trade.contexts + trade.employers + trade.strengths + trade.gaps
    yield from trade.achievements + trade.lead + trade.early + speciality.achievements + speciality.skills
    for table in (trade.education, trade.certificates, speciality.titles):
        yield from (line for lines in table.values() for line in lines)


@pytest.mark.parametrize("trade", trades(), ids=lambda trade: trade.name)
def test_every_sentence_is_finished_whatever_is_drawn(trade: Trade) -> None:
    for speciality in trade.specialities:
        stack = trade.stack | speciality.stack
        facts = dict.fromkeys(PERSONAL_FACTS, "X") | {name: values[0] for name, values in stack.items()}
        for sentence in sentences(trade, speciality):
            for turn in range(8):
                finished = fill(sentence, chance_for(turn, sentence), facts=facts)
                assert finished
                assert not re.search(r"[{}|]|  | ,|\bone (?:days|weeks|months|years)\b", finished), finished


def test_there_are_twelve_trades_and_four_countries() -> None:
    assert len(ENGLISH_TRADES) == 12
    assert set(countries()) == {"DE", "GB", "IE", "US"}


@pytest.mark.parametrize("trade", trades(), ids=lambda trade: trade.name)
def test_every_trade_has_25_achievements_and_employers_enough_for_a_career(trade: Trade) -> None:
    own = [line for speciality in trade.specialities for line in speciality.achievements]

    assert len({*trade.achievements, *trade.lead, *trade.early, *own}) >= 25
    assert all(len(employers) >= 8 for employers in (trade.employers, *trade.employers_by_country.values()))


@pytest.mark.parametrize("trade", trades(), ids=lambda trade: trade.name)
def test_every_speciality_has_a_title_for_each_of_four_levels_everywhere(trade: Trade) -> None:
    for speciality in trade.specialities:
        assert all(len(titles) == len(set(titles)) == 4 for titles in speciality.titles.values())


@pytest.mark.parametrize("trade", trades(), ids=lambda trade: trade.name)
def test_pay_is_known_in_each_country_of_a_trade(trade: Trade) -> None:
    assert set(trade.countries) <= set(trade.salary)


def test_a_trade_has_36_situations() -> None:
    assert len(situations()) == 36
