"""Settings: read once, frozen, everything wrong said at once, unsafe production refused."""

import dataclasses
from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.settings import load_settings


def test_the_defaults_are_enough_to_start(tmp_path: Path) -> None:
    settings = load_settings({"TALENTPOOL_HOME": str(tmp_path)})
    assert settings.home == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path / 'talentpool.db'}"
    assert not settings.is_production


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    extra = tmp_path / "extra.toml"
    extra.write_text("[web]\nport = 9000\nthreads = 3\n")
    settings = load_settings({"TALENTPOOL_CONFIG": str(extra), "TALENTPOOL_WEB_PORT": "9001"})
    assert (settings.web.port, settings.web.threads) == (9001, 3)


def test_links_lead_to_where_the_pages_are_served() -> None:
    assert load_settings({"TALENTPOOL_WEB_PORT": "8080"}).web.public_url == "http://127.0.0.1:8080"


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = load_settings({"TALENTPOOL_HOME": str(tmp_path)})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.web.port = 1  # type: ignore[misc]


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    extra = tmp_path / "extra.toml"
    extra.write_text('[web]\nprot = 1\nthreads = "many"\n[wbe]\nx = 1\n')
    with pytest.raises(InvalidInputError) as refusal:
        load_settings({"TALENTPOOL_CONFIG": str(extra), "TALENTPOOL_LOGS_LEVEL": "loud"})
    for place in ("web.prot", "web.threads", "[wbe]", "logs.level"):
        assert place in str(refusal.value)


@pytest.mark.parametrize(
    ("environ", "complaint"),
    [
        ({}, "https://"),
        ({"TALENTPOOL_WEB_PUBLIC_URL": "https://localhost"}, "this machine only"),
        (
            {"TALENTPOOL_WEB_PUBLIC_URL": "https://a.example", "TALENTPOOL_SECURITY_SECRET": "short"},
            "32 characters",
        ),
        ({"TALENTPOOL_WEB_PUBLIC_URL": "https://a.example", "TALENTPOOL_WEB_HOST": "0.0.0.0"}, "without TLS"),  # noqa: S104
    ],
)
def test_production_refuses_what_is_unsafe(environ: dict[str, str], complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        load_settings({"TALENTPOOL_SECURITY_MODE": "production", **environ})


def test_production_takes_a_public_address_over_tls() -> None:
    told = {
        "TALENTPOOL_SECURITY_MODE": "production",
        "TALENTPOOL_WEB_PUBLIC_URL": "https://talent.example.org",
    }
    assert load_settings(told).is_production


def test_a_time_of_day_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"schedule\.rematch_at"):
        load_settings({"TALENTPOOL_SCHEDULE_REMATCH_AT": "25:00"})
