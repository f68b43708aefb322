"""Their stages, endings and reasons → ours: each different value of a file with how often it stands there.

What we take a value for is proposed from the words we know and can be said otherwise, by value, in a mapping
file or on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from talentpool.candidates.models import Disposition, Stage
from talentpool.imports.columns import ColumnMapping
from talentpool.imports.fields import Field
from talentpool.imports.phrases import phrase_of
from talentpool.imports.vocabulary import REASON_KINDS, Vocabulary, find_reason

MOST_VALUES = 300  # different values of a column that are listed
STAGES_AND_ENDINGS = (Field.STAGE, Field.STATUS, Field.DISPOSITION)
REASONS = (Field.REASON, Field.REASON_CATEGORY, Field.WITHDRAWAL_REASON)
MAPPED = (*STAGES_AND_ENDINGS, *REASONS)


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueMeaning:
    """One value of a column, how many rows have it, and what we take it for; None where that is nothing."""

    header: str
    field: Field
    value: str
    rows: int
    stage: Stage | None = None
    disposition: Disposition | None = None
    reason: str | None = None  # its code
    is_open: bool = False  # says that nothing is decided yet

    @property
    def is_reason(self) -> bool:
        """Say whether the value is a reason rather than a stage or an ending."""
        return self.field in REASONS

    @property
    def is_known(self) -> bool:
        """Say whether the value means anything to us."""
        return any((self.stage, self.disposition, self.reason, self.is_open))


def mean_values(
    counts: Mapping[int, Mapping[str, int]], mapping: ColumnMapping, vocabulary: Vocabulary
) -> tuple[ValueMeaning, ...]:
    """Say what each value means, column by column, the commonest first; `counts` is by the place of the column."""
    return tuple(
        _meaning(mapping.columns[index].header, field, value, rows, vocabulary)
        for index, values in counts.items()
        if (field := mapping.columns[index].field) is not None
        for value, rows in sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _meaning(header: str, field: Field, value: str, rows: int, vocabulary: Vocabulary) -> ValueMeaning:
    if field in REASONS:
        kinds = REASON_KINDS[::-1] if field is Field.WITHDRAWAL_REASON else REASON_KINDS
        reason = find_reason(value, vocabulary, kinds)[1]
        ending = vocabulary.dispositions.listed(value) if field is Field.REASON else None
        return ValueMeaning(
            header=header, field=field, value=value, rows=rows, reason=reason, disposition=ending
        )
    is_open = phrase_of(value) in vocabulary.still_open
    return ValueMeaning(
        header=header,
        field=field,
        value=value,
        rows=rows,
        stage=None if field is Field.DISPOSITION else vocabulary.stages.find(value),
        disposition=None if is_open else vocabulary.dispositions.find(value),
        is_open=is_open,
    )


def words_of(values: tuple[ValueMeaning, ...]) -> dict[str, dict[str, str]]:
    """Give what values mean as the sections of a mapping; empty for a word that says nothing."""
    words: dict[str, dict[str, str]] = {"stage": {}, "disposition": {}, "reason": {}}
    for one in values:
        if one.is_reason:
            words["reason"][one.value] = one.reason or ""
            continue
        if one.field is not Field.DISPOSITION:
            words["stage"][one.value] = one.stage or ""
        words["disposition"][one.value] = one.disposition or ""
    return words
