"""People with their applications as another program sends them: one JSON document, checked record by record.

The models are the description that is served (OpenAPI) and the check of what comes; the records become rows, so that
everything an import does holds for them too. What one record lacks is said of that record and stops no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from talentpool.imports import fields
from talentpool.imports.csv_rows import NumberedRow

MOST_PEOPLE = 500  # in one document
MOST_APPLICATIONS = 50
MOST_VALUES = 20  # addresses, numbers or pages of one person
LONGEST_TEXT = 1_000_000  # characters, as of a cell
FORM = "people as JSON"

Id = Annotated[str, StringConstraints(min_length=1, max_length=160, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(max_length=320, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Several = Annotated[list[Line], Field(max_length=MOST_VALUES)]


Said = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC))]
"""When a system said something; none is older than the clocks of computers."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PushedApplication(_Strict):
    """One application, in the words of the system it comes from."""

    external_id: Id | None = Field(
        default=None, description="Its id there; without one, role and day say which it is."
    )
    role: Line = Field(default="", description="The title of the role.")
    requisition: Annotated[str, StringConstraints(max_length=160)] = Field(
        default="", description="The number of the role there. A role here with the same number is that role."
    )
    stage: Line = Field(default="", description="How far it got, in their word: “Phone screen”.")
    status: Line = Field(
        default="", description="How it stands, in their word: “Active”, “Rejected”, “Hired”."
    )
    reason: Line = Field(default="", description="Why it ended, in their words.")
    applied_on: date | None = None
    ended_on: date | None = None
    active_on: date | None = Field(default=None, description="The last sign of life.")
    rating: Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d+)?/\d{1,3}$")] | None = Field(
        default=None, description="For instance “4/5”."
    )
    interviewer_words: Text = ""


