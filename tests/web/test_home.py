"""Home and the first steps: what an empty installation says, and what a full one leads to."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate, Promise
from talentpool.candidates.promises import SHOWN_MOST
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import config_folder
from tests.builders import make_promise
from tests.web.pool_of_people import ADVERT, fill_pool


def page(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def test_an_empty_installation_says_what_to_do_first(signed_in, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
    desk = signed_in(AccountKind.RECRUITER)
    text = page(desk.get("/"))
    assert "Your pool is empty" in text
    assert 'href="/imports"' in text
    for address in ("/roles", "/roles/new", "/candidates", "/promises", "/imports", "/roles?state=closed"):
        assert 'class="empty"' in page(desk.get(address)), address
    address = desk.post("/roles/new", {"title": "Engineer", "text": ADVERT}).location
    assert "The pool is empty" in page(desk.get(address))


def test_home_leads_to_what_needs_somebody(signed_in, sessions: Sessions) -> None:
    people = fill_pool(sessions)
    desk = signed_in(AccountKind.RECRUITER)
    address = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    desk.post(f"{address}/matches/{people['Ana Ruiz']}/shortlist")
    text = page(desk.get("/"))
    assert "1 on the short list" in text
    assert "write when a platform role opens" in text
    assert 'href="/candidates?lacking=reason"' in text


def test_a_promise_is_kept_from_home_and_leaves_it(signed_in, sessions: Sessions) -> None:
    fill_pool(sessions)
    desk = signed_in(AccountKind.RECRUITER)
    with sessions.reading() as session:
        promise_id = session.scalars(select(Promise.id)).one()
    assert desk.post(f"/promises/{promise_id}/keep", {"back": "/"}).location == "/"
    assert "Nothing is due" in page(desk.get("/"))


def test_more_promises_than_a_page_takes_show_the_first_due_and_say_so(signed_in, sessions: Sessions) -> None:
    people, now = fill_pool(sessions), current_time()
    with sessions.writing.begin() as session:
        ana = session.get_one(Candidate, people["Ana Ruiz"])
        for number in range(SHOWN_MOST):
            make_promise(session, ana, now=now, words=f"undated {number}", due_on=None)
        make_promise(session, ana, now=now, words="overdue", due_on=now.date() - timedelta(days=3))
    text = page(signed_in(AccountKind.RECRUITER).get("/promises?whose=all"))
    assert "overdue" in text
    assert f"undated {SHOWN_MOST - 1}" not in text
    assert "These are the first that fall due" in text


MOST_VISITS = 12  # of one page, with different words behind the question mark


def test_every_link_of_every_page_leads_somewhere(signed_in, sessions: Sessions) -> None:
    import re
    from html import unescape

    fill_pool(sessions)
    desk = signed_in(AccountKind.ADMINISTRATOR)
    desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT})
    seen, known, visits = set[str](), {"/"}, Counter[str]()
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        with desk.get(address) as answer:
            assert answer.status_code in (200, 303), f"{address}: {answer.status_code}"
            page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        found = re.findall(r'(?:href|hx-get)="(/[^"#]*)', page)
        for one in sorted({unescape(each) for each in found if not each.startswith("/static/")} - known):
            path = one.partition("?")[0]
            visits[path] += 1
            if visits[path] <= MOST_VISITS:  # filters can be put together in more ways than anybody counts
                known.add(one)
                waiting.append(one)
    assert len(seen) > 25
