"""A word of a secret is read by whom the rules allow, and by nobody else: on every page, in every file and mail.

What is hidden changes nothing either: whoever may not see it gets the same pages, counts and lists as without it.
"""

import io
import re
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from zipfile import ZipFile, is_zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select
from werkzeug.test import TestResponse

from jobs.send_digests import reminder_of
from talentpool.accounts.login_sessions import viewer_of
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.digests import digest_letter, due_news
from talentpool.rediscovery.models import RoleLook
from talentpool.tables import metadata
from tests.web.busy_desk import MAIL
from tests.web.conftest import Browser, MakeSettings, StartApp
from tests.web.every_page import NOT_PAGES, PAGES, names_in
from tests.web.secrets import (
    ALUMNUS,
    OFFICE_ROLE,
    PERSON,
    PLAIN,
    ROLE,
    SEEN_BY,
    STAFF,
    VIEWERS,
    Desk,
    Places,
)

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

FILES = {
    "ats.export_shortlist": ("/roles/{role}/shortlist/export?format=csv",),
    "deleted_elsewhere.export": ("/requests/deleted-elsewhere.csv",),
    "duplicates.export_duplicates": ("/candidates/duplicates.csv",),
    "exports.export_candidate": ("/candidates/{ana}/export.csv",),
    "exports.export_matches": ("/roles/{role}/matches.csv",),
    "exports.export_people": ("/candidates/export.csv", "/candidates/export.xlsx"),
    "health.show_metrics": ("/metrics",),
    "import_runs.download_problems": ("/imports/{import_done}/problems.csv",),
    "match_selection.show_filters": ("/roles/{role}/filters?group=quality",),
    "phone_list.export": ("/roles/{role}/phone-list.csv?candidates={bare},{ana}",),
    "pool.export_pool": ("/candidates.csv?show=rating&show=contact&show=source&show=added",),
    "reports.show_table": ("/reports/reasons/roles.csv",),
    "requests.download": ("/requests/{request}/everything.zip",),
    "settings_audit.export": ("/settings/audit.csv",),
}
"""Addresses of what is no page; the rest of `NOT_PAGES` says nothing about anybody."""
SAY_NOTHING = {
    "api.show_description",
    "health.show_health",
    "health.show_readiness",
    "resumes.download",
    "settings.show_settings",
    "static",
}
PROBES = tuple(
    f"/candidates?{asked}"
    for asked in (
        f"q={PERSON}",
        f"q=source:%22{PERSON}+source%22",
        f"q=reason:{ROLE}",
        "order=name",
        "lacking=reason",
    )
) + (
    f"/roles/{{role}}/why-not?name={PERSON}",
    f"/roles/{{role}}/why-not?name={STAFF}",
    f"/candidates/{{ana}}/merge?q={PERSON}",
    f"/requests/new?who={PERSON}",
    "/roles/{role}/filters?group=relevance",
    "/roles/{role}/filters?group=exclusions",
    "/roles/{role}/filters?group=advanced",
    "/promises?whose=all",
)
"""Asking for a secret by its word: who may not see it is answered as if it were not there."""
RUNS = {
    "history": (
        "/roles/{role}/history",
        "/metrics",
        "/imports/{import_asked}",
        "/imports/{import_checking}/check",
    )
}
"""What lists the runs, counts for the operator, or says how long something waits: it changes in any case."""
OWN_PAGE = "/me/"
"""Somebody's own page: what they applied for is theirs to read."""
SEE_ALL = ("/candidates.csv", "/roles")
"""What is enough to read for whoever may read all of it."""
NAMED = {"role_id": "role", "candidate_id": "ana", "import_id": "import_waiting", "request_id": "request"}
"""Which place of the desk stands for a place in the address of a form."""
ENDS_THE_VISIT = ("sign_in.sign_out_here", "account.sign_out_everywhere")
NAMES_SOMEBODY = (
    "candidates",
    "other",
    "with",
    "who",
    "person",
    "send",
    "candidate_id",
    "first",
    "second",
    "ending",
)
FILLED_IN = {
    "act": "shortlist", "days": "14", "address": "a@x.example", "promise": "write", "words": "calm", "note": "calm",
    "reason": "skills", "scope": "this_role", "template": "first_contact", "subject": "Hello", "text": "Hello",
    "kind": "question", "came_by": "phone", "received_on": "2026-11-02", "channel": "call", "outcome": "answered",
}  # fmt: skip
"""The names under which forms send somebody's number, and what makes the rest of a form good enough to be read."""
CHANGING = re.compile(r"csrf[^>]*|[0-9]+\.[0-9]+|[0-9]{1,2}:[0-9]{2}")
"""Tokens, scores (the pool they are weighed in has grown) and times of the day."""


