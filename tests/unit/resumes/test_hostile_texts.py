"""A text made to be slow costs no more than its length, whichever page or file it comes into."""

from time import process_time

import pytest

from talentpool.erasure.other_people import Screen
from talentpool.imports.resume_names import FileNames
from talentpool.matching.blanking import blank
from talentpool.matching.evidence import quotable_lines
from talentpool.resumes.blinding import blinded
from talentpool.resumes.cleaning import visible_text_of_cell
from talentpool.resumes.personal_lines import Personal, without_personal_lines
from talentpool.resumes.proposal import propose

ALLOWED_SECONDS = 4  # of CPU; what takes the square of the length would need more for 60,000 characters
LENGTH = 60_000
PIECES = [" ", "\n", "\t•", "a", "1 ", "(", "-", ".", "a@", ", ", "|", "A. ", "<p ", "http://[", "Ana "]


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_is_looked_at_in_linear_time(piece: str) -> None:
    text = piece * (LENGTH // len(piece)) + "é!"
    person = Personal(name="Ana Ruiz", phones=("+49 30 901820",))
    began = process_time()
    propose(visible_text_of_cell(text))
    blinded(text, person)
    without_personal_lines(text, person)
    blank(text)
    list(quotable_lines(text))
    Screen(staff=None, others=None, own=frozenset()).blank(text)
    FileNames(["ana.pdf"]).named_in(text)
    assert process_time() - began < ALLOWED_SECONDS