class PushedFile(_Strict):
    """One resume as a file."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    content: str = Field(
        description="The bytes of the file in base64; PDF, Word, OpenDocument, RTF, HTML or text."
    )


class PushedPerson(_Strict):
    """One person, with everything that is to be said about them; what is left out is not said."""

    external_id: Id = Field(
        description="Their id in the system that sends them; a repeat under it changes nothing."
    )
    deleted: bool = Field(
        default=False, description="They are deleted there: that is proposed here as an erasure."
    )
    name: Line = ""
    emails: Several = []
    phones: Several = []
    links: Several = Field(default=[], description="Pages about them: a profile, a portfolio.")
    headline: Annotated[str, StringConstraints(max_length=500)] = ""
    summary: Text = ""
    skills: Annotated[list[Line], Field(max_length=500)] = []
    experience: Text = ""
    street: Line = ""
    postcode: Annotated[str, StringConstraints(max_length=32)] = ""
    city: Annotated[str, StringConstraints(max_length=160)] = ""
    region: Annotated[str, StringConstraints(max_length=160)] = ""
    country: Annotated[str, StringConstraints(max_length=160)] = Field(
        default="", description="ISO code or name."
    )
    url: Annotated[str, StringConstraints(max_length=2000)] = Field(
        default="", description="Where they are in that system."
    )
    came_through: Line = Field(default="", description="Job board, referral, agency.")
    added_on: date | None = Field(default=None, description="When they were collected there.")
    do_not_contact: bool = False
    consent_given_on: date | None = None
    consent_until: date | None = None
    consent_withdrawn_on: date | None = None
    notes: Text = ""
    resume_text: Text = ""
    resume_on: date | None = None
    resume_file: PushedFile | None = None
    applications: Annotated[list[PushedApplication], Field(max_length=MOST_APPLICATIONS)] = []


class PushedPeople(_Strict):
    """What one request carries."""

    source: Id | None = Field(
        default=None, description="The system they come from; only the token's own may be named."
    )
    as_of: Said | None = Field(
        default=None,
        description="When the system said so; now where it is left out. An older word never replaces a newer one.",
    )
    people: Annotated[list[PushedPerson], Field(min_length=1, max_length=MOST_PEOPLE)]


class Outline(_Strict):
    """The same before its records are looked at one by one."""

    source: Id | None = None
    as_of: Said | None = None
    people: Annotated[list[Any], Field(min_length=1, max_length=MOST_PEOPLE)]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedRecord:
    """One record of a document: the person, or why it cannot be taken."""

    number: int  # its place, from 1
    external_id: str | None
    person: PushedPerson | None
    problems: tuple[str, ...] = ()


def check_records(records: Sequence[Any]) -> list[CheckedRecord]:
    """Look at records one by one; of two with the same id the first is taken."""
    checked: list[CheckedRecord] = []
    first: dict[str, int] = {}
    for number, record in enumerate(records, start=1):
        one = _checked(number, record)
        if one.person is not None:
            earlier = first.setdefault(one.person.external_id, number)
            if earlier != number:
                words = f"{one.person.external_id} stands twice in this request: record {earlier} was taken, this one was not."
                one = CheckedRecord(
                    number=number, external_id=one.external_id, person=None, problems=(words,)
                )
        checked.append(one)
    return checked


def _checked(number: int, record: Any) -> CheckedRecord:
    given = record.get("external_id") if isinstance(record, Mapping) else None
    external_id = given[:160] if isinstance(given, str) else None
    try:
        person = PushedPerson.model_validate(record)
    except ValidationError as error:
        return CheckedRecord(
            number=number, external_id=external_id, person=None, problems=sentences_of(error, "The record")
        )
    return CheckedRecord(number=number, external_id=external_id, person=person)


def sentences_of(error: ValidationError, whole: str) -> tuple[str, ...]:
    """Say what is wrong, place by place, without the values: those are people. `whole` is what was looked at."""
    return tuple(
        f"{'.'.join(str(part) for part in one['loc']) or whole} {_wrong(one)}."
        for one in error.errors(include_url=False, include_input=False)
    )


def _wrong(one: ErrorDetails) -> str:
    """Say in words of ours what is wrong with one place.

    >>> _wrong({"type": "too_long", "loc": (), "msg": "", "input": None, "ctx": {"max_length": 500}})
    'may have at most 500 entries'
    """
    kind, limits = one["type"], one.get("ctx", {})
    if kind in _TOO_MUCH:
        return _TOO_MUCH[kind].format(most=limits.get("max_length", 0))
    return next(
        (words for start, words in _WRONG.items() if kind.startswith(start)), f"is wrong: {one['msg']}"
    )


_DAY, _MOMENT = (
    "has to be a day, as 2026-11-02",
    "has to be a moment with its time zone, as 2026-11-26T08:00:00Z",
)
_WRONG = {
    "missing": "is missing", "extra_forbidden": "is no field that is known here", "model_": "has to be an object",
    "string_type": "has to be text", "string_too_short": "is empty", "string_pattern": "has to be like 4/5",
    "list_": "has to be a list", "too_short": "is empty", "bool_": "has to be true or false",
    "timezone": _MOMENT, "datetime_": _MOMENT, "date_": _DAY,
    "greater_than_equal": "has to be after 1970",
}  # fmt: skip
"""What is wrong, by how the name of a fault begins."""
_TOO_MUCH = {
    "string_too_long": "may have at most {most:,} characters",
    "too_long": "may have at most {most:,} entries",
}

_PERSON = {
    fields.Field.EXTERNAL_ID: "external_id", fields.Field.FULL_NAME: "name", fields.Field.EMAIL: "emails",
    fields.Field.PHONE: "phones", fields.Field.LINK: "links", fields.Field.HEADLINE: "headline",
    fields.Field.SUMMARY: "summary", fields.Field.SKILLS: "skills", fields.Field.EXPERIENCE: "experience",
    fields.Field.STREET: "street", fields.Field.POSTCODE: "postcode", fields.Field.CITY: "city",
    fields.Field.REGION: "region", fields.Field.COUNTRY: "country", fields.Field.EXTERNAL_URL: "url",
    fields.Field.CAME_THROUGH: "came_through", fields.Field.ADDED_ON: "added_on",
    fields.Field.DO_NOT_CONTACT: "do_not_contact", fields.Field.CONSENT_GIVEN: "consent_given_on",
    fields.Field.CONSENT_UNTIL: "consent_until", fields.Field.CONSENT_WITHDRAWN: "consent_withdrawn_on",
    fields.Field.NOTES: "notes", fields.Field.RESUME_TEXT: "resume_text", fields.Field.RESUME_ON: "resume_on",
    fields.Field.IS_DELETED: "deleted",
}  # fmt: skip
_APPLICATION = {
    fields.Field.APPLICATION_ID: "external_id", fields.Field.ROLE_TITLE: "role",
    fields.Field.REQUISITION: "requisition", fields.Field.STAGE: "stage", fields.Field.STATUS: "status",
    fields.Field.REASON: "reason", fields.Field.APPLIED_ON: "applied_on", fields.Field.ENDED_ON: "ended_on",
    fields.Field.ACTIVE_ON: "active_on", fields.Field.RATING: "rating",
    fields.Field.INTERVIEWER_WORDS: "interviewer_words",
}  # fmt: skip
HEADER: tuple[str, ...] = (*_PERSON, fields.Field.RESUME_FILE, *_APPLICATION)
COLUMNS = {name: str(name) for name in HEADER}
"""What each column is: the rows need no guessing."""
_BETWEEN = {"emails": "; ", "phones": "; ", "links": " ", "skills": ", "}


def rows_of(records: Sequence[CheckedRecord], file_names: Mapping[int, str]) -> Iterator[NumberedRow]:
    """Give a row for each application of each record, numbered as its record; one where there is none."""
    for record in records:
        if record.person is None:
            continue
        about = [_cell(record.person, name) for name in _PERSON.values()]
        about.append(file_names.get(record.number, ""))
        for application in record.person.applications or [PushedApplication()]:
            cells = [*about, *(_cell(application, name) for name in _APPLICATION.values())]
            yield NumberedRow(line=record.number, cells=cells)


def _cell(record: BaseModel, name: str) -> str:
    value = getattr(record, name)
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list):
        return _BETWEEN[name].join(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = str(value).strip().replace("\0", "")
    return text.encode(
        "utf-8", "replace"
    ).decode()  # half characters, which JSON may hold and no database does