@pytest.fixture
def app(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """The application of an installation that can write letters."""
    return start_app(settings_with(**MAIL))


@pytest.fixture
def desk(app: Flask, sessions: Sessions) -> Desk:
    """A busy desk on which nothing is secret yet."""
    return Desk(app, sessions)


def addresses(places: Places, patterns: Mapping[str, Sequence[str]]) -> set[str]:
    """Give the addresses of those patterns whose places there are."""
    found = (pattern for some in patterns.values() for pattern in some if names_in(pattern) <= places.keys())
    return {pattern.format(**places) for pattern in found}


def all_addresses(desk: Desk) -> list[str]:
    """Give every page and file, also with the numbers of the secrets in the place of others."""
    everything = {**PAGES, **FILES}
    role = dict.fromkeys(("role", "unmatched", "closing", "closed", "reopened"), desk.secrets["role"])
    found = addresses(desk.places, everything) | addresses({**desk.places, **role}, everything)
    for person in ("person", "staff"):
        people = dict.fromkeys(("ana", "bare", "twin", "odd"), desk.secrets[person])
        found |= addresses({**desk.places, **people}, everything)
    return sorted(found)


def words_of(answer: TestResponse) -> str:
    """Give what an answer says, that of a ZIP or a workbook unpacked."""
    with answer:
        data = answer.get_data()
    if not is_zipfile(io.BytesIO(data)):
        return data.decode(errors="replace")
    with ZipFile(io.BytesIO(data)) as packed:
        return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def read(client: Browser | FlaskClient, address: str) -> str:
    """Read what stands at an address; filters come as the part of the page that they are."""
    return words_of(client.get(address, headers={"HX-Request": "true"} if "/filters" in address else {}))


def secret_words(text: str, *, asked: str = "") -> set[str]:
    """Find the words of the secrets in a text, but those that whoever asks has said."""
    told, said = text.casefold(), asked.casefold()
    return {word for word in SEEN_BY if word.casefold() in told and word.casefold() not in said}


def test_every_address_is_walked_or_says_nothing_of_anybody(app: Flask) -> None:
    assert FILES.keys() | SAY_NOTHING == NOT_PAGES.keys()
    assert PAGES.keys() | NOT_PAGES.keys() <= app.view_functions.keys()


def test_a_secret_is_read_by_whom_the_rules_allow_and_by_nobody_else(desk: Desk) -> None:
    desk.add_secrets()
    desk.use_the_secret_role()
    desk.rematch()
    leaks, found = [], set()
    for viewer in (*VIEWERS, "nobody"):
        client = desk.browsers.get(viewer) or desk.app.test_client()
        for address in SEE_ALL if viewer in ("owner", "administrator") else all_addresses(desk):
            for word in secret_words(read(client, address)):
                found.add((word, viewer))
                if viewer not in SEEN_BY[word] and not address.startswith(OWN_PAGE):
                    leaks.append(f"{viewer} reads {word} at {address}")
    assert not leaks, "\n".join(leaks)
    assert {(word, viewer) for word, viewers in SEEN_BY.items() for viewer in viewers} <= found
    _a_manager_asked_by_a_link_reads_of_their_own_role_alone(desk)


def _a_manager_asked_by_a_link_reads_of_their_own_role_alone(desk: Desk) -> None:
    client, address = desk.asked_by_a_link(desk.places["role"])
    text = read(client, address)
    assert "Ana Ruiz" in text
    assert secret_words(text) == set()
    assert secret_words(read(*desk.asked_by_a_link(desk.secrets["role"]))) == {ROLE}


def test_what_is_hidden_changes_no_page_count_or_mail_of_whoever_may_not_see_it(desk: Desk) -> None:
    viewers = ("colleague", "manager")
    walked = sorted(
        addresses(desk.places, {**PAGES, **FILES, "probes": PROBES}) - set(addresses(desk.places, RUNS))
    )
    link = desk.asked_by_a_link(desk.places["role"])
    read(desk.browsers["colleague"], f"/roles/{desk.places['role']}")  # what is new is new since this look
    with desk.sessions.reading() as session:
        looks = [dict(row) for row in session.execute(select(RoleLook.__table__)).mappings()]
    desk.rematch()
    before = _as_seen(desk, viewers, walked, link, looks)
    desk.add_secrets()
    desk.rematch()
    after = _as_seen(desk, viewers, walked, link, looks)
    assert before.keys() == after.keys()
    changed = [
        _difference(place, before[place], after[place]) for place in before if before[place] != after[place]
    ]
    assert not changed, "\n".join(changed)


def _digest(desk: Desk, viewer: str) -> str:
    """Write what somebody would be told by mail today."""
    who, today = viewer_of(desk.people[viewer]), current_time().date()
    with desk.sessions.reading() as session:
        news, reminder = due_news(session, who, is_weekly=True), reminder_of(session, who, today=today)
        assert news, "a digest without news proves nothing"
        return "\n".join(digest_letter(news, reminder, public_url=""))


def test_whatever_form_is_sent_with_hidden_numbers_says_and_does_nothing(
    desk: Desk, sessions: Sessions
) -> None:
    desk.add_secrets()
    before = _about_hidden_people(desk, sessions)
    for rule in desk.app.url_map.iter_rules():
        own = {name: desk.places.get(NAMED.get(name, ""), 1) for name in rule.arguments}
        if "POST" not in (rule.methods or ()) or rule.endpoint in ENDS_THE_VISIT:
            continue
        address = desk.app.url_map.bind("127.0.0.1").build(rule.endpoint, own, method="POST")
        for person in ("person", "staff"):
            sent = {**dict.fromkeys(NAMES_SOMEBODY, desk.secrets[person]), **FILLED_IN}
            answer = desk.browsers["colleague"].post(address, sent, follow_redirects=True)
            assert answer.status_code < 500, address
            assert secret_words(words_of(answer)) <= {OFFICE_ROLE, ALUMNUS, PLAIN}, address
    assert _about_hidden_people(desk, sessions) == before


def _about_hidden_people(desk: Desk, sessions: Sessions) -> dict[str, int]:
    """Count what is on record about the restricted people, by table."""
    hidden = [desk.secrets["person"], desk.secrets["staff"]]
    with sessions.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).where(table.c.candidate_id.in_(hidden))) or 0
            for table in metadata.tables.values()
            if "candidate_id" in table.c and table.name != "matches"  # whoever ranks, ranks everybody
        }


def _as_seen(
    desk: Desk,
    viewers: Sequence[str],
    walked: Sequence[str],
    link: tuple[FlaskClient, str],
    looks: Sequence[dict[str, object]],
) -> dict[str, str]:
    """Read every address as each viewer does, without what differs from one look to the next."""
    with desk.sessions.writing.begin() as session:  # whoever has seen a list has no news of it
        session.execute(delete(RoleLook))
        session.execute(
            insert(RoleLook), [one for one in looks if one["recruiter_id"] != desk.people["manager"].id]
        )
    seen = {f"digest of {viewer}": _digest(desk, viewer) for viewer in viewers}
    seen |= {
        f"{viewer} {address}": read(desk.browsers[viewer], address)
        for viewer in viewers
        for address in walked
    }
    return {place: CHANGING.sub("", text) for place, text in {**seen, "link": read(*link)}.items()}


def _difference(place: str, before: str, after: str) -> str:
    lines = list(unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm=""))
    return "\n  ".join([place, *lines[2:12]])
