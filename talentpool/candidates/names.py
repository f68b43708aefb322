"""How two names stand to each other: the same, shortened, misspelt, parent and child, or two people's.

Pure. Order, accents, titles, umlauts, scripts and short forms ("Bob", "Sepp", "Paco") do not count; letters do
where they make another name: Maria is not Mario, Karin is not Katrin.
"""

from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from talentpool.candidates.identity_rules import identity_rules
from talentpool.candidates.name_words import all_words, is_generation, name_words, sound_of

SHORTEST_MISSPELT = 4  # letters; in shorter words one letter makes another name
ALIKE = 86  # of 100, RapidFuzz's token_sort_ratio: names a person should look at
# As they sound: Ivanovich, Sergejewitsch, Petrovna, Iwanowna; Serbian family names end in -ić, which is not these.
_PATRONYMIC = ("ovic", "evic", "ovna", "evna")


class NameTie(StrEnum):
    """How two names stand to each other, the closest first."""

    SAME = "same"
    SHORTENED = "shortened"  # initials, or a part alone
    MISSPELT = "misspelt"  # one slip of the fingers
    UNNAMED = "unnamed"  # one of them has no name
    KIN = "kin"  # the same name with junior or senior on one side
    ALIKE = "alike"  # looks alike, a person has to look
    GIVEN_NAME = "given_name"  # the given name is the same: somebody who married
    FAMILY_NAME = "family_name"  # only the family name is the same
    DIFFERENT = "different"


ONE_PERSON = frozenset({NameTie.SAME, NameTie.SHORTENED, NameTie.MISSPELT, NameTie.UNNAMED})


def tie_of_names(one: str, other: str) -> NameTie:
    """Say how two names stand to each other.

    >>> tie_of_names("Bob Smith", "Smith, Robert"), tie_of_names("J. Müller", "Jana Mueller")
    (<NameTie.SAME: 'same'>, <NameTie.SHORTENED: 'shortened'>)
    >>> tie_of_names("Jan Müller", "Jana Müller"), tie_of_names("Jo Hall", "Jo Hall jun.")
    (<NameTie.FAMILY_NAME: 'family_name'>, <NameTie.KIN: 'kin'>)
    """
    first, second = name_words(one), name_words(other)
    if not first or not second:
        return NameTie.UNNAMED
    tie = NameTie.SAME if one == other else _tie_of_words(first, second)
    if tie in ONE_PERSON and _generation_of(one) != _generation_of(other):
        return NameTie.KIN
    return tie if tie is not None else _loose_tie(first, second)


def _tie_of_words(first: tuple[str, ...], second: tuple[str, ...]) -> NameTie | None:
    if "".join(first) == "".join(second):
        return NameTie.SAME
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) == 1 and len(longer) > 1 and len(shorter[0]) == 1:
        return None
    left, full, slips = list(longer), 0, []
    for word in sorted(shorter, key=len, reverse=True):
        partner = next((each for each in left if is_one_name(word, each)), None)
        if partner is not None:
            full += 1
        else:
            partner = next((each for each in left if _is_initial(word, each)), None)
        if partner is None:
            slips.append(word)
            continue
        left.remove(partner)
    if slips:
        return _slip(shorter, longer, slips, left)
    if full == len(shorter) and (full > 1 or len(longer) == 1):
        return NameTie.SAME
    return NameTie.SHORTENED if full else None


def _slip(
    shorter: tuple[str, ...], longer: tuple[str, ...], slips: list[str], left: list[str]
) -> NameTie | None:
    """Accept one slip: letters changed places, or one letter is wrong inside the family name."""
    if len(slips) > 1 or len(shorter) < 2 or min(map(len, shorter)) == 1:
        return None
    word = slips[0]
    for each in left:
        in_family_name = word == shorter[-1] and each == longer[-1]
        if is_misspelt(word, each, whichever_letter=in_family_name):
            return NameTie.MISSPELT
    return None


@lru_cache(maxsize=65536)
def is_one_name(word: str, other: str) -> bool:
    """Say whether two words are one name: written alike, sounding alike, or one short for the other."""
    if word == other:
        return True
    if min(len(word), len(other)) == 1:
        return False
    forms = identity_rules().long_forms
    names, others = forms.get(word, frozenset()), forms.get(other, frozenset())
    if _sounds_like_one_of(word, others) or _sounds_like_one_of(other, names):
        return True
    both_known = bool(names and others)
    return not both_known and sound_of(word) == sound_of(other)


