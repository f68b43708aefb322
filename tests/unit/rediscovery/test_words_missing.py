"""What a card says is missing: what the role asks for and the resume does not mention."""

from datetime import date
from pathlib import Path

import pytest

from talentpool.matching.brief import Brief, propose_requirements
from talentpool.matching.ranking import rank
from talentpool.rediscovery.match_cards import RoleWords, words_missing
from tests.unit.matching.builders import SETTINGS, make_index, make_person

ADVERT = "Requirements\n- Java or Kotlin\n- Bachelor's degree in Physics or Chemistry"
DEGREE = "bachelor's degree in Physics or bachelor's degree in Chemistry"


@pytest.mark.parametrize(
    ("resume", "missing"),
    [
        ("Kotlin developer, bachelor degree in physics", ()),
        ("Java developer", (DEGREE,)),
        ("Bachelor degree, physics", ("java or kotlin",)),
    ],
)
def test_any_wording_of_a_requirement_keeps_it_from_being_missing(
    tmp_path: Path, resume: str, missing: tuple[str, ...]
) -> None:
    brief = Brief(title="Developer", text=ADVERT, requirements=propose_requirements(ADVERT, SETTINGS))
    index = make_index(tmp_path, [make_person(1, resume), make_person(2, "nurse")])
    ranking = rank(index, brief, SETTINGS, today=date(2026, 1, 1))
    words = RoleWords.of(ranking.role, SETTINGS)
    assert words_missing(ranking.top[0].receipt, words, SETTINGS) == missing
