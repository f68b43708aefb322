"""Passwords: kept as argon2id, refused when anybody would try them first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.accounts.passwords import (
    LONGEST,
    SHORTEST,
    hash_password,
    is_outdated,
    is_password,
    require_good_password,
)
from talentpool.errors import InvalidInputError


def test_a_password_is_kept_as_argon2id_and_found_again() -> None:
    kept = hash_password("a tin of brave sardines")
    assert kept.startswith("$argon2id$")
    assert is_password("a tin of brave sardines", kept)
    assert not is_password("a tin of brave sardine", kept)
    assert not is_outdated(kept)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert hash_password("a tin of brave sardines") != hash_password("a tin of brave sardines")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$broken"])
def test_nothing_fits_where_no_password_is_kept(kept: str | None) -> None:
    assert not is_password("nobody has this password, and nobody ever signs in with it", kept)


def test_a_hash_with_weaker_settings_is_outdated() -> None:
    assert is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$KxBGbfGrBdwBCc5rd0BOCw")


@pytest.mark.parametrize(
    "password",
    [
        "a tin of brave sardines",
        "correct horse but no staple",
        "Zwölf Boxkämpfer jagen",
        "七転び八起き、それでも前へ進む",
        "x7#Kq9!mVt2$",
        "a" * 60 + " bcdef and more " + "b" * 40,
    ],
)
def test_a_password_that_others_do_not_guess_is_taken(password: str) -> None:
    require_good_password(password, personal=("Mara Klein", "mara.klein@example.org"))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "at least 12"),
        ("short one", "at least 12"),
        ("x" * (SHORTEST - 1), "at least 12"),
        ("a good one " * 20, f"at most {LONGEST}"),
        ("aaaaaaaaaaaaaaaa", "less regular"),
        ("abababababababab", "less regular"),
        ("123456789012", "less regular"),
        ("abcdefghijklmnopqrstuvwxyz", "less regular"),
        ("password1234", "widely known"),
        ("P@ssw0rd2026!", "widely known"),
        ("qwertyuiop12", "widely known"),
        ("letmeinletmein", "widely known"),
        ("Welcome_2026!!", "widely known"),
        ("talentpool123", "widely known"),
        ("Mara Klein 1990", "not your name"),
        ("maraklein2026!", "not your name"),
        ("mara.klein@example.org", "not your name"),
    ],
)
def test_a_password_that_everybody_tries_first_is_refused(password: str, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why):
        require_good_password(password, personal=("Mara Klein", "mara.klein@example.org"))


@given(st.text(max_size=200))
def test_any_text_is_answered_and_a_refusal_never_repeats_it(password: str) -> None:
    try:
        require_good_password(password)
    except InvalidInputError as error:
        assert len(password) < 5 or password not in str(error)
    else:
        assert SHORTEST <= len(password) <= LONGEST
