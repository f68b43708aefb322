"""Closing a role put together for the page: the open applications, the choices for each, and the letters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.contact_records import address_of
from talentpool.candidates.models import Application, Candidate, ReasonKind, Stage
from talentpool.candidates.reasons import KnownReason, load_reasons
from talentpool.candidates.visibility import visible_candidates
from talentpool.candidates.wording import STAGE_WORDS
from talentpool.closing.close import open_applications
from talentpool.closing.endings import AS_USUAL, HIRED, WITHOUT_END, Wanted
from talentpool.closing.models import ClosingDecision
from talentpool.errors import UnavailableError
from talentpool.outreach.compose import Addressed, Place, writer_of
from talentpool.outreach.drafts import keep_draft
from talentpool.outreach.kind_letters import KIND_REJECTION, KindLetter, PersonalLines
from talentpool.outreach.letters import load_footer, load_letter
from talentpool.outreach.outbox import Order
from talentpool.rediscovery.match_cards import name_of
from talentpool.roles.models import Role
from talentpool.roles.visibility import confidential_role_ids
from talentpool.settings import MailSettings, config_folder

KEYS = "123456789"
HOLD_MONTHS = (1, 3, 6, 12, 24)
EVERYBODYS = "As for everybody"

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ClosingSheet:
    """What closing one role takes, read once."""

    session: Session
    role: Role
    viewer: Viewer
    mail: MailSettings
    place: Place

    @cached_property
    def applications(self) -> list[Application]:
        """The open applications of whom the viewer may see, furthest first."""
        found = open_applications(self.session, self.role.id, seen=visible_candidates(self.viewer))
        return [application for application, _person in found]

    @cached_property
    def reasons(self) -> dict[str, KnownReason]:
        """The reasons in use, by code."""
        return load_reasons(self.session)

    @cached_property
    def owners(self) -> dict[int, str]:
        """Who can own a promise, the viewer first."""
        kinds = (AccountKind.RECRUITER, AccountKind.ADMINISTRATOR)
        active = select(Recruiter.id, Recruiter.name).where(
            Recruiter.disabled_at.is_(None), Recruiter.kind.in_(kinds)
        )
        names = dict(self.session.execute(active.order_by(Recruiter.name)).all())
        own = self.viewer.recruiter_id
        return {number: names[number] for number in sorted(names, key=lambda one: one != own)}

    @cached_property
    def letter(self) -> KindLetter | None:
        """The letter; None before anybody has said from which address it is written."""
        recruiter = self.session.get_one(Recruiter, self.viewer.recruiter_id)
        try:
            writer = writer_of(recruiter, self.role, self.mail)
        except UnavailableError:
            return None
        folder = config_folder()
        return KindLetter(
            template=load_letter(self.session, folder, KIND_REJECTION, writer.language),
            footer=load_footer(self.session, folder, writer.language),
            role=self.role,
            writer=writer,
            place=self.place,
            hidden_roles=confidential_role_ids(self.session),
        )

    @cached_property
    def choices(self) -> "Choices":
        """What can be chosen in each row."""
        return Choices(reasons=self.reasons, owners=self.owners)

    def letters(self, wanted: Iterable[Wanted]) -> dict[int, Addressed]:
        """Write the letters that are wanted, by application; none to whoever has no address that works."""
        asked = {one.application_id: one for one in wanted if one.letter}
        if self.letter is None or not asked:
            return {}
        written = {}
        for application_id, person in self._people(list(asked)).items():
            one = asked[application_id]
            lines = PersonalLines(
                reason=one.outcome, what_was_good=one.what_was_good, what_decided=one.what_decided
            )
            letter = self.letter.for_one(person, lines)
            if letter is not None:
                written[application_id] = letter
        return written

    def keep_letters(self, decisions: Sequence[ClosingDecision], wanted: Sequence[Wanted]) -> list[str]:
        """Keep the letters of those who were decided about as drafts; gives who has no address that works."""
        ended = {decision.application_id: decision for decision in decisions}
        asked = [one for one in wanted if one.letter and one.application_id in ended]
        letters = self.letters(asked)
        people = self._people([one.application_id for one in asked]) if asked else {}
        for application_id, letter in letters.items():
            person = people[application_id]
            address = address_of(person)
            if address is not None and self.letter is not None:
                message = keep_draft(
                    self.session,
                    self._order(person.id, self.letter),
                    letter,
                    address.address,
                    now=self.place.now,
                )
                ended[application_id].message_id = message.id
        return [name_of(person) for number, person in people.items() if number not in letters]

    def _order(self, candidate_id: int, letter: KindLetter) -> Order:
        return Order(
            candidate_id=candidate_id,
            role=self.role,
            recruiter_id=self.viewer.recruiter_id,
            purpose=letter.template.purpose,
            template=letter.template.name,
        )

    def _people(self, application_ids: Sequence[int]) -> dict[int, Candidate]:
        wanted = (
            select(Application.id, Candidate)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Application.id.in_(application_ids))
            .options(selectinload(Candidate.emails), selectinload(Candidate.applications))
        )
        return dict(self.session.execute(wanted).all())


class Choices:
    """The options of the fields that each of some hundred rows repeats, written once for each value chosen."""

    def __init__(self, *, reasons: Mapping[str, KnownReason], owners: Mapping[int, str]) -> None:
        ours = [one for one in reasons.values() if one.kind is ReasonKind.REJECTION]
        theirs = [one for one in reasons.values() if one.kind is ReasonKind.WITHDRAWAL]
        keys = dict(zip((one.code for one in ours), KEYS, strict=False))
        self.numbered = [(keys[one.code], one.label) for one in ours if one.code in keys]
        endings = [
            ("We decided", [(one.code, _with_key(one.label, keys.get(one.code))) for one in ours]),
            ("They withdrew", [(one.code, one.label) for one in theirs]),
        ]
        stages = [
            (stage.value, STAGE_WORDS[stage].capitalize()) for stage in Stage if stage is not Stage.HIRED
        ]
        self._groups: dict[str, list[tuple[str, list[Pair]]]] = {
            "all_reason": [("", [("", "No reason for everybody")]), *endings],
            "reason": [("", [("", EVERYBODYS), (HIRED, "0 Hired")]), *endings],
            "stage": [("", stages)],
            "all_holds": [("", _holds())],
            "holds": [("", [("", EVERYBODYS), *_holds()])],
            "yes": [("", [("", EVERYBODYS), ("yes", "Yes"), ("no", "No")])],
            "owner": [("", [(str(number), name) for number, name in owners.items()])],
        }
        self._written: dict[tuple[str, str], Markup] = {}

    def options(self, name: str, chosen: str) -> Markup:
        """Give the options of a field with one chosen."""
        if (name, chosen) not in self._written:
            self._written[name, chosen] = Markup("").join(
                _group(heading, pairs, chosen) for heading, pairs in self._groups[name]
            )
        return self._written[name, chosen]


def _holds() -> list[Pair]:
    months = [(str(number), f"{number} month{'' if number == 1 else 's'}") for number in HOLD_MONTHS]
    return [(AS_USUAL, "As the reason says"), *months, (WITHOUT_END, "Without an end")]


def _with_key(label: str, key: str | None) -> str:
    return f"{key} {label}" if key else label


def _group(heading: str, pairs: Sequence[Pair], chosen: str) -> Markup:
    options = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", words
        )
        for value, words in pairs
    )
    return (
        Markup('<optgroup label="{}">{}</optgroup>').format(escape(heading), options) if heading else options
    )
