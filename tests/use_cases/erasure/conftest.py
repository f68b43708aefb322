"""An installation in which people are erased."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from jobs.place_of_erasure import place_of_erasure
from jobs.workplace import open_workplace
from talentpool.accounts.policies import install_policies
from talentpool.candidates.reasons import install_reasons
from talentpool.database import Sessions
from talentpool.erasure.carry_out import Place
from talentpool.settings import Settings, config_folder
from tests.builders import NOW


@pytest.fixture
def place(settings: Settings, engine: Engine, sessions: Sessions) -> Place:
    """Everything an erasure touches, with its policies and reasons."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        install_reasons(session, config_folder())
    return place_of_erasure(replace(open_workplace(settings, engine), clock=lambda: NOW))
