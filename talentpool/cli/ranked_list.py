"""The ranked list at a terminal: people with their reasons, the funnel, and the account of one score."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from talentpool.candidates.wording import application_outcome
from talentpool.consent.eligibility import day
from talentpool.matching.receipt import Receipt
from talentpool.rediscovery.funnel import FunnelStep
from talentpool.rediscovery.match_cards import MatchCard
from talentpool.rediscovery.results import RunView
from talentpool.rediscovery.signal_words import GROUP_WORDS, line_words

DOTS = {"strong": "●●●", "good": "●●○", "possible": "●○○"}


def run_document(view: RunView, cards: Sequence[MatchCard]) -> dict[str, Any]:
    """Give a run and its best people the way `--json` prints them."""
    return {
        "role_id": view.run.role_id,
        "run_id": view.run.id,
        "pool": view.pool,
        "eligible": view.total,
        "funnel": [{"rule": step.rule, "removed": step.removed, "left": step.left} for step in view.funnel],
        "matches": [match_document(card) for card in cards],
        "seconds": view.run.seconds,
    }


def match_document(card: MatchCard) -> dict[str, Any]:
    """Give one ranked person with the receipt, whose lines add up to the score."""
    return {
        "candidate_id": card.candidate_id,
        "name": card.name,
        "rank": card.rank,
        "score": card.score,
        "band": card.band,
        "receipt": receipt_document(card.receipt),
    }


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """Give a receipt the way `--json` prints it."""
    return {
        "total": receipt.total,
        "lines": [
            {
                "kind": line.kind,
                "label": line.label,
                "written": line.written,
                "value": line.value,
                "role_weight": line.role_weight,
                "resume_weight": line.resume_weight,
            }
            for line in receipt.lines
        ],
        "missing": list(receipt.missing),
    }


def print_ranked(console: Console, view: RunView, cards: Sequence[MatchCard]) -> None:
    """Print the best people of a run with what was found, what was not, and what is on record."""
    if not cards:
        console.print(f"{nobody_words(view.pool)}\n", highlight=False)
        print_funnel(console, view.pool, view.funnel)
        return
    today = view.run.ran_at.date()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), expand=True)
    table.add_column("#", justify="right", style="dim", no_wrap=True)
    table.add_column("Who", ratio=3)
    table.add_column("Last time with us", ratio=3)
    table.add_column("From the resume", ratio=5)
    for card in cards:
        table.add_row(str(card.rank), _who(card), _last_time(card, today), _evidence(card))
    console.print(table)
    print_funnel(console, view.pool, view.funnel)


def nobody_words(pool: int) -> str:
    """Say why a list is empty, and what to do."""
    if not pool:
        return "The pool is empty; bring your past candidates in with: talentpool import FILE"
    return "Nobody is left to show; below is who was left out, and why. A filter (--must) can be made --important."


def print_funnel(console: Console, pool: int, funnel: Sequence[FunnelStep]) -> None:
    """Print how many each rule left, one line for each that removed somebody."""
    console.print(f"{pool:,} in the pool", highlight=False)
    for step in funnel:
        if step.removed:
            console.print(f"  {step.left:,} {escape(step.label)} (−{step.removed:,})", highlight=False)  # noqa: RUF001


def print_receipt(console: Console, name: str, receipt: Receipt) -> None:
    """Print one score as a bill whose lines add up to the total."""
    table = Table(title=f"Why this rank: {escape(name)}", box=None, title_justify="left", pad_edge=False)
    table.add_column("")
    for heading in ("in the role", "in the resume", "product"):
        table.add_column(heading, justify="right")
    for kind, heading in GROUP_WORDS.items():
        lines = [line for line in receipt.lines if line.kind == kind]
        if lines:
            table.add_row(Text(heading, style="dim"))
        for line in lines:
            table.add_row(
                f"  {escape(line_words(line))}",
                f"{line.role_weight:.4f}",
                f"{line.resume_weight:.4f}",
                f"{line.value:.4f}",
            )
    table.add_section()
    table.add_row(Text("total", style="bold"), "", "", Text(f"{receipt.total:.4f}", style="bold"))
    console.print(table)
    if receipt.missing:
        console.print(f"Not mentioned: {escape(', '.join(receipt.missing[:10]))}", highlight=False)


def _who(card: MatchCard) -> Text:
    text = Text(card.name, style="bold")
    text.append(f"\n{DOTS[card.band]} {card.band.capitalize()}", style="cyan")
    if card.is_silver_medalist:
        text.append(" · silver medalist", style="yellow")
    about = " · ".join(part for part in (card.headline, card.place) if part)
    text.append(f"\n{about}" if about else "", style="not bold")
    return text


def _last_time(card: MatchCard, today: Any) -> Text:
    text = Text()
    if card.last_application is not None:
        when = card.last_application.ended_on or card.last_application.applied_on
        text.append(card.last_application.role_title)
        text.append(f", {day(when)}" if when else "", style="dim")
        text.append(f"\n{application_outcome(card.last_application, today=today)}")
    text.append(f"\n{card.contact.words}", style="dim")
    return text


def _evidence(card: MatchCard) -> Text:
    text = Text(", ".join(card.found), style="green")
    if card.missing:
        text.append(f"\nnot mentioned: {', '.join(card.missing)}", style="dim")
    if card.quote:
        text.append(f"\n“{card.quote}”", style="italic")
    return text
