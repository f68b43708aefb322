"""The process that reads resume files: one at a time, under limits, answering over its standard input.

It is started by `worker` and holds nothing worth stealing: no database, no settings, no network. Its first act after
loading is to shut itself in (`confine`), so that a file that takes it over can neither call out, nor start a
program, nor write a file.
"""

import json
import os
import sys

from talentpool.resumes.confine import allow_next_file, confine, warm_up
from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import ResumeProblem, ResumeText, without_text
from talentpool.resumes.parse import parse_resume
from talentpool.resumes.pdf import picture_of_page
from talentpool.resumes.wire import FIRST_PICTURE, LENGTH, TEXT, encoded

CHANNEL = 0  # standard input is one end of a socket pair


def main() -> None:
    """Read files until the other end closes."""
    warm_up()
    limits = Limits(**json.loads(_receive()))
    _send(json.dumps({"filtered_by_kernel": confine(limits)}).encode())
    while True:
        question = _receive()
        allow_next_file(limits)
        _send(_answer(question, limits))


def _answer(question: bytes, limits: Limits) -> bytes:
    if question[:1] == TEXT:
        return encoded(_read(question[1:], limits))
    return _drawn(question[1:], question[0] - FIRST_PICTURE)


def _read(data: bytes, limits: Limits) -> ResumeText:
    try:
        return parse_resume(data, limits)
    except Exception as error:  # noqa: BLE001 - one file of many must not stop the next; its kind of fault is told
        message = f"The file could not be read ({type(error).__name__}). Ask for it again, best as PDF."
        return without_text(ResumeProblem.DAMAGED, message)


def _drawn(data: bytes, page: int) -> bytes:
    try:
        return picture_of_page(data, page)
    except Exception:  # noqa: BLE001 - no picture, no OCR of this page
        return b""


def _receive() -> bytes:
    (length,) = LENGTH.unpack(_exactly(LENGTH.size))
    return _exactly(length)


def _exactly(length: int) -> bytes:
    pieces, missing = [], length
    while missing:
        piece = os.read(CHANNEL, min(missing, 1 << 20))
        if not piece:
            sys.exit(0)
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _send(data: bytes) -> None:
    view = memoryview(LENGTH.pack(len(data)) + data)
    while view:
        view = view[os.write(CHANNEL, view) :]


if __name__ == "__main__":
    main()
