"""The tables about people: who they are, how each application went, what they sent and what was said."""

from talentpool.candidates.models.applications import (
    Application,
    Disposition,
    ReasonHold,
    ReasonKind,
    RejectionReason,
    Stage,
)
from talentpool.candidates.models.contacts import Contact, ContactChannel, Direction, Note, Promise
from talentpool.candidates.models.duplicates import (
    IdentityKey,
    IdentityScan,
    Merge,
    PairState,
    PairVerdict,
    PossibleDuplicate,
)
from talentpool.candidates.models.people import (
    Candidate,
    CandidateChange,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
    RevealedPerson,
)
from talentpool.candidates.models.resumes import Fact, FactKind, Resume, ResumeStatus

__all__ = [
    "Application",
    "Candidate",
    "CandidateChange",
    "CandidateEmail",
    "CandidateLink",
    "CandidatePhone",
    "Contact",
    "ContactChannel",
    "Direction",
    "Disposition",
    "Fact",
    "FactKind",
    "IdentityKey",
    "IdentityScan",
    "Merge",
    "Note",
    "PairState",
    "PairVerdict",
    "PossibleDuplicate",
    "Promise",
    "ReasonHold",
    "ReasonKind",
    "RejectionReason",
    "Resume",
    "ResumeStatus",
    "RevealedPerson",
    "Stage",
]
