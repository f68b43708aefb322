"""The ZIP archive inside a DOCX or ODT, opened with mistrust.

Sizes are checked before anything is unpacked, and again while it is, because an archive can lie about them.
Members inside members are never opened, nothing is written, and no name in it is ever used as a path.
"""

import io
import struct
import zipfile
import zlib
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import ResumeFault, ResumeProblem

_ENTRY_BYTES = 1_024  # more than a member takes in the table of contents, long names included
_PIECE_BYTES = 65_536
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)


class Package:
    """The members of an archive by name; reading them counts against one allowance of unpacked bytes."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._limits = limits
        self._left = limits.unpacked_bytes
        self._archive = _open(data, limits)
        members = self._archive.infolist()
        _check_sizes(members, len(data), limits)
        _check_places(members, data)
        self._members = {member.filename.replace("\\", "/").lstrip("/"): member for member in members}
        self.names = frozenset(self._members)

    def read(self, name: str, *, most: int | None = None) -> bytes:
        """Unpack one member, at most `most` bytes of it; `ResumeFault` when it unpacks past its allowance."""
        member = self._members.get(name)
        if member is None:
            return b""
        if member.flag_bits & 1:
            raise ResumeFault(
                ResumeProblem.NEEDS_PASSWORD, "The document opens with a password only. Ask for one without."
            )
        try:
            with self._archive.open(member) as stream:
                return self._unpack(stream, member.file_size if most is None else most)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise ResumeFault(
                ResumeProblem.DAMAGED, f"Part {name!r} of the document is damaged; ask for the file again."
            ) from error

    def _unpack(self, stream: IO[bytes], most: int) -> bytes:
        pieces, got = [], 0
        while got < most and (piece := stream.read(min(_PIECE_BYTES, most - got))):
            got += len(piece)
            self._left -= len(piece)
            if self._left < 0:
                raise _too_large(self._limits)
            pieces.append(piece)
        return b"".join(pieces)

    def xml(self, name: str) -> Element | None:
        """Parse one member; None when it is not there, `ResumeFault` when it declares a DTD or is damaged."""
        if name not in self._members:
            return None
        return parse_xml(self.read(name))

    def main_document(self) -> str | None:
        """Name the member that holds the text of a Word document, by its content type."""
        if "word/document.xml" in self._members:
            return "word/document.xml"
        types = self.xml("[Content_Types].xml")
        for part in types if types is not None else ():
            if part.get("ContentType") in _MAIN_TYPES and part.get("PartName"):
                return str(part.get("PartName")).lstrip("/")
        return None


def parse_xml(data: bytes) -> Element:
    """Parse XML that declares nothing: a DTD or an entity is refused before anything of it is looked up."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
        return root
    except DefusedXmlException as error:
        raise ResumeFault(
            ResumeProblem.ENTITIES,
            "The document declares a DTD or entities, which no word processor writes. Ask for a PDF.",
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise ResumeFault(
            ResumeProblem.DAMAGED, "The document's XML is damaged; ask for the file again."
        ) from error


def _open(data: bytes, limits: Limits) -> zipfile.ZipFile:
    if _directory_bytes(data) > limits.members * _ENTRY_BYTES:
        raise _doubtful(f"it holds more than {limits.members} members")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, struct.error) as error:
        problem = ResumeProblem.TRUNCATED if b"PK\x05\x06" not in data else ResumeProblem.DAMAGED
        raise ResumeFault(problem, "The document ends too early or is damaged; ask for it again.") from error
    if len(archive.infolist()) > limits.members:
        raise _doubtful(f"it holds more than {limits.members} members")
    return archive


def _directory_bytes(data: bytes) -> int:
    """Read how long the table of contents says it is, before a table of millions is built."""
    end = data.rfind(b"PK\x05\x06")
    return int(struct.unpack_from("<I", data, end + 12)[0]) if 0 <= end <= len(data) - 22 else 0


def _check_sizes(members: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        raise _too_large(limits)
    if unpacked > limits.small_bytes and unpacked > packed * limits.unpacked_ratio:
        raise _too_large(limits)


def _check_places(members: list[zipfile.ZipInfo], data: bytes) -> None:
    """Refuse members that share bytes: that is how a small archive unpacks to a huge one."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        start = member.header_offset
        if start < end or start + _LOCAL_HEADER.size > len(data):
            raise _doubtful("its members overlap or lie outside the file")
        header = _LOCAL_HEADER.unpack_from(data, start)
        if header[0] != b"PK\x03\x04":
            raise _doubtful("its table of contents points at nothing")
        end = start + _LOCAL_HEADER.size + header[9] + header[10] + member.compress_size


def _too_large(limits: Limits) -> ResumeFault:
    return ResumeFault(
        ResumeProblem.UNPACKS_TOO_LARGE,
        f"The document unpacks to more than {limits.unpacked_bytes >> 20} MiB or {limits.unpacked_ratio} times"
        " its size, as no resume does. Ask for a PDF.",
    )


def _doubtful(what: str) -> ResumeFault:
    return ResumeFault(
        ResumeProblem.DOUBTFUL_ARCHIVE,
        f"The document is not packed as a word processor packs it: {what}. Ask for a PDF.",
    )
