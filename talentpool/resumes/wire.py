"""How a question and an answer travel between the parent and the process that reads files."""

import json
import struct
from dataclasses import asdict

from talentpool.resumes.outcome import (
    HiddenReason,
    ResumeKind,
    ResumeLine,
    ResumeProblem,
    ResumeStatus,
    ResumeText,
)

LENGTH = struct.Struct("<I")  # before every question and every answer
TEXT = b"T"  # a question's first byte: the text of the file that follows,
FIRST_PICTURE = 0x80  # or the picture of a page, this plus its number from 0
MOST_PICTURES = 0x7F


def encoded(result: ResumeText) -> bytes:
    """Write an outcome as JSON: it carries data only, whatever the child has become."""
    return json.dumps(asdict(result)).encode()


def decoded(data: bytes) -> ResumeText:
    """Read an outcome back; `ValueError`, `TypeError` or `KeyError` when it is none."""
    found = json.loads(data)
    return ResumeText(
        status=ResumeStatus(found["status"]),
        kind=ResumeKind(found["kind"]) if found["kind"] else None,
        lines=tuple(_line(line) for line in found["lines"]),
        links=tuple(str(link) for link in found["links"]),
        pages=int(found["pages"]),
        problem=ResumeProblem(found["problem"]) if found["problem"] else None,
        message=str(found["message"]) if found["message"] else None,
    )


def _line(line: dict[str, object]) -> ResumeLine:
    return ResumeLine(
        text=str(line["text"]),
        page=int(str(line["page"])),
        hidden=HiddenReason(str(line["hidden"])) if line["hidden"] else None,
    )