def _sounds_like_one_of(word: str, names: frozenset[str]) -> bool:
    return bool(names) and sound_of(word) in {sound_of(name) for name in names}


def _is_initial(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    if len(short) != 1:
        return False
    return any(each.startswith(short) for each in (long, *identity_rules().long_forms.get(long, ())))


def is_misspelt(word: str, other: str, *, whichever_letter: bool) -> bool:
    """Say whether one word is the other with two letters changed round, or with one wrong letter inside.

    A wrong letter at an end, or in a given name, makes another name as often as a slip: Maria and Mario,
    Karin and Katrin.
    """
    if min(len(word), len(other)) < SHORTEST_MISSPELT or OSA.distance(word, other, score_cutoff=1) > 1:
        return False
    forms = identity_rules().long_forms
    if word in forms and other in forms:
        return False
    if sorted(word) == sorted(other):
        return True
    return whichever_letter and word[0] == other[0] and word[-1] == other[-1]


def _generation_of(name: str) -> str:
    words, rules = all_words(name), identity_rules()
    return next(
        ("younger" if word in rules.younger else "older" for word in words if is_generation(word)), ""
    )


def _loose_tie(first: tuple[str, ...], second: tuple[str, ...]) -> NameTie:
    given = is_one_name(first[0], second[0])
    if given and len(first) > 1 and len(second) > 1 and first[0] != first[-1]:
        same_family = is_one_name(first[-1], second[-1])
        if same_family:
            return NameTie.ALIKE  # middle names differ
        if _share_one_of_two_family_names(first, second):
            return NameTie.ALIKE
    if _look_alike(first, second):
        return NameTie.ALIKE
    if given:
        return NameTie.GIVEN_NAME
    shared = any(len(word) > 1 and is_one_name(word, each) for word in first for each in second)
    return NameTie.FAMILY_NAME if shared else NameTie.DIFFERENT


def _share_one_of_two_family_names(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Say whether one family name is the same and another differs: Ruiz Gómez and Ruiz Pérez, Vogt-Hall and Vogt-Kern.

    Such names are of somebody who married or whose second surname was left out as often as of cousins, so a person
    has to look. A second given name and a patronymic are no family names.
    """
    families = [[word for word in words[1:] if _may_be_a_family_name(word)] for words in (first, second)]
    if max(map(len, families)) < 2:
        return False
    return any(is_one_name(word, each) for word in families[0] for each in families[1])


def _may_be_a_family_name(word: str) -> bool:
    is_given = word in identity_rules().long_forms
    return len(word) > 2 and not is_given and not sound_of(word).endswith(_PATRONYMIC)


def _look_alike(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Say whether names are written almost alike and no two words of them are different known names."""
    if fuzz.token_sort_ratio(" ".join(first), " ".join(second)) < ALIKE:
        return False
    forms = identity_rules().long_forms
    only_first, only_second = set(first) - set(second), set(second) - set(first)
    return not (
        any(word in forms for word in only_first) and any(word in forms for word in only_second)
    ) and not any(_differ_at_the_end(word, each) for word in only_first for each in only_second)


def _differ_at_the_end(word: str, other: str) -> bool:
    """Say whether two words differ in how they end, as names of women and men do: Novák and Nováková."""
    stem = min(len(word), len(other)) - 1
    return stem >= 2 and word != other and word[:stem] == other[:stem]


def names_go_together(one: str, other: str) -> bool:
    """Say whether two names can be one person's: one is the other with parts left out, shortened or misspelt.

    Order, accents, titles and transliterated umlauts do not count; a missing name goes with any.

    >>> names_go_together("Dr. J. Mueller", "Müller, Jana"), names_go_together("Jana Müller", "Jan Müller")
    (True, False)
    """
    return tie_of_names(one, other) in ONE_PERSON


def share_a_name(one: str, other: str) -> bool:
    """Say whether two names have a part in common, or one is missing: somebody who married keeps one."""
    first, second = name_words(one), name_words(other)
    return (
        first == second or not first or not second or any(len(word) > 1 and word in second for word in first)
    )


def count_people(names: list[str]) -> int:
    """Count how many people a list of names must at least be: names that go together are one.

    >>> count_people(["Ana Ruiz", "A. Ruiz", "Ana Ruiz Gómez", "Tom Hall", ""])
    2
    """
    people: list[str] = []
    for name in sorted(filter(None, names), key=len, reverse=True):
        if not any(names_go_together(name, each) for each in people):
            people.append(name)
    return len(people)
