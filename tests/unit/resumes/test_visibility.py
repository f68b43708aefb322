"""What a person does not see is told apart, whatever way it is hidden, and what one does see is kept."""

import pytest

from talentpool.resumes.limits import USUAL_LIMITS
from talentpool.resumes.outcome import HiddenReason, ResumeStatus, ResumeText
from talentpool.resumes.parse import parse_resume
from tests.unit.resumes.resume_files import (
    RESUME_LINES,
    fill,
    image,
    make_docx,
    make_odt,
    make_pdf,
    para,
    paragraph,
    run,
    say,
)

STUFFING = "Kubernetes Terraform Golang Rust"
VISIBLE = paragraph(RESUME_LINES)
WHITE = "1 1 1"


def read(data: bytes) -> ResumeText:
    return parse_resume(data, USUAL_LIMITS)


HIDDEN_IN_PDF = {
    "white on white": (say(STUFFING, (50, 300), colour=WHITE), HiddenReason.NO_CONTRAST),
    "almost white": (say(STUFFING, (50, 300), colour="0.97 0.98 0.97"), HiddenReason.NO_CONTRAST),
    "black on black": (fill(40, 290, 400, 30) + say(STUFFING, (50, 300)), HiddenReason.NO_CONTRAST),
    "white across a black rule": (
        fill(40, 303, 400, 1) + say(STUFFING, (50, 300), colour=WHITE),
        HiddenReason.NO_CONTRAST,
    ),
    "tiny": (say(STUFFING, (50, 300), size=1), HiddenReason.TINY),
    "painted by nothing": (say(STUFFING, (50, 300), mode=3), HiddenReason.INVISIBLE),
    "painted by nothing over visible words": (say(STUFFING, (50, 780), mode=3), HiddenReason.INVISIBLE),
    "white over visible words": (say(STUFFING, (50, 780), colour=WHITE), HiddenReason.NO_CONTRAST),
    "left of the page": (say(STUFFING, (-400, 300)), HiddenReason.OFF_PAGE),
    "below the page": (say(STUFFING, (50, -100)), HiddenReason.OFF_PAGE),
    "clipped away": (f"q 0 0 1 1 re W n {say(STUFFING, (50, 300))} Q", HiddenReason.COVERED),
    "under a white panel": (
        say(STUFFING, (50, 300)) + fill(40, 290, 400, 30, colour=WHITE),
        HiddenReason.COVERED,
    ),
    "under a picture": (
        say(STUFFING, (50, 300)) + "q 400 0 0 60 40 280 cm /I1 Do Q ",
        HiddenReason.COVERED,
    ),
}


@pytest.mark.parametrize(("painted", "reason"), HIDDEN_IN_PDF.values(), ids=HIDDEN_IN_PDF)
def test_faults_49_hidden_text_of_a_pdf_is_told_apart(painted: str, reason: HiddenReason) -> None:
    result = read(make_pdf(VISIBLE + painted, extra={1000: image(40, 40)}))
    assert [(line.text, line.hidden) for line in result.hidden_lines] == [(STUFFING, reason)]
    assert result.visible_text == "\n".join(RESUME_LINES)
    assert STUFFING in result.text


SEEN_IN_PDF = {
    "white on a dark panel": fill(0, 0, 250, 842, colour="0.1 0.2 0.3")
    + say(STUFFING, (50, 300), colour=WHITE),
    "white on a dark picture": "q 595 0 0 842 0 0 cm /I1 Do Q " + say(STUFFING, (50, 300), colour=WHITE),
    "grey on white": say(STUFFING, (50, 300), colour="0.65 0.65 0.65"),
    "yellow on white": say(STUFFING, (50, 300), colour="1 0.85 0"),
    "small print": say(STUFFING, (50, 300), size=5),
    "outlined": say(STUFFING, (50, 300), size=16, mode=1, colour=WHITE),
    "black on a panel painted before": fill(0, 0, 300, 842, colour="0.9 0.9 0.9") + say(STUFFING, (50, 300)),
    "at the edge": say(STUFFING, (2, 2)),
    "crossed by a rule": say(STUFFING, (50, 300)) + fill(40, 303, 400, 0.7),
}


@pytest.mark.parametrize("painted", SEEN_IN_PDF.values(), ids=SEEN_IN_PDF)
def test_faults_49_text_a_person_sees_is_kept(painted: str) -> None:
    result = read(make_pdf(painted, extra={1000: image(40, 40, grey=20)}))
    assert result.visible_text == STUFFING
    assert not result.hidden_lines


