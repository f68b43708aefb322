"""A folder or archive of resumes alone, as a table: one row for each file, with what it and its folders say.

A folder is an outcome where its name is a word for one ("Rejected", "Phone screen"), else the role applied for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from talentpool.candidates.identity import fold_name
from talentpool.candidates.models import ReasonKind
from talentpool.errors import InvalidInputError
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.phrases import phrase_of
from talentpool.imports.resume_bundle import FoundResume, ResumeBundle
from talentpool.imports.vocabulary import Vocabulary

FILE = "Resume file"
COLUMNS = {
    FILE: "resume_file",
    "Full name": "full_name",
    "Email": "email",
    "Phone": "phone",
    "Links": "link",
    "Headline": "headline",
    "Role applied for": "role_title",
    "Status": "status",
    "Rejection reason": "reason",
    "Collected on": "added_on",
}
FORM = "resumes, one person for each file"
# Folders that only say that there are resumes in them.
_SAY_NOTHING = frozenset(
    ["resumes", "resume", "cvs", "cv", "lebenslaufe", "bewerbungen", "candidatures", "candidates", "applications",
     "applicants", "attachments", "files", "documents", "export", "curriculos", "ansokningar"]
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Folders:
    """What the folders above a file say about the application."""

    role: str = ""
    status: str = ""
    reason: str = ""


def resume_rows(bundle: ResumeBundle, vocabulary: Vocabulary, *, collected_on: str) -> Iterator[NumberedRow]:
    """Give a row for each file, numbered from 1."""
    for number, found in enumerate(bundle.found(bundle.archive.names), start=1):
        folders = read_folders(found.name, vocabulary)
        yield NumberedRow(line=number, cells=_cells(found, folders, collected_on))


def require_files(bundle: ResumeBundle, name: str) -> None:
    """Refuse a folder or archive without a single file."""
    if not bundle.archive.names:
        raise InvalidInputError(f"There is no file in {name}; give a folder or ZIP archive of resumes.")


def read_folders(name: str, vocabulary: Vocabulary) -> Folders:
    """Say what the folders of a file mean; the outermost one that is no outcome names the role."""
    role = status = reason = ""
    for folder in PurePosixPath(name.replace("\\", "/")).parts[:-1]:
        phrase = phrase_of(folder)
        if fold_name(folder) in _SAY_NOTHING or not phrase.strip("0123456789 "):
            continue
        if _is_outcome(phrase, vocabulary):
            status = status or folder
        elif phrase in vocabulary.reasons[ReasonKind.REJECTION]:
            reason = reason or folder
        else:
            role = role or " ".join(folder.replace("_", " ").split())
    return Folders(role=role[:320], status=status, reason=reason)


def _is_outcome(phrase: str, vocabulary: Vocabulary) -> bool:
    return phrase in vocabulary.stages or phrase in vocabulary.dispositions or phrase in vocabulary.still_open


def _cells(found: FoundResume, folders: Folders, collected_on: str) -> list[str]:
    return [
        found.name,
        found.full_name,
        "; ".join(found.emails),
        "; ".join(found.phones),
        " ".join(found.links),
        found.headline,
        folders.role,
        folders.status,
        folders.reason,
        collected_on,
    ]
