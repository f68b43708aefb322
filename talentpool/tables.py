"""Every table of every room, so that metadata and mappers are complete wherever a door opens."""

from talentpool.accounts import models as accounts_models
from talentpool.candidates import models as candidates_models
from talentpool.closing import models as closing_models
from talentpool.consent import models as consent_models
from talentpool.database import Base
from talentpool.erasure import models as erasure_models
from talentpool.imports import models as imports_models
from talentpool.outreach import models as outreach_models
from talentpool.rediscovery import models as rediscovery_models
from talentpool.roles import models as roles_models
from talentpool.work import models as work_models

ROOMS_WITH_TABLES = (
    accounts_models,
    candidates_models,
    closing_models,
    consent_models,
    erasure_models,
    imports_models,
    outreach_models,
    rediscovery_models,
    roles_models,
    work_models,
)

metadata = Base.metadata