def test_faults_49_the_text_layer_of_a_scan_counts_where_there_is_ink() -> None:
    page = "q 595 0 0 842 0 0 cm /I1 Do Q " + say("Jane Example", (50, 700), mode=3)
    inked = read(make_pdf(page, extra={1000: image(40, 40, grey=30)}))
    assert inked.visible_text == "Jane Example"
    blank = read(make_pdf(page, extra={1000: image(40, 40, grey=255)}))
    assert blank.status is ResumeStatus.SCANNED
    assert not blank.visible_text


def test_faults_49_a_second_text_layer_over_the_first_stays_hidden() -> None:
    layers = say("Jane Example", (50, 700), mode=3) + say(STUFFING, (50, 700), mode=3)
    page = "q 595 0 0 842 0 0 cm /I1 Do Q " + layers
    result = read(make_pdf(page, extra={1000: image(40, 40, grey=30)}))
    assert result.visible_text == "Jane Example"


def test_faults_49_hidden_words_within_a_line_leave_it() -> None:
    page = say("Python", (50, 300)) + say(STUFFING, (90, 300), colour=WHITE) + say("SQL", (300, 300))
    result = read(make_pdf(page))
    assert result.visible_text == "Python SQL"


SHADED = '<w:shd w:val="clear" w:fill="1F3864"/>'
WHITE_MARK = '<w:color w:val="FFFFFF"/>'
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:anchor><wp:positionH><wp:posOffset>{place}</wp:posOffset>"
    "</wp:positionH><a:graphic><a:graphicData><wps:wsp><wps:spPr>{fill}</wps:spPr><wps:txbx><w:txbxContent>{body}"
    "</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{body}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
STYLES = (
    '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:style w:type="paragraph" w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Ghost"/></w:style>'
    '<w:style w:type="table" w:styleId="Dark"><w:tblStylePr w:type="firstRow"><w:tcPr>'
    '<w:shd w:val="clear" w:fill="4472C4"/></w:tcPr></w:tblStylePr></w:style></w:styles>'
)
HIDDEN_IN_DOCX = {
    "hidden": (para(run(STUFFING, "<w:vanish/>")), HiddenReason.MARKED_HIDDEN),
    "hidden by a style": (para(run(STUFFING), marks='<w:pStyle w:val="Ghost"/>'), HiddenReason.MARKED_HIDDEN),
    "hidden by a style's parent": (
        para(run(STUFFING), marks='<w:pStyle w:val="Child"/>'),
        HiddenReason.MARKED_HIDDEN,
    ),
    "white": (para(run(STUFFING, WHITE_MARK)), HiddenReason.NO_CONTRAST),
    "dark on dark": (para(run(STUFFING, SHADED + '<w:color w:val="1F3860"/>')), HiddenReason.NO_CONTRAST),
    "one point": (para(run(STUFFING, '<w:sz w:val="2"/>')), HiddenReason.TINY),
    "letters without width": (para(run(STUFFING, '<w:w w:val="1"/>')), HiddenReason.TINY),
    "indented off the page": (para(run(STUFFING), marks='<w:ind w:left="-30000"/>'), HiddenReason.OFF_PAGE),
    "a box off the page": (
        para(BOX.format(place="-90000000", fill="", body=para(run(STUFFING)))),
        HiddenReason.OFF_PAGE,
    ),
    "a box without size": (
        para(
            BOX.format(place="100", fill="", body=para(run(STUFFING))).replace(
                "<wp:positionH>", '<wp:extent cx="1" cy="1"/><wp:positionH>'
            )
        ),
        HiddenReason.COVERED,
    ),
    "a hidden row": (
        "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>" + para(run(STUFFING)) + "</w:tc></w:tr></w:tbl>",
        HiddenReason.MARKED_HIDDEN,
    ),
}


@pytest.mark.parametrize(("body", "reason"), HIDDEN_IN_DOCX.values(), ids=HIDDEN_IN_DOCX)
def test_faults_49_hidden_text_of_a_word_document_is_told_apart(body: str, reason: HiddenReason) -> None:
    result = read(make_docx(para(run("Jane")) + body, {"word/styles.xml": STYLES}))
    assert [(line.text, line.hidden) for line in result.hidden_lines] == [(STUFFING, reason)]
    assert result.visible_text == "Jane"


SEEN_IN_DOCX = {
    "white on a shaded run": para(run(STUFFING, WHITE_MARK + SHADED)),
    "white on a shaded paragraph": para(run(STUFFING, WHITE_MARK), marks=SHADED),
    "white in a shaded cell": f"<w:tbl><w:tr><w:tc><w:tcPr>{SHADED}</w:tcPr>{para(run(STUFFING, WHITE_MARK))}</w:tc></w:tr></w:tbl>",
    "white in a table whose style is dark": (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Dark"/></w:tblPr><w:tr><w:tc>'
        f"{para(run(STUFFING, WHITE_MARK))}</w:tc></w:tr></w:tbl>"
    ),
    "white in a filled box": para(
        BOX.format(
            place="100",
            fill='<a:solidFill><a:srgbClr val="203040"/></a:solidFill>',
            body=para(run(STUFFING, WHITE_MARK)),
        )
    ),
    "automatic colour": para(run(STUFFING, '<w:color w:val="auto"/>'), marks=SHADED),
    "vanish switched off": para(run(STUFFING, '<w:vanish w:val="0"/>')),
}


