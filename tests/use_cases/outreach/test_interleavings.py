"""Whatever happens in whatever order (silence, imports, merges, erasures, restores), no mail leaves that the rule forbids."""

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.policies import install_policies
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.merging import Decision, merge_candidates
from talentpool.candidates.models import Candidate, CandidateEmail
from talentpool.candidates.reasons import install_reasons
from talentpool.consent.journal import keep_journal, read_journal, replay
from talentpool.database import open_engine, open_sessions
from talentpool.erasure.again import people_erased_before
from talentpool.erasure.erase import erase_person
from talentpool.errors import TalentPoolError
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.outreach.mail_transport import Answer, Fate
from talentpool.outreach.mime import Envelope
from talentpool.settings import MailSettings, config_folder
from tests.builders import NOW, make_basis, make_candidate, make_recruiter, make_role
from tests.use_cases.outreach.conftest import SECRET, Post

STEPS = 30
LONG_EXAMPLES = 10_000
ADDRESSES = tuple(f"person{number}@example.org" for number in range(12))
COOL_DOWN = timedelta(days=90)
HEADER = "Name,Email,Job,Applied on,Status,Consent given on,Do not contact"

addresses = st.sampled_from(ADDRESSES)


@dataclass(kw_only=True)
class Ears:
    """A way for mail to leave that knows who must not hear from us, whatever the records say."""

    silent: set[str] = field(default_factory=set)
    asked_at: dict[str, datetime] = field(default_factory=dict)  # by person, of the last first contact
    now: datetime = NOW
    sent: int = 0

    def open(self) -> None:
        """Nothing has to be made ready."""

    def send(self, envelope: Envelope, *, before: float) -> Answer:  # noqa: ARG002 - as any transport
        """Take a message, and be sure that it may be taken."""
        assert envelope.recipient not in self.silent, f"{envelope.recipient} had asked for silence"
        last = self.asked_at.get(envelope.recipient)
        assert last is None or self.now - last >= COOL_DOWN, (
            f"{envelope.recipient} was asked {self.now - last} ago"
        )
        self.asked_at[envelope.recipient] = self.now
        self.sent += 1
        return Answer(fate=Fate.SENT)

    def close(self) -> None:
        """Nothing is held."""


