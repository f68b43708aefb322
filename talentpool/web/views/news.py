"""What is new in one's roles since one last looked, and what of it one wants by mail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.rediscovery.changes import Kind
from talentpool.rediscovery.digests import choose, paces, wants_mail
from talentpool.rediscovery.models import DigestPace
from talentpool.rediscovery.news import NEWS, RoleNews, role_news
from talentpool.rediscovery.overview import roles_of
from talentpool.rediscovery.rematch_delta import ChangedPerson, name_people
from talentpool.roles.models import Role, RoleState
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.match_history import as_seen

pages = Blueprint("news", __name__)

PEOPLE_SHOWN = 6
LABELS = {
    Kind.NEW: "New among the first 200",
    Kind.UP: "Moved up",
    Kind.DOWN: "Moved down",
    Kind.GONE: "Gone",
}
PACES = ((DigestPace.DAILY, "every day"), (DigestPace.WEEKLY, "on Mondays"), (DigestPace.NEVER, "never"))


@dataclass(frozen=True, kw_only=True, eq=False)
class NewsPart:
    """Those in one role to whom the same happened: how many, and the first of them with their names."""

    label: str
    count: int
    people: list[ChangedPerson]


@pages.get("/new")
@requires(Permission.SEE_ROLES)
def show_news() -> ResponseReturnValue:
    """Show what is new in one's open roles; looking at a role is what makes it known."""
    found = role_news(request_session(), current_viewer())
    return render_template("roles/news.html", found=list(_named(found)))


@pages.get("/account/digests")
@requires(Permission.USE_OWN_ACCOUNT)
def show_choices() -> ResponseReturnValue:
    """Show what one gets by mail, and how often."""
    session, own = request_session(), current_viewer().recruiter_id
    chosen = paces(session, own)
    roles = [
        (role, chosen[role.id].how_often if role.id in chosen else DigestPace.DAILY) for role in _own_roles()
    ]
    return render_template(
        "account/digests.html",
        roles=roles,
        by_mail=wants_mail(session, own),
        paces=PACES,
        settings=desk().settings,
    )


@pages.post("/account/digests")
@requires(Permission.USE_OWN_ACCOUNT)
def keep_choices() -> ResponseReturnValue:
    """Keep what one wants by mail; only one's own roles can be chosen for."""
    told = {role.id: request.form.get(f"role-{role.id}", "") for role in _own_roles()}
    pace_by_role = {role_id: DigestPace(pace) for role_id, pace in told.items() if pace in list(DigestPace)}
    by_mail = request.form.get("by_mail") == "yes"
    own = current_viewer().recruiter_id
    choose(request_session(), own, by_mail=by_mail, pace_by_role=pace_by_role)
    notify("You get what is new by mail." if by_mail else "You get no mail about what is new.")
    return go_to(url_for("news.show_choices"))


def _own_roles() -> list[Role]:
    return roles_of(request_session(), current_viewer(), (RoleState.OPEN,), mine=True)


def _named(found: Sequence[RoleNews]) -> Iterator[tuple[RoleNews, list[NewsPart]]]:
    """Name the first people of every part of every role, all in one query."""
    first = [
        [list(news.parts[kind].people(0, PEOPLE_SHOWN)) if news.count(kind) else [] for kind in NEWS]
        for news in found
    ]
    everybody = [one for parts in first for people in parts for one in people]
    named = as_seen(name_people(request_session(), everybody))
    for news, parts in zip(found, first, strict=True):
        shown = [
            NewsPart(label=LABELS[kind], count=news.count(kind), people=list(islice(named, len(people))))
            for kind, people in zip(NEWS, parts, strict=True)
        ]
        yield news, [part for part in shown if part.count]
