"""What the files of some systems mean where their headers leave it open: small files under `config/presets`.

A preset is recognised by names only its system writes, or asked for by name. It says what it must; everything
else in the file is recognised by meaning as in any other.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talentpool.errors import InvalidInputError
from talentpool.imports.mapping_file import ChosenMapping, make_mapping
from talentpool.imports.phrases import phrase_of

AUTOMATIC, NONE = "", "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """One system's way to write a file."""

    code: str
    name: str
    recognised_by: frozenset[str]  # folded headers, all of which have to be there
    positions: tuple[str, ...]  # the columns by their places, for files whose own header does not count
    mapping: ChosenMapping  # by the headers as the system writes them
    is_own: bool = False  # our own export, read value by value and not by meaning

    def columns_of(self, header: Sequence[str], *, by_position: bool) -> dict[str, str]:
        """Say what the columns of a file mean, by their names or their places."""
        meanings = {phrase_of(name): meaning for name, meaning in self.mapping.columns.items()}
        names = self.positions if by_position else header
        pairs = zip(header, names, strict=False)
        return {own: meanings[phrase_of(name)] for own, name in pairs if phrase_of(name) in meanings}


def load_presets(config_folder: Path) -> tuple[Preset, ...]:
    """Read the presets that ship, in the order of their codes."""
    files = sorted((config_folder / "presets").glob("*.toml"))
    return tuple(_preset(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))) for path in files)


def _preset(code: str, given: Mapping[str, Any]) -> Preset:
    about = {"name", "recognised_by", "positions", "is_own"}
    return Preset(
        code=code,
        name=given["name"],
        recognised_by=frozenset(map(phrase_of, given["recognised_by"])),
        positions=tuple(given.get("positions", ())),
        is_own=bool(given.get("is_own", False)),
        mapping=make_mapping({name: section for name, section in given.items() if name not in about}),
    )


def choose_preset(
    header: Sequence[str], presets: Sequence[Preset], *, asked_for: str | None
) -> Preset | None:
    """Give the preset somebody asked for, or the one a header is known by; raises InvalidInputError."""
    if asked_for == NONE:
        return None
    if asked_for:
        return get_preset(presets, asked_for)
    names = frozenset(map(phrase_of, header))
    fitting = [preset for preset in presets if preset.recognised_by <= names]
    return max(fitting, key=lambda preset: len(preset.recognised_by), default=None)


def get_preset(presets: Sequence[Preset], code: str) -> Preset:
    """Find a preset by its code; raises InvalidInputError naming those there are."""
    for preset in presets:
        if preset.code == code:
            return preset
    known = ", ".join(preset.code for preset in presets)
    raise InvalidInputError(f"There is no preset {code!r}; there are {known}, and {NONE} for none.")


def with_preset(preset: Preset | None, chosen: ChosenMapping, header: Sequence[str]) -> ChosenMapping:
    """Put what somebody chose over what the preset says."""
    if preset is None:
        return chosen
    names = frozenset(map(phrase_of, header))
    by_position = bool(preset.positions) and not preset.recognised_by <= names
    columns = preset.columns_of(header, by_position=by_position)
    if preset.is_own:
        return ChosenMapping(columns=dict.fromkeys(header, "keep") | columns)
    return ChosenMapping(
        columns={**columns, **chosen.columns},
        stages={**preset.mapping.stages, **chosen.stages},
        dispositions={**preset.mapping.dispositions, **chosen.dispositions},
        reasons={**preset.mapping.reasons, **chosen.reasons},
    )
