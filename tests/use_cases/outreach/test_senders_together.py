"""Several at once: senders, recruiters and people who say no; and a sender that was slower than its lease."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import func, select

from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.models import Candidate, Contact
from talentpool.outreach.delivery import LEASE_SECONDS
from talentpool.outreach.mail_transport import Answer, Fate, SmtpTransport
from talentpool.outreach.mime import Envelope
from talentpool.outreach.models import Message, MessageState
from tests.builders import make_recruiter, make_role
from tests.use_cases.outreach.conftest import SECRET, Post

PEOPLE = 12


def test_two_recruiters_write_two_senders_send_and_some_say_no_all_at_once(post: Post) -> None:
    people = [post.person(f"Person {number}") for number in range(PEOPLE)]
    with post.sessions.writing.begin() as session:
        role, recruiter = make_role(session, "Tester"), make_recruiter(session, "Bo Lind")
    desks = [post, replace(post, role=role, recruiter=recruiter)]
    refusers, done, silent_since = people[::3], threading.Event(), dict[int, int]()

    def write(desk: Post, order: int) -> int:
        return sum(isinstance(desk.queue(person), Message) for person in people[::order])

    def say_no() -> None:
        for person in refusers:
            with post.sessions.writing.begin() as session:
                stop_contact(session, session.get_one(Candidate, person.id), secret=SECRET, now=post.now)
            silent_since[person.id] = len(post.server.messages)

    def keep_sending() -> None:
        while not done.is_set():
            post.send()
        post.send()

    with ThreadPoolExecutor(5) as pool:
        senders = [pool.submit(keep_sending) for _ in range(2)]
        writers = [pool.submit(write, desk, order) for desk, order in zip(desks, (1, -1), strict=True)]
        pool.submit(say_no).result()
        written = sum(each.result() for each in writers)
        done.set()
        for each in senders:
            each.result()
    assert written <= PEOPLE, "nobody was written to by both"
    assert set(post.server.taken.values()) == {1}
    assert set(post.states().values()) <= {MessageState.SENT, MessageState.STOPPED}
    addresses = {person.emails[0].address: person.id for person in refusers}
    for place, recipient in enumerate(post.server.recipients):
        # one message may have been claimed before the no was on record
        assert place <= silent_since.get(addresses.get(recipient, 0), place) + 1, recipient
    with post.sessions.reading() as session:
        each = select(func.count()).select_from(Contact).group_by(Contact.candidate_id)
        assert set(session.scalars(each)) <= {1}


class Slow:
    """A way for mail to leave that does something else before it takes the first message."""

    def __init__(self, before_first: Callable[[], object]) -> None:
        self.taken: list[str] = []
        self._before_first: Callable[[], object] | None = before_first

    def open(self) -> None:
        """Nothing has to be made ready."""

    def send(self, envelope: Envelope, *, before: float) -> Answer:  # noqa: ARG002 - as any transport
        """Take a message, after whatever comes first."""
        if self._before_first is not None:
            act, self._before_first = self._before_first, None
            act()
        self.taken.append(envelope.key)
        return Answer(fate=Fate.SENT)

    def close(self) -> None:
        """Nothing is held."""


def test_faults_37_a_sender_slower_than_its_lease_records_nothing_and_sends_no_more(post: Post) -> None:
    first, second = post.queued(post.person("Ana Ruiz")), post.queued(post.person("Bo Lind"))

    def others_take_over() -> None:
        post.later(seconds=LEASE_SECONDS + 1)
        assert post.send().unknown == 1

    slow = Slow(others_take_over)
    assert post.send(slow).tried == 1
    assert slow.taken == [first.message_key], "the lease was gone, so it claimed no second one"
    assert post.state(first) is MessageState.UNKNOWN, "nobody but a person settles it"
    assert post.state(second) is MessageState.SENT
    assert post.server.taken == {second.message_key: 1}


def test_faults_41_what_was_checked_too_long_ago_is_not_handed_over(post: Post) -> None:
    post.queued(post.person())
    envelope = Envelope(key="<a@b.example>", sender="a@b.example", recipient="c@d.example", content=b"Hello")
    transport = SmtpTransport(post.mail)
    late = transport.send(envelope, before=time.monotonic() - 1)
    assert (late.fate, post.server.messages) == (Fate.FAILED_FOR_NOW, [])
    assert transport.send(envelope, before=time.monotonic() + 60).fate is Fate.SENT
    transport.close()
