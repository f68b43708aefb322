"""The control words of RTF: what is skipped, what breaks lines, what stands for a sign, and how bytes are read.

Source: Rich Text Format (RTF) Specification, version 1.9.1.
"""

import codecs

SKIPPED = frozenset(
    [
        "fonttbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "objdata",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "mmathPr",
        "fldinst",
        "filetbl",
        "revtbl",
        "pgptbl",
        "bkmkstart",
        "bkmkend",
        "annotation",
        "atnid",
        "atnauthor",
        "atndate",
        "atnref",
        "atntime",
        "private",
        "nonshppict",
        "listtext_off",
        "userprops",
        "falt",
        "panose",
        "blipuid",
        "sp_off",
        "wgrffmtfilter",
        "operator",
        "author",
        "company",
        "title",
        "subject",
        "keywords",
        "doccomm",
        "hlinkbase",
        "comment",
        "sp",
    ]
)
SHAPES = ("shp", "shpinst", "shptxt")  # destinations that hold the text of boxes
BREAKS = {
    "par": "\n",
    "line": "\n",
    "sect": "\n",
    "page": "\n",
    "row": "\n",
    "cell": "\t",
    "nestcell": "\t",
    "nestrow": "\n",
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
SIGNS = {b"~": "\xa0", b"_": "-", b"-": "", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
CHARSETS = {
    0: "cp1252",
    77: "mac-roman",
    128: "shift_jis",
    129: "cp949",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


def known_codec(name: str) -> str:
    """Give the codec of that name, or else the one of Western Windows."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
