"""Everything on record about one person as a ZIP for that person: JSON, the original files, and who had to do with it.

Nobody else's data is in it: see `other_people`. Their own resumes are given as they are. Roles appear by their title,
scores with their whole receipt.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import ColumnElement, Table, case, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent, Recruiter
from talentpool.candidates.models import Candidate, Resume
from talentpool.candidates.whole_people import load_whole_people
from talentpool.candidates.whole_person import WholePerson
from talentpool.database import Base
from talentpool.erasure.other_people import screen_for
from talentpool.errors import NotFoundError
from talentpool.resumes.file_names import download_name
from talentpool.resumes.store import original_path

OWN_SOURCE = "talentpool"
NOT_PUBLIC = "[a role that is not public]"
ABOUT_OTHERS = ("introduced_by",)  # a person who recommended somebody is not that somebody
OWN_WORDS = ("emails", "phones", "links", "resumes")  # given by the person, and given back as they are
WHOLE = (
    "emails", "phones", "links", "applications", "resumes", "facts", "contacts", "notes", "promises", "bases", "holds",
)  # fmt: skip
# Part of the file -> table of another room, and the columns told of it.
PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "messages": ("messages", ("purpose", "to_address", "subject", "text", "state", "created_at", "sent_at")),
    "answers": ("incoming_mails", ("kind", "subject", "words", "came_at")),
    "decisions": ("match_feedback", ("kind", "scope", "reason", "words", "until", "created_at", "undone_at")),
    "consent_questions": (
        "consent_requests",
        ("cause", "text_version", "asked_at", "ends_on", "answered_at", "said_yes"),
    ),
    # To whom data went is theirs to know (Art. 15 (1) c GDPR; CJEU C-154/21).
    "passed_on": (
        "pass_ons",
        (
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
        ),
    ),
    "wishes_to_keep": ("keep_wishes", ("created_at", "asked_at")),
    "contact_held_back": ("contact_holds", ("kind", "source", "until", "created_at", "lifted_at")),
    "requests": (
        "data_requests",
        (
            "kind",
            "came_by",
            "received_on",
            "due_on",
            "identity_words",
            "words",
            "state",
            "answer",
            "answered_at",
        ),
    ),
    "deleted_elsewhere": (
        "deletions_there",
        ("source", "external_id", "told_at", "asked_at", "decided_at"),
    ),
    "cells_not_read": ("import_problems", ("column", "value", "message")),
}
TOLD_BY_HAND = frozenset({"matches", "shortlist_link_people", "suppressions"})
TOLD_WHOLE = frozenset(
    {
        "candidate_emails", "candidate_phones", "candidate_links", "applications", "resumes", "facts", "contacts",
        "notes", "promises", "lawful_bases",
    }
)  # fmt: skip
NOT_TOLD: Mapping[str, str] = {
    "identity_keys": "made from the name and the addresses, to find duplicates",
    "possible_duplicates": "says that somebody else may be the same person",
    "merges": "holds another record; what came of it is in this one",
    "import_changes": "holds earlier values, for taking an import back",
    "source_rows": "keyed hashes of another system's rows, to see which have changed",
    "revealed_people": "says which of us has seen the name; the trail counts it",
}


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
        "person": person,
        **{name: [asdict(one) for one in getattr(whole, name)] for name in WHOLE},
        "matches": _matches(session, candidate_id),
        "shown_to": _shown_to(session, candidate_id),
        **{name: _rows(session, table, candidate_id, columns) for name, (table, columns) in PARTS.items()},
        "who_had_to_do_with_it": _trail(session, candidate_id),
    }
    ours = {name: part for name, part in told.items() if name not in OWN_WORDS}
    screen = screen_for(session, candidate_id, ours, _own(whole))
    return {"made_at": now, **told, **screen.blank(ours)}


def _own(whole: WholePerson) -> list[str]:
    addresses = [email.address for email in whole.emails] + [phone.number for phone in whole.phones]
    return [whole.person.full_name, *addresses]


def title_for_them(roles: Table) -> ColumnElement[str]:
    """Give the title of a role as a candidate may read it: one that only its team may see stays theirs."""
    return case((roles.c.is_confidential, NOT_PUBLIC), else_=roles.c.title).label("title")


def _matches(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    matches, runs, roles = (_table(name) for name in ("matches", "match_runs", "roles"))
    wanted = (
        select(
            title_for_them(roles),
            runs.c.ran_at,
            matches.c.rank,
            matches.c.score,
            matches.c.band,
            matches.c.receipt,
        )
        .join(runs, runs.c.id == matches.c.run_id)
        .join(roles, roles.c.id == runs.c.role_id)
        .where(matches.c.candidate_id == candidate_id)
        .order_by(runs.c.ran_at, runs.c.id)
    )
    return [dict(row) for row in session.execute(wanted).mappings()]


def _shown_to(session: Session, candidate_id: int) -> list[dict[str, Any]]:
    """Say to whom beside our recruiting staff the person was shown: for which role, when, and what came of it."""
    people, links, roles = (_table(name) for name in ("shortlist_link_people", "shortlist_links", "roles"))
    wanted = (
        select(
            title_for_them(roles),
            links.c.created_at,
            people.c.answer,
            people.c.reason,
            people.c.words,
            people.c.answered_at,
        )
        .join(links, links.c.id == people.c.link_id)
        .join(roles, roles.c.id == links.c.role_id)
        .where(people.c.candidate_id == candidate_id)
        .order_by(links.c.created_at, links.c.id)
    )
    return [{"to": "the hiring manager", **row} for row in session.execute(wanted).mappings()]


def _rows(session: Session, name: str, candidate_id: int, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    table = _table(name)
    wanted = select(*(table.c[column] for column in columns)).where(table.c.candidate_id == candidate_id)
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
