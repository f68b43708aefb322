"""What a page says after something was done: one sentence, and where it can be taken back, the button for it."""

from flask import Response, flash, redirect

UNDO = "undo "  # how base.html knows a notice that comes with a button
OFFER = "offer "  # and one that leads on


def notify(words: str, *, undo: str | None = None) -> None:
    """Say on the next page what was done; `undo` is the address that takes it back."""
    flash(words, f"{UNDO}{undo}" if undo else "message")


def offer(words: str, address: str) -> None:
    """Say on the next page what else could be done now, with the way there."""
    flash(words, f"{OFFER}{address}")


def go_to(address: str) -> Response:
    """Answer a form with the page that shows what came of it."""
    return redirect(address, code=303)  # type: ignore[return-value]  # Flask's redirect makes a Flask response
