"""Archives that lie, overlap, nest or explode are refused before or while they are unpacked."""

import io
import resource
import struct
import time
import zipfile
import zlib

import pytest

from talentpool.resumes.limits import USUAL_LIMITS, Limits
from talentpool.resumes.outcome import ResumeProblem, ResumeStatus, ResumeText
from talentpool.resumes.parse import parse_resume
from tests.unit.resumes.resume_files import make_docx, make_odt, para, run, zipped

MEBIBYTE = 1024 * 1024
PLAIN = make_docx(para(run("Jane Example")))


def read(data: bytes, limits: Limits = USUAL_LIMITS) -> ResumeText:
    return parse_resume(data, limits)


def with_declared_size(archive: bytes, member: str, size: int) -> bytes:
    """Change what the archive says a member unpacks to, in its table and in front of the member."""
    data = bytearray(archive)
    name = member.encode()
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(name))
    (place,) = struct.unpack_from("<I", data, entry + 42)
    struct.pack_into("<I", data, entry + 24, size)
    struct.pack_into("<I", data, place + 22, size)
    return bytes(data)


def test_faults_01_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = make_docx(para(run("x")), {"word/media/blank.bin": bytes(129 * MEBIBYTE)})
    assert len(bomb) < MEBIBYTE
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    result = read(bomb)
    assert time.perf_counter() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB
    assert result.problem is ResumeProblem.UNPACKS_TOO_LARGE
    assert "64 MiB" in str(result.message)


def test_faults_01_a_bomb_below_the_size_is_refused_by_its_ratio() -> None:
    bomb = make_docx(para(run("x")), {"word/media/blank.bin": bytes(30 * MEBIBYTE)})
    assert read(bomb).status is ResumeStatus.REFUSED


def test_a_long_regular_document_is_no_bomb() -> None:
    result = read(make_docx(para(run("Java and Python")) * 20_000))
    assert result.status is ResumeStatus.READABLE


@pytest.mark.parametrize("declared", [1, 300, 2**32 - 2])
def test_faults_02_an_archive_that_lies_about_sizes_gives_a_status(declared: int) -> None:
    data = make_docx(para(run("x")) * 200_000)
    result = read(with_declared_size(data, "word/document.xml", declared))
    assert result.status in (ResumeStatus.REFUSED, ResumeStatus.UNREADABLE)
    assert not result.lines


def test_faults_02_members_that_share_bytes_are_refused() -> None:
    data = bytearray(zipped({"a.xml": "x" * 50, "word/document.xml": "y" * 50}))
    second = data.rfind(b"PK\x01\x02")
    (first_place,) = struct.unpack_from("<I", data, data.find(b"PK\x01\x02") + 42)
    struct.pack_into("<I", data, second + 42, first_place)
    assert read(bytes(data)).problem is ResumeProblem.DOUBTFUL_ARCHIVE


def test_faults_02_archives_inside_are_never_opened() -> None:
    inner = zipped({"0": bytes(40 * MEBIBYTE)})
    for _ in range(4):
        inner = zipped({str(number): inner for number in range(4)})
    result = read(make_docx(para(run("Jane Example")), {"word/embeddings/inner.zip": inner}))
    assert result.visible_text == "Jane Example"


def test_faults_02_too_many_members_are_refused() -> None:
    many = zipped({f"word/media/{number}": "" for number in range(2_100)} | {"word/document.xml": "<x/>"})
    assert read(many).problem is ResumeProblem.DOUBTFUL_ARCHIVE


def test_faults_02_a_table_of_contents_of_millions_is_not_even_built() -> None:
    data = bytearray(PLAIN)
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<I", data, end + 12, 2**31)
    assert read(bytes(data)).problem is ResumeProblem.DOUBTFUL_ARCHIVE


def test_faults_02_an_unknown_packing_gives_a_status() -> None:
    data = bytearray(PLAIN)
    for mark, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        place = data.rfind(mark)
        struct.pack_into("<H", data, place + offset, 99)
    assert read(bytes(data)).status is ResumeStatus.UNREADABLE


def test_a_locked_member_needs_a_password() -> None:
    data = bytearray(PLAIN)
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.rfind(mark)
        struct.pack_into("<H", data, place + offset, 1)
    assert read(bytes(data)).status is ResumeStatus.ENCRYPTED


@pytest.mark.parametrize(
    "name", ["../../word/document.xml", "C:\\word\\document.xml", "word/document.xml\x00.png"]
)
def test_faults_09_a_name_in_an_archive_is_never_a_path(name: str) -> None:
    result = read(zipped({name: "<x/>", "[Content_Types].xml": "<Types/>"}))
    assert result.status is not ResumeStatus.READABLE
    assert not result.lines


def test_a_truncated_document_says_so() -> None:
    assert read(PLAIN[: len(PLAIN) // 2]).problem is ResumeProblem.TRUNCATED


def test_a_member_whose_packed_bytes_are_broken_gives_a_status() -> None:
    data = bytearray(PLAIN)
    place = data.find(b"word/document.xml") + 40
    data[place : place + 20] = bytes(20)
    assert read(bytes(data)).status is ResumeStatus.UNREADABLE


EVIL_STARTS = {
    "external entity": '<!DOCTYPE d [<!ENTITY x SYSTEM "file://{canary}">]>',
    "external DTD": '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter entity": '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
    "a billion laughs": '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    "a blow-up of one": '<!DOCTYPE d [<!ENTITY a "' + "A" * 50_000 + '">]>',
    "an empty DTD": "<!DOCTYPE d []>",
}


@pytest.mark.parametrize("start", EVIL_STARTS.values(), ids=EVIL_STARTS)
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_faults_03_a_document_type_is_refused_outright(
    start: str, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    canary = tmp_path_factory.mktemp("canary") / "secret.txt"
    canary.write_text("the canary sings")
    made = make_docx(para(run("&x;"))) if kind == "docx" else make_odt("<text:p>&x;</text:p>")
    member = "word/document.xml" if kind == "docx" else "content.xml"
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text = members[member].decode().removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
    members[member] = (start.replace("{canary}", str(canary)) + text).encode()
    result = read(zipped(members))
    assert result.problem is ResumeProblem.ENTITIES
    assert not result.lines
    assert "canary" not in str(result.message)


def test_faults_04_outside_relationships_are_ignored_and_links_only_noted() -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="1" Type="{kind}/attachedTemplate" Target="http://127.0.0.1:9/t.dotm" TargetMode="External"/>'
        f'<Relationship Id="2" Type="{kind}/image" Target="http://127.0.0.1:9/i.png" TargetMode="External"/>'
        f'<Relationship Id="3" Type="{kind}/hyperlink" Target="https://example.org/jane" TargetMode="External"/>'
        "</Relationships>"
    )
    result = read(make_docx(para(run("Jane")), {"word/_rels/document.xml.rels": relations}))
    assert result.visible_text == "Jane"
    assert result.links == ("https://example.org/jane",)


def test_deeply_nested_tables_give_a_status() -> None:
    body = "<w:tbl><w:tr><w:tc>" * 3_000 + para(run("x")) + "</w:tc></w:tr></w:tbl>" * 3_000
    assert read(make_docx(body)).status is ResumeStatus.UNREADABLE


def test_a_wrong_checksum_gives_a_status() -> None:
    data = bytearray(PLAIN)
    place = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 16, zlib.crc32(b"other"))
    assert read(bytes(data)).status is ResumeStatus.UNREADABLE
