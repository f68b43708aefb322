"""Settings of one installation: read once at the start, frozen, handed down.

Defaults come from `config/default.toml`, an optional file named by `TALENTPOOL_CONFIG` overrides them, and
the environment overrides both (`TALENTPOOL_WEB_PORT=8080`). Everything wrong is reported at once. Editable
policy (weights, reasons, retention) is not here: it lives in the database.
"""

import contextlib
import os
import re
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import platformdirs

from talentpool.errors import InvalidInputError

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
        name: _section(kind, name, given.get(name, {}), problems)
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


def installation_secret(settings: Settings) -> bytes:
    """Give the secret of this installation, made once and kept in the home, readable by its owner alone.

    It signs forms and links and keys the do-not-contact hashes, so a backup has to carry it.
    """
    return find_secret(settings) or _make_secret(settings.home / "secret")


def find_secret(settings: Settings) -> bytes | None:
    """Give the secret of this installation, or None where the home has none (any more)."""
    if settings.security.secret:
        return settings.security.secret.encode()
    with contextlib.suppress(FileNotFoundError):
        return (settings.home / "secret").read_bytes()
    return None


def _make_secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"secret.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # another process was first: theirs holds
        os.link(fresh, path)
    fresh.unlink()
    return path.read_bytes()


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
    layers = [_read_toml(config_folder() / "default.toml", problems)]
    if extra := environ.get("TALENTPOOL_CONFIG"):
        layers.append(_read_toml(Path(extra).expanduser(), problems))
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
                merged.setdefault(section, {})[key] = _FromEnvironment(environ[name])
    problems += [f"section [{name}] is unknown" for name in merged if name not in dict(_known_sections())]
    return merged


class _FromEnvironment(str):
    """Text from the environment, which still has to become a number or a yes or no."""


def _known_sections() -> Iterable[tuple[str, list[str]]]:
    for name, kind in get_type_hints(Settings).items():
        if isinstance(kind, type) and kind.__name__.endswith("Settings"):
            yield name, [field.name for field in fields(kind)]


def _read_toml(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"the file {path} cannot be read ({error.strerror})")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"the file {path} is not TOML ({error})")
    return {}


def _section(kind: type, name: str, given: Mapping[str, Any], problems: list[str]) -> Any:
    wanted = get_type_hints(kind)
    problems += [f"{name}.{key} is unknown" for key in given if key not in wanted]
    values = {}
    for key, expected in wanted.items():
        if key not in given:
            problems.append(f"{name}.{key} is missing")
            continue
        try:
            values[key] = _as(expected, given[key])
        except ValueError as error:
            problems.append(f"{name}.{key} is {str(given[key])!r}, but must be {error}")
    return kind(**values) if len(values) == len(wanted) else None


def _as(expected: Any, value: Any) -> Any:
    if get_origin(expected) is Literal:
        choices = get_args(expected)
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return str(value)
    if isinstance(value, _FromEnvironment):
        value = _from_text(expected, value)
    if type(value) is not expected:
        raise ValueError({int: "a whole number", bool: "true or false", str: "text"}[expected])
    if expected is int and value < 0:
        raise ValueError("zero or more")
    return value


def _from_text(expected: type, text: str) -> Any:
    if expected is int and re.fullmatch(r"-?\d+", text):
        return int(text)
    if expected is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return str(text)


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
