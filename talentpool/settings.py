"""Settings of one installation: read once at the start, frozen, handed down.

Defaults come from `config/default.toml`, an optional file named by `TALENTPOOL_CONFIG` overrides them, and
the environment overrides both (`TALENTPOOL_WEB_PORT=8080`). Everything wrong is reported at once. Editable
policy (weights, reasons, retention) is not here: it lives in the database.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_type_hints
from urllib.parse import urlsplit

import platformdirs

from talentpool.errors import InvalidInputError
from talentpool.typed_sections import FromEnvironment, read_toml, typed_section

_PACKAGE = Path(__file__).resolve().parent
_CLONE = _PACKAGE.parent
SHORTEST_TOKEN = 20
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, kw_only=True, slots=True)
class WebSettings:
    """Where and how pages are served."""

    host: str
    port: int
    public_url: str
    processes: int
    threads: int
    trusted_proxies: int
    largest_request_mb: int
    ats_links: str  # where people are in other systems, see `ats_links`


@dataclass(frozen=True, kw_only=True, slots=True)
class SecuritySettings:
    """Who gets in, for how long, and after how many tries."""

    mode: Literal["development", "production"]
    secret: str
    session_hours: int
    session_idle_minutes: int
    sign_in_attempts_per_account: int
    sign_in_attempts_per_address: int
    sign_in_window_minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LogSettings:
    """How much is logged, and in which form."""

    level: Literal["debug", "info", "warning", "error"]
    json: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSettings:
    """When the jobs are due (UTC), and how long a scheduler's lease holds."""

    rematch_at: str
    backup_at: str
    digest_at: str
    lease_seconds: int
    rematch_wait_seconds: int
    rematch_longest_wait_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSettings:
    """Where exports of other systems are looked for, and for how long what they say is fresh."""

    watched_folders: str
    fresh_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """How mail leaves, in whose name, how much of it an hour, and the key that signs it."""

    transport: Literal["off", "folder", "smtp"]
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    ca_file: str
    username: str
    password: str
    timeout_seconds: int
    organisation: str
    from_address: str
    postal_address: str
    per_hour: int
    per_domain_per_hour: int
    dkim_domain: str
    dkim_selector: str
    dkim_key_file: str
    answers_address: str
    answers_host: str
    answers_port: int
    answers_security: Literal["tls", "starttls", "none"]
    answers_username: str
    answers_password: str
    answers_folder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricsSettings:
    """Who may read the figures for a monitoring system."""

    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything one process needs to know about its installation."""

    home: Path
    database_url: str
    web: WebSettings
    security: SecuritySettings
    logs: LogSettings
    schedule: ScheduleSettings
    imports: ImportSettings
    mail: MailSettings
    metrics: MetricsSettings

    @property
    def index_folder(self) -> Path:
        """Where the matching index lies: derived from the database, safe to delete."""
        return self.home / "index"

    @property
    def resume_folder(self) -> Path:
        """Where original resume files lie, under random names."""
        return self.home / "resumes"

    @property
    def upload_folder(self) -> Path:
        """Where uploads wait until their import is done."""
        return self.home / "uploads"

    @property
    def mail_folder(self) -> Path:
        """Where messages lie as .eml files when they are not handed to a mail server."""
        return self.home / "mail"

    @property
    def unfinished_restore(self) -> Path:
        """The file that is there while a restore is under way, or was stopped half-way."""
        return self.home / "restore.unfinished"

    @property
    def is_production(self) -> bool:
        """Say whether unsafe defaults are refused."""
        return self.security.mode == "production"


def config_folder() -> Path:
    """Find the shipped configuration: inside the package when installed, beside it in a clone."""
    return _shipped("config")


def migrations_folder() -> Path:
    """Find the shipped migrations: inside the package when installed, beside it in a clone."""
    return _shipped("migrations")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings of this installation from the files and the environment given.

    Raises InvalidInputError naming every missing, unknown or wrong key at once.
    """
    problems: list[str] = []
    given = _layered(environ, problems)
    home = _home(environ)
    sections = {
        name: typed_section(kind, name, given.get(name, {}), problems)
        for name, kind in get_type_hints(Settings).items()
        if isinstance(kind, type) and kind.__name__.endswith("Settings")
    }
    if not problems:
        problems += _unsafe(sections["web"], sections["security"])
        problems += _wrong_times(sections["schedule"])
        problems += _wrong_links(sections["web"])
        problems += _unfit_mail(sections["mail"], sections["security"])
        problems += _guessable(sections["metrics"])
    if problems:
        raise InvalidInputError("The settings are not usable: " + "; ".join(problems) + ".")
    sections["web"] = _with_address(sections["web"])
    database_url = environ.get("TALENTPOOL_DATABASE_URL", "") or f"sqlite:///{home / 'talentpool.db'}"
    return Settings(home=home, database_url=database_url, **sections)


