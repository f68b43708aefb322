"""How the signals of a receipt read on screen and on the command line: fixed sentences."""

from talentpool.matching.receipt import ReceiptLine

SIGNAL_WORDS = {
    "stage": "how far earlier applications got",
    "silver_medalist": "nearly hired before, for no reason against them",
    "reason_lapsed": "the reason for the last rejection no longer holds",
    "promise_open": "we promised to be in touch",
    "rating": "interviewers' rating",
    "freshness": "how fresh the resume is",
    "replied": "rapport: answered us, or wrote of their own accord",
}
GROUP_WORDS = {
    "title": "from the title",
    "text": "from the text",
    "related": "related words",
    "shortlisted": "like the people you shortlisted",
    "dismissed": "like the people you dismissed",
    "signal": "history with us",
}


def line_words(line: ReceiptLine) -> str:
    """Say what a line of a receipt is for; an alias shows how the role wrote it: `k8s → kubernetes`."""
    if line.kind == "signal":
        return SIGNAL_WORDS.get(line.label, line.label)
    if line.written and line.written.casefold() != line.label.casefold():
        return f"{line.written} → {line.label}"
    return line.label
