"""Builders of records for tests: say what the test is about, the rest is filled in."""

import hashlib
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Office, Recruiter
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidatePhone,
    Disposition,
    Promise,
    ReasonHold,
    ReasonKind,
    RejectionReason,
    Resume,
    ResumeStatus,
    Stage,
)
from talentpool.consent.models import Basis, LawfulBasis
from talentpool.database import folded
from talentpool.roles.models import RequirementImportance, Role, RoleRequirement, RoleState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

_numbers = count(1)


def make_candidate(
    session: Session, name: str = "Ana Ruiz", *, resume: str | None = None, now: datetime = NOW, **fields: Any
) -> Candidate:
    """Make a candidate with one e-mail address and, when given, one readable resume."""
    number = next(_numbers)
    emails = fields.pop("emails", [f"person{number}@example.org"])
    phones = fields.pop("phones", [])
    resume_on = fields.pop("resume_on", TODAY)
    candidate = Candidate(
        full_name=name,
        folded_name=folded(name),
        created_at=now,
        updated_at=now,
        **{"is_restricted": False, **fields},
    )
    candidate.emails = [
        CandidateEmail(address=email, address_key=email.casefold(), position=place)
        for place, email in enumerate(emails)
    ]
    candidate.phones = [
        CandidatePhone(number=phone, number_key=phone, position=place) for place, phone in enumerate(phones)
    ]
    session.add(candidate)
    session.flush()
    if resume is not None:
        make_resume(session, candidate, resume, dated_on=resume_on, now=now)
    record_changes(session, [candidate.id], now=now)
    return candidate


def make_resume(
    session: Session, candidate: Candidate, text: str, *, dated_on: date | None = TODAY, now: datetime = NOW
) -> Resume:
    """Give a candidate a readable resume."""
    resume = Resume(
        candidate_id=candidate.id,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        size_bytes=len(text.encode()),
        visible_text=text,
        status=ResumeStatus.READABLE,
        dated_on=dated_on,
        created_at=now,
    )
    session.add(resume)
    session.flush()
    record_changes(session, [candidate.id], now=now)
    return resume


def make_reason(session: Session, code: str = "stronger_candidate_hired", **fields: Any) -> RejectionReason:
    """Make a rejection reason that says nothing against the candidate."""
    reason = RejectionReason(
        **{
            "code": code,
            "label": code.replace("_", " ").capitalize(),
            "kind": ReasonKind.REJECTION,
            "hold": ReasonHold.TIME_BOUND,
            "hold_months": 12,
            "against_candidate": False,
            **fields,
        }
    )
    session.add(reason)
    session.flush()
    return reason


def make_application(
    session: Session, candidate: Candidate, *, role: Role | None = None, now: datetime = NOW, **fields: Any
) -> Application:
    """Make a rejected application of last year, past the interview."""
    application = Application(
        **{
            "candidate_id": candidate.id,
            "role_id": role.id if role else None,
            "role_title": role.title if role else "Platform engineer",
            "stage": Stage.INTERVIEWED,
            "disposition": Disposition.REJECTED,
            "applied_on": date(2025, 9, 1),
            "ended_on": date(2025, 10, 1),
            "created_at": now,
            "updated_at": now,
            **fields,
        }
    )
    session.add(application)
    session.flush()
    record_changes(session, [candidate.id], now=now)
    return application


def make_promise(session: Session, candidate: Candidate, *, now: datetime = NOW, **fields: Any) -> Promise:
    """Make an open promise, due today."""
    promise = Promise(
        **{
            "candidate_id": candidate.id,
            "words": "write when a platform role opens",
            "due_on": TODAY,
            "created_at": now,
            **fields,
        }
    )
    session.add(promise)
    session.flush()
    record_changes(session, [candidate.id], now=now)
    return promise


def make_basis(session: Session, candidate: Candidate, *, now: datetime = NOW, **fields: Any) -> LawfulBasis:
    """Record a consent that holds for another year."""
    basis = LawfulBasis(
        **{
            "candidate_id": candidate.id,
            "basis": Basis.CONSENT,
            "recorded_on": date(2026, 5, 1),
            "expires_on": date(2027, 11, 1),
            "created_at": now,
            **fields,
        }
    )
    session.add(basis)
    session.flush()
    return basis


def make_role(
    session: Session,
    title: str = "Platform engineer",
    text: str = "Kubernetes and Terraform in production, Go for the glue, calm incident response.",
    *,
    must_mention: tuple[tuple[str, ...], ...] = (),
    now: datetime = NOW,
    **fields: Any,
) -> Role:
    """Make an open role; `must_mention` are filters, each a choice of words."""
    role = Role(
        **{
            "title": title,
            "folded_title": folded(title),
            "text": text,
            "state": RoleState.OPEN,
            "posted_at": now,
            "created_at": now,
            "updated_at": now,
            "is_confidential": False,
            "is_remote": False,
            **fields,
        }
    )
    role.requirements = [
        RoleRequirement(any_of=list(words), importance=RequirementImportance.FILTER, position=place)
        for place, words in enumerate(must_mention)
    ]
    session.add(role)
    session.flush()
    return role


def make_office(session: Session, name: str = "Head office", *, now: datetime = NOW, **fields: Any) -> Office:
    """Make an office."""
    office = Office(name=name, created_at=now, **fields)
    session.add(office)
    session.flush()
    return office


def make_recruiter(
    session: Session, name: str = "Mara Klein", *, now: datetime = NOW, **fields: Any
) -> Recruiter:
    """Make an account without a password; a recruiter's unless `kind` says otherwise."""
    email = fields.pop("email", f"account{next(_numbers)}@example.org")
    recruiter = Recruiter(
        **{
            "name": name,
            "email": email,
            "email_key": email.casefold(),
            "kind": AccountKind.RECRUITER,
            "created_at": now,
            **fields,
        }
    )
    session.add(recruiter)
    session.flush()
    return recruiter


def forged(token: str) -> str:
    """Change the last but one sign of a link or its token, which is another signature each time."""
    return token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
