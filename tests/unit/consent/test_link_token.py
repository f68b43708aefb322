"""Links for one purpose and one person: read back as written, and refused when anything about them was changed."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from talentpool.consent.link_token import Link, LinkScope, make_token, read_token, stop_token

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HASH = "ab" * 32
SECRET = b"secret"
TOKEN = stop_token(SECRET, 7, HASH, now=NOW)


@given(candidate_id=st.integers(1, 2**63 - 1), address=st.binary(min_size=32, max_size=32))
def test_a_token_says_what_was_written_into_it(candidate_id: int, address: bytes) -> None:
    link = Link(scope=LinkScope.STOP, candidate_id=candidate_id, address_hash=address.hex(), expires_at=NOW)
    assert read_token(SECRET, make_token(SECRET, link), scope=LinkScope.STOP) == link


@given(place=st.integers(0, len(TOKEN) - 1), sign=st.sampled_from("ABCxyz019-_.=%é\n"))
def test_a_token_with_any_sign_changed_is_none(place: int, sign: str) -> None:
    changed = TOKEN[:place] + sign + TOKEN[place + 1 :]
    assert (read_token(SECRET, changed, scope=LinkScope.STOP) is not None) is (changed == TOKEN)


@given(text=st.text(max_size=200))
def test_no_text_is_a_token(text: str) -> None:
    assert read_token(SECRET, text, scope=LinkScope.STOP) is None


def test_another_installations_token_is_none() -> None:
    assert read_token(b"another", TOKEN, scope=LinkScope.STOP) is None


def test_a_token_works_for_two_years_and_is_short_enough_for_a_line() -> None:
    link = read_token(SECRET, TOKEN, scope=LinkScope.STOP)
    assert link is not None
    assert (link.expires_at - NOW).days == 730
    assert len(TOKEN) == 82
