"""What a row changes, decided from the row and what is known; nothing is written here.

The rules are: fill in, never overwrite, unless the source says when it changed and that is newer; an application
only moves forward; a person is recognised by id, e-mail, phone or page, and only if the names go together. So
the same file a second time changes nothing.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from talentpool.imports.cells import CellProblem
from talentpool.imports.known import (
    PERSON_FIELDS,
    Known,
    KnownPerson,
    Namesake,
    external_key,
    is_blocked,
    name_key,
    own_ids,
)
from talentpool.imports.merge import merge_row
from talentpool.imports.own_merge import merge_whole
from talentpool.imports.permissions import Permissions
from talentpool.imports.recognise import find_deleted, find_person, has_namesake
from talentpool.imports.row import ROW_ID_PREFIX, ParsedRow
from talentpool.imports.rules import Rules

ONE_PERSON_TWICE = (
    "The other system has this person under two ids, by the same address and name; here they are one."
)
MERGE_THERE = "Merge the two there; or take the import back, and give each an address of their own."
ONE_ID_DELETED = "The other system has deleted one of two ids under which it had this person; nothing is proposed for the other."
DELETED_THERE_TOO = "Where they asked to be erased, enter it under Requests."


class Outcome(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """The decision about one row."""

    parsed: ParsedRow
    outcome: Outcome
    person: KnownPerson | None = None
    is_possible_duplicate: bool = False


@dataclass(slots=True)
class Plan:
    """The decisions about a chunk, and what goes with them beside the people's own records."""

    rows: list[Planned] = field(default_factory=list)
    people: dict[KnownPerson, None] = field(default_factory=dict)  # with something to write, in row order
    permissions: Permissions = field(default_factory=Permissions)
    deleted_there: list[tuple[KnownPerson, str]] = field(default_factory=list)  # with their id there
    deleted_in_part: list[tuple[KnownPerson, str]] = field(
        default_factory=list
    )  # still there under another id


def plan_rows(rows: list[ParsedRow], known: Known, rules: Rules) -> Plan:
    """Decide about the rows of a chunk in their order; `known` learns what they bring."""
    plan = Plan()
    known.deleted |= {
        (one.person.source or rules.source, one.person.external_id) for one in rows if one.is_deleted
    }
    for parsed in rows:
        plan.rows.append(_plan_row(parsed, known, rules, plan))
    return plan


def _plan_row(parsed: ParsedRow, known: Known, rules: Rules, plan: Plan) -> Planned:
    if parsed.is_deleted:
        return _plan_deletion(parsed, known, rules.source, plan)
    if is_blocked(parsed, known, rules.source):
        return Planned(parsed=parsed, outcome=Outcome.BLOCKED)
    person, is_possible_duplicate = find_person(parsed, known, rules.source)
    if person is None and not parsed.names_somebody:
        return Planned(parsed=parsed, outcome=Outcome.LEFT_OUT)
    is_new = person is None
    if person is not None and rules.is_in_step and _has_another_id(parsed, person, known, rules.source):
        parsed = replace(parsed, problems=(*parsed.problems, _twice(parsed, person)))
    if person is None:
        is_possible_duplicate = is_possible_duplicate or has_namesake(parsed, known)
        person = _new_person(parsed, known, rules.source)
    merge = merge_whole if parsed.whole else merge_row
    is_changed = merge(parsed, person, known=known, rules=rules, permissions=plan.permissions)
    if is_new or is_changed:
        plan.people[person] = None
    outcome = Outcome.CREATED if is_new else Outcome.UPDATED if is_changed else Outcome.UNCHANGED
    return Planned(parsed=parsed, outcome=outcome, person=person, is_possible_duplicate=is_possible_duplicate)


def _plan_deletion(parsed: ParsedRow, known: Known, source: str, plan: Plan) -> Planned:
    person, source = find_deleted(parsed, known, source), parsed.person.source or source
    if person is not None and (others := _other_ids(parsed, person, known, source)):
        parsed = replace(parsed, problems=(*parsed.problems, _deleted_once(parsed, others)))
        plan.deleted_in_part.append((person, parsed.person.external_id or ""))
    elif person is not None and person.id is not None:
        plan.deleted_there.append((person, parsed.person.external_id or ""))
    return Planned(parsed=parsed, outcome=Outcome.LEFT_OUT, person=person)


def _other_ids(parsed: ParsedRow, person: KnownPerson, known: Known, source: str) -> list[str]:
    """List under which other ids of the source somebody stands who is deleted there under the one in a row."""
    if not parsed.person.external_id:
        return []
    ids = {(person.source, person.external_id), *person.merged_ids} - known.deleted
    return sorted(each for of, each in ids if of == source and each and not each.startswith(ROW_ID_PREFIX))


def _deleted_once(parsed: ParsedRow, others: list[str]) -> CellProblem:
    ids = f"{parsed.person.external_id}; still {', '.join(others)}"
    return CellProblem(column=None, value=ids, message=ONE_ID_DELETED, remedy=DELETED_THERE_TOO)


def _has_another_id(parsed: ParsedRow, person: KnownPerson, known: Known, source: str) -> bool:
    """Say whether a row gives a second id of its source to somebody who has one there."""
    given, has = parsed.person.external_id, person.external_id
    if not given or not has or person.source != source or has.startswith(ROW_ID_PREFIX):
        return False
    return person not in known.find(external_key(source, given))


def _twice(parsed: ParsedRow, person: KnownPerson) -> CellProblem:
    ids = f"{person.external_id} and {parsed.person.external_id}"
    return CellProblem(column=None, value=ids, message=ONE_PERSON_TWICE, remedy=MERGE_THERE)


def _new_person(parsed: ParsedRow, known: Known, source: str) -> KnownPerson:
    entry, source = parsed.person, parsed.person.source or source
    # An id that is somebody else's here stays theirs; a person will have to look.
    free = [each for each in own_ids(parsed) if not known.find(external_key(source, each))]
    identifier = free[0] if free else None
    person = KnownPerson(
        id=None,
        name=entry.full_name,
        source=source,
        external_id=identifier,
        as_of=entry.as_of,
        fields={each: value for each in PERSON_FIELDS if (value := getattr(entry, each))},
    )
    is_its_own = identifier == entry.external_id
    person.plan().person = entry if is_its_own else replace(entry, external_id=identifier)
    if identifier:
        known.add(person, [external_key(source, identifier)])
    if entry.full_name:
        same = known.namesakes.setdefault(name_key(entry.full_name), [])
        same.append(Namesake(entry.city, entry.headline))
    return person
