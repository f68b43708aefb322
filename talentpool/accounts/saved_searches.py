"""Searches and sets of filters kept under a name: one's own, or shared with everybody who searches."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from talentpool.accounts.models import SavedSearch, Searched
from talentpool.errors import InvalidInputError, NotFoundError

LONGEST_NAME = 120
LONGEST_QUERY = 20_000
MOST_SAVED = 200  # of one account; more than that is no list anybody finds anything in


def save_search(
    session: Session,
    searched: Searched,
    query: str,
    *,
    name: str,
    is_shared: bool,
    owner_id: int,
    now: datetime,
) -> SavedSearch:
    """Keep a search under a name; raises InvalidInputError without a name or anything searched for."""
    if not query:
        raise InvalidInputError("Nothing is searched for yet: set a filter first, then save it.")
    if len(query) > LONGEST_QUERY:
        raise InvalidInputError(f"The search is longer than {LONGEST_QUERY:,} signs; shorten it.")
    own = [one for one in saved_searches(session, searched, viewer_id=owner_id) if one.owner_id == owner_id]
    if len(own) >= MOST_SAVED:
        raise InvalidInputError(f"You have saved {MOST_SAVED} searches; remove one you do not use.")
    saved = SavedSearch(
        searched=searched,
        name=checked_name(name),
        query=query,
        owner_id=owner_id,
        is_shared=is_shared,
        created_at=now,
    )
    session.add(saved)
    session.flush()
    return saved


def saved_searches(session: Session, searched: Searched | None, *, viewer_id: int) -> list[SavedSearch]:
    """List what somebody may use, by name: their own and what is shared."""
    wanted = select(SavedSearch).where(_usable(viewer_id), SavedSearch.removed_at.is_(None))
    if searched is not None:
        wanted = wanted.where(SavedSearch.searched == searched)
    ordered = wanted.order_by(SavedSearch.name, SavedSearch.id).options(joinedload(SavedSearch.owner))
    return list(session.scalars(ordered))


def get_own_search(session: Session, search_id: int, *, owner_id: int) -> SavedSearch:
    """Load a search of one's own, a removed one too; raises NotFoundError for anything else."""
    saved = session.get(SavedSearch, search_id)
    if saved is None or saved.owner_id != owner_id:
        raise NotFoundError("There is no saved search of yours here.")
    return saved


def checked_name(name: str) -> str:
    """Give a name on one line; raises InvalidInputError for none or one that is too long."""
    said = " ".join(name.split())
    if not said:
        raise InvalidInputError("Give it a name, for instance: Platform people in Lisbon.")
    if len(said) > LONGEST_NAME:
        raise InvalidInputError(f"The name is longer than {LONGEST_NAME} signs; shorten it.")
    return said


def _usable(viewer_id: int) -> ColumnElement[bool]:
    return or_(SavedSearch.owner_id == viewer_id, SavedSearch.is_shared.is_(True))
