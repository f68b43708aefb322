"""The ranked people of a role as a table for spreadsheets."""

from collections.abc import Iterator, Sequence

from talentpool.rediscovery.match_cards import MatchCard

HEADINGS = (
    "Rank",
    "Candidate ID",
    "Name",
    "Headline",
    "Place",
    "Band",
    "Score",
    "Words found",
    "Not mentioned",
    "Last role applied for",
    "Contact",
    "Resume date",
)


def match_rows(cards: Sequence[MatchCard]) -> Iterator[tuple[object, ...]]:
    """Give ranked people as rows under HEADINGS, words joined by semicolons."""
    for card in cards:
        yield (
            card.rank,
            card.candidate_id,
            card.name,
            card.headline,
            card.place,
            card.band,
            card.score,
            "; ".join(card.found),
            "; ".join(card.missing),
            card.last_application.role_title if card.last_application else None,
            card.contact.words,
            card.resume_on,
        )
