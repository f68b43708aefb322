"""Who comes second sees what the first did: a stop, a letter that was sent, a question that was asked."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from talentpool.backups.restore import let_nothing_leave_twice
from talentpool.candidates.models import Candidate, ContactChannel, Promise
from talentpool.candidates.promises import let_go_of_promise
from talentpool.consent.eligibility import MessagePurpose, Verdict
from talentpool.consent.keeping import say_no
from talentpool.consent.link_token import Link, LinkScope
from talentpool.consent.models import ConsentCause, ConsentRequest, PassOn
from talentpool.consent.pass_on import Recipient
from talentpool.consent.suppression import suppression_key
from talentpool.errors import ConflictError
from talentpool.outreach.answers import enter_answer, set_handled, take_incoming
from talentpool.outreach.compose import Addressed, Place
from talentpool.outreach.consent_letters import Question, ask_for_consent
from talentpool.outreach.drafts import drafts_for, keep_draft, letters_that_left, send_draft
from talentpool.outreach.guard import hold_candidate
from talentpool.outreach.incoming import read_incoming
from talentpool.outreach.kind_letters import KIND_REJECTION
from talentpool.outreach.lapsed_promises import write_that_nothing_came
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.outbox import Order, claim_next
from talentpool.outreach.own_data_letters import Desk
from talentpool.outreach.pass_on_letters import PassOnQuestion, ask_to_pass_on
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.outreach.unsubscribe import stop_by_link
from talentpool.roles.models import Role
from talentpool.settings import config_folder
from tests.builders import make_promise
from tests.returned_mail import answer
from tests.use_cases.outreach.conftest import GUARD, SECRET, Post

TWO_WRITERS = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
A_MOMENT = 0.4  # seconds in which another thread comes as far as it can


def beside(pool: ThreadPoolExecutor, act: Callable[[], object]) -> Future[object]:
    """Let somebody else begin now, and come as far as they can."""
    begun = pool.submit(act)
    time.sleep(A_MOMENT)
    return begun


def desk_of(post: Post) -> Desk:
    place = Place(public_url="https://talent.example.org", secret=SECRET, now=post.now)
    return Desk(mail=post.mail, guard=GUARD, place=place, config_folder=config_folder())


def test_a_stop_and_a_sender_take_turns_and_the_stop_holds(post: Post) -> None:
    message = post.queued(person := post.person())
    hashed = suppression_key(SECRET, "email", person.emails[0].address_key)
    later = post.now + timedelta(days=30)
    link = Link(scope=LinkScope.STOP, candidate_id=person.id, address_hash=hashed, expires_at=later)

    def claim() -> Message | None:
        with post.sessions.writing.begin() as session:
            return claim_next(session, GUARD, fence=1, now=post.now, full_domains=frozenset())

    with ThreadPoolExecutor(1) as pool:
        with post.sessions.writing.begin() as session:
            hold_candidate(session, person.id)
            sender = beside(pool, claim)
            stop_by_link(session, link, secret=SECRET, now=post.now)
        assert sender.result() is None
    assert post.state(message) is MessageState.STOPPED


def draft(post: Post) -> Message:
    """Keep a letter to Ana for a recruiter to send."""
    letter = Addressed(
        subject="Your application",
        text="Hello",
        html="<p>Hello</p>",
        sender_name="Mara",
        sender_address="talent@nordwind.example",
        reply_to="",
        stop_link="https://talent.example.org/u/x",
        own_page="https://talent.example.org/me/x",
    )
    person = post.person()
    order = Order(
        candidate_id=person.id,
        role=post.role,
        recruiter_id=post.recruiter.id,
        purpose=MessagePurpose.SERVICE,
        template=KIND_REJECTION,
    )
    with post.sessions.writing.begin() as session:
        return keep_draft(session, order, letter, person.emails[0].address, now=post.now)


@TWO_WRITERS
def test_a_letter_sent_by_two_recruiters_leaves_once(post: Post, database_kind: str) -> None:
    kept, own, now = draft(post), post.recruiter.id, post.now
    with post.sessions.writing.begin() as second:
        role = second.get_one(Role, post.role.id)
        [seen] = drafts_for(second, role.id, KIND_REJECTION, seen=true())
        with post.sessions.writing.begin() as first:
            [theirs] = drafts_for(first, role.id, KIND_REJECTION, seen=true())
            assert send_draft(first, theirs, role, GUARD, recruiter_id=own, now=now)
        post.send()
        assert send_draft(second, seen, role, GUARD, recruiter_id=own, now=now) is None
        assert [each.id for each in letters_that_left(second, [kept.id])] == [kept.id]
    post.send()
    assert post.server.taken == {kept.message_key: 1}


def test_two_who_ask_whether_we_may_keep_somebody_ask_once(post: Post) -> None:
    own = post.recruiter.id
    question = Question(candidate_id=post.person().id, cause=ConsentCause.BY_HAND, recruiter_id=own)

    def ask() -> object:
        with post.sessions.writing.begin() as session:
            return ask_for_consent(session, question, desk_of(post))

    with ThreadPoolExecutor(1) as pool:
        with post.sessions.writing.begin() as session:
            assert isinstance(ask_for_consent(session, question, desk_of(post)), ConsentRequest)
            other = beside(pool, ask)
        assert other.result() is None
    assert len(post.states()) == 1


def test_two_who_ask_whether_a_name_may_be_passed_on_ask_once_also_within_a_conversation(post: Post) -> None:
    person, own = post.person(), post.recruiter.id
    with post.sessions.writing.begin() as session:
        enter_answer(
            session, person.id, ContactChannel.CALL, "Yes?", role_id=None, recruiter_id=own, now=post.now
        )
    to = Recipient(name="Jo Park", organisation="Südwind", why="They look.", with_resume=False)

    def ask(session: Session) -> object:
        question = PassOnQuestion(candidate=session.get_one(Candidate, person.id), to=to, recruiter_id=own)
        return ask_to_pass_on(session, question, desk_of(post))

    def ask_too() -> object:
        with post.sessions.writing.begin() as session:
            return ask(session)

    with ThreadPoolExecutor(1) as pool:
        with post.sessions.writing.begin() as session:
            hold_candidate(session, person.id)
            other = beside(pool, ask_too)
            assert isinstance(ask(session), PassOn)
        with pytest.raises(ConflictError, match="already"):
            other.result()
    assert len(post.states()) == 1


@TWO_WRITERS
def test_a_promise_settled_by_somebody_else_meanwhile_writes_no_letter(
    post: Post, database_kind: str
) -> None:
    person, own = post.person(), post.recruiter.id
    with post.sessions.writing.begin() as session:
        promise = make_promise(session, person)
    with post.sessions.writing.begin() as second:
        seen = second.get_one(Promise, promise.id)
        with post.sessions.writing.begin() as first:
            let_go_of_promise(first, first.get_one(Promise, promise.id), now=post.now)
        with pytest.raises(ConflictError):
            write_that_nothing_came(second, seen, recruiter_id=own, desk=desk_of(post))


@pytest.mark.parametrize("letter", ["keep_in_touch", "promise_lapsed"])
def test_nobody_who_said_no_is_asked_whether_we_may_keep_them(post: Post, letter: str) -> None:
    person, own, desk = post.person(), post.recruiter.id, desk_of(post)
    question = Question(candidate_id=person.id, cause=ConsentCause.RENEWAL, recruiter_id=own)
    with post.sessions.writing.begin() as session:
        say_no(session, person.id, now=post.now)
        if letter == "keep_in_touch":
            answered: object = ask_for_consent(session, question, desk)
        else:
            answered = write_that_nothing_came(
                session, make_promise(session, person), recruiter_id=own, desk=desk
            )
        assert isinstance(answered, Verdict)
        assert not answered.may_go
        assert session.scalars(select(ConsentRequest)).all() == []


def test_a_no_after_the_question_was_queued_stops_it(post: Post) -> None:
    person = post.person()
    question = Question(candidate_id=person.id, cause=ConsentCause.RENEWAL, recruiter_id=post.recruiter.id)
    with post.sessions.writing.begin() as session:
        assert isinstance(ask_for_consent(session, question, desk_of(post)), ConsentRequest)
        say_no(session, person.id, now=post.now)
    post.send()
    assert set(post.states().values()) == {MessageState.STOPPED}


def test_what_waits_does_not_go_after_an_answer_that_asks_to_stop(post: Post) -> None:
    person = post.person()
    first = post.queued(person)
    post.send()
    post.later(days=1)
    words, reply = load_stop_words(config_folder()), answer("STOP", to=first.message_key)
    with post.sessions.writing.begin() as session:
        mail = take_incoming(session, read_incoming(reply), words, now=post.now)
        assert mail is not None
        assert mail.asks_to_stop
    assert isinstance(post.queue(person, template="answer"), Verdict)
    with post.sessions.writing.begin() as session:
        set_handled(session, mail.id, is_handled=True, recruiter_id=post.recruiter.id, now=post.now)
    assert isinstance(post.queue(person, template="answer"), Message)


def test_after_a_restore_no_reminder_and_no_draft_leaves(post: Post) -> None:
    sent, kept = post.queued(post.person("Bo Lind"), follow_up_days=7), draft(post)
    post.send()
    let_nothing_leave_twice(post.sessions.writing.kw["bind"], made_at=post.now)
    assert (post.look(sent).state, post.look(sent).follow_up_days) == (MessageState.SENT, None)
    assert post.state(kept) is MessageState.STOPPED
