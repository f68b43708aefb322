"""Fault 43: kill -9 of the sender at every step; nothing arrives twice, nothing reaches whoever said no."""

import random
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from sqlalchemy import Engine, func, select

from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.models import Candidate, Contact
from talentpool.outreach.delivery import LEASE_SECONDS
from talentpool.outreach.models import MessageState
from tests.killed_at_a_line import KILLED, Program, cuts
from tests.use_cases.outreach.conftest import SECRET, Post

MESSAGES = 3
FINAL = {MessageState.SENT, MessageState.UNKNOWN, MessageState.STOPPED}


class Senders:
    """Starts senders for one installation, each a process of its own."""

    def __init__(self, post: Post, engine: Engine) -> None:
        self.post, self.url = post, engine.url.render_as_string(hide_password=False)
        self._program = Program("tests.use_cases.outreach.dying_sender")

    def run(self, *, last: int) -> tuple[int, int]:
        """Let one send until its line `last` (0: to the end); gives how it ended and the lines it ran."""
        post = self.post
        order = {"database": self.url, "mail": asdict(post.mail), "secret": SECRET.decode()}
        return self._program.run(order | {"now": post.now.isoformat()}, last=last)

    def close(self) -> None:
        """End the program that starts them."""
        self._program.close()


@pytest.fixture
def senders(post: Post, engine: Engine) -> Iterator[Senders]:
    """Senders for this test's installation."""
    made = Senders(post, engine)
    yield made
    made.close()


def one_round(post: Post, senders: Senders, *, number: int, last: int) -> bool:
    """Queue three messages, one to somebody who then says no; kill, recover, and look; gives whether it was killed."""
    people = [post.person(f"Person {number} {place}") for place in range(MESSAGES)]
    messages = [post.queued(person) for person in people]
    with post.sessions.writing.begin() as session:
        refuser = session.get_one(Candidate, people[1].id)
        stop_contact(session, refuser, secret=SECRET, now=post.now)
    ended, _ = senders.run(last=last)
    assert ended in (0, KILLED)
    post.later(seconds=LEASE_SECONDS + 1)
    post.send()
    post.later(days=2)  # beyond every retry: nothing is sent again by itself
    post.send()
    states, taken = post.states(), post.server.taken
    for place, message in enumerate(messages):
        state, arrived = states[message.message_key], taken[message.message_key]
        assert state in FINAL, (last, state)
        assert arrived <= (0 if place == 1 else 1), f"killed at line {last}: taken {arrived} times"
        if state is MessageState.SENT:
            assert arrived == 1, f"killed at line {last}: said to be sent, but it is not there"
        if place == 1:
            assert state is MessageState.STOPPED
    return ended == KILLED


def test_faults_43_a_sender_killed_at_any_step_sends_nothing_twice(
    post: Post, senders: Senders, rounds: int
) -> None:
    steps = _steps_of_a_whole_run(post, senders)
    chance = random.Random(43)
    rounds = min(rounds, 200)
    lines = cuts(steps, rounds, chance=chance.random)
    killed = [one_round(post, senders, number=number, last=line) for number, line in enumerate(lines)]
    assert sum(killed) >= 0.9 * rounds
    assert max(post.server.taken.values()) == 1
    with post.sessions.reading() as session:
        stopped = select(Candidate.id).where(Candidate.full_name.like("Person % 1"))
        left = select(func.count()).select_from(Contact).where(Contact.candidate_id.in_(stopped))
        assert session.scalar(left) == 0


def _steps_of_a_whole_run(post: Post, senders: Senders) -> int:
    for place in range(MESSAGES - 1):
        post.queued(post.person(f"Somebody {place}"))
    ended, lines = senders.run(last=0)
    assert ended == 0
    assert set(post.states().values()) == {MessageState.SENT}
    return lines
