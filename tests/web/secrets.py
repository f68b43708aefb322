"""A busy desk in which each secret carries a word that stands nowhere else, and who may read that word.

The secrets are a confidential role with what is done for it, somebody restricted and somebody who works here, all of
another recruiter's. Beside them stands what only looks secret: an alumnus, a role of another office, a plain person.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.candidates.duplicate_scan import scan_pool
from talentpool.candidates.models import Application, Candidate, Contact, ContactChannel, Direction, Stage
from talentpool.candidates.notes import add_note
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.eligibility import MessagePurpose
from talentpool.consent.models import CameBy, RequestKind
from talentpool.database import Sessions
from talentpool.outreach.models import IncomingKind, IncomingMail, Message, MessageState
from talentpool.rediscovery.digests import choose
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.shortlist_links import find_link
from talentpool.rediscovery.shortlist_tokens import short_list_address
from talentpool.roles.models import Role, RoleTeamMember
from talentpool.web.desk import EXTENSION
from tests.builders import make_application, make_candidate, make_office, make_promise, make_recruiter
from tests.web.busy_desk import busy_desk
from tests.web.conftest import Browser, let_in, sign_in_as

ROLE, PERSON, STAFF = "Zephyrine", "Xanthippe", "Ottoline"
ALUMNUS, OFFICE_ROLE, PLAIN = "Thessaly", "Umbriel", "Galatea"
RECRUITERS = ("colleague", "owner", "teammate")
SEEN_BY: dict[str, frozenset[str]] = {
    ROLE: frozenset({"owner", "teammate", "their manager", "administrator"}),
    PERSON: frozenset({"owner", "administrator"}),
    STAFF: frozenset({"owner", "administrator"}),
    ALUMNUS: frozenset({*RECRUITERS, "administrator"}),
    OFFICE_ROLE: frozenset({*RECRUITERS, "administrator"}),
    PLAIN: frozenset({*RECRUITERS, "administrator"}),
}
"""Who may read a word, by the kind of viewer; nobody who has not signed in may read any of them."""

KINDS = {
    "colleague": AccountKind.RECRUITER,
    "owner": AccountKind.RECRUITER,
    "teammate": AccountKind.RECRUITER,
    "manager": AccountKind.HIRING_MANAGER,
    "their manager": AccountKind.HIRING_MANAGER,
}
VIEWERS = (*KINDS, "administrator")

Places = dict[str, object]


class Desk:
    """A busy desk with browsers for every kind of viewer; the secrets come when they are asked for.

    `places` names what is there for everybody, `secrets` what is hidden, by the names of `every_page`.
    """

    def __init__(self, app: Flask, sessions: Sessions) -> None:
        self.app, self.sessions = app, sessions
        administrator, self.places = busy_desk(app, sessions)
        with sessions.writing.begin() as session:
            people = {
                name: make_recruiter(session, f"Account {name}", kind=kind, email=f"{name.replace(' ', '.')}@x.example")
                for name, kind in KINDS.items()
            }  # fmt: skip
            for one in people.values():
                choose(session, one.id, by_mail=True, pace_by_role={})
            session.get_one(Role, self.places["role"]).hiring_manager_id = people["manager"].id
            session.get_one(Role, self.places["role"]).owner_id = people["colleague"].id
            self._add_lookalikes(session)
        self.people: dict[str, Recruiter] = people
        self.browsers: dict[str, Browser] = {name: sign_in_as(app, one) for name, one in people.items()}
        self.browsers["administrator"] = administrator
        self.office_role = self._post(f"{OFFICE_ROLE} engineer")
        with sessions.writing.begin() as session:
            session.get_one(Role, self.office_role).office_id = make_office(session, "Lisbon office").id
        self.secrets: Places = {}

    def _add_lookalikes(self, session: Session) -> None:
        """Add who is no secret: an alumnus and somebody plain."""
        now = current_time()
        make_candidate(session, f"{PLAIN} Plain", resume="Terraform on call.", now=now)
        make_candidate(
            session, f"{ALUMNUS} Former", resume="Kubernetes and Terraform.", now=now,
            employed_from=now.date() - timedelta(days=2000), employed_until=now.date() - timedelta(days=700),
        )  # fmt: skip

    def rematch(self) -> None:
        """Match the roles that everybody sees again."""
        for role in (self.places["role"], self.office_role):
            self.browsers["administrator"].post(f"/roles/{role}/rematch")

    def add_secrets(self) -> None:
        """Bring the secrets in, with as much said about the restricted people as can be."""
        since = current_time().date() - timedelta(days=900)
        with self.sessions.writing.begin() as session:
            self.secrets["person"] = self._hidden_person(session, PERSON).id
            self.secrets["staff"] = self._hidden_person(session, STAFF, employed_from=since).id
        self.secrets["role"] = self._post(f"{ROLE} lead", is_confidential="yes")
        with self.sessions.writing.begin() as session:
            role = session.get_one(Role, self.secrets["role"])
            role.hiring_manager_id = self.people["their manager"].id
            session.add(RoleTeamMember(role_id=role.id, recruiter_id=self.people["teammate"].id))
        scan_pool(self.sessions.writing.begin, now=current_time)

    def _post(self, title: str, **fields: str) -> int:
        text = "Kubernetes and Terraform in production, on call."
        answer = self.browsers["owner"].post("/roles/new", {"title": title, "text": text, **fields})
        return int(answer.location.rstrip("/").rpartition("/")[2].partition("?")[0])

    def _hidden_person(self, session: Session, word: str, **fields: object) -> Candidate:
        """Make somebody restricted of whom every kind of record says their word, also on roles of others."""
        now, owner = current_time(), self.people["owner"].id
        person = make_candidate(
            session, f"{word} Quill", resume=f"Some Terraform once. {word}", now=now, owner_id=owner,
            is_restricted=True, emails=[f"{word}@x.example"], phones=["+351 910 000 000"], headline=f"{word} of platforms", city=f"{word}ville",
            country="PT", source=f"{word} source", external_id=word, **fields,
        )  # fmt: skip
        for name in ("closing", "closed", "reopened", "role"):
            is_open = name == "closing" and "employed_from" in fields  # the other one is ranked
            make_application(
                session, person, role=session.get_one(Role, self.places[name]), now=now, stage=Stage.FINAL_ROUND,
                interviewer_words=word, external_id=f"{word} {name}",
                **({"disposition": None, "ended_on": None, "applied_on": now.date()} if is_open else {}),
            )  # fmt: skip
        make_promise(session, person, now=now, words=f"write to {word}", owner_id=owner)
        add_note(session, person.id, words=f"{word} called", recruiter_id=owner, now=now)
        role_id = int(str(self.places["role"]))
        unmatched = int(
            str(self.places["unmatched"])
        )  # on a role that is matched, rankings would learn from it
        shortlist(session, unmatched, person.id, recruiter_id=owner, now=now, words=f"{word} fits")
        self._write(session, person, word, role_id)
        new = NewRequest(
            kind=RequestKind.QUESTION, came_by=CameBy.PHONE, candidate_id=person.id, received_on=now.date(),
            words=word, owner_id=owner,
        )  # fmt: skip
        receive_request(session, new, now=now)
        return person

    def _write(self, session: Session, person: Candidate, word: str, role_id: int) -> None:
        """Write letters about a role, speak on the telephone, and take an answer to the first letter."""
        now, owner = current_time(), self.people["owner"].id
        letters = [
            Message(
                message_key=f"<{word}-{state}@x.example>", candidate_id=person.id, role_id=role_id, recruiter_id=owner,
                purpose=MessagePurpose.FIRST_CONTACT, to_address=f"{word}@x.example", subject=f"Dear {word}",
                text=word, state=state, problem=word, created_at=now, due_at=now,
                template="kind_rejection" if state is MessageState.DRAFT else "first_contact",
            )
            for state in (MessageState.FAILED, MessageState.DRAFT)
        ]  # fmt: skip
        calls = [
            Contact(
                candidate_id=person.id, at=now, channel=ContactChannel.CALL, direction=direction,
                is_unasked=direction is Direction.OURS, recruiter_id=owner, role_id=role_id, words=f"{word} said",
                outcome=f"{word} out",
            )
            for direction in Direction
        ]  # fmt: skip
        session.add_all([*letters, *calls])
        session.flush()
        answer = IncomingMail(
            mail_key=f"<in-{word}@x.example>", kind=IncomingKind.ANSWER, candidate_id=person.id, subject=word,
            words=f"{word} answers", asks_to_stop=False, came_at=now, message_id=letters[0].id,
        )  # fmt: skip
        session.add(answer)

    def use_the_secret_role(self) -> None:
        """Do with people whom everybody sees what leaves a trace of the confidential role on them."""
        now, owner, role_id = current_time(), self.people["owner"].id, int(str(self.secrets["role"]))
        with self.sessions.writing.begin() as session:
            role, ana = session.get_one(Role, role_id), session.get_one(Candidate, self.places["ana"])
            twin, applicant = session.get_one(Candidate, self.places["twin"]), self._applicant(session)
            shortlist(session, role_id, ana.id, recruiter_id=owner, now=now, words=f"for {ROLE}")
            for person in ("person", "staff"):
                hidden, on = int(str(self.secrets[person])), int(str(self.places["role"]))
                shortlist(session, on, hidden, recruiter_id=owner, now=now, words=PERSON)
            for person in (ana, twin, applicant):
                past = make_application(session, person, role=role, now=now, stage=Stage.FINAL_ROUND)
                past.ended_on, past.interviewer_words = now.date(), f"{ROLE} interviewers"
                add_note(
                    session, person.id, words=f"{ROLE} called", recruiter_id=owner, now=now
                ).role_id = role_id
                promise = make_promise(session, person, now=now, words=f"write about {ROLE}", owner_id=owner)
                promise.application_id = past.id
            still = {"disposition": None, "ended_on": None, "applied_on": now.date()}
            make_application(session, twin, role=role, now=now, **still)
            self._write(session, ana, ROLE, role_id)
        for one in ("ana", "twin"):  # whoever leads the role asks; the letter is everybody's to read
            self.browsers["owner"].post(f"/candidates/{self.places[one]}/ask-consent")

    def asked_by_a_link(self, role: object) -> tuple[FlaskClient, str]:
        """Show Ana to somebody outside for a role, and open the link there; gives the browser and the address."""
        shown = {"address": "asked@elsewhere.example", "days": "14", "candidates": [self.places["ana"]]}
        answer = self.browsers["administrator"].post(f"/roles/{role}/shortlist/show", shown)
        at = self.app.extensions[EXTENSION]
        with self.sessions.reading() as session:
            link = find_link(session, int(answer.location.rpartition("-")[2]))
            assert link is not None
            whole = short_list_address(link, public_url=at.settings.web.public_url, secret=at.secret)
        client, address = self.app.test_client(), urlsplit(whole).path
        let_in(client, address, at)
        return client, address

    def _applicant(self, session: Session) -> Candidate:
        """Find somebody in process for the role that is being closed."""
        open_ones = select(Application).where(
            Application.role_id == self.places["closing"], Application.disposition.is_(None)
        )
        number = session.scalars(open_ones.order_by(Application.id)).first()
        assert number is not None
        return session.get_one(Candidate, number.candidate_id)
