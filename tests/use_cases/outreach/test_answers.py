"""What comes back: answers open conversations, bounces mark addresses, and each mail counts once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import Recruiter
from talentpool.accounts.sign_in import email_key
from talentpool.candidates.models import CandidateChange, CandidateEmail, Contact, ContactChannel, Direction
from talentpool.consent.eligibility import MessagePurpose, Refusal
from talentpool.consent.models import Suppression
from talentpool.outreach.answers import enter_answer, set_handled, take_incoming
from talentpool.outreach.guard import verdicts
from talentpool.outreach.incoming import read_incoming
from talentpool.outreach.mail_transport import Answer, Fate
from talentpool.outreach.models import IncomingKind, IncomingMail, Message, MessageState
from talentpool.outreach.outbox import claim_next, record_answer
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.settings import config_folder
from tests.returned_mail import absence_note, answer, bounce
from tests.use_cases.outreach.conftest import GUARD, Post, refusals

Take = Callable[[bytes], IncomingMail | None]


@pytest.fixture
def take(post: Post) -> Take:
    """Let a mail come back."""
    words = load_stop_words(config_folder())

    def call(content: bytes) -> IncomingMail | None:
        with post.sessions.writing.begin() as session:
            return take_incoming(session, read_incoming(content), words, now=post.now)

    return call


@pytest.fixture
def sent(post: Post) -> Message:
    """A first contact to Ana that has left."""
    message = post.queued(post.person("Ana Ruiz"))
    post.send()
    assert post.state(message) is MessageState.SENT
    post.later(hours=2)
    return message


def contacts(post: Post) -> list[Contact]:
    with post.sessions.reading() as session:
        return list(session.scalars(select(Contact).order_by(Contact.id)))


def test_an_answer_stands_as_a_contact_of_theirs_about_the_role(
    post: Post, sent: Message, take: Take
) -> None:
    mail = take(answer("Yes, gladly.", to=sent.message_key))
    assert mail is not None
    assert mail.kind is IncomingKind.ANSWER
    assert mail.handled_at is None
    theirs = contacts(post)[-1]
    assert (theirs.direction, theirs.is_unasked, theirs.role_id) == (Direction.THEIRS, False, post.role.id)
    assert theirs.words == "Yes, gladly."


def test_what_somebody_answers_has_arrived_and_what_a_machine_answers_may_have(
    post: Post, take: Take
) -> None:
    message = post.queued(post.person("Ana Ruiz"))
    post.server.cut_after_text = 1
    post.send()
    post.later(hours=2)
    take(absence_note(to=message.message_key))
    assert post.state(message) is MessageState.UNKNOWN
    take(answer("Yes, gladly.", to=message.message_key))
    assert post.state(message) is MessageState.SENT
    assert contacts(post)[0].outcome is None, "it stands as any contact"


def test_what_comes_back_of_a_message_whose_sender_died_is_known_not_to_have_arrived(
    post: Post, take: Take
) -> None:
    message = post.queued(post.person("Ana Ruiz"))
    with post.sessions.writing.begin() as session:
        claim_next(session, GUARD, fence=1, now=post.now, full_domains=frozenset())
    take(bounce("5.1.1", "smtp; 550 no such user", recipient=message.to_address, about=message.message_key))
    assert post.state(message) is MessageState.FAILED
    assert contacts(post) == []
    with post.sessions.writing.begin() as session:
        assert not record_answer(session, message.id, Answer(fate=Fate.SENT), fence=1, now=post.now)


def test_the_same_mail_counts_once_however_often_it_is_read(post: Post, sent: Message, take: Take) -> None:
    assert take(answer("Yes.", to=sent.message_key)) is not None
    assert take(answer("Yes.", to=sent.message_key)) is None
    assert len(contacts(post)) == 2


def test_an_answer_from_another_address_is_still_known_by_what_it_answers(
    post: Post, sent: Message, take: Take
) -> None:
    mail = take(answer("It is me, Ana.", to=sent.message_key, sender="ana@elsewhere.example"))
    assert mail is not None
    assert mail.candidate_id == sent.candidate_id


def test_a_candidate_who_writes_of_their_own_accord_starts_no_cool_down(post: Post, take: Take) -> None:
    person = post.person("Ana Ruiz")
    mail = take(answer("Have you anything for me?", to="", sender=f"Ana <{person.emails[0].address}>"))
    assert mail is not None
    assert mail.kind is IncomingKind.OWN_APPROACH
    assert isinstance(post.queue(person), Message)


def test_an_address_two_people_share_speaks_for_neither(post: Post, take: Take) -> None:
    for name in ("Ana Ruiz", "Ben Ruiz"):
        post.person(name, emails=["family@example.org"])
    mail = take(answer("Hello.", to="", sender="family@example.org"))
    assert mail is not None
    assert mail.candidate_id is None


def test_mail_from_nobody_we_know_leaves_no_words_behind(post: Post, take: Take) -> None:
    mail = take(answer("Buy now!", to="", sender="seller@spam.example"))
    assert mail is not None
    assert (mail.kind, mail.words, mail.subject, mail.candidate_id) == (IncomingKind.OTHER, None, None, None)
    assert contacts(post) == []


def test_a_bounce_for_good_marks_the_address_and_takes_the_contact_back(
    post: Post, sent: Message, take: Take
) -> None:
    mail = take(bounce("5.1.1", "smtp; 550 no such user", recipient=sent.to_address, about=sent.message_key))
    assert mail is not None
    assert mail.kind is IncomingKind.BOUNCE
    assert post.state(sent) is MessageState.FAILED
    assert contacts(post) == []
    with post.sessions.reading() as session:
        assert session.scalar(select(CandidateEmail.bounced_at)) is not None
        found = verdicts(
            session,
            [sent.candidate_id],
            post.role,
            GUARD,
            purpose=MessagePurpose.FIRST_CONTACT,
            today=post.now.date(),
        )
    assert [one.refusal for one in found[sent.candidate_id].refused] == [Refusal.NO_ADDRESS]


def test_a_delay_changes_nothing(post: Post, sent: Message, take: Take) -> None:
    mail = take(bounce("4.4.1", "smtp; 451 later", action="delayed", about=sent.message_key))
    assert mail is not None
    assert mail.kind is IncomingKind.DELAY
    assert post.state(sent) is MessageState.SENT


def test_a_forged_bounce_about_nothing_of_ours_marks_nothing(post: Post, sent: Message, take: Take) -> None:
    take(bounce("5.1.1", "smtp; 550", recipient="somebody@else.example", about="<made-up@b.example>"))
    assert post.state(sent) is MessageState.SENT
    with post.sessions.reading() as session:
        assert session.scalar(select(CandidateEmail.bounced_at)) is None


def has_bounced(post: Post) -> bool:
    with post.sessions.reading() as session:
        return session.scalar(select(CandidateEmail.bounced_at)) is not None


@pytest.mark.parametrize(
    ("status", "said"),
    [("5.7.26", "smtp; 550 5.7.26 unauthenticated mail"), ("5.2.2", "smtp; 552 mailbox full")],
)
def test_a_message_that_came_back_for_another_reason_says_so_and_leaves_the_address_in_use(
    post: Post, sent: Message, take: Take, status: str, said: str
) -> None:
    take(bounce(status, said, recipient=sent.to_address.title(), about=sent.message_key))
    assert post.state(sent) is MessageState.FAILED
    assert post.look(sent).problem == f"Came back: {said} The address is not at fault and stays in use."
    assert not has_bounced(post)
    assert contacts(post) == []


def test_the_report_of_a_forward_leaves_message_contact_and_address(
    post: Post, sent: Message, take: Take
) -> None:
    mail = take(bounce("5.1.1", "smtp; 550", recipient="old@elsewhere.example", about=sent.message_key))
    assert mail is not None
    assert (mail.kind, mail.handled_at) == (IncomingKind.BOUNCE, None)
    assert "another address than we wrote to" in (mail.words or "")
    assert post.state(sent) is MessageState.SENT
    assert not has_bounced(post)
    assert len(contacts(post)) == 1


def test_a_forward_that_names_the_first_address_too_is_about_it(
    post: Post, sent: Message, take: Take
) -> None:
    report = bounce("5.1.1", "smtp; 550", recipient="old@elsewhere.example", about=sent.message_key)
    named = b"Original-Recipient: rfc822; " + sent.to_address.encode() + b"\nAction:"
    take(report.replace(b"Action:", named))
    assert has_bounced(post)


def test_a_bounce_that_names_the_address_and_no_message_of_ours_marks_nothing(
    post: Post, sent: Message, take: Take
) -> None:
    mail = take(bounce("5.1.1", "smtp; 550", recipient=sent.to_address, about="<made-up@b.example>"))
    assert mail is not None
    assert (mail.kind, mail.candidate_id) == (IncomingKind.OTHER, None)
    assert post.state(sent) is MessageState.SENT
    assert not has_bounced(post)


def test_an_absence_note_is_no_answer(post: Post, sent: Message, take: Take) -> None:
    mail = take(absence_note(to=sent.message_key))
    assert mail is not None
    assert mail.kind is IncomingKind.AUTOMATIC
    assert [contact.direction for contact in contacts(post)] == [Direction.OURS]


def test_a_wish_to_be_left_alone_is_proposed_and_not_carried_out(
    post: Post, sent: Message, take: Take
) -> None:
    mail = take(answer("Please do not contact me again.", to=sent.message_key))
    assert mail is not None
    assert mail.asks_to_stop
    with post.sessions.reading() as session:
        assert session.scalar(select(func.count(Suppression.id))) == 0


def copy_to(address: str, sender: str, *, about: str = "") -> bytes:
    """A mail a recruiter wrote elsewhere, with a copy to us."""
    return answer("Hello Ana!", to=about, sender=sender, key="<copy@x.example>").replace(
        b"To: talent@b.example", b"To: " + address.encode()
    )


def test_a_copy_of_mail_written_elsewhere_starts_the_cool_down(post: Post, take: Take) -> None:
    person = post.person("Ana Ruiz")
    mail = take(copy_to(person.emails[0].address, post.recruiter.email))
    assert mail is not None
    assert mail.kind is IncomingKind.COPY
    (ours,) = contacts(post)
    assert (ours.direction, ours.is_unasked, ours.recruiter_id) == (Direction.OURS, True, post.recruiter.id)
    assert refusals(post.queue(person)) == [Refusal.RESTING]


def test_a_copy_by_a_recruiter_whose_address_has_capitals_is_no_answer(
    post: Post, sent: Message, take: Take
) -> None:
    with post.sessions.writing.begin() as session:
        account = session.get_one(Recruiter, post.recruiter.id)
        account.email, account.email_key = "Kim.Berg@B.Example", email_key("Kim.Berg@B.Example")
    mail = take(copy_to(sent.to_address, "Kim Berg <kim.berg@b.example>", about=sent.message_key))
    assert mail is not None
    assert mail.kind is IncomingKind.COPY
    assert [contact.direction for contact in contacts(post)] == [Direction.OURS] * 2


def test_a_copy_to_an_address_of_two_records_stands_on_both(post: Post, take: Take) -> None:
    people = [post.person(name, emails=["family@example.org"]) for name in ("Ana Ruiz", "Ben Ruiz")]
    mail = take(copy_to("Family@example.org", post.recruiter.email))
    assert mail is not None
    assert (mail.kind, mail.candidate_id, mail.contact_id) == (IncomingKind.COPY, None, None)
    assert {contact.candidate_id for contact in contacts(post)} == {person.id for person in people}
    assert [refusals(post.queue(person)) for person in people] == [[Refusal.RESTING]] * 2


def test_a_copy_within_a_conversation_starts_none(post: Post, sent: Message, take: Take) -> None:
    take(answer("Yes.", to=sent.message_key))
    take(
        answer("Good!", to="", sender=post.recruiter.email, key="<2@x.example>").replace(
            b"To: talent@b.example", b"To: " + sent.to_address.encode()
        )
    )
    assert contacts(post)[-1].is_unasked is False


def test_an_answer_entered_by_hand_opens_the_conversation(post: Post, sent: Message) -> None:
    with post.sessions.writing.begin() as session:
        enter_answer(
            session,
            sent.candidate_id,
            ContactChannel.CALL,
            "She is interested.",
            role_id=post.role.id,
            recruiter_id=post.recruiter.id,
            now=post.now,
        )
    assert contacts(post)[-1].direction is Direction.THEIRS


def test_what_somebody_has_seen_to_can_be_opened_again(post: Post, sent: Message, take: Take) -> None:
    mail = take(answer("Yes.", to=sent.message_key))
    assert mail is not None
    for is_handled in (True, False):
        with post.sessions.writing.begin() as session:
            own = post.recruiter.id
            seen = set_handled(session, mail.id, is_handled=is_handled, recruiter_id=own, now=post.now)
            assert (seen.handled_at is not None) is is_handled


def test_no_answer_is_dated_after_it_was_read(post: Post, sent: Message, take: Take) -> None:
    late = answer("Yes.", to=sent.message_key).replace(b"23 Nov 2026", b"23 Nov 2099")
    mail = take(late)
    assert mail is not None
    assert mail.came_at <= post.now + timedelta(seconds=1)


def test_the_index_learns_of_an_answer(post: Post, sent: Message, take: Take) -> None:
    def changes() -> int:
        with post.sessions.reading() as session:
            return session.scalar(select(func.count()).select_from(CandidateChange)) or 0

    before = changes()
    take(answer("Thank you for thinking of me.", to=sent.message_key))
    assert changes() == before + 1
    with post.sessions.writing.begin() as session:
        told = {"role_id": None, "recruiter_id": post.recruiter.id, "now": post.now}
        enter_answer(session, sent.candidate_id, ContactChannel.CALL, "Glad to hear from you.", **told)
    assert changes() == before + 2
