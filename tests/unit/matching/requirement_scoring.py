"""How proposals are scored against judgements made by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from talentpool.matching.requirements import Importance, Requirement
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import words_of

SAME = 0.5
LITTLE = frozenset(
    words_of(
        "experience knowledge skill certification certificate certified license licensure degree the a an of in for"
        " and als de en system software suite module service platform tool"
    )
)
"""Words that do not tell two wordings apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Counts over some adverts, and what was missed or too much, for a person to read."""

    proposed: int = 0
    judged: int = 0
    right: int = 0
    right_importance: int = 0
    missed: tuple[str, ...] = ()
    too_much: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        """Share of the proposals that are right."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """Share of the judgements that were proposed."""
        return self.right / self.judged if self.judged else 1.0

    @property
    def importance(self) -> float:
        """Share of the right ones that matter as much as judged."""
        return self.right_importance / self.right if self.right else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            proposed=self.proposed + other.proposed,
            judged=self.judged + other.judged,
            right=self.right + other.right,
            right_importance=self.right_importance + other.right_importance,
            missed=self.missed + other.missed,
            too_much=self.too_much + other.too_much,
        )


def judged(important: Iterable[str], nice: Iterable[str]) -> list[Requirement]:
    """Read judgements; "a | b" is one requirement."""
    return [
        Requirement(any_of=tuple(part.strip() for part in line.split("|")), importance=importance)
        for importance, lines in ((Importance.IMPORTANT, important), (Importance.NICE, nice))
        for line in lines
    ]


def score(
    proposals: Sequence[Requirement],
    judgements: Sequence[Requirement],
    settings: MatchingSettings,
    *,
    also: Sequence[Requirement] = (),
) -> Score:
    """Pair proposals with judgements one to one.

    Two wordings are the same if the alias table gives them one name, or if they have the same words: folded,
    without the plural s and without words like "experience" and "degree". A proposal is right if at least half
    of all wordings of the two are common to both (Jaccard): three single proposals for "Java, C# or Go" are two
    too many and one miss, and so is one that lumps different things together. A judgement is met once. What is in `also` counts neither for nor
    against.
    """
    left = list(judgements)
    right = right_importance = 0
    too_much = []
    for proposal in proposals:
        best = max(left, key=lambda one: _common(proposal, one, settings), default=None)
        if best is None or _common(proposal, best, settings) < SAME:
            if all(_common(proposal, one, settings) < SAME for one in also):
                too_much.append(" | ".join(proposal.any_of))
            continue
        left.remove(best)
        right += 1
        right_importance += proposal.importance is best.importance
    return Score(
        proposed=right + len(too_much), judged=len(judgements), right=right, right_importance=right_importance,
        missed=tuple(" | ".join(one.any_of) for one in left), too_much=tuple(too_much),
    )  # fmt: skip


def _common(one: Requirement, other: Requirement, settings: MatchingSettings) -> float:
    first, second = ({_key(wording, settings) for wording in each.any_of} for each in (one, other))
    return len(first & second) / len(first | second)


def _key(wording: str, settings: MatchingSettings) -> frozenset[str]:
    label = settings.text.canonical(wording)
    words = [word for word in words_of(label) if settings.text.is_term(word)]
    plain = {word.removesuffix("s") if len(word) > 3 else word for word in words}
    return frozenset(plain - LITTLE) or frozenset(plain)
