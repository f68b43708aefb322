"""What a row says about an application: the role, how far it got, how and why it ended. Pure.

Other systems mix stages and endings in one column and call both status; here they come apart.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from talentpool.candidates.contact_records import ACTIVE_DAYS
from talentpool.candidates.models import Disposition, ReasonKind, Stage
from talentpool.imports.cells import RowCells
from talentpool.imports.columns import Column
from talentpool.imports.dates import parse_date
from talentpool.imports.fields import ABOUT_AN_APPLICATION, Field
from talentpool.imports.phrases import phrase_of
from talentpool.imports.values import read_flag, read_rating
from talentpool.imports.vocabulary import REASON_KINDS, find_reason

NOT_KNOWN = "This word is not known as a stage or an ending."
SAY_WHAT_IT_MEANS = "Say in a mapping file what it means, under [stage] or [disposition]."
_LONGEST_NOTE = 20_000
_BEFORE_A_REJECTION = (Disposition.WITHDRAWN, Disposition.HIRED)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadApplication:
    """One application as the row tells it; roles and reasons are still words."""

    role_title: str
    requisition: str | None
    stage: Stage
    disposition: Disposition | None
    ending_is_said: bool  # False: `unknown` or open was concluded from silence
    is_said_open: bool = False  # in a word such as "Active"
    reason_code: str | None = None
    reason_text: str | None = None
    applied_on: date | None = None
    ended_on: date | None = None
    active_on: date | None = None
    rating: float | None = None
    interviewer_words: str | None = None
    external_id: str | None = None


def read_application(cells: RowCells, *, added_on: date | None) -> ReadApplication | None:
    """Read the application of a row; None if the row says nothing about one."""
    stage, ending = _stage(cells), _ending(cells)
    says_something = any(cells.text(each) for each in ABOUT_AN_APPLICATION)
    if not says_something and ending is None and (stage is None or stage is Stage.APPLIED):
        return None
    _note_unknown_words(cells)
    applied_on = cells.day(Field.APPLIED_ON) or added_on
    ended_on = cells.day(Field.ENDED_ON) or _day_of_rejection(cells)
    active_on = cells.day(Field.ACTIVE_ON)
    if ending is None and stage is Stage.HIRED:
        ending = Disposition.HIRED
    if ending is None and cells.day(Field.ENDED_ON):
        ending = Disposition.UNKNOWN
    is_said = ending is not None
    if ending is None and not _is_active(active_on or applied_on, cells.reading.today):
        ending = Disposition.UNKNOWN
    return ReadApplication(
        role_title=cells.text(Field.ROLE_TITLE, 320),
        requisition=cells.text(Field.REQUISITION, 160) or None,
        stage=Stage.HIRED if ending is Disposition.HIRED else stage or Stage.APPLIED,
        disposition=ending,
        ending_is_said=is_said,
        is_said_open=ending is None and _is_said_open(cells),
        reason_code=_reason_code(cells, ending),
        reason_text=_reason_text(cells),
        applied_on=applied_on,
        ended_on=ended_on if ending else None,
        active_on=active_on,
        rating=_rating(cells),
        interviewer_words=cells.text(Field.INTERVIEWER_WORDS, _LONGEST_NOTE) or None,
        external_id=cells.text(Field.APPLICATION_ID, 160) or None,
    )


def _is_said_open(cells: RowCells) -> bool:
    words = cells.reading.vocabulary.still_open
    said = (cells.text(each) for each in (Field.DISPOSITION, Field.STATUS, Field.STAGE))
    return any(text and phrase_of(text) in words for text in said)


def _stage(cells: RowCells) -> Stage | None:
    stages = cells.reading.vocabulary.stages
    said = (cells.text(each) for each in (Field.STAGE, Field.STATUS))
    return next((stage for text in said if text and (stage := stages.find(text))), None)


def _ending(cells: RowCells) -> Disposition | None:
    """Give how it ended; a reason that is theirs, or a hire, is believed before a plain "archived" or "rejected"."""
    said, by_reason = _said_ending(cells), _ending_in_reason(cells)
    if said in (None, Disposition.REJECTED) and cells.text(Field.WITHDRAWAL_REASON):
        return Disposition.WITHDRAWN
    if said is None or (said is Disposition.REJECTED and by_reason in _BEFORE_A_REJECTION):
        said = by_reason or said
    if said is None and (
        _is_rejected(cells) or cells.text(Field.REASON) or cells.text(Field.REASON_CATEGORY)
    ):
        return Disposition.REJECTED
    return said


def _said_ending(cells: RowCells) -> Disposition | None:
    dispositions = cells.reading.vocabulary.dispositions
    for each in (Field.DISPOSITION, Field.STATUS, Field.STAGE):
        text = cells.text(each)
        if text and phrase_of(text) not in cells.reading.vocabulary.still_open:
            ending = dispositions.find(text)
            if ending is not None:
                return ending
    return None


def _ending_in_reason(cells: RowCells) -> Disposition | None:
    """Give the ending that stands where reasons do: archive reasons such as "Hired", "Withdrew", "Offer declined"."""
    words, text = cells.reading.vocabulary, cells.text(Field.REASON)
    if not text:
        return None
    if (ending := words.dispositions.listed(text)) is not None:
        return ending
    kind, code = find_reason(text, words, REASON_KINDS)
    if code is None:
        ending = words.dispositions.find(text)
        return ending if ending in _BEFORE_A_REJECTION else None
    return Disposition.WITHDRAWN if kind is ReasonKind.WITHDRAWAL else None


def _is_rejected(cells: RowCells) -> bool:
    """Say whether a column such as “Disqualified” holds a yes or the date of it."""
    for column, value in cells.values(Field.IS_REJECTED):
        answer = read_flag(value, cells.reading.vocabulary.flags)
        return _date_in(cells, column, value) is not None if answer is None else answer
    return False


def _day_of_rejection(cells: RowCells) -> date | None:
    return next((_date_in(cells, column, value) for column, value in cells.values(Field.IS_REJECTED)), None)


def _date_in(cells: RowCells, column: Column, value: str) -> date | None:
    if len(value) < 6:
        return None
    reading = cells.reading
    order = reading.survey.orders.get(column.index)
    return parse_date(value, order=order, months=reading.vocabulary.months, today=reading.today)


def _note_unknown_words(cells: RowCells) -> None:
    words = cells.reading.vocabulary
    for each in (Field.STAGE, Field.STATUS, Field.DISPOSITION):
        for column, value in cells.values(each):
            phrase = phrase_of(value)
            is_said = phrase in words.still_open or phrase in words.stages or phrase in words.dispositions
            if not is_said and not words.stages.find(value) and not words.dispositions.find(value):
                cells.note(
                    column,
                    value,
                    NOT_KNOWN,
                    SAY_WHAT_IT_MEANS,
                )


def _is_active(last_on: date | None, today: date) -> bool:
    return last_on is not None and today - last_on <= timedelta(days=ACTIVE_DAYS)


def _reason_code(cells: RowCells, ending: Disposition | None) -> str | None:
    is_theirs = ending is Disposition.WITHDRAWN
    kinds = REASON_KINDS[::-1] if is_theirs else REASON_KINDS[:1]
    asked = [cells.text(each) for each in (Field.WITHDRAWAL_REASON, Field.REASON, Field.REASON_CATEGORY)]
    asked += [text for each in (Field.DISPOSITION, Field.STATUS) if (text := _after_a_dash(cells.text(each)))]
    for text in filter(None, asked):
        code = find_reason(text, cells.reading.vocabulary, kinds)[1]
        if code is not None:
            return code
    return None


def _after_a_dash(text: str) -> str:
    """Give the reason in “Rejected – Position closed”."""
    for dash in (" – ", " — ", " - ", ": "):
        if dash in text:
            return text.partition(dash)[2]
    return ""


def _reason_text(cells: RowCells) -> str | None:
    wanted = (Field.WITHDRAWAL_REASON, Field.REASON, Field.REASON_CATEGORY, Field.REASON_NOTE)
    said = dict.fromkeys(cells.text(each, _LONGEST_NOTE) for each in wanted)
    return ": ".join(text for text in said if text) or None


def _rating(cells: RowCells) -> float | None:
    for column, value in cells.values(Field.RATING):
        rating = read_rating(value, cells.reading.survey.scales.get(column.index))
        if rating is None:
            cells.note(column, value, "This is not a rating we can read.", "Write a number, such as 4 of 5.")
        return rating
    return None
