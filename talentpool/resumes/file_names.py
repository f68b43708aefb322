"""What somebody called a file, made fit to be shown and to be offered for download. Never used as a path."""

import re
import unicodedata
from pathlib import PurePosixPath

from talentpool.resumes.outcome import ResumeKind

LONGEST_NAME = 120
MEDIA_TYPES = {
    ResumeKind.PDF: "application/pdf",
    ResumeKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ResumeKind.ODT: "application/vnd.oasis.opendocument.text",
    ResumeKind.RTF: "application/rtf",
    ResumeKind.HTML: "text/html",
    ResumeKind.TXT: "text/plain",
}
UNKNOWN_MEDIA_TYPE = "application/octet-stream"
_ENDING_BY_MEDIA_TYPE = {media_type: f".{kind}" for kind, media_type in MEDIA_TYPES.items()}
_UNSAFE = re.compile(r'[<>:"|?*;%$`\\/]+')
# Names of devices, which Windows takes for themselves whatever ending they have.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def safe_file_name(name: str) -> str:
    """Give the last part of a name without what could mislead a person or a system; never empty.

    >>> safe_file_name("../../etc/passwd"), safe_file_name("CV\\u202efdp.exe"), safe_file_name("CON.pdf")
    ('passwd', 'CVfdp.exe', '_CON.pdf')
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if _is_seen(sign))
    plain = " ".join(_UNSAFE.sub("_", seen).split()).strip(". ")
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        keeps_ending = bool(dot) and len(ending) <= 5
        plain = f"{stem[: LONGEST_NAME - 6]}.{ending}" if keeps_ending else plain[:LONGEST_NAME]
    if _DEVICES.fullmatch(plain.split(".")[0].strip()):
        plain = f"_{plain}"
    return plain or "resume"


def download_name(name: str | None, media_type: str) -> str:
    """Give the name a stored file is offered under: its ending says what its content is.

    >>> download_name("cv.pdf.exe", "application/pdf"), download_name(None, "image/png")
    ('cv.pdf', 'resume.bin')
    """
    ending = _ENDING_BY_MEDIA_TYPE.get(media_type, ".bin")
    stem = safe_file_name(name or "resume")
    while (found := re.fullmatch(r"(.+)\.[A-Za-z0-9]{1,5}", stem)) is not None:
        stem = found[1]
    return f"{stem}{ending}"


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
