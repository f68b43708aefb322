"""Reads pictures of pages with Tesseract, where that is installed; without it a scan stays a scan.

Tesseract runs as a process of its own with a limit on its time and memory, fed through a pipe.
"""

import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache

from talentpool.resumes.limits import MEBIBYTE, Limits
from talentpool.resumes.outcome import ResumeLine, ResumeProblem, ResumeStatus, ResumeText
from talentpool.resumes.signs import clean_line

MEMORY_BYTES = 1024 * MEBIBYTE  # its models alone take some hundred
LIST_SECONDS = 5.0
WANTED_LANGUAGES = ("eng", "deu", "fra", "spa", "swe")


def find_ocr() -> str | None:
    """Find the Tesseract command, or give None."""
    return shutil.which("tesseract")


def ocr_text(command: str, pictures: Sequence[bytes], scan: ResumeText, limits: Limits) -> ResumeText:
    """Give the scan with the lines OCR saw in its pictures, or the scan as it was when it saw none."""
    lines = [
        ResumeLine(text=clean_line(text), page=page)
        for page, picture in enumerate(pictures, 1)
        for text in _read_picture(command, picture, limits).splitlines()
    ]
    if not any(line.text for line in lines):
        return scan
    return replace(
        scan,
        status=ResumeStatus.READABLE,
        lines=tuple(lines),
        problem=ResumeProblem.READ_BY_OCR,
        message="The file is a scan; its text was read by OCR and may hold mistakes.",
    )


def _read_picture(command: str, picture: bytes, limits: Limits) -> str:
    if not picture:
        return ""
    words = [command, "stdin", "stdout", "-l", "+".join(_languages(command)), "--psm", "3"]
    try:
        with subprocess.Popen(  # noqa: S603 - a command an administrator installed, fed through a pipe
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"OMP_THREAD_LIMIT": "1", **_inherited()},
        ) as process:
            return _answer(process, picture, limits)
    except OSError:
        return ""


def _answer(process: "subprocess.Popen[bytes]", picture: bytes, limits: Limits) -> str:
    if sys.platform == "linux":
        with suppress(OSError, ValueError):
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        found, _ = process.communicate(picture, timeout=limits.ocr_page_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return ""
    return found.decode("utf-8", "replace") if process.returncode == 0 else ""


@cache
def _languages(command: str) -> tuple[str, ...]:
    """List the wanted languages that are installed; English when Tesseract does not say."""
    try:
        listed = subprocess.run(  # noqa: S603 - as above
            [command, "--list-langs"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIST_SECONDS,
            check=False,
            env=_inherited(),
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return ("eng",)
    return tuple(name for name in WANTED_LANGUAGES if name.encode() in listed) or ("eng",)


def _inherited() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
