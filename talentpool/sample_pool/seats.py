"""Deals out who sits where in the sample pool: trade, speciality, country, situation, contacts.

Decks instead of dice decide, so that every kind of person a recruiter meets is there in known
numbers, and each role to post has people who nearly got one like it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, cycle

from talentpool.sample_pool.material import Situation, Trade, countries, situations, trades
from talentpool.sample_pool.people import Identity, make_identity, other_email
from talentpool.sample_pool.wording import chance_for, shuffled

_LENGTHS_BY_PLACE = {4: "one line", 11: "thin", 18: "long", 25: "none"}
_LENGTH_EVERY_TRADES = {"one line": 2, "thin": 1, "long": 2, "none": 4}
NEARLY_WON = ("Final round", "Offer")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """The place of one person in the pool; `number` counts all people, `place` those of the trade."""

    number: int
    place: int
    trade: Trade
    speciality: int
    situation: Situation
    identity: Identity
    length: str


def deal_seats() -> Iterator[Seat]:
    """Deal out everybody in the pool, trade by trade, the same on every day."""
    numbers = count(1)
    next_in_country = {code: count() for code in countries()}
    for trade_number, trade in enumerate(trades()):
        kinds = [
            situations()[(place * 7 + trade_number * 5) % len(situations())]
            for place in range(_people(trade))
        ]
        specialities = _specialities(trade, kinds)
        for place, code in enumerate(_countries(trade, specialities)):
            number = next(numbers)
            yield Seat(
                number=number,
                place=place,
                trade=trade,
                speciality=specialities[place],
                situation=kinds[place],
                identity=_with_contacts(make_identity(code, next(next_in_country[code])), number),
                length=_length(place, trade_number),
            )


def _people(trade: Trade) -> int:
    return sum(trade.countries.values())


def _specialities(trade: Trade, kinds: list[Situation]) -> list[int]:
    """Deal the specialities out evenly, but give every second who nearly won the first of them."""
    dealt = cycle(range(len(trade.specialities)))
    nearly_won = count()
    return [0 if kind.stage in NEARLY_WON and next(nearly_won) % 2 == 0 else next(dealt) for kind in kinds]


def _countries(trade: Trade, specialities: list[int]) -> list[str]:
    """Deal the countries out; most people of the first speciality live in the first one."""
    home = next(iter(trade.countries))
    deck = [code for code, people in trade.countries.items() for _ in range(people)]
    first = count()
    at_home = [speciality == 0 and next(first) % 3 != 2 for speciality in specialities]
    for _ in range(stays := min(sum(at_home), trade.countries[home])):
        deck.remove(home)
    others = shuffled(deck, chance_for("countries", trade.code))
    homes = [home] * stays
    return [homes.pop() if stays_here and homes else others.pop() for stays_here in at_home]


def _with_contacts(identity: Identity, number: int) -> Identity:
    """Leave some people without e-mail, some without telephone, and give some a second address."""
    if number % 17 == 3:
        return replace(identity, emails=())
    if number % 13 == 5:
        return replace(identity, emails=(*identity.emails, other_email(identity, number)))
    return replace(identity, phone="") if number % 19 == 7 else identity


def _length(place: int, trade_number: int) -> str:
    length = _LENGTHS_BY_PLACE.get(place, "full")
    return length if trade_number % _LENGTH_EVERY_TRADES.get(length, 1) == 0 else "full"
