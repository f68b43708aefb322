"""What is passed on once somebody has agreed: a short letter with name and contact, and the resume if they said so."""

from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from talentpool.candidates.models import Candidate
from talentpool.candidates.newest_resume import newest_resume
from talentpool.consent.models import PassOn
from talentpool.outreach.templates import one_line
from talentpool.resumes.file_names import download_name
from talentpool.resumes.store import original_path


def write_introduction(candidate: Candidate, asked: PassOn, file: IO[bytes], *, resume_folder: Path) -> None:
    """Write the ZIP: `introduction.txt`, and the newest resume only where the person agreed to that too."""
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("introduction.txt", introduction_words(candidate, asked))
        resume = newest_resume(candidate) if asked.with_resume else None
        if resume is None:
            return
        original = original_path(resume_folder, resume.file_key) if resume.file_key else None
        if original is not None and original.is_file():
            packed.write(original, download_name(resume.file_name, resume.media_type))
        elif resume.visible_text:
            packed.writestr("resume.txt", resume.visible_text)


def introduction_words(candidate: Candidate, asked: PassOn) -> str:
    """Write the letter to the recipient: who, why, what was agreed when, and what it may be used for."""
    agreed = f"{asked.answered_at:%d %B %Y}" if asked.answered_at else ""
    with_resume = " and the newest resume" if asked.with_resume else ""
    reach = [f"E-mail: {one.address}" for one in candidate.emails]
    reach += [f"Telephone: {one.number}" for one in candidate.phones]
    lines = [
        f"For {asked.to_name}, {asked.to_organisation}",
        "",
        one_line(candidate.full_name),
        *map(one_line, reach),
        "",
        f"Why: {one_line(asked.why)}",
        "",
        f"On {agreed} they agreed that we pass on name, e-mail address and telephone number{with_resume}, to you alone "
        "and for this alone. Please pass it on to nobody else, and delete it when they ask you to or when it has served "
        "its purpose. They may take the permission back; then we tell you.",
        "",
    ]
    return "\n".join(lines)