class Office(RuleBasedStateMachine):
    """An installation at work; what people asked of it is remembered beside it."""

    template: Path
    mail: MailSettings
    sent_in_all = 0
    backups = Bundle("backups")

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="talentpool-office-"))
        shutil.copyfile(self.template, self.home / "talentpool.db")
        self.ears = Ears()
        self.files = 0
        self._open()

    def _open(self) -> None:
        self.engine = open_engine(f"sqlite:///{self.home / 'talentpool.db'}")
        self.sessions = keep_journal(open_sessions(self.engine), self.home)

    def teardown(self) -> None:
        """Close and clear away."""
        Office.sent_in_all += self.ears.sent
        self.engine.dispose()
        shutil.rmtree(self.home, ignore_errors=True)

    @initialize()
    def begin(self) -> None:
        """Set up a role, and a person for each address but the last two."""
        with self.sessions.writing.begin() as session:
            install_policies(session, config_folder(), now=NOW)
            install_reasons(session, config_folder())
            role, recruiter = make_role(session), make_recruiter(session)
            for place, address in enumerate(ADDRESSES[:-2]):
                make_basis(
                    session, make_candidate(session, f"Person {place}", emails=[address]), expires_on=None
                )
        self.post = Post(
            sessions=self.sessions,
            mail=self.mail,
            server=None,
            role=role,
            recruiter=recruiter,  # type: ignore[arg-type]
        )

    @rule(address=addresses)
    def ask_for_silence(self, address: str) -> None:
        """Somebody says: do not write to me."""
        with self.sessions.writing.begin() as session:
            if (person := _holder(session, address)) is not None:
                self._silence(person)
                stop_contact(session, person, secret=SECRET, now=self.ears.now)

    @rule(address=addresses, opted_out=st.sampled_from([False, False, True]))
    def bring_in(self, address: str, opted_out: bool) -> None:
        """An import names the address, and perhaps says that it has opted out."""
        self.files += 1
        path = self.home / f"people{self.files}.csv"
        name = f"Person {ADDRESSES.index(address)}"
        row = f"{name},{address},Engineer,2025-03-04,Rejected,2026-01-05,{'yes' if opted_out else ''}"
        path.write_text(f"{HEADER}\n{row}\n")
        import_file(self.sessions, path, ImportOptions(source="ats"), secret=SECRET, now=self.ears.now)
        with self.sessions.reading() as session:
            if opted_out and (person := _holder(session, address)) is not None:
                self._silence(person)

    @rule(first=addresses, second=addresses)
    def merge(self, first: str, second: str) -> None:
        """Two people turn out to be one; the silence of either is the silence of both."""
        decision = Decision(now=self.ears.now, recruiter_id=None, choices={})
        with self.sessions.writing.begin() as session:
            one, two = _holder(session, first), _holder(session, second)
            if one is None or two is None or one.id == two.id:
                return
            both = [email.address for person in (one, two) for email in person.emails]
            try:
                merge_candidates(session, one.id, two.id, decision, secret=SECRET)
            except TalentPoolError:
                return
        if self.ears.silent & set(both):
            self.ears.silent |= set(both)

    @rule(address=addresses)
    def erase(self, address: str) -> None:
        """Somebody is erased; no address of theirs is ever written to again."""
        with self.sessions.writing.begin() as session:
            person = _holder(session, address)
            if person is None:
                return
            self._silence(person)
            erase_person(session, person.id, secret=SECRET, recruiter_id=None, now=self.ears.now)

    @rule(target=backups)
    def back_up(self) -> Path:
        """Put the database aside as it is."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.files += 1
        return Path(shutil.copyfile(self.home / "talentpool.db", self.home / f"backup{self.files}.db"))

    @rule(kept=backups)
    def restore(self, kept: Path) -> None:
        """Bring an older database back; the journal speaks, and who was erased since is erased again."""
        self.engine.dispose()
        for path in self.home.glob("talentpool.db*"):
            path.unlink()
        shutil.copyfile(kept, self.home / "talentpool.db")
        self._open()
        self.post.sessions = self.sessions
        with self.engine.execution_options(will_write=True).begin() as connection:
            replay(connection, read_journal(self.home))
        with self.sessions.reading() as session:
            again = people_erased_before(session, SECRET)
        for candidate_id in again:
            with self.sessions.writing.begin() as session:
                erase_person(session, candidate_id, secret=SECRET, recruiter_id=None, now=self.ears.now)
        self.ears.asked_at.clear()  # the restored records do not know of later contacts

    @rule(written_to=st.sets(addresses, min_size=1, max_size=6))
    def queue(self, written_to: set[str]) -> None:
        """A recruiter writes to some people; the rule may say no to each."""
        for address in sorted(written_to):
            with self.sessions.writing.begin() as session:
                person = _holder(session, address)
                if person is not None and person.emails:
                    self.post.queue(person, session)

    @rule()
    def open_another_role(self) -> None:
        """A quarter of a year later there is another role to write about."""
        self.wait(91)
        with self.sessions.writing.begin() as session:
            self.post.role = make_role(session, now=self.ears.now)

    @rule()
    def send(self) -> None:
        """What waits leaves."""
        self.post.now = self.ears.now
        self.post.send(self.ears)

    @rule(days=st.integers(0, 20))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.ears.now += timedelta(days=days, minutes=10)
        self.post.now = self.ears.now

    def _silence(self, person: Candidate) -> None:
        self.ears.silent |= {email.address for email in person.emails}


def _holder(session: Session, address: str) -> Candidate | None:
    wanted = select(Candidate).join(CandidateEmail).where(CandidateEmail.address == address)
    return session.scalars(wanted.order_by(Candidate.id)).first()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_order_of_events_lets_a_forbidden_mail_leave(
    sqlite_template: Path, settings: Any, rounds: int, database_kind: str
) -> None:
    from dataclasses import replace

    Office.template = sqlite_template
    Office.mail = replace(
        settings.mail, transport="folder", from_address="talent@b.example", postal_address="1 Quay, Hamburg"
    )
    Office.sent_in_all = 0
    examples = LONG_EXAMPLES if rounds > 10 else 20
    run_state_machine_as_test(
        Office,
        settings=hypothesis.settings(
            max_examples=examples, stateful_step_count=STEPS, deadline=None, derandomize=examples == 20
        ),
    )
    assert Office.sent_in_all > 0, "nothing was ever sent"
