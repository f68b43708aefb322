"""A mapping somebody wrote: what the columns of their file mean, and their words for stages, endings, reasons."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import wrap
from typing import Any

from talentpool.candidates.models import Disposition, Stage
from talentpool.errors import InvalidInputError
from talentpool.imports.fields import COLUMN_CHOICES
from talentpool.imports.phrases import phrase_of
from talentpool.imports.vocabulary import Vocabulary

COMMENT_WIDTH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenMapping:
    """What somebody has said about their file; it goes before anything recognised."""

    columns: Mapping[str, str] = field(default_factory=dict)  # header -> field, `keep` or `refuse`
    # Their words -> ours; None for a word that says nothing.
    stages: Mapping[str, Stage | None] = field(default_factory=dict)
    dispositions: Mapping[str, Disposition | None] = field(default_factory=dict)
    reasons: Mapping[str, str | None] = field(default_factory=dict)


def read_mapping_file(path: Path) -> ChosenMapping:
    """Read a mapping from TOML with [columns], [stage], [disposition] and [reason], all optional."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInputError(f"The mapping {path.name} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"The mapping {path.name} is not TOML: {error}.") from error
    return make_mapping(given)


def write_mapping_file(
    path: Path, sections: Mapping[str, Mapping[str, str]], *, reasons: Iterable[str] = ()
) -> None:
    """Write a mapping as TOML that `read_mapping_file` reads, with what each may be, `reasons` by their codes."""
    lines = ["# What the columns and words of a file mean: change what is wrong and give it to --map.\n"]
    words: dict[str, list[str]] = {
        "stage": list(Stage),
        "disposition": list(Disposition),
        "reason": sorted(reasons),
    }
    may_be = {"columns": sorted(COLUMN_CHOICES)} | {
        name: [*choices, '"" for a word that says nothing'] for name, choices in words.items()
    }
    for name, section in sections.items():
        lines += [f"# {line}\n" for line in wrap(f"One of: {', '.join(may_be[name])}.", COMMENT_WIDTH)]
        lines.append(f"[{name}]\n")
        lines += [f"{_quoted(word)} = {_quoted(meaning)}\n" for word, meaning in section.items()]
        lines.append("\n")
    path.write_text("".join(lines), encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def make_mapping(given: Mapping[str, Any]) -> ChosenMapping:
    """Check a mapping as it was written; raises InvalidInputError naming what is wrong."""
    sections = {"columns", "stage", "disposition", "reason"}
    for name, section in given.items():
        if name not in sections:
            raise InvalidInputError(
                f"The mapping has a section [{name}]; it can have {', '.join(sorted(sections))}."
            )
        if not isinstance(section, Mapping) or not all(isinstance(value, str) for value in section.values()):
            raise InvalidInputError(
                f'The section [{name}] of the mapping must hold lines such as "Their word" = "ours".'
            )
    try:
        return ChosenMapping(
            columns=dict(given.get("columns", {})),
            stages={
                phrase_of(word): Stage(value) if value else None
                for word, value in given.get("stage", {}).items()
            },
            dispositions={
                phrase_of(word): Disposition(value) if value else None
                for word, value in given.get("disposition", {}).items()
            },
            reasons={phrase_of(word): value or None for word, value in given.get("reason", {}).items()},
        )
    except ValueError as error:
        stages, endings = ", ".join(Stage), ", ".join(Disposition)
        raise InvalidInputError(
            f"The mapping is wrong: {error}. Stages: {stages}; endings: {endings}."
        ) from error


def with_chosen_words(vocabulary: Vocabulary, chosen: ChosenMapping) -> Vocabulary:
    """Let the words of a mapping go before the shipped ones."""
    for word, code in chosen.reasons.items():
        if code is not None and code not in vocabulary.reason_codes:
            raise InvalidInputError(
                f"The mapping says {word!r} is the reason {code!r}, which does not exist."
            )
    return replace(
        vocabulary,
        stages=vocabulary.stages.with_phrases(chosen.stages),
        dispositions=vocabulary.dispositions.with_phrases(chosen.dispositions),
        reasons={kind: words.with_phrases(chosen.reasons) for kind, words in vocabulary.reasons.items()},
    )
