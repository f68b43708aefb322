"""“May we pass your name to …?”, as the person asked answers it: behind a signed link, without an account or a cookie.

Looking changes nothing, because mail scanners look; each button acts at once and a second press changes nothing.
Whatever is not a link of ours gets one and the same refusal.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.candidates.models import Candidate
from talentpool.candidates.own_words import OwnWord, note_own_word
from talentpool.consent.link_token import Link, LinkScope, read_token
from talentpool.consent.models import PassOn
from talentpool.consent.pass_on import say_no_to_pass_on, say_yes_to_pass_on, state_of
from talentpool.errors import NotFoundError
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.pass_on_letters import what_is_passed
from talentpool.web.access import public
from talentpool.web.desk import desk, request_time
from talentpool.web.link_owner import is_theirs
from talentpool.web.page_words import page_words
from talentpool.web.transaction import request_session
from talentpool.web.views.links import refuse_link

pages = Blueprint("pass_on_link", __name__)

WHY = "Whoever was asked whether their name may be passed on answers; the signed link is the proof."


@pages.get("/pass-on/<token>")
@public(WHY)
def show(token: str) -> ResponseReturnValue:
    """Show the question and how it was answered; changes nothing."""
    return _page(_asked(_link(token)), token)


@pages.post("/pass-on/<token>/<answer>")
@public(WHY)
def decide(token: str, answer: str) -> ResponseReturnValue:
    """Say yes, say no, or take a yes back."""
    link = _link(token)
    if answer not in ("yes", "no"):
        raise NotFoundError("There is no such button.")
    asked, now = _asked_held(link), request_time()
    if asked is not None:
        before = state_of(asked, now.date())
        if answer == "yes":
            say_yes_to_pass_on(asked, now=now)
        else:
            say_no_to_pass_on(asked, now=now)
        if state_of(asked, now.date()) is not before:
            _keep_in_journal(asked, is_yes=answer == "yes")
            _record(asked, "pass_on_agreed" if answer == "yes" else "pass_on_refused")
    return _page(asked, token)


def _page(asked: PassOn | None, token: str) -> str:
    today, words = request_time().date(), page_words()
    return render_template(
        "links/pass_on.html",
        words=words,
        asked=asked,
        state=state_of(asked, today).value if asked else None,
        may_say_yes=asked is not None and today <= asked.answer_by,
        what=what_is_passed(asked, words.language) if asked else "",
        token=token,
    )


def _asked(link: Link) -> PassOn | None:
    """Find the question; None once the person is gone, or the address the link went to is not theirs any more."""
    asked = request_session().get(PassOn, link.candidate_id)
    return asked if asked is not None and is_theirs(link, asked.candidate_id) else None


def _asked_held(link: Link) -> PassOn | None:
    """Find the question, and let a second press of a button wait until the first is written down."""
    session = request_session()
    if (asked := _asked(link)) is not None:
        hold_candidate(session, asked.candidate_id)
        session.expire_all()
    return _asked(link)


def _link(token: str) -> Link:
    link = read_token(desk().secret, token, scope=LinkScope.PASS_ON)
    if link is None or link.expires_at < request_time():
        refuse_link()
    return link


def _keep_in_journal(asked: PassOn, *, is_yes: bool) -> None:
    session, word = request_session(), OwnWord.NOT_PASSED_ON
    candidate = session.get_one(Candidate, asked.candidate_id)
    secret, about = desk().secret, str(asked.id)
    note_own_word(session, candidate, word, secret=secret, now=request_time(), about=about, is_over=is_yes)


def _record(asked: PassOn, action: str) -> None:
    record_event(
        request_session(),
        action,
        object_kind="candidate",
        object_id=asked.candidate_id,
        recruiter_id=None,
        now=request_time(),
        details={"pass_on_id": asked.id},
    )
