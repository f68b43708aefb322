"""An outbox, a mail server, and a sender between them whose clock the test sets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.accounts.policies import install_policies
from talentpool.candidates.contact_records import address_of
from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import Refusal, Verdict
from talentpool.database import Sessions
from talentpool.outreach.compose import (
    Place,
    Unaddressed,
    address_letter,
    letter_values,
    writer_of,
)
from talentpool.outreach.delivery import Door, Limits, Tally, send_due
from talentpool.outreach.guard import Guard
from talentpool.outreach.mail_transport import SmtpTransport, Transport
from talentpool.outreach.mime import Signer
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.outbox import Order, queue_message
from talentpool.outreach.templates import load_footer, load_template
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.roles.models import Role
from talentpool.roles.visibility import confidential_role_ids
from talentpool.settings import MailSettings, Settings, config_folder
from tests.builders import NOW, make_application, make_basis, make_candidate, make_recruiter, make_role
from tests.mail_server import MailServer, serving_mail

SECRET = b"a secret of the tests"
GUARD = Guard(secret=SECRET, find_snoozed=find_snoozed)
shipped_template, shipped_footer = cache(load_template), cache(load_footer)  # read once for all tests
LIMITS = Limits(per_hour=10_000, per_domain_per_hour=10_000)


@dataclass(kw_only=True)
class Post:
    """Everything around one outbox."""

    sessions: Sessions
    mail: MailSettings
    server: MailServer
    role: Role
    recruiter: Recruiter
    now: datetime = NOW
    limits: Limits = LIMITS
    signer: Signer | None = None
    writers: dict[str, Recruiter] = field(default_factory=dict)

    def person(self, name: str = "Ana Ruiz", **fields: object) -> Candidate:
        """Make somebody with consent and a past application."""
        with self.sessions.writing.begin() as session:
            person = make_candidate(session, name, **fields)
            make_basis(session, person, expires_on=None)
            make_application(session, person, role_title="Site reliability engineer")
        return person

    def queue(
        self, person: Candidate, session: Session | None = None, **changes: object
    ) -> Message | Verdict:
        """Queue the first contact to somebody, in a transaction of its own unless one is given."""
        if session is not None:
            return self._queue(session, person.id, **changes)
        with self.sessions.writing.begin() as own:
            return self._queue(own, person.id, **changes)

    def queued(self, person: Candidate, **changes: object) -> Message:
        """Queue it, and be sure that nothing stood against it."""
        message = self.queue(person, **changes)
        assert isinstance(message, Message), message
        return message

    def _queue(self, session: Session, person_id: int, **changes: object) -> Message | Verdict:
        candidate, role = session.get_one(Candidate, person_id), session.get_one(Role, self.role.id)
        template = shipped_template(config_folder(), str(changes.pop("template", "first_contact")))
        writer = writer_of(session.get_one(Recruiter, self.recruiter.id), role, self.mail)
        values = letter_values(
            candidate,
            role,
            writer,
            why=["kubernetes", "terraform"],
            hidden_roles=confidential_role_ids(session),
        )
        letter = Unaddressed(template=template, values=values, footer=shipped_footer(config_folder()))
        place = Place(public_url="https://talent.example.org", secret=SECRET, now=self.now)
        address = address_of(candidate)
        assert address is not None
        order = Order(
            candidate_id=candidate.id,
            role=role,
            recruiter_id=self.recruiter.id,
            purpose=template.purpose,
            template=template.name,
        )
        return queue_message(
            session,
            replace(order, **changes),  # type: ignore[arg-type]  # fields by name
            address_letter(candidate, address, writer, letter, place),
            GUARD,
            now=self.now,
        )

    def send(self, transport: Transport | None = None, door: Door | None = None) -> Tally:
        """Send what is due."""
        return send_due(
            door or self.door(),
            transport or SmtpTransport(self.mail),
            GUARD,
            limits=self.limits,
            signer=self.signer,
        )

    def door(self, go_on: Callable[[], None] = lambda: None) -> Door:
        """Open this installation to a sender."""

        @contextmanager
        def writing() -> Iterator[Session]:
            with self.sessions.writing.begin() as session:
                yield session

        return Door(writing=writing, clock=lambda: self.now, go_on=go_on)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def state(self, message: Message) -> MessageState:
        """Tell how a message stands now."""
        return self.look(message).state

    def look(self, message: Message) -> Message:
        """Load a message as it stands now."""
        with self.sessions.reading() as session:
            return session.get_one(Message, message.id)

    def states(self) -> dict[str, MessageState]:
        """Tell how every message stands, by its Message-ID."""
        with self.sessions.reading() as session:
            return {message.message_key: message.state for message in session.scalars(select(Message))}


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server on this machine."""
    with serving_mail() as server:
        yield server


@pytest.fixture
def post(sessions: Sessions, settings: Settings, mail_server: MailServer) -> Post:
    """An installation with a role, a recruiter and a mail server."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        role, recruiter = make_role(session), make_recruiter(session)
    mail = replace(
        settings.mail,
        transport="smtp",
        host="127.0.0.1",
        port=mail_server.port,
        security="none",
        organisation="Nordwind",
        from_address="talent@nordwind.example",
        postal_address="Nordwind, 1 Quay, 20457 Hamburg",
        timeout_seconds=2,
    )
    return Post(sessions=sessions, mail=mail, server=mail_server, role=role, recruiter=recruiter)


def refusals(answer: Message | Verdict) -> list[Refusal]:
    """List what a queueing was refused for."""
    assert isinstance(answer, Verdict), "it was queued"
    return [one.refusal for one in answer.refused]


def nobody_sleeps(_s: Session, _r: int, _c: Sequence[int], _t: date) -> Mapping[int, date]:
    """Find nobody snoozed."""
    return {}