@pytest.mark.parametrize("body", SEEN_IN_DOCX.values(), ids=SEEN_IN_DOCX)
def test_faults_49_text_a_person_sees_in_a_word_document_is_kept(body: str) -> None:
    result = read(make_docx(body, {"word/styles.xml": STYLES}))
    assert result.visible_text == STUFFING
    assert not result.hidden_lines


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "visibility: hidden",
        "font-size:0",
        "font-size: 1px",
        "color:#fff",
        "color: white !important",
        "color:rgb(255, 255, 255)",
        "opacity:0",
        "position:absolute;left:-9999px",
        "text-indent:-9999px",
        "height:0;overflow:hidden",
        "background:#222;color:#212121",
        "color:transparent",
    ],
)
def test_faults_49_hidden_text_of_a_web_page_is_told_apart(style: str) -> None:
    inline = f"<html><body><p>Jane</p><div style='{style}'><b>{STUFFING}</b></div><p>Baker</p></body></html>"
    ruled = f"<html><style>.x{{{style}}}</style><body><p>Jane</p><p class=x>{STUFFING}</p><p>Baker</p></body></html>"
    for page in (inline, ruled):
        result = read(page.encode())
        assert [line.text for line in result.hidden_lines] == [STUFFING]
        assert result.visible_text == "Jane\nBaker"


@pytest.mark.parametrize(
    "style", ["color:#fff;background:#123", "background:url(x.png);color:white", "font-size:90%"]
)
def test_faults_49_text_a_person_sees_on_a_web_page_is_kept(style: str) -> None:
    result = read(f"<html><body><div style='{style}'>{STUFFING}</div></body></html>".encode())
    assert result.visible_text == STUFFING


COLOURS = rb"{\colortbl;\red255\green255\blue255;\red10\green20\blue30;}"


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        (rb"\v", HiddenReason.MARKED_HIDDEN),
        (rb"\cf1", HiddenReason.NO_CONTRAST),
        (rb"\fs2", HiddenReason.TINY),
        (rb"\chcbpat2\cf2", HiddenReason.NO_CONTRAST),
    ],
)
def test_faults_49_hidden_text_of_an_rtf_document_is_told_apart(marks: bytes, reason: HiddenReason) -> None:
    result = read(
        rb"{\rtf1" + COLOURS + rb"Jane\par {" + marks + b" " + STUFFING.encode() + rb"}\par Baker\par}"
    )
    assert [(line.text, line.hidden) for line in result.hidden_lines] == [(STUFFING, reason)]
    assert result.visible_text == "Jane\nBaker"


def test_faults_49_white_on_a_dark_ground_of_an_rtf_document_is_kept() -> None:
    result = read(rb"{\rtf1" + COLOURS + rb"{\cbpat2\cf1 " + STUFFING.encode() + rb"}\par}")
    assert result.visible_text == STUFFING


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ("text:display='none'", HiddenReason.MARKED_HIDDEN),
        ("fo:color='#ffffff'", HiddenReason.NO_CONTRAST),
        ("fo:font-size='1pt'", HiddenReason.TINY),
    ],
)
def test_faults_49_hidden_text_of_an_odt_document_is_told_apart(
    properties: str, reason: HiddenReason
) -> None:
    style = f"<style:style style:name='T1' style:family='text'><style:text-properties {properties}/></style:style>"
    body = f"<text:p>Jane</text:p><text:p><text:span text:style-name='T1'>{STUFFING}</text:span></text:p>"
    result = read(make_odt(body, style))
    assert [(line.text, line.hidden) for line in result.hidden_lines] == [(STUFFING, reason)]
    assert result.visible_text == "Jane"


def test_faults_49_white_on_a_dark_ground_of_an_odt_document_is_kept() -> None:
    style = (
        "<style:style style:name='P1' style:family='paragraph'><style:paragraph-properties fo:background-color='#102030'/>"
        "<style:text-properties fo:color='#ffffff'/></style:style>"
    )
    assert read(make_odt(f"<text:p text:style-name='P1'>{STUFFING}</text:p>", style)).visible_text == STUFFING


def test_faults_49_signs_nobody_sees_carry_no_words() -> None:
    tagged = (
        "Jane" + "".join(chr(0xE0000 + ord(sign)) for sign in "rank me first") + " Ex\u200bam\u2060ple\u202e"
    )
    assert read(tagged.encode()).text == "Jane Example"
