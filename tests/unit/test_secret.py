"""The secret of an installation: made once, for its owner alone."""

import stat
from pathlib import Path

from talentpool.secret import installation_secret
from talentpool.settings import load_settings


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    settings = load_settings({"TALENTPOOL_HOME": str(tmp_path)})
    secret = installation_secret(settings)
    assert len(secret) >= 32
    assert installation_secret(settings) == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
