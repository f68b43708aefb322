"""Six roles to post against the sample pool, each of another trade, as companies advertise them.

The adverts are in `roles/*.txt`: three head lines (title, location, country), a blank line, text.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources

_ADVERTS = (
    "senior_platform_engineer",
    "senior_data_engineer",
    "management_accountant",
    "icu_nurse",
    "account_executive",
    "maintenance_electrician",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleRole:
    """A role to post: title, city, country by its English name, and the text of the advert."""

    title: str
    location: str
    country: str
    text: str


@cache
def sample_roles() -> tuple[SampleRole, ...]:
    """Give the six roles; the first one is the one to post in a demonstration."""
    return tuple(_read_role(name) for name in _ADVERTS)


def _read_role(name: str) -> SampleRole:
    advert = resources.files("talentpool.sample_pool").joinpath("roles", f"{name}.txt").read_text("utf-8")
    head, _, text = advert.partition("\n\n")
    cells = dict(line.split(": ", 1) for line in head.splitlines())
    return SampleRole(
        title=cells["Title"], location=cells["Location"], country=cells["Country"], text=text.strip()
    )
