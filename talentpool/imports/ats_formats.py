"""The forms in which other systems take people in, from `config/ats_formats.toml`, and what goes into each column. Pure."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from talentpool.errors import InvalidInputError
from talentpool.sheets import safe_cell

SOURCE = "Rediscovered"
BETWEEN = "; "  # several values in a cell, as most systems and our own importer read them
BETWEEN_ITEMS = {"recruitee": ", "}
_PHONE = re.compile(
    r"\+[\d ()./-]{4,40}"
)  # a number to dial runs nothing, and a quote before it would be dialled


@dataclass(frozen=True, kw_only=True, slots=True)
class AtsFormat:
    """One system's table: its headers in their order, each with the value that goes there."""

    code: str
    label: str
    columns: tuple[tuple[str, str], ...]
    preset: str | None  # by which our own importer knows the file

    @property
    def header(self) -> list[str]:
        """The first line of the file."""
        return [name for name, _ in self.columns]

    @property
    def values(self) -> frozenset[str]:
        """What the format has a column for."""
        return frozenset(value for _, value in self.columns)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """One person as we have them, before a format takes what it has columns for."""

    candidate_id: int
    full_name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    links: tuple[str, ...]
    plain: Mapping[str, str]  # headline, skills, summary and the parts of the address, by their names
    external_id: str
    opt_out: bool
    resume: str  # the name of the file; empty without one


def load_formats(config_folder: Path) -> dict[str, AtsFormat]:
    """Read the formats that ship, by code, in the order of the file."""
    told = tomllib.loads((config_folder / "ats_formats.toml").read_text(encoding="utf-8"))
    return {
        code: AtsFormat(
            code=code,
            label=about["label"],
            columns=tuple((name, value) for name, value in about["columns"]),
            preset=about.get("preset"),
        )
        for code, about in told.items()
    }


def get_format(formats: Mapping[str, AtsFormat], code: str) -> AtsFormat:
    """Find a format; raises InvalidInputError naming those there are."""
    if code not in formats:
        raise InvalidInputError(f"There is no format {code!r}; there are {', '.join(formats)}.")
    return formats[code]


def row_of(person: Outgoing, form: AtsFormat, *, role: str, requisition: str) -> list[object]:
    """Write one person as a line of a format; cells that a spreadsheet would run are kept from it."""
    known = _known(person, role=role, requisition=requisition, between=BETWEEN_ITEMS.get(form.code, BETWEEN))
    cells = (value[1:] if value.startswith("=") else known.get(value, "") for _, value in form.columns)
    return [cell if _PHONE.fullmatch(cell) else safe_cell(cell) for cell in cells]


def left_behind(people: Sequence[Outgoing], form: AtsFormat) -> dict[str, int]:
    """Count the values that a format has no column for, by what they are; none of them are lost in silence."""
    counted: Counter[str] = Counter()
    for person in people:
        for name, values in (("email", person.emails), ("phone", person.phones), ("link", person.links)):
            most = len(values) if f"{name}s" in form.values else _slots(form, name)
            counted[name] += max(0, len(values) - most)
        for name, text in person.plain.items():
            counted[name] += bool(text) and not _has_place_for(name, form)
    return {name: number for name, number in counted.items() if number}


def _slots(form: AtsFormat, name: str) -> int:
    return sum(value == name or value.startswith(f"{name}_") for value in form.values)


def _has_place_for(name: str, form: AtsFormat) -> bool:
    if name in form.values:
        return True
    if name in ("street", "city", "region", "postcode", "country") and "address" in form.values:
        return True
    return name in ("city", "country") and "location" in form.values


def _known(person: Outgoing, *, role: str, requisition: str, between: str) -> dict[str, str]:
    first, _, last = person.full_name.rpartition(" ")
    known = {
        **person.plain,
        "full_name": person.full_name,
        "first_name": first,
        "last_name": last,
        "location": ", ".join(part for part in (person.plain["city"], person.plain["country"]) if part),
        "address": _address(person.plain),
        "role": role,
        "requisition": requisition,
        "source": SOURCE,
        "opt_out": "yes" if person.opt_out else "no",
        "external_id": person.external_id,
        "resume": person.resume,
    }
    for name, values in (("email", person.emails), ("phone", person.phones), ("link", person.links)):
        known[f"{name}s"] = between.join(values)
        known |= {name if place == 1 else f"{name}_{place}": value for place, value in enumerate(values, 1)}
    return known


def _address(plain: Mapping[str, str]) -> str:
    town = " ".join(part for part in (plain["postcode"], plain["city"]) if part)
    return ", ".join(part for part in (plain["street"], town, plain["region"], plain["country"]) if part)
