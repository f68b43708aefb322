"""Word, OpenDocument, RTF, web and plain text documents: all their text, in order, and nothing that is none."""

import pytest

from talentpool.resumes.limits import USUAL_LIMITS, Limits
from talentpool.resumes.outcome import ResumeProblem, ResumeStatus, ResumeText
from talentpool.resumes.parse import parse_resume
from tests.unit.resumes.resume_files import docx_part, make_docx, make_odt, para, run, zipped
from tests.unit.resumes.test_visibility import BOX


def read(data: bytes) -> ResumeText:
    return parse_resume(data, USUAL_LIMITS)


def text_of(data: bytes) -> str:
    return read(data).visible_text


def cell(*paragraphs: str) -> str:
    return f"<w:tc>{''.join(paragraphs)}</w:tc>"


def test_a_word_document_gives_headers_then_body_then_footers() -> None:
    data = make_docx(
        para(run("Engineer")),
        {
            "word/footer1.xml": docx_part("ftr", para(run("Page 1"))),
            "word/header1.xml": docx_part("hdr", para(run("Jane Example"))),
            "word/header2.xml": docx_part("hdr", para(run("Jane Example"))),
            "word/footnotes.xml": docx_part(
                "footnotes", f"<w:footnote>{para(run('With honours'))}</w:footnote>"
            ),
        },
    )
    assert text_of(data) == "Jane Example\nEngineer\nPage 1\nWith honours"


def test_runs_of_a_word_are_one_word_and_breaks_are_breaks() -> None:
    body = para(run("Ja"), run("va"), "<w:r><w:tab/></w:r>", run("SQL"), "<w:r><w:br/></w:r>", run("Go"))
    assert text_of(make_docx(body)) == "Java SQL\nGo"


def test_a_table_of_short_cells_is_read_by_rows_and_one_of_long_cells_by_columns() -> None:
    short = f"<w:tbl><w:tr>{cell(para(run('Python')))}{cell(para(run('10 years')))}</w:tr></w:tbl>"
    side = cell(para(run("Skills")), para(run("Python")))
    tall = f"<w:tbl><w:tr>{side}{cell(para(run('Work')), para(run('Acme')))}</w:tr></w:tbl>"
    assert text_of(make_docx(short + tall)) == "Python 10 years\nSkills\nPython\nWork\nAcme"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = BOX.format(place="100", fill="", body=para(run("In the box")))
    assert text_of(make_docx(para(run("Before"), box) + para(run("After")))) == "Before\nIn the box\nAfter"


