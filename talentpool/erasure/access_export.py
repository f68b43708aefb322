"""Everything on record about one person as a ZIP for that person: JSON, the original files, and who had to do with it.

Nobody else's data is in it: our own people appear as what they are here, and any other address found in a text is
blanked. Roles appear by their title, scores with their whole receipt.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent, Recruiter
from talentpool.candidates.models import Candidate, Resume
from talentpool.candidates.whole_person import WholePerson, load_whole_people
from talentpool.database import Base
from talentpool.errors import NotFoundError
from talentpool.resumes.file_names import download_name
from talentpool.resumes.store import original_path

OWN_SOURCE = "talentpool"
STAFF, SOMEBODY = "[a member of our staff]", "[somebody else]"
ABOUT_OTHERS = ("introduced_by",)  # a person who recommended somebody is not that somebody
MESSAGE_FIELDS = ("purpose", "to_address", "subject", "text", "state", "created_at", "sent_at")
PASS_ON_FIELDS = (
    "to_name",
    "to_organisation",
    "why",
    "with_resume",
    "asked_at",
    "text_version",
    "answered_at",
    "said_yes",
    "answered_how",
    "holds_until",
    "taken_back_at",
    "passed_at",
)  # to whom data went is theirs to know (Art. 15 (1) c GDPR; CJEU C-154/21)
QUESTION_FIELDS = ("cause", "text_version", "asked_at", "ends_on", "answered_at", "said_yes")
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def write_access_export(
    session: Session, candidate_id: int, path: Path, *, secret: bytes, resume_folder: Path, now: datetime
) -> dict[str, int]:
    """Write the ZIP and give how much of what is in it; raises NotFoundError for somebody who is gone."""
    told = everything_about(session, candidate_id, secret=secret, now=now)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    with ZipFile(unfinished, "w", ZIP_DEFLATED) as packed:
        packed.writestr("everything.json", json.dumps(told, ensure_ascii=False, indent=2, default=_plain))
        files = _pack_files(session, candidate_id, packed, resume_folder)
    unfinished.chmod(0o600)
    unfinished.replace(path)
    return {"files": files, **{name: len(part) for name, part in told.items() if isinstance(part, list)}}


def everything_about(session: Session, candidate_id: int, *, secret: bytes, now: datetime) -> dict[str, Any]:
    """Collect everything on record about one person, as plain values and without anybody else's data."""
    whole = load_whole_people(session, [candidate_id], secret=secret, own_source=OWN_SOURCE).get(candidate_id)
    if whole is None:
        raise NotFoundError(f"There is no candidate {candidate_id}.")
    person = {name: value for name, value in asdict(whole.person).items() if name not in ABOUT_OTHERS}
    told = {
        "made_at": now,
        "person": person,
        **_lists(whole),
        "matches": _matches(session, candidate_id),
        "messages": _rows(session, "messages", candidate_id, MESSAGE_FIELDS),
        "consent_questions": _rows(session, "consent_requests", candidate_id, QUESTION_FIELDS),
        "passed_on": _rows(session, "pass_ons", candidate_id, PASS_ON_FIELDS),
        "who_had_to_do_with_it": _trail(session, candidate_id),
    }
    own = {email.address.casefold() for email in whole.emails}
    return dict(_without_others(told, _staff(session), own))


def _lists(whole: WholePerson) -> dict[str, list[Any]]:
    names = [
        "emails",
        "phones",
        "links",
        "applications",
        "resumes",
        "facts",
        "contacts",
        "notes",
        "promises",
        "bases",
        "holds",
    ]
    return {name: [asdict(one) for one in getattr(whole, name)] for name in names}


def _matches(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    matches, runs, roles = (_table(name) for name in ("matches", "match_runs", "roles"))
    wanted = (
        select(
            roles.c.title, runs.c.ran_at, matches.c.rank, matches.c.score, matches.c.band, matches.c.receipt
        )
        .join(runs, runs.c.id == matches.c.run_id)
        .join(roles, roles.c.id == runs.c.role_id)
        .where(matches.c.candidate_id == candidate_id)
        .order_by(runs.c.ran_at, runs.c.id)
    )
    return [dict(row) for row in session.execute(wanted).mappings()]


def _rows(session: Session, name: str, candidate_id: int, fields: Sequence[str]) -> list[dict[str, Any]]:
    table = _table(name)
    wanted = select(*(table.c[field] for field in fields)).where(table.c.candidate_id == candidate_id)
    return [dict(row) for row in session.execute(wanted.order_by(table.c.id)).mappings()]


def _trail(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    """Say what was done with the record and when, by the kind of account that did it, and by nobody's name."""
    wanted = (
        select(AuditEvent.at, AuditEvent.action, Recruiter.kind)
        .outerjoin(Recruiter, Recruiter.id == AuditEvent.recruiter_id)
        .where(AuditEvent.object_kind == "candidate", AuditEvent.object_id == candidate_id)
        .order_by(AuditEvent.at, AuditEvent.id)
    )
    return [
        {"at": at, "what": action.replace("_", " "), "by": kind.value if kind else "nobody here"}
        for at, action, kind in session.execute(wanted)
    ]


def _staff(session: Session) -> re.Pattern[str] | None:
    """Make a pattern of the names and addresses of everybody who signs in here."""
    known = [
        word
        for name, email in session.execute(select(Recruiter.name, Recruiter.email))
        for word in (name, email)
    ]
    words = sorted({re.escape(word) for word in known if len(word) > 2}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None


def _without_others(value: Any, staff: re.Pattern[str] | None, own: set[str]) -> Any:
    """Blank our own people's names, and every address that is not the person's, in all texts."""
    if isinstance(value, str):
        said = staff.sub(STAFF, value) if staff is not None and value.casefold() not in own else value
        return _ADDRESS.sub(lambda found: found[0] if found[0].casefold() in own else SOMEBODY, said)
    if isinstance(value, Mapping):
        return {key: _without_others(each, staff, own) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_others(each, staff, own) for each in value]
    return value


def _pack_files(session: Session, candidate_id: int, packed: ZipFile, folder: Path) -> int:
    wanted = select(Resume).where(Resume.candidate_id == candidate_id, Resume.file_key.is_not(None))
    count = 0
    for resume in session.scalars(wanted.order_by(Resume.id)):
        path = original_path(folder, resume.file_key or "")
        if path.is_file():
            packed.write(path, f"files/{resume.id}-{download_name(resume.file_name, resume.media_type)}")
            count += 1
    return count


def _table(name: str) -> Table:
    return Base.metadata.tables[name]  # rooms of their own, known here by their tables


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def is_here(session: Session, candidate_id: int) -> bool:
    """Say whether the person is still on record: an export of somebody erased meanwhile is not handed out."""
    return session.scalar(select(Candidate.id).where(Candidate.id == candidate_id)) is not None
