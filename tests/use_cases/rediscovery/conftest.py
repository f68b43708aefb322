"""What rediscovery works on: a session with the shipped policies, and an index of its own."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from talentpool.accounts.policies import install_policies
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.settings import config_folder
from tests.builders import NOW


@pytest.fixture(autouse=True)
def policies(session: Session) -> None:
    """The policies as `talentpool init` installs them."""
    install_policies(session, config_folder(), now=NOW)


@pytest.fixture
def keeper(tmp_path: Path) -> IndexKeeper:
    """An index that lies in a folder of this test's own."""
    return IndexKeeper(tmp_path / "index")
