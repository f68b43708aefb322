"""Makers of small resume files of every kind, good and hostile, so that no test needs somebody's real one."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

A4 = (595, 842)
RESUME_LINES = (
    "Jane Example",
    "Data Engineer",
    "jane@example.org",
    "Experience",
    "Senior Data Engineer, Acme Ltd, 2019 - 2024",
    "Built pipelines in Python and Spark",
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def say(text: str, at: tuple[float, float], *, size: float = 11, colour: str = "0 0 0", mode: int = 0) -> str:
    """Write the PDF operators that paint a line of text."""
    safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {size} Tf {colour} rg {mode} Tr 1 0 0 1 {at[0]} {at[1]} Tm ({safe}) Tj ET\n"


def fill(left: float, bottom: float, width: float, height: float, *, colour: str = "0 0 0") -> str:
    """Write the PDF operators that paint a rectangle."""
    return f"{colour} rg {left} {bottom} {width} {height} re f\n"


def paragraph(lines: Sequence[str], *, left: float = 50, top: float = 780, leading: float = 14) -> str:
    """Write lines of text one below the other."""
    return "".join(say(line, (left, top - number * leading)) for number, line in enumerate(lines))


def make_pdf(
    *contents: str, extra: Mapping[int, bytes] | None = None, root: str = "", page: str = ""
) -> bytes:
    """Make a PDF with one page for each content; `extra` are objects from number 1000 on."""
    count = len(contents)
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(count))
    objects: dict[int, bytes] = {
        1: f"<</Type/Catalog/Pages 2 0 R{root}>>".encode(),
        2: f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    }
    for number, content in enumerate(contents):
        at = 10 + 2 * number
        objects[at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {A4[0]} {A4[1]}]/Contents {at + 1} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>/XObject<</I1 1000 0 R>>>>{page}>>"
        ).encode()
        objects[at + 1] = stream(content.encode("cp1252"))
    return written_pdf(objects | dict(extra or {}))


def stream(data: bytes, entries: str = "") -> bytes:
    """Write a PDF stream."""
    return f"<</Length {len(data)}{entries}>>\nstream\n".encode() + data + b"\nendstream"


def written_pdf(objects: Mapping[int, bytes], trailer: str = "") -> bytes:
    """Write numbered objects as a PDF with its table of contents."""
    out = bytearray(b"%PDF-1.4\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += f"{number} 1\n{place:010d} 00000 n \n".encode()
    size = max(objects) + 1
    out += f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def image(width: int, height: int, *, grey: int = 128) -> bytes:
    """Make a grey picture as a PDF object."""
    data = zlib.compress(bytes([grey]) * (width * height))
    entries = (
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray"
        "/BitsPerComponent 8/Filter/FlateDecode"
    )
    return stream(data, entries)


def zipped(members: Mapping[str, bytes | str], *, packed: bool = True) -> bytes:
    """Pack members into a ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def make_docx(body: str, parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """Make a Word document from the XML of its body."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        f' xmlns:v="urn:schemas-microsoft-com:vml"><w:body>{body}</w:body></w:document>'
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>'
    )
    return zipped({"[Content_Types].xml": types, "word/document.xml": document, **(parts or {})})


def docx_part(kind: str, body: str) -> str:
    """Make a part of a Word document, such as a header."""
    return f'<w:{kind} xmlns:w="{W}">{body}</w:{kind}>'


def run(text: str, marks: str = "") -> str:
    """Write a run of a Word document."""
    return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def para(*runs: str, marks: str = "") -> str:
    """Write a paragraph of a Word document."""
    return f"<w:p><w:pPr>{marks}</w:pPr>{''.join(runs)}</w:p>"


def make_odt(body: str, styles: str = "", *, page: str = "") -> bytes:
    """Make an OpenDocument text from the XML of its body and automatic styles."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for name, full in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("draw", "drawing"),
            ("svg", "svg-compatible"),
            ("fo", "xsl-fo-compatible"),
        )
    )
    content = (
        f"<office:document-content {spaces} xmlns:xlink='http://www.w3.org/1999/xlink'>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    if page:
        parts["styles.xml"] = f"<office:document-styles {spaces}>{page}</office:document-styles>"
    return zipped(parts)
