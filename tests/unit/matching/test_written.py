"""A receipt shows how the role writes what it names, and evidence how the resume does, whichever way round."""

from pathlib import Path

import pytest

from talentpool.matching.brief import brief_from_text
from talentpool.matching.evaluation import JUDGED_ON
from talentpool.matching.evidence import best_lines, mentions
from talentpool.matching.ranking import rank
from talentpool.matching.receipt import ReceiptLine
from tests.unit.matching.builders import SETTINGS, make_index, make_person


def lines_by_label(folder: Path, role: str, resume: str) -> dict[str, ReceiptLine]:
    """Rank two people of a resume, and one without a word in common; give the receipt of the first by label."""
    people = [make_person(1, resume), make_person(2, f"{resume} in Bonn"), make_person(3, "Cook in a hotel")]
    index = make_index(folder, people)
    ranking = rank(index, brief_from_text(role, title=None), SETTINGS, today=JUDGED_ON, limit=2)
    receipt = next(one.receipt for one in ranking.top if one.candidate_id == 1)
    return {line.label: line for line in receipt.lines}


@pytest.mark.parametrize(
    ("label", "in_role", "in_resume"),
    [
        ("kubernetes", "k8s", "Kubernetes"),
        ("amazon web services", "Amazon Web Services", "AWS"),
        ("amazon web services", "AWS", "Amazon Web Services"),
        ("ci/cd", "continuous integration", "CI/CD"),
        ("machine learning", "ML", "Machine-Learning"),
        ("machine learning", "machine learning", "ML"),
        ("non disclosure agreement", "NDAs", "non-disclosure agreement"),
        ("profit and loss", "P & L", "profit and loss"),
        ("front end", "frontend", "front-end"),
        ("registered nurse", "RN", "Registered Nurse"),
    ],
)
def test_an_alias_shows_in_the_receipt_and_both_ways(
    tmp_path: Path, label: str, in_role: str, in_resume: str
) -> None:
    line = lines_by_label(tmp_path, f"Wanted\n{in_role} every day", f"Did {in_resume} for years")[label]
    is_other = in_role.casefold() != label
    assert (line.written == in_role) if is_other else (line.written == label)
    (first, *_) = mentions(f"Did {in_resume} for years", [label], SETTINGS)
    assert in_resume.endswith(f"Did {in_resume} for years"[first.start : first.end])
    assert best_lines(f"Ana\nDid {in_resume} for years", {label: 1.0}, SETTINGS)


def test_a_hyphen_or_an_accent_is_no_other_wording(tmp_path: Path) -> None:
    lines = lines_by_label(tmp_path, "Wanted\nMachine-Learning at a café", "machine learning in a cafe")
    assert (lines["machine learning"].written, lines["cafe"].written) == ("machine learning", "cafe")
