"""A short list as another system's import file, with the resumes beside it in a ZIP.

Whoever took consent back stays here; whoever asked not to be contacted goes only where the format says so too.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.audit import record_event, record_events
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.models import Candidate, Resume
from talentpool.candidates.profiles import newest_resumes
from talentpool.consent.eligibility import Refusal
from talentpool.imports.ats_formats import AtsFormat, Outgoing, left_behind, row_of
from talentpool.resumes.file_names import download_name
from talentpool.resumes.store import original_path
from talentpool.roles.models import Role
from talentpool.sheets import BYTE_ORDER_MARK

STAYS_HERE = frozenset({Refusal.ERASED, Refusal.CONSENT_WITHDRAWN})
PLAIN = ("headline", "skills", "summary", "street", "postcode", "city", "region", "country")
FOLDER = "resumes"
LONGEST_NAME = 50
TEXT = "text/plain"


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOver:
    """What went out, who stayed and why, and which values the format had no column for."""

    candidate_ids: tuple[int, ...]
    resumes: int
    stayed: tuple[tuple[str, str], ...]  # name and reason
    left_behind: dict[str, int]

    @property
    def people(self) -> int:
        """Count who went."""
        return len(self.candidate_ids)


def hand_over(
    session: Session,
    role: Role,
    candidate_ids: Sequence[int],
    path: Path,
    form: AtsFormat,
    *,
    resume_folder: Path,
    today: date,
) -> HandOver:
    """Write people to a file: a ZIP of table and resumes if its name ends in .zip, the table alone otherwise."""
    people, stayed = _people(session, candidate_ids, form, today=today)
    resumes = newest_resumes(session, [person.id for person in people])
    originals = {one: _original(resume, resume_folder) for one, resume in resumes.items()}
    going = [
        _outgoing(person, resumes.get(person.id), originals.get(person.id), is_opted_out=says_no)
        for person, says_no in people.items()
    ]
    table = _table(going, form, role)
    written = 0
    if path.suffix.lower() == ".zip":
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            archive.writestr(f"{form.code}.csv", table)
            for one, data in _files(going, resumes, originals):
                archive.writestr(f"{FOLDER}/{one.resume}", data)
                written += 1
    else:
        path.write_bytes(table)
    return HandOver(
        candidate_ids=tuple(one.candidate_id for one in going),
        resumes=written,
        stayed=tuple(stayed),
        left_behind=left_behind(going, form),
    )


def record_hand_over(
    session: Session,
    role_id: int,
    done: HandOver,
    form: AtsFormat,
    *,
    recruiter_id: int | None,
    now: datetime,
) -> None:
    """Leave in the trail that a short list went out, and with each person to which system."""
    record_event(
        session,
        "short_list_exported",
        object_kind="role",
        object_id=role_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"people": done.people, "format": form.code},
    )
    told = {"role_id": role_id, "label": form.label, "with_resume": done.resumes > 0}
    record_events(
        session,
        "candidate_handed_over",
        object_kind="candidate",
        details_by_id=dict.fromkeys(done.candidate_ids, told),
        recruiter_id=recruiter_id,
        now=now,
    )


def _people(
    session: Session, candidate_ids: Sequence[int], form: AtsFormat, *, today: date
) -> tuple[dict[Candidate, bool], list[tuple[str, str]]]:
    """Load who goes, each with whether they asked not to be contacted, and who stays with the reason."""
    wanted = (
        select(Candidate)
        .where(Candidate.id.in_(candidate_ids))
        .options(
            selectinload(Candidate.emails), selectinload(Candidate.phones), selectinload(Candidate.links)
        )
    )
    found = {person.id: person for person in session.scalars(wanted)}
    states = contact_states(session, list(found), today=today)
    going: dict[Candidate, bool] = {}
    stayed = []
    for person in (found[one] for one in dict.fromkeys(candidate_ids) if one in found):
        refusal, words = states[person.id].refusal, states[person.id].words
        says_no = refusal is Refusal.DO_NOT_CONTACT
        if refusal in STAYS_HERE or (says_no and "opt_out" not in form.values):
            stayed.append((person.full_name or f"Candidate {person.id}", words))
        else:
            going[person] = says_no
    return going, stayed


def _outgoing(
    person: Candidate, resume: Resume | None, original: Path | None, *, is_opted_out: bool
) -> Outgoing:
    return Outgoing(
        candidate_id=person.id,
        full_name=person.full_name or f"Candidate {person.id}",
        emails=tuple(email.address for email in person.emails if email.bounced_at is None),
        phones=tuple(phone.number for phone in person.phones),
        links=tuple(link.url for link in person.links),
        plain={name: getattr(person, name) or "" for name in PLAIN},
        external_id=person.external_id or f"talentpool-{person.id}",
        opt_out=is_opted_out,
        resume=_file_name(person, resume.media_type if original else TEXT) if resume else "",
    )


def _original(resume: Resume, folder: Path) -> Path | None:
    """Find the file somebody sent; None where only its text is here."""
    path = original_path(folder, resume.file_key) if resume.file_key else None
    return path if path is not None and path.exists() else None


def _file_name(person: Candidate, media_type: str) -> str:
    """Name a resume after its owner, which is how systems without a column for it find whose it is.

    The address tells namesakes apart, and whoever has a name of one word.
    """
    address = next((email.address for email in person.emails if email.bounced_at is None), "")
    words = (person.full_name[:LONGEST_NAME] or "Candidate", address[:LONGEST_NAME], str(person.id))
    return download_name(" ".join(filter(None, words)), media_type)


def _table(going: Sequence[Outgoing], form: AtsFormat, role: Role) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(form.header)
    for person in going:
        writer.writerow(row_of(person, form, role=role.title, requisition=role.requisition_code or ""))
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def _files(
    going: Sequence[Outgoing], resumes: Mapping[int, Resume], originals: Mapping[int, Path | None]
) -> Iterator[tuple[Outgoing, bytes]]:
    """Give each person's resume: the original where it is kept, else its text."""
    for one in going:
        if one.resume:
            original = originals[one.candidate_id]
            text = resumes[one.candidate_id].visible_text
            yield one, original.read_bytes() if original is not None else text.encode()
