"""From the decision to the mail server: queued once, checked again, sent at most once, shown when unknown."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import AuditEvent
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.merging import Decision, merge_candidates
from talentpool.candidates.models import Candidate, CandidateEmail, Contact, ContactChannel, Direction
from talentpool.consent.eligibility import Refusal, Verdict
from talentpool.consent.holds import hold_contact, lift_holds
from talentpool.consent.models import HoldKind, SuppressionScope
from talentpool.consent.suppression import suppress, suppression_key
from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.outreach.answers import enter_answer
from talentpool.outreach.delivery import LEASE_SECONDS, Limits
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.outbox import RETRY_MINUTES, settle_unknown
from talentpool.outreach.stop_switch import Switch, set_stop_switch
from tests.builders import TODAY, make_application, make_role
from tests.use_cases.outreach.conftest import SECRET, Post, refusals


def contacts_of(post: Post, person: Candidate) -> list[Contact]:
    with post.sessions.reading() as session:
        return list(session.scalars(select(Contact).where(Contact.candidate_id == person.id)))


def test_a_message_reaches_the_server_and_stands_as_a_contact(post: Post) -> None:
    person = post.person()
    message = post.queued(person)
    assert post.send().fates == {"sent": 1}
    assert post.state(message) is MessageState.SENT
    assert post.server.taken == {message.message_key: 1}
    assert [(one.is_unasked, one.outcome) for one in contacts_of(post, person)] == [(True, None)]


def test_a_letter_names_the_application_the_role_the_sender_and_the_way_out(post: Post) -> None:
    message = post.queued(post.person("Ana Ruiz"))
    post.send()
    [mail] = post.server.messages
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for words in ("Hello Ana", "Site reliability engineer", "Platform engineer", "kubernetes and terraform"):
        assert words in text
    assert "1 Quay" in text
    assert "you applied to us" in text
    assert str(message.stop_link) in text
    assert mail["List-Unsubscribe"] == f"<{message.stop_link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Mara Klein" in mail["From"]


def test_a_second_recruiter_finds_the_person_resting(post: Post) -> None:
    person = post.person()
    post.queued(person)
    assert refusals(post.queue(person)) == [Refusal.RESTING, Refusal.ASKED_THIS_ROUND]


def test_of_two_recruiters_at_once_one_is_refused(post: Post) -> None:
    """Two real connections decide about the same person at the same moment, many times over."""
    for number in range(5):
        person, barrier = post.person(f"Person {number}"), threading.Barrier(2)

        def queue(person: Candidate = person, barrier: threading.Barrier = barrier) -> Message | Verdict:
            barrier.wait()
            return post.queue(person)

        with ThreadPoolExecutor(2) as both:
            answers = [each.result() for each in [both.submit(queue), both.submit(queue)]]
        assert sum(isinstance(answer, Message) for answer in answers) == 1
        assert len(contacts_of(post, person)) == 1


def test_a_call_between_queueing_and_sending_stops_the_message(post: Post) -> None:
    person = post.person()
    message = post.queued(person)
    with post.sessions.writing.begin() as session:
        call = {"channel": ContactChannel.CALL, "direction": Direction.OURS, "is_unasked": True}
        session.add(Contact(candidate_id=person.id, at=post.now, **call))
    post.send()
    assert post.state(message) is MessageState.STOPPED
    assert len(contacts_of(post, person)) == 1


def test_two_senders_at_once_send_each_message_once(post: Post) -> None:
    for number in range(10):
        post.queued(post.person(f"Person {number}"))
    with ThreadPoolExecutor(2) as both:
        tallies = [each.result() for each in [both.submit(post.send), both.submit(post.send)]]
    assert sum(tally.tried for tally in tallies) == 10
    assert set(post.server.taken.values()) == {1}
    assert len(post.server.taken) == 10


def test_what_a_policy_allows_is_overridden_with_a_reason_that_is_kept(post: Post) -> None:
    person = post.person()
    post.queued(person)
    over = frozenset({Refusal.RESTING, Refusal.ASKED_THIS_ROUND})
    with pytest.raises(InvalidInputError, match="Say why"):
        post.queue(person, overriding=over)
    message = post.queued(person, overriding=over, reason="She asked us to write again")
    assert post.send().fates == {"sent": 2}
    assert post.look(message).override_reason == "She asked us to write again"
    with post.sessions.reading() as session:
        actions = list(session.scalars(select(AuditEvent.action)))
    assert actions.count("contact_refusal_overridden") == 1


def test_a_service_mail_starts_no_cool_down(post: Post) -> None:
    person = post.person()
    post.queued(person, template="kind_rejection")
    post.queued(person)


def test_an_address_on_the_list_holds_whoever_has_it(post: Post) -> None:
    """Somebody erased came back under another record: the keyed hash of the address is all that is left."""
    for scope, refusal in (
        (SuppressionScope.CONTACT, Refusal.DO_NOT_CONTACT),
        (SuppressionScope.ERASED, Refusal.ERASED),
    ):
        person = post.person(emails=[f"{scope}@example.org"])
        with post.sessions.writing.begin() as session:
            key = suppression_key(SECRET, "email", f"{scope}@example.org")
            suppress(session, [key], scope=scope, source="the person", now=post.now)
        assert refusals(post.queue(person)) == [refusal]


def test_holds_and_processes_are_read_from_the_records(post: Post) -> None:
    person = post.person()
    with post.sessions.writing.begin() as session:
        hold_contact(session, person.id, HoldKind.ACCESS_REQUEST, source="mail", now=post.now)
        hold_contact(session, person.id, HoldKind.NOTICE_REQUIRED, source="policy", now=post.now)
        hold_contact(session, person.id, HoldKind.FEE_PROTECTED, source="agency", now=post.now, until=TODAY)
        other = make_role(session, "Tester")
        make_application(
            session, person, role=other, disposition=None, applied_on=TODAY, active_on=TODAY, ended_on=None
        )
    assert refusals(post.queue(person)) == [
        Refusal.ACCESS_REQUEST_OPEN,
        Refusal.NOTICE_REQUIRED,
        Refusal.FEE_PROTECTED,
        Refusal.IN_PROCESS_ELSEWHERE,
    ]
    with post.sessions.writing.begin() as session:
        for kind in HoldKind:
            lift_holds(session, person.id, kind, now=post.now)
    assert refusals(post.queue(person)) == [Refusal.IN_PROCESS_ELSEWHERE]


def test_the_stop_switch_holds_every_message_back(post: Post) -> None:
    message = post.queued(post.person())
    for is_stopped, expected in ((True, MessageState.PENDING), (False, MessageState.SENT)):
        with post.sessions.writing.begin() as session:
            set_stop_switch(session, Switch(is_stopped=is_stopped), recruiter_id=None, now=post.now)
        post.send()
        assert post.state(message) is expected


def test_the_stop_switch_holds_within_a_message_while_sending(post: Post) -> None:
    for number in range(3):
        post.queued(post.person(f"Person {number}"))

    def stop() -> None:
        with post.sessions.writing.begin() as session:
            set_stop_switch(session, Switch(is_stopped=True), recruiter_id=None, now=post.now)

    assert post.send(door=post.door(go_on=stop)).tried == 1


def test_no_more_leave_in_an_hour_than_the_limits_say(post: Post) -> None:
    for number in range(3):
        post.queued(post.person(f"Person {number}", emails=[f"p{number}@one.example"]))
        post.queued(post.person(f"Person {number}", emails=[f"p{number}@two.example"]))
    post.limits = Limits(per_hour=5, per_domain_per_hour=2)
    assert post.send().tried == 4
    assert post.send().tried == 0
    post.later(minutes=61)
    assert post.send().tried == 2


def test_faults_30_fields_are_no_code_and_names_break_into_no_header(post: Post) -> None:
    name = "{{7*7}}{{stop_link.__class__}}{{organisation}} Evil\r\nBcc: all@example.org\r\n\r\nHello"
    with post.sessions.writing.begin() as session:
        session.get_one(
            type(post.role), post.role.id
        ).title = "Engineer\r\nBcc: all@example.org {{ first_name }}"
        session.get_one(type(post.recruiter), post.recruiter.id).name = "Mara\r\nBcc: all@example.org"
    post.queued(post.person(name))
    post.send()
    [mail] = post.server.messages
    assert mail["Bcc"] is None
    assert len(mail.get_all("Subject", [])) == 1
    assert "{{ first_name }}" in mail["Subject"]
    assert "{{7*7}}{{stop_link.__class__}}{{organisation}}," in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_faults_41_a_server_that_is_down_costs_no_try(post: Post) -> None:
    message = post.queued(post.person())
    away = replace(post.mail, port=1)
    with pytest.raises(UnavailableError, match="cannot be used"):
        Post(**{**vars(post), "mail": away}).send()
    assert (post.look(message).state, post.look(message).attempts) == (MessageState.PENDING, 0)
    assert post.send().fates == {"sent": 1}


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_faults_41_a_refusal_for_now_is_tried_again_later(post: Post, step: str) -> None:
    message = post.queued(post.person())
    post.server.refuse[step] = ["451 4.3.0 later, please"]
    post.send()
    assert post.state(message) is MessageState.RETRYING
    assert "later, please" in (post.look(message).problem or "")
    assert post.send().tried == 0, "it waits"
    post.later(minutes=RETRY_MINUTES[0])
    assert post.send().fates == {"sent": 1}
    assert post.server.taken == {message.message_key: 1}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("mail", "550 5.7.60 you may not send as talent@nordwind.example"),
        ("mail", "550 5.4.5 daily quota exceeded"),
        ("mail", "451 4.7.0 too much today"),
        ("rcpt", "530 5.7.0 authentication required"),
    ],
)
def test_faults_41_a_refusal_of_us_ends_the_round_and_fails_no_message(
    post: Post, step: str, said: str
) -> None:
    first, second = post.queued(post.person()), post.queued(post.person("Bo Lind"))
    for _ in range(10):  # more often than a message is tried
        post.server.refuse[step] = [said]
        with pytest.raises(UnavailableError, match=said[:3]):
            post.send()
        post.later(hours=1)
    waiting = [MessageState.PENDING, MessageState.RETRYING]
    assert {post.state(first), post.state(second)} <= set(waiting)
    assert (post.look(first).attempts, post.look(second).attempts) == (0, 0)
    assert "mail server" in (post.look(first).problem or "")
    assert post.send().fates == {"sent": 2}


def test_a_refusal_of_one_sender_lets_others_send(post: Post) -> None:
    refused, other = post.queued(post.person()), post.queued(post.person("Bo Lind"))
    post.server.refuse["mail"] = ["550 not as this sender"]
    with pytest.raises(UnavailableError):
        post.send()
    post.send()
    assert (post.state(refused), post.state(other)) == (MessageState.RETRYING, MessageState.SENT)


def test_an_address_no_mail_can_be_made_of_stops_its_message_and_no_other(post: Post) -> None:
    broken = post.queued(post.person(emails=["ana@example..org"]))
    other = post.queued(post.person("Bo Lind"))
    post.send()
    assert (post.state(broken), post.state(other)) == (MessageState.FAILED, MessageState.SENT)
    assert "No mail can be made of this message" in (post.look(broken).problem or "")


def test_a_domain_in_other_letters_is_written_as_servers_know_it(post: Post) -> None:
    sent = post.queued(post.person(emails=["ana@straße.example"]))
    post.send()
    assert post.state(sent) is MessageState.SENT
    assert post.server.recipients == ["ana@xn--strae-oqa.example"]


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_faults_41_a_refusal_for_good_is_not_tried_again(post: Post, step: str) -> None:
    person = post.person()
    message = post.queued(person)
    post.server.refuse[step] = ["550 5.7.1 not from you"]
    post.send()
    assert post.state(message) is MessageState.FAILED
    assert contacts_of(post, person) == [], "nobody was reached, so nobody rests"
    post.later(days=2)
    assert post.send().tried == 0


def test_faults_41_after_the_last_try_it_has_failed(post: Post) -> None:
    message = post.queued(post.person())
    post.server.refuse["rcpt"] = ["450 4.2.1 later"] * 20
    for minutes in (0, *RETRY_MINUTES):
        post.later(minutes=minutes)
        assert post.send().tried == 1
    assert post.state(message) is MessageState.FAILED
    assert "Given up after 7 tries" in (post.look(message).problem or "")


def test_faults_41_an_address_nobody_has_is_marked(post: Post) -> None:
    person = post.person()
    post.queued(person)
    post.server.refuse["rcpt"] = ["550 5.1.1 no such user"]
    post.send()
    with post.sessions.reading() as session:
        marked = select(func.count()).where(
            CandidateEmail.candidate_id == person.id, CandidateEmail.bounced_at.is_not(None)
        )
        assert session.scalar(marked) == 1


def test_faults_41_a_greeting_that_refuses_and_a_cut_before_the_text_cost_nothing(post: Post) -> None:
    message = post.queued(post.person())
    post.server.refuse["connect"] = ["421 4.3.2 closing"]
    with pytest.raises(UnavailableError):
        post.send()
    post.server.cut_before_text = 1
    post.send()
    assert post.state(message) is MessageState.RETRYING
    post.later(minutes=1)
    assert post.send().fates == {"sent": 1}


def test_faults_41_a_server_that_does_not_answer_the_text_leaves_it_unknown(post: Post) -> None:
    message = post.queued(post.person())
    post.server.slow_seconds = post.mail.timeout_seconds + 1
    post.send()
    post.server.slow_seconds = 0
    assert post.state(message) is MessageState.UNKNOWN


def test_faults_42_a_connection_cut_after_the_text_is_unknown_and_never_sent_again(post: Post) -> None:
    person = post.person()
    message, second = post.queued(person), post.queued(post.person("Bo Lind"))
    post.server.cut_after_text = 1
    post.send()
    assert (post.state(message), post.state(second)) == (MessageState.UNKNOWN, MessageState.SENT)
    post.later(days=3)
    assert post.send().tried == 0
    assert post.server.taken[message.message_key] == 1
    assert refusals(post.queue(person)), "it may have arrived, so the person rests"


@pytest.mark.parametrize("arrived", [True, False])
def test_faults_42_a_person_settles_what_is_unknown(post: Post, arrived: bool) -> None:
    person = post.person()
    message = post.queued(person)
    post.server.cut_after_text = 1
    post.send()
    with post.sessions.writing.begin() as session:
        settle_unknown(session, message.id, arrived=arrived, recruiter_id=post.recruiter.id, now=post.now)
    assert post.state(message) is (MessageState.SENT if arrived else MessageState.FAILED)
    assert isinstance(post.queue(person), Verdict) is arrived


def test_faults_44_a_stop_between_queueing_and_sending_holds(post: Post) -> None:
    """The stop comes in while the message before it is being handed over."""
    first, second = post.queued(post.person("Ana Ruiz")), post.person("Bo Lind")
    held = post.queued(second)

    def stop() -> None:
        with post.sessions.writing.begin() as session:
            candidate = session.get_one(Candidate, second.id)
            stop_contact(session, candidate, secret=SECRET, now=post.now)

    post.send(door=post.door(go_on=stop))
    assert (post.state(first), post.state(held)) == (MessageState.SENT, MessageState.STOPPED)
    assert post.look(held).problem == "Asked not to be contacted"
    assert post.server.taken == {first.message_key: 1}


def test_a_lease_that_is_held_keeps_the_next_sender_out_until_it_ends(post: Post) -> None:
    post.queued(post.person())

    class StoppedError(Exception):
        pass

    def die() -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        post.send(door=post.door(go_on=die))
    post.queued(post.person("Bo Lind"))
    assert post.send().tried == 1, "whoever ends in good order lets go"
    assert LEASE_SECONDS > 6 * 30


def test_a_message_does_not_go_to_an_address_that_is_not_theirs_any_more(post: Post) -> None:
    person = post.person(emails=["old@example.org"])
    message = post.queued(person)
    with post.sessions.writing.begin() as session:
        [email] = session.get_one(Candidate, person.id).emails
        email.address = email.address_key = "new@example.org"
    post.send()
    assert post.look(message).problem == "No e-mail address on file that works"
    assert post.server.recipients == []


def test_a_message_does_not_go_to_an_address_that_somebody_else_wants_left_alone(post: Post) -> None:
    person = post.person(emails=["shared@example.org", "own@example.org"])
    message = post.queued(person)
    with post.sessions.writing.begin() as session:
        key = suppression_key(SECRET, "email", "shared@example.org")
        suppress(session, [key], scope=SuppressionScope.CONTACT, source="the other", now=post.now)
    post.send()
    assert post.state(message) is MessageState.STOPPED


def test_an_agencys_fee_on_record_holds_contact_back_until_its_day(post: Post) -> None:
    person = post.person(fee_until=TODAY)
    assert refusals(post.queue(person)) == [Refusal.FEE_PROTECTED]
    post.later(days=1)
    assert isinstance(post.queue(person), Message)


def test_two_messages_that_wait_for_two_who_are_one_reach_them_once(post: Post) -> None:
    """Queued in one go, both stand as contacts of the same moment; two messages are two contacts all the same."""
    one, other = post.person("Ana Ruiz"), post.person("Ana M. Ruiz")
    messages = [post.queued(one), post.queued(other)]
    with post.sessions.writing.begin() as session:
        merge_candidates(
            session,
            one.id,
            other.id,
            Decision(now=post.now, recruiter_id=None, choices={}),
            secret=SECRET,
        )
    post.send()
    assert [post.state(message) for message in messages] == [MessageState.SENT, MessageState.STOPPED]
    assert len(contacts_of(post, one)) == 1


def answered(post: Post, person: Candidate) -> None:
    with post.sessions.writing.begin() as session:
        own, now = post.recruiter.id, post.now
        enter_answer(session, person.id, ContactChannel.CALL, "Yes.", role_id=None, recruiter_id=own, now=now)


def test_in_an_open_conversation_an_answer_goes_and_starts_no_cool_down(post: Post) -> None:
    person = post.person()
    post.queued(person)
    assert isinstance(post.queue(person, template="answer"), Verdict), "nobody has answered yet"
    answered(post, person)
    post.queued(person, template="answer")
    assert [contact.is_unasked for contact in contacts_of(post, person)] == [True, False, False]
    assert post.send().fates == {"sent": 2}


def test_what_is_called_an_answer_and_is_none_counts_as_unasked(post: Post) -> None:
    stranger, known = post.person("Bo Lind"), post.person("Ana Ruiz")
    post.queued(stranger, template="answer")
    assert refusals(post.queue(stranger)) == [Refusal.RESTING, Refusal.ASKED_THIS_ROUND]
    answered(post, known)
    post.queued(known, template="answer")
    post.later(days=40)  # nothing was sent meanwhile, and the conversation is over
    post.send()
    assert contacts_of(post, known)[-1].is_unasked
