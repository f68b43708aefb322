"""Who may do what: the table, read aloud."""

import pytest

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import PERMISSIONS_BY_KIND, Permission, Viewer

FOR_RECRUITERS_ONLY = (
    Permission.SEE_PAY_EXPECTATIONS,
    Permission.SEE_NOTES,
    Permission.SEE_INTERVIEWER_WORDS,
    Permission.SEE_CONTACT_DETAILS,
    Permission.SEE_CANDIDATES,
    Permission.IMPORT_HISTORY,
    Permission.EXPORT,
    Permission.POST_ROLES,
)
FOR_ADMINISTRATORS_ONLY = (
    Permission.CHANGE_SETTINGS,
    Permission.MANAGE_ACCOUNTS,
    Permission.SEE_CONFIDENTIAL_ROLES,
    Permission.SEE_RESTRICTED_PEOPLE,
)


def viewer(kind: AccountKind) -> Viewer:
    return Viewer(recruiter_id=1, kind=kind, office_id=None)


def test_every_kind_of_account_is_in_the_table() -> None:
    assert set(PERMISSIONS_BY_KIND) == set(AccountKind)


def test_an_administrator_may_do_everything() -> None:
    assert all(viewer(AccountKind.ADMINISTRATOR).may(permission) for permission in Permission)


@pytest.mark.parametrize("permission", FOR_RECRUITERS_ONLY)
def test_a_hiring_manager_sees_no_pay_no_notes_and_no_pool(permission: Permission) -> None:
    assert viewer(AccountKind.RECRUITER).may(permission)
    assert not viewer(AccountKind.HIRING_MANAGER).may(permission)


@pytest.mark.parametrize("permission", FOR_ADMINISTRATORS_ONLY)
def test_a_recruiter_changes_no_settings_and_sees_nothing_kept_apart(permission: Permission) -> None:
    assert not viewer(AccountKind.RECRUITER).may(permission)
    assert not viewer(AccountKind.HIRING_MANAGER).may(permission)


def test_everybody_may_change_their_own_password() -> None:
    assert all(viewer(kind).may(Permission.USE_OWN_ACCOUNT) for kind in AccountKind)