def _shipped(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _CLONE / name


def _home(environ: Mapping[str, str]) -> Path:
    if chosen := environ.get("TALENTPOOL_HOME"):
        return Path(chosen).expanduser().resolve()
    if (_CLONE / "pyproject.toml").is_file():
        return _CLONE / "instance"
    return Path(platformdirs.user_data_dir("talentpool", appauthor=False))


def _layered(environ: Mapping[str, str], problems: list[str]) -> dict[str, dict[str, Any]]:
    layers = [read_toml(config_folder() / "default.toml", problems)]
    if extra := environ.get("TALENTPOOL_CONFIG"):
        layers.append(read_toml(Path(extra).expanduser(), problems))
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, values in layer.items():
            if not isinstance(values, dict):
                problems.append(f"{section} stands outside a section")
                continue
            merged.setdefault(section, {}).update(values)
    for section, values in _known_sections():
        for key in values:
            name = f"TALENTPOOL_{section}_{key}".upper()
            if name in environ:
                merged.setdefault(section, {})[key] = FromEnvironment(environ[name])
    problems += [f"section [{name}] is unknown" for name in merged if name not in dict(_known_sections())]
    return merged


def _known_sections() -> Iterable[tuple[str, list[str]]]:
    for name, kind in get_type_hints(Settings).items():
        if isinstance(kind, type) and kind.__name__.endswith("Settings"):
            yield name, [field.name for field in fields(kind)]


def _with_address(web: WebSettings) -> WebSettings:
    """Give the pages the address of this machine where no other is named."""
    return web if web.public_url else replace(web, public_url=f"http://{web.host}:{web.port}")


def _unsafe(web: WebSettings, security: SecuritySettings) -> list[str]:
    if security.mode != "production":
        return []
    problems = []
    address = urlsplit(web.public_url)
    if address.scheme != "https":
        problems.append(f"web.public_url is {web.public_url!r}, but production needs an https:// address")
    if address.hostname in _LOOPBACK:
        problems.append("web.public_url is this machine only, but production needs the address people type")
    if web.host not in _LOOPBACK and web.trusted_proxies == 0:
        problems.append("web.host is open to the network without TLS: serve on 127.0.0.1 behind a proxy")
    if security.secret and len(security.secret) < 32:
        problems.append("security.secret is shorter than 32 characters: leave it empty to have one made")
    return problems


def _guessable(metrics: MetricsSettings) -> list[str]:
    if not metrics.token or len(metrics.token) >= SHORTEST_TOKEN:
        return []
    return [f"metrics.token is shorter than {SHORTEST_TOKEN} characters: anybody could guess it"]


def _wrong_times(schedule: ScheduleSettings) -> list[str]:
    return [
        f"schedule.{name} is {value!r}, but must be a time of day such as 02:30"
        for name in ("rematch_at", "backup_at", "digest_at")
        for value in (getattr(schedule, name),)
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)
    ]


def ats_links(told: str) -> dict[str, str]:
    """Read where people are in other systems: the template of each source, by its name in lower case.

    >>> ats_links("Greenhouse=https://app.greenhouse.io/people/{id}")
    {'greenhouse': 'https://app.greenhouse.io/people/{id}'}
    """
    pairs = (entry.partition("=") for entry in told.split())
    return {name.casefold().replace("_", " "): template for name, _, template in pairs}


def _wrong_links(web: WebSettings) -> list[str]:
    return [
        f"web.ats_links says {template!r} for {name!r}, but must be an https:// address with {{id}} in it"
        for name, template in ats_links(web.ats_links).items()
        if not _is_link_template(template)
    ]


def _is_link_template(template: str) -> bool:
    address = urlsplit(template.replace("{id}", "1"))
    fits = address.scheme == "https" and bool(address.hostname) and not address.username
    return fits and "{id}" in template and "{id}" not in urlsplit(template).netloc


def _unfit_mail(mail: MailSettings, security: SecuritySettings) -> list[str]:
    if mail.transport == "off":
        return []
    needed = {"from_address": mail.from_address, "postal_address": mail.postal_address}
    if mail.transport == "smtp":
        needed["host"] = mail.host
    problems = [
        f"mail.{name} is empty, but every message needs it" for name, value in needed.items() if not value
    ]
    is_open = mail.transport == "smtp" and mail.security == "none" and mail.host not in _LOOPBACK
    if is_open and (mail.password or security.mode == "production"):
        problems.append(
            "mail.security is 'none', but the mail server is not this machine: use starttls or tls"
        )
    if len({bool(mail.dkim_domain), bool(mail.dkim_selector), bool(mail.dkim_key_file)}) > 1:
        problems.append("mail.dkim_domain, dkim_selector and dkim_key_file belong together: set all or none")
    return problems + _unfit_answers(mail)


def _unfit_answers(mail: MailSettings) -> list[str]:
    if not mail.answers_host:
        return []
    needed = {"answers_address": mail.answers_address, "answers_username": mail.answers_username}
    problems = [
        f"mail.{name} is empty, but the mailbox of answers needs it"
        for name, value in needed.items()
        if not value
    ]
    if mail.answers_security == "none" and mail.answers_host not in _LOOPBACK:
        problems.append(
            "mail.answers_security is 'none', but the mailbox is not on this machine: use tls or starttls"
        )
    return problems
