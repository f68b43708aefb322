"""Tokens: long, different every time, and not to be had back from what is kept."""

import base64

from talentpool.accounts.tokens import keyed_hash, new_token, token_hash


def test_a_token_has_256_random_bits() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(base64.urlsafe_b64decode(token + "=")) == 32 for token in tokens)


def test_what_is_kept_of_a_token_is_not_the_token() -> None:
    token = new_token()
    assert token_hash(token) == token_hash(token)
    assert token not in token_hash(token)


def test_without_the_secret_a_guess_cannot_be_compared() -> None:
    assert keyed_hash(b"one", "account:mara") != keyed_hash(b"two", "account:mara")
    assert keyed_hash(b"one", "account:mara") == keyed_hash(b"one", "account:mara")


def test_half_a_character_does_no_harm() -> None:
    assert token_hash("\ud800") != token_hash("?")
