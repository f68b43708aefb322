"""The form that closes a role: what is filled in for each application, and what holds for everybody else.

Fields of one application end in its number: `reason-12`. A field of the bar above begins with `all_`, and
counts wherever the application's own is empty; who applied since the page was opened has none, and is not meant.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from talentpool.candidates.models import Application, ReasonKind, Stage
from talentpool.candidates.promises import LONGEST_WORDS
from talentpool.candidates.reasons import KnownReason
from talentpool.closing.endings import AS_USUAL, HIRED, Promised, Wanted, why_not_recordable
from talentpool.web.forms.entry import Entry

LONGEST_LINE = 500
YES, NO = "yes", "no"


def read_closing(
    entry: Entry,
    applications: Sequence[Application],
    reasons: Mapping[str, KnownReason],
    *,
    owners: Mapping[int, str],
    own_id: int,
) -> list[Wanted]:
    """Read what is filled in; an application without a reason is not in it, what is wrong stands in the entry."""
    wanted = []
    for application in applications:
        name = f"reason-{application.id}"
        if name not in entry.values or not (entry[name] or entry["all_reason"]):
            continue
        one = _wanted(entry, application, reasons, owners=owners, own_id=own_id)
        if problem := why_not_recordable(one, reasons):
            entry.refuse(name, f"{application.candidate.full_name}: {problem}")
        wanted.append(one)
    return wanted


def _wanted(
    entry: Entry,
    application: Application,
    reasons: Mapping[str, KnownReason],
    *,
    owners: Mapping[int, str],
    own_id: int,
) -> Wanted:
    outcome = entry[f"reason-{application.id}"] or entry["all_reason"]
    is_ours = outcome != HIRED and getattr(reasons.get(outcome), "kind", None) is not ReasonKind.WITHDRAWAL
    return Wanted(
        application_id=application.id,
        outcome=outcome,
        stage=_stage(entry, application),
        holds=_either(entry, "holds", application) or AS_USUAL,
        words=_either(entry, "words", application),
        stood_out=_line(entry, f"stood_out-{application.id}", "what stood out"),
        is_strong_elsewhere=entry.is_ticked(f"strong-{application.id}"),
        promise=_promise(entry, application, owners, own_id),
        keep=outcome != HIRED and _is_yes(entry, "keep", application),
        letter=is_ours and _is_yes(entry, "letter", application),
        what_was_good=_either(entry, "good", application),
        what_decided=_either(entry, "decided", application),
    )


def _stage(entry: Entry, application: Application) -> Stage:
    among = {stage.value for stage in Stage}
    chosen = entry.choice(f"stage-{application.id}", "a stage", among=among, required=False)
    return Stage(chosen) if chosen else application.stage


def _either(entry: Entry, name: str, application: Application) -> str:
    own = _line(entry, f"{name}-{application.id}", "this")
    return own or _line(entry, f"all_{name}", "this")


def _is_yes(entry: Entry, name: str, application: Application) -> bool:
    own = entry[f"{name}-{application.id}"]
    return own == YES if own in (YES, NO) else entry.is_ticked(f"all_{name}")


def _line(entry: Entry, name: str, what: str) -> str:
    return entry.line(name, what, required=False, longest=LONGEST_LINE)


def _promise(
    entry: Entry, application: Application, owners: Mapping[int, str], own_id: int
) -> Promised | None:
    name = f"promise-{application.id}"
    words = entry.line(name, "what is promised", required=False, longest=LONGEST_WORDS)
    if not words:
        return None
    chosen = entry[f"owner-{application.id}"]
    owner = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else own_id
    if owner not in owners:
        entry.refuse(f"owner-{application.id}", "Choose from the list who keeps the promise.")
    return Promised(words=words, due_on=_day(entry, f"due-{application.id}"), owner_id=owner)


def _day(entry: Entry, name: str) -> date | None:
    typed = entry[name].strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        entry.refuse(name, f"{typed!r} is no day we can read; write it as 2027-03-31.")
        return None
