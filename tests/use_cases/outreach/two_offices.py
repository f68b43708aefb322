"""Two offices at work, event by event, and what people asked of them remembered beside the records.

The machine knows nothing of the rule: it remembers who asked for what, and cries out when a mail leaves that should not.
"""

import shutil
import tempfile
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.accounts.policies import install_policies
from talentpool.backups.restore import let_nothing_leave_twice
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.identity import email_key
from talentpool.candidates.merging import Decision, merge_candidates, unmerge
from talentpool.candidates.models import Candidate, CandidateEmail, ContactChannel, Merge
from talentpool.candidates.reasons import install_reasons
from talentpool.consent.holds import hold_contact, lift_holds
from talentpool.consent.journal import keep_journal, read_journal, replay
from talentpool.consent.keeping import say_no, say_yes
from talentpool.consent.models import HoldKind
from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.erasure.again import people_erased_before
from talentpool.erasure.erase import erase_person
from talentpool.errors import ConflictError, TalentPoolError
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.outreach.answers import enter_answer
from talentpool.outreach.by_hand import log_contact
from talentpool.outreach.mail_transport import Answer, Fate
from talentpool.outreach.mime import Envelope
from talentpool.outreach.models import Message
from talentpool.roles.models import Role
from talentpool.settings import MailSettings, config_folder
from tests.builders import NOW, make_basis, make_candidate, make_office, make_recruiter, make_role
from tests.use_cases.outreach.conftest import SECRET, Post

ADDRESSES = tuple(f"person{number}@example.org" for number in range(6))
SOMEBODY_ELSE = "Zoë Quist"  # with an address that is another's
SPARE = 2  # addresses nobody has at first
COOL_DOWN, CONVERSATION = timedelta(days=90), timedelta(days=31)
HEADER = "Name,Email,Job,Applied on,Status,Consent given on,Do not contact"

addresses = st.sampled_from(ADDRESSES)
several = st.sets(addresses, min_size=1, max_size=4)
seldom = st.sampled_from([False, False, True])
desks = st.integers(0, 1)  # each office has a recruiter and a role
wishes = st.sampled_from(["silence", "no consent", "no consent", "consent", "to see", "to see", "seen"])
letters = st.sampled_from(["first_contact", "first_contact", "answer"])


