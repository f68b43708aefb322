"""Who may do what: one table from the kind of an account to its permissions, and who is looking.

Which roles and people somebody sees is decided beside them, in `roles.visibility` and
`candidates.visibility`; here is only what may be done at all.
"""

from dataclasses import dataclass
from enum import StrEnum

from talentpool.accounts.models import AccountKind


class Permission(StrEnum):
    """One thing that somebody may do; routes and templates ask for these, never for a kind."""

    SEE_ROLES = "see_roles"
    POST_ROLES = "post_roles"
    SEE_MATCHES = "see_matches"
    JUDGE_MATCHES = "judge_matches"  # shortlist, dismiss, snooze, undo
    SEE_CANDIDATES = "see_candidates"
    CHANGE_CANDIDATES = "change_candidates"
    SEE_PAY_EXPECTATIONS = "see_pay_expectations"
    SEE_NOTES = "see_notes"
    SEE_INTERVIEWER_WORDS = "see_interviewer_words"
    SEE_CONTACT_DETAILS = "see_contact_details"
    KEEP_PROMISES = "keep_promises"
    WRITE_TO_CANDIDATES = "write_to_candidates"
    IMPORT_HISTORY = "import_history"
    EXPORT = "export"
    SEE_REPORTS = "see_reports"
    SEE_CONFIDENTIAL_ROLES = "see_confidential_roles"  # those of other teams too
    SEE_RESTRICTED_PEOPLE = "see_restricted_people"
    ANSWER_REQUESTS = "answer_requests"  # about somebody's own data: those one owns
    SEE_ALL_REQUESTS = "see_all_requests"
    CHANGE_SETTINGS = "change_settings"
    MANAGE_ACCOUNTS = "manage_accounts"
    USE_OWN_ACCOUNT = "use_own_account"


_HIRING_MANAGER = frozenset({Permission.SEE_ROLES, Permission.SEE_MATCHES, Permission.USE_OWN_ACCOUNT})
_RECRUITER = _HIRING_MANAGER | {
    Permission.POST_ROLES,
    Permission.JUDGE_MATCHES,
    Permission.SEE_CANDIDATES,
    Permission.CHANGE_CANDIDATES,
    Permission.SEE_PAY_EXPECTATIONS,
    Permission.SEE_NOTES,
    Permission.SEE_INTERVIEWER_WORDS,
    Permission.SEE_CONTACT_DETAILS,
    Permission.KEEP_PROMISES,
    Permission.WRITE_TO_CANDIDATES,
    Permission.IMPORT_HISTORY,
    Permission.EXPORT,
    Permission.SEE_REPORTS,
    Permission.ANSWER_REQUESTS,
}

PERMISSIONS_BY_KIND: dict[AccountKind, frozenset[Permission]] = {
    AccountKind.HIRING_MANAGER: _HIRING_MANAGER,
    AccountKind.RECRUITER: _RECRUITER,
    AccountKind.ADMINISTRATOR: frozenset(Permission),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Whoever is looking: account, kind and office; what they may do follows from the kind."""

    recruiter_id: int
    kind: AccountKind
    office_id: int | None
    name: str = ""
    is_blind: bool = False  # reviews matches without learning who people are

    def may(self, permission: Permission) -> bool:
        """Say whether this viewer may do it."""
        return permission in PERMISSIONS_BY_KIND[self.kind]