def test_content_controls_insertions_and_links_are_text_and_deletions_field_codes_and_comments_are_not() -> (
    None
):
    body = (
        f"<w:sdt><w:sdtContent>{para(run('Control'))}</w:sdtContent></w:sdt>"
        f"<w:p><w:ins>{run('Inserted')}</w:ins><w:del><w:r><w:delText>Deleted</w:delText></w:r></w:del>"
        f"<w:hyperlink>{run(' Link')}</w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    data = make_docx(body, {"word/comments.xml": docx_part("comments", para(run("Too expensive")))})
    assert text_of(data) == "Control\nInserted Link"


def test_list_items_begin_with_a_bullet() -> None:
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    assert text_of(make_docx(para(run("Python"), marks=listed))) == "• Python"


def test_a_word_document_may_keep_its_text_elsewhere() -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/d2.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    data = zipped(
        {
            "[Content_Types].xml": types,
            "word/d2.xml": docx_part("document", f"<w:body>{para(run('Jane'))}</w:body>"),
        }
    )
    assert text_of(data) == "Jane"


@pytest.mark.parametrize("xml", ["", "<w:document", "<x/>", "\x00", "<a>" * 5_000 + "</a>" * 5_000])
def test_faults_07_a_broken_word_document_gives_a_status(xml: str) -> None:
    assert read(zipped({"word/document.xml": xml})).status in (ResumeStatus.UNREADABLE, ResumeStatus.EMPTY)


def test_an_odt_document_gives_headers_body_tables_frames_and_footers() -> None:
    body = (
        "<text:h>Jane  Example</text:h><text:tracked-changes><text:p>Deleted</text:p></text:tracked-changes>"
        "<text:p>Data<text:s text:c='2'/>Engineer<text:tab/>Berlin<text:line-break/>Remote"
        "<draw:frame><draw:text-box><text:p>In the frame</text:p></draw:text-box></draw:frame></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>Python</text:p></table:table-cell>"
        "<table:table-cell><text:p>10 years</text:p></table:table-cell></table:table-row></table:table>"
        "<text:list><text:list-item><text:p>Spark</text:p></text:list-item></text:list>"
        "<office:annotation><text:p>Too expensive</text:p></office:annotation>"
        "<text:p><text:a xlink:href='https://example.org'>Site</text:a></text:p>"
    )
    page = (
        "<office:master-styles><style:master-page><style:header><text:p>Head</text:p></style:header>"
        "<style:footer><text:p>Foot</text:p></style:footer></style:master-page></office:master-styles>"
    )
    result = read(make_odt(body, page=page))
    assert result.visible_text.split("\n") == [
        "Head",
        "Jane Example",
        "Data Engineer Berlin",
        "Remote",
        "In the frame",
        "Python 10 years",
        "• Spark",
        "Site",
        "Foot",
    ]
    assert result.links == ("https://example.org",)


def test_faults_07_an_encrypted_odt_document_says_so() -> None:
    manifest = "<manifest><encryption-data/></manifest>"
    mimetype = "application/vnd.oasis.opendocument.text"
    data = zipped({"mimetype": mimetype, "content.xml": "noise", "META-INF/manifest.xml": manifest})
    assert read(data).status is ResumeStatus.ENCRYPTED


RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fcharset238 Times CE;}}
{\colortbl;\red0\green0\blue0;}{\*\generator Riched20}{\info{\author Somebody}}{\stylesheet{\s0 Normal;}}
{\header\pard Head\par}\pard\f0\fs22 Jane Ex\'e4mple\par
R\u233?sum\u233\'e9, {\b bold} \{braces\}\line next\tab tab\par
{\f1 \'b9\'e6}\par
{\field{\*\fldinst HYPERLINK "https://example.org/jane"}{\fldrslt my page}}\par
{\pict\pngblip 89504e47}{\object{\objdata 0102}}\trowd Python\cell 10 years\cell\row
{\deleted gone}\pard{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt In the box\par}}}end\par}"""


def test_an_rtf_document_gives_its_text_in_its_own_letters() -> None:
    result = read(RTF)
    assert result.visible_text.split("\n")[:8] == [
        "Head",
        "Jane Exämple",
        "Résumé, bold {braces}",
        "next tab",
        "ąć",
        "my page",
        "Python 10 years",
        "In the box",
    ]
    assert "gone" not in result.text
    assert "8950" not in result.text
    assert result.links == ("https://example.org/jane",)


@pytest.mark.parametrize(
    "data",
    [
        rb"{\rtf1",
        rb"{\rtf1" + b"{" * 100_000,
        rb"{\rtf1\bin99999999999 x}",
        rb"{\rtf1 \u99999999? \'zz }}}}}",
        rb"{\rtf1\ansicpg99999 \'e4}",
    ],
)
def test_faults_07_a_broken_rtf_document_gives_text_or_a_status(data: bytes) -> None:
    result = read(data)
    assert result.status is ResumeStatus.READABLE or result.message


def test_a_web_page_gives_what_a_browser_shows() -> None:
    page = """<!DOCTYPE html><html><head><title>No</title><style>p {color: red}</style><script>var no = 1;</script></head>
    <body><!-- no --><h1>Jane
    Example</h1><p>Data&nbsp;Engineer &amp; lead<br>Berlin</p><ul><li>Python<li>SQL</ul>
    <table><tr><td>Acme<td>2019<tr><td>Beta<td>2020</table><a href="mailto:jane@example.org">Mail</a>
    <template>no</template><pre>one
  two</pre></body></html>"""
    result = read(page.encode())
    assert result.visible_text.split("\n") == [
        "Jane Example",
        "Data Engineer & lead",
        "Berlin",
        "• Python",
        "• SQL",
        "Acme 2019",
        "Beta 2020",
        "Mail",
        "one",
        "two",
    ]
    assert result.links == ("mailto:jane@example.org",)


def test_a_web_archive_gives_its_page() -> None:
    archive = (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n"
        "Content-Transfer-Encoding: quoted-printable\n\n<html><p>J=C3=A9r=C3=B4me</p></html>\n--x--\n"
    )
    assert text_of(archive.encode()) == "Jérôme"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_plain_text_is_read_in_its_own_encoding(encoding: str) -> None:
    text = "José Núñez, Straße 5, Malmö\nIngénieur logiciel à Zürich, développement d'équipe"
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Inżynier oprogramowania, Łódź\nZarządzał zespołem, wdrażał usługi", "cp1250"),
        ("Инженер-программист, Москва\nРазработка и поддержка сервисов, руководство командой", "cp1251"),
    ],
)
def test_plain_text_of_other_alphabets_is_recognised(text: str, encoding: str) -> None:
    assert text_of(text.encode(encoding)) == text


def test_plain_text_keeps_lines_and_one_blank_line_of_several() -> None:
    assert (
        text_of(b"Jane\r\n\r\n\r\n\r\nEngineer" + b" and baker" * 30 + b"\x00\x07")
        == "Jane\n\nEngineer" + " and baker" * 30
    )


def test_more_text_than_is_kept_says_so() -> None:
    result = parse_resume(b"word " * 1_000, Limits(characters=100))
    assert result.problem is ResumeProblem.CUT
    assert len(result.text) <= 100
    assert "first 100 characters" in str(result.message)


def test_faults_07_a_web_page_nested_without_end_gives_a_status() -> None:
    assert read(b"<html>" + b"<div>" * 50_000 + b"Jane").status is ResumeStatus.UNREADABLE