@dataclass(kw_only=True)
class Known:
    """What people have asked for and what has reached them, kept beside the records."""

    silent: set[str] = field(default_factory=set)  # addresses that must not hear from us
    silent_people: set[int] = field(default_factory=set)
    asked_for: set[str] = field(default_factory=set)  # those of the silent that said so themselves
    asked_by: set[int] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    left_by_erased: set[str] = field(default_factory=set)  # addresses of the erased that others have too
    withdrawn: set[int] = field(default_factory=set)
    waiting_for_data: set[int] = field(default_factory=set)
    asked_at: dict[int, datetime] = field(default_factory=dict)  # of the last contact they had not asked for
    answered_at: dict[int, datetime] = field(default_factory=dict)

    def forget(self, person: int) -> None:
        """Know nothing of one person any more; of addresses it stays known."""
        for people in (self.silent_people, self.withdrawn, self.waiting_for_data):
            people.discard(person)
        for moments in (self.asked_at, self.answered_at):
            moments.pop(person, None)

    def unite(self, survivor: int, other: int) -> None:
        """Let what holds for either hold for the one they became."""
        for people in (self.silent_people, self.withdrawn, self.waiting_for_data):
            if other in people:
                people.add(survivor)
        for moments in (self.asked_at, self.answered_at):
            if other in moments:
                moments[survivor] = max(moments[other], moments.get(survivor, moments[other]))
        self.forget(other)


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A database put aside, and what was known then."""

    path: Path
    known: Known
    by_merge: dict[int, Known]
    desks: list[tuple[Role, Recruiter]]


def furnish(database: Path) -> None:
    """Set up two offices in a migrated database, and a person for each address but the spare ones."""
    engine = open_engine(f"sqlite:///{database}")
    with open_sessions(engine).writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        install_reasons(session, config_folder())
        for name in ("Hamburg", "Lyon"):
            office = make_office(session, name)
            make_role(session, office_id=office.id)
            make_recruiter(session, office_id=office.id)
        for place, address in enumerate(ADDRESSES[:-SPARE]):
            person = make_candidate(session, f"Person {place}", emails=[address])
            make_basis(session, person, expires_on=None)
    engine.dispose()


class Ears:
    """A way for mail to leave that knows who must not hear from us, whatever the records say."""

    def __init__(self) -> None:
        self.known, self.now, self.taken = Known(), NOW, Counter[str]()
        self.sessions: Sessions

    def open(self) -> None:
        """Nothing has to be made ready."""

    def send(self, envelope: Envelope, *, before: float) -> Answer:  # noqa: ARG002 - as any transport
        """Take a message, and be sure that it may be taken."""
        known, key = self.known, envelope.key
        with self.sessions.reading() as session:
            message = session.scalars(select(Message).where(Message.message_key == key)).one()
            person = message.candidate_id
            purpose = message.purpose
            holders = [each.id for each in _holders(session, email_key(envelope.recipient))]
        assert not self.taken[key], f"{key} left twice"
        assert person in holders, f"{envelope.recipient} is not an address of {person}"
        assert email_key(envelope.recipient) not in known.silent, f"{envelope.recipient} asked for silence"
        assert person not in known.silent_people, f"{person} asked for silence"
        assert person not in known.withdrawn, f"{person} withdrew the consent"
        assert person not in known.waiting_for_data, f"{person} waits to see the data"
        answered = known.answered_at.get(person)
        is_free = purpose == "answer" and answered is not None and self.now - answered <= CONVERSATION
        if not is_free:
            last = known.asked_at.get(person)
            assert last is None or self.now - last >= COOL_DOWN - timedelta(days=1), (
                f"{person} was asked {self.now - last} ago"
            )
            known.asked_at[person] = self.now
        self.taken[key] += 1
        return Answer(fate=Fate.SENT)

    def close(self) -> None:
        """Nothing is held."""


class Offices(RuleBasedStateMachine):
    """Two offices at work in one installation; what people asked of them is remembered beside it."""

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
        self.by_merge: dict[int, Known] = {}  # what was known before each merge
        self._open()
        with self.sessions.reading() as session:
            roles = session.scalars(select(Role).order_by(Role.id)).all()
            recruiters = session.scalars(select(Recruiter).order_by(Recruiter.id)).all()
        self.desks = list(zip(roles, recruiters, strict=True))
        role, recruiter = self.desks[0]
        self.post = Post(
            sessions=self.sessions,
            mail=self.mail,
            server=None,  # type: ignore[arg-type]  # the ears stand in for it
            role=role,
            recruiter=recruiter,
        )

    def _open(self) -> None:
        self.engine = open_engine(f"sqlite:///{self.home / 'talentpool.db'}")
        self.sessions = keep_journal(open_sessions(self.engine), self.home)
        self.ears.sessions = self.sessions

    def teardown(self) -> None:
        """Close and clear away."""
        Offices.sent_in_all += self.ears.taken.total()
        self.engine.dispose()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def known(self) -> Known:
        """What is remembered."""
        return self.ears.known

    @rule(address=addresses, wish=wishes)
    def wish(self, address: str, wish: str) -> None:
        """Somebody asks something of us, or is given it."""
        match wish:
            case "silence":
                self.ask_for_silence(address)
            case "no consent" | "consent":
                self.consent(address, is_given=wish == "consent")
            case _:
                self.ask_to_see(address, is_asked=wish == "to see")

    def ask_for_silence(self, address: str) -> None:
        """Somebody says: do not write to me."""
        with self.sessions.writing.begin() as session:
            if (person := _holder(session, address)) is not None:
                self._silence(person)
                stop_contact(session, person, secret=SECRET, now=self.ears.now)

    def consent(self, address: str, *, is_given: bool) -> None:
        """Somebody takes the consent back, or gives it again."""
        with self.sessions.writing.begin() as session:
            person = _holder(session, address)
            if person is None:
                return
            if is_given:
                self.known.withdrawn.discard(person.id)
                for before in self.by_merge.values():  # it stays theirs when a merge is undone
                    before.withdrawn.clear()
                say_yes(session, person.id, now=self.ears.now)
                return
            for known in self._all_known():
                known.withdrawn.add(person.id)
            say_no(session, person.id, now=self.ears.now)

    def ask_to_see(self, address: str, *, is_asked: bool) -> None:
        """Somebody asks to see the data, or is shown them."""
        with self.sessions.writing.begin() as session:
            person, kind, now = _holder(session, address), HoldKind.ACCESS_REQUEST, self.ears.now
            if person is None:
                return
            if is_asked:
                for known in self._all_known():
                    known.waiting_for_data.add(person.id)
                hold_contact(session, person.id, kind, source="a mail", now=now)
            else:
                self.known.waiting_for_data.discard(person.id)
                for before in self.by_merge.values():  # whoever is in this person now is answered too
                    before.waiting_for_data.clear()
                lift_holds(session, person.id, kind, now=now)

    @rule(address=addresses, opted_out=seldom, shouts=seldom, is_somebody_else=seldom)
    def bring_in(self, address: str, opted_out: bool, shouts: bool, is_somebody_else: bool) -> None:
        """An import names an address: in capitals, under another name, as one that has opted out."""
        self.files += 1
        path = self.home / f"people{self.files}.csv"
        name = SOMEBODY_ELSE if is_somebody_else else f"Person {ADDRESSES.index(address)}"
        written = address.upper() if shouts else address
        row = f"{name},{written},Engineer,2025-03-04,Rejected,2026-01-05,{'yes' if opted_out else ''}"
        path.write_text(f"{HEADER}\n{row}\n")
        with self.sessions.reading() as session:
            before = {person.id for person in _holders(session, address)}
        import_file(self.sessions, path, ImportOptions(source="ats"), secret=SECRET, now=self.ears.now)
        with self.sessions.reading() as session:
            people = _holders(session, address)
            came = {person.id for person in people} - before
            assert not came or address not in self.known.erased, f"{address} came back"
            if opted_out and len(people) == 1 and self._is_about(people[0], name, address):
                self._silence(people[0])

    @rule(first=addresses, second=addresses, act=st.sampled_from(["merge", "merge", "unmerge", "move"]))
    def make_one_or_two(self, first: str, second: str, act: str) -> None:
        """It turns out who is who, or where somebody is reached."""
        match act:
            case "merge":
                self.merge(first, second)
            case "unmerge":
                self.unmerge()
            case _:
                self.move(first, second)

    def merge(self, first: str, second: str) -> None:
        """Two people turn out to be one; the silence of either is the silence of both."""
        decision = Decision(now=self.ears.now, recruiter_id=None, choices={})
        with self.sessions.writing.begin() as session:
            one, two = _holder(session, first), _holder(session, second)
            if one is None or two is None or one.id == two.id:
                return
            survivor, other = one.id, two.id
            try:
                merged = merge_candidates(session, survivor, other, decision, secret=SECRET)
            except TalentPoolError:
                return
            self.by_merge[merged.id] = deepcopy(self.known)
            self.known.unite(survivor, other)
            if survivor in self.known.silent_people:
                person = session.get_one(Candidate, survivor)
                self.known.silent |= {email.address_key for email in person.emails}

    def unmerge(self) -> None:
        """The newest merge was wrong after all; what was asked for since stays asked for."""
        with self.sessions.writing.begin() as session:
            newest = select(Merge).where(Merge.undone_at.is_(None)).order_by(Merge.id.desc()).limit(1)
            merge = session.scalars(newest).first()
            if merge is None:
                return
            survivor, other, before = merge.survivor_id, merge.other_id, self.by_merge[merge.id]
            try:
                unmerge(session, merge.id, recruiter_id=None, now=self.ears.now, secret=SECRET)
            except TalentPoolError:
                return
            people = [session.get(Candidate, each) for each in (survivor, other)]
            self._part(before, [each for each in people if each is not None], survivor)

    def move(self, address: str, other: str) -> None:
        """Somebody has another address from now on, one that nobody else has."""
        with self.sessions.writing.begin() as session:
            person = _holder(session, address)
            if person is None or _holder(session, other) is not None or other in self.known.erased:
                return
            email = next(each for each in person.emails if each.address_key == address)
            email.address = email.address_key = other
            if person.id in self.known.silent_people:
                self.known.silent.add(other)

    @rule(address=addresses)
    def erase(self, address: str) -> None:
        """Somebody is erased; no address of theirs that is nobody else's is ever written to again."""
        with self.sessions.writing.begin() as session:
            person = _holder(session, address)
            if person is None:
                return
            addresses = {email.address_key for email in person.emails}
            known_as = {email.address_key for email in person.emails if _is_only(session, person, email)}
            try:
                erase_person(session, person.id, secret=SECRET, recruiter_id=None, now=self.ears.now)
            except ConflictError:
                assert person.id in self.known.waiting_for_data
                return
        for known in self._all_known():
            known.silent |= known_as
            known.asked_for |= known_as
            known.erased |= known_as
            known.left_by_erased |= addresses - known_as
        self.known.forget(person.id)

    @rule(target=backups)
    def back_up(self) -> Backup:
        """Put the database aside as it is."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.files += 1
        kept = Path(shutil.copyfile(self.home / "talentpool.db", self.home / f"backup{self.files}.db"))
        return Backup(
            path=kept,
            known=deepcopy(self.known),
            by_merge=deepcopy(self.by_merge),
            desks=list(self.desks),
        )

    @rule(backup=backups)
    def restore(self, backup: Backup) -> None:
        """Bring an older database back; the journal speaks, and who was erased since is erased again."""
        self.engine.dispose()
        for path in self.home.glob("talentpool.db*"):
            path.unlink()
        shutil.copyfile(backup.path, self.home / "talentpool.db")
        self._open()
        self.post.sessions = self.sessions
        with self.engine.execution_options(will_write=True).begin() as connection:
            replay(connection, read_journal(self.home))
        let_nothing_leave_twice(self.engine, made_at=NOW)
        with self.sessions.reading() as session:
            again = people_erased_before(session, SECRET)
        for candidate_id in again:
            with self.sessions.writing.begin() as session:
                lift_holds(session, candidate_id, HoldKind.ACCESS_REQUEST, now=self.ears.now)
                erase_person(session, candidate_id, secret=SECRET, recruiter_id=None, now=self.ears.now)
        self._remember_as_of(backup)
        with self.sessions.reading() as session:
            left = [each for address in self.known.erased for each in _holders(session, address)]
            assert {each.full_name for each in left} <= {SOMEBODY_ELSE}

    @rule(written_to=several, desk=desks, letter=letters)
    def queue(self, written_to: set[str], desk: int, letter: str) -> None:
        """A recruiter of one office writes to some people; the rule may say no to each."""
        self.post.role, self.post.recruiter = self.desks[desk]
        for address in sorted(written_to):
            with self.sessions.writing.begin() as session:
                for person in _holders(session, address):
                    self.post.queue(person, session, template=letter)

    @rule(written_to=several, desk=desks, letter=letters)
    def queue_and_send(self, written_to: set[str], desk: int, letter: str) -> None:
        """The same, and it leaves at once."""
        self.queue(written_to, desk, letter)
        self.send()

    @rule(address=addresses, desk=desks, is_ours=st.booleans())
    def talk(self, address: str, desk: int, is_ours: bool) -> None:
        """A call to somebody, or from them."""
        (self.call if is_ours else self.answer)(address, desk)

    def call(self, address: str, desk: int) -> None:
        """A recruiter of one office calls somebody, and says so."""
        role, recruiter = self.desks[desk]
        with self.sessions.writing.begin() as session:
            if (person := _holder(session, address)) is not None:
                own, now = recruiter.id, self.ears.now
                log_contact(session, person.id, ContactChannel.CALL, role_id=role.id, recruiter_id=own, now=now)  # fmt: skip
                self.known.asked_at[person.id] = now

    def answer(self, address: str, desk: int) -> None:
        """Somebody answers, which opens a conversation."""
        role, recruiter = self.desks[desk]
        with self.sessions.writing.begin() as session:
            if (person := _holder(session, address)) is not None:
                own, now = recruiter.id, self.ears.now
                enter_answer(session, person.id, ContactChannel.CALL, "Yes", role_id=role.id, recruiter_id=own, now=now)  # fmt: skip
                self.known.answered_at[person.id] = now

    @rule(desk=desks)
    def open_another_role(self, desk: int) -> None:
        """A quarter of a year later an office has another role to write about."""
        self.wait(91)
        with self.sessions.writing.begin() as session:
            role = make_role(session, now=self.ears.now, office_id=self.desks[desk][0].office_id)
        self.desks[desk] = (role, self.desks[desk][1])

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

    def _all_known(self) -> list[Known]:
        """Give what is known now, and what would be if a merge were undone."""
        return [self.known, *self.by_merge.values()]

    def _is_about(self, person: Candidate, name: str, address: str) -> bool:
        """Say whether a row is about the one who has its address, and not about somebody erased who had it too."""
        return name == person.full_name or address not in self.known.left_by_erased

    def _silence(self, person: Candidate) -> None:
        for known in self._all_known():
            for silent in (known.silent, known.asked_for):
                silent |= {email.address_key for email in person.emails}
            known.silent_people.add(person.id)
            known.asked_by.add(person.id)

    def _part(self, before: Known, people: list[Candidate], survivor: int) -> None:
        """Let two who were merged be as they were; if we wrote since both rest, and an answer since counts."""
        mine = {email.address_key for person in people for email in person.emails}
        self.known.silent -= mine - before.silent
        then = self.known
        asked_since = then.asked_at.get(survivor)
        if asked_since in before.asked_at.values():
            asked_since = None
        for person in people:
            answered = then.answered_at.get(person.id)
            then.forget(person.id)
            for name in ("silent_people", "withdrawn", "waiting_for_data"):
                if person.id in getattr(before, name):
                    getattr(then, name).add(person.id)
            if (asked := asked_since or before.asked_at.get(person.id)) is not None:
                then.asked_at[person.id] = asked
            answers = [each for each in (answered, before.answered_at.get(person.id)) if each is not None]
            if answers:
                then.answered_at[person.id] = max(answers)

    def _remember_as_of(self, backup: Backup) -> None:
        """Know of calls, consents and merges what the older database knows; silence and erasure outlive it."""
        now = self.known
        self.ears.known, self.by_merge = deepcopy(backup.known), deepcopy(backup.by_merge)
        self.desks = list(backup.desks)
        for known in self._all_known():
            known.silent |= now.asked_for
            known.silent_people |= now.asked_by
            known.asked_for |= now.asked_for
            known.left_by_erased |= now.left_by_erased
            known.asked_by |= now.asked_by
            known.erased |= now.erased


def _holder(session: Session, address: str) -> Candidate | None:
    return next(iter(_holders(session, address)), None)


def _holders(session: Session, address: str) -> list[Candidate]:
    wanted = select(Candidate).join(CandidateEmail).where(CandidateEmail.address_key == address)
    return list(session.scalars(wanted.order_by(Candidate.id)))


def _is_only(session: Session, person: Candidate, email: CandidateEmail) -> bool:
    """Say whether nobody of another name has the address: else it does not say who somebody is."""
    return {one.full_name for one in _holders(session, email.address_key)} == {person.full_name}
