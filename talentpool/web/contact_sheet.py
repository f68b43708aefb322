"""Writing to people about a role, put together for the page: letter, preview and guard for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.contact_records import address_of
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.models import Candidate, Contact, Direction
from talentpool.candidates.visibility import visible_candidates
from talentpool.consent.eligibility import NEVER_OVERRIDDEN, MessagePurpose, Refusal, Verdict
from talentpool.errors import UnavailableError
from talentpool.outreach.compose import (
    Addressed,
    Place,
    Unaddressed,
    Writer,
    address_letter,
    letter_values,
    load_open_promises,
    writer_of,
)
from talentpool.outreach.guard import Guard, hold_candidate, verdicts
from talentpool.outreach.letters import load_footer
from talentpool.outreach.models import Message
from talentpool.outreach.outbox import Order, queue_message
from talentpool.outreach.templates import Template, filled_text
from talentpool.rediscovery.match_cards import name_of
from talentpool.roles.models import Role
from talentpool.roles.visibility import confidential_role_ids
from talentpool.settings import MailSettings, config_folder

MOST_PEOPLE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """One person on the sheet: what would be sent, what stands against it, and what may be set aside."""

    candidate_id: int
    name: str
    phones: tuple[str, ...]
    letter: Addressed | None  # none without an address that works
    words: str  # of an unasked message or an answer, to be sent some other way; no footer, no link
    verdict: Verdict
    may_override: bool

    @property
    def may_be_sent(self) -> bool:
        """Say whether it can be put into the outbox: nothing forbids it, or what does may be set aside."""
        return self.letter is not None and (self.verdict.may_go or self.may_override)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What writing to several people about one role takes."""

    session: Session
    role: Role
    template: Template
    viewer: Viewer
    mail: MailSettings
    guard: Guard
    place: Place
    why: Mapping[int, Sequence[str]]
    follow_up_days: int | None = None  # remind once after so many, unless answered
    shown_at: datetime | None = None  # when the page was shown on which something is set aside

    def addressees(self, candidate_ids: Sequence[int]) -> list[Addressee]:
        """Prepare a letter to each, in the order asked for; people the viewer may not see are not there."""
        people = self._people(candidate_ids)
        found = self._verdicts([candidate.id for candidate in people])
        writer = self.writer()
        values = self._values(people, writer) if writer is not None else {}
        letters = self._letters(people, writer, values) if writer is not None else {}
        allowed = load_contact_policy(self.session).overridable - NEVER_OVERRIDDEN
        return [
            Addressee(
                candidate_id=candidate.id,
                name=name_of(candidate),
                phones=tuple(phone.number for phone in candidate.phones),
                letter=letters.get(candidate.id),
                words=self._words(values.get(candidate.id)),
                verdict=found[candidate.id],
                may_override=_all_in(found[candidate.id], allowed),
            )
            for candidate in people
        ]

    def queue(
        self, addressee: Addressee, *, sets_aside: frozenset[str] = frozenset(), reason: str
    ) -> Message | Verdict:
        """Put one letter into the outbox, or give the verdict that forbids it.

        `sets_aside` are the words of what is overridden, as they were read: what has come since still stands.
        """
        if addressee.letter is None:
            return addressee.verdict
        order = Order(
            candidate_id=addressee.candidate_id,
            role=self.role,
            recruiter_id=self.viewer.recruiter_id,
            purpose=self.template.purpose,
            template=self.template.name,
            overriding=self._refusals_in(addressee.candidate_id, sets_aside),
            reason=reason,
            follow_up_days=self.follow_up_days,
        )
        return queue_message(self.session, order, addressee.letter, self.guard, now=self.place.now)

    def _refusals_in(self, candidate_id: int, words: frozenset[str]) -> frozenset[Refusal]:
        """Find what stands against it now in just these words, and let nothing be added before this is over.

        Nothing is found when somebody has written since the words were read, which may read the same all day.
        """
        if not words or self.shown_at is None:
            return frozenset()
        hold_candidate(self.session, candidate_id)
        since = select(Contact.id).where(
            Contact.candidate_id == candidate_id,
            Contact.direction == Direction.OURS,
            Contact.at > self.shown_at,
        )
        if self.session.scalars(since.limit(1)).first() is not None:
            return frozenset()
        found = self._verdicts([candidate_id])[candidate_id]
        return frozenset(one.refusal for one in found.refused if one.words in words)

    def _verdicts(self, candidate_ids: Sequence[int]) -> dict[int, Verdict]:
        return verdicts(
            self.session,
            candidate_ids,
            self.role,
            self.guard,
            purpose=self.template.purpose,
            today=self.place.now.date(),
        )

    def _people(self, candidate_ids: Sequence[int]) -> list[Candidate]:
        asked = list(dict.fromkeys(candidate_ids))[:MOST_PEOPLE]
        wanted = (
            select(Candidate)
            .where(Candidate.id.in_(asked), visible_candidates(self.viewer))
            .options(
                selectinload(Candidate.emails),
                selectinload(Candidate.phones),
                selectinload(Candidate.applications),
            )
        )
        found = {candidate.id: candidate for candidate in self.session.scalars(wanted)}
        return [found[candidate_id] for candidate_id in asked if candidate_id in found]

    def writer(self) -> Writer | None:
        """Give who writes; None before anybody has said from which address."""
        recruiter = self.session.get_one(Recruiter, self.viewer.recruiter_id)
        try:
            writer = writer_of(recruiter, self.role, self.mail)
        except UnavailableError:
            return None
        return replace(writer, language=self.template.language)

    def _values(self, people: Sequence[Candidate], writer: Writer) -> dict[int, dict[str, str]]:
        """Say what the fields of the letter stand for, for each."""
        promises = load_open_promises(self.session, [candidate.id for candidate in people])
        hidden_roles = confidential_role_ids(self.session)
        return {
            candidate.id: letter_values(
                candidate,
                self.role,
                writer,
                why=self.why.get(candidate.id, ()),
                promise=promises.get(candidate.id),
                reminds=self.follow_up_days is not None,
                hidden_roles=hidden_roles,
            )
            for candidate in people
        }

    def _letters(
        self, people: Sequence[Candidate], writer: Writer, values: Mapping[int, Mapping[str, str]]
    ) -> dict[int, Addressed]:
        footer, letters = load_footer(self.session, config_folder(), writer.language), {}
        for candidate in people:
            address = address_of(candidate)
            if address is not None:
                letter = Unaddressed(template=self.template, values=values[candidate.id], footer=footer)
                letters[candidate.id] = address_letter(candidate, address, writer, letter, self.place)
        return letters

    def _words(self, values: Mapping[str, str] | None) -> str:
        is_service = self.template.purpose is MessagePurpose.SERVICE
        return "" if values is None or is_service else filled_text(self.template, values)


def _all_in(verdict: Verdict, allowed: frozenset[Refusal]) -> bool:
    return bool(verdict.refused) and all(one.refusal in allowed for one in verdict.refused)
