"""The web door: one Flask application over one installation.

Everything that holds for all pages is put together here, in the order in which it acts on a request: size
and host, who is looking, what they may do, form tokens, the view in its transaction, headers.
"""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from jinja2 import StrictUndefined

from talentpool.candidates.wording import SourceWord, source_word
from talentpool.consent.journal import keep_journal
from talentpool.database import open_engine, open_sessions
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.schema import require_current_schema
from talentpool.secret import installation_secret
from talentpool.settings import Settings
from talentpool.web import navigation, wording
from talentpool.web.access import guard_request, require_marked_routes
from talentpool.web.desk import EXTENSION, Desk, desk, find_viewer, request_time
from talentpool.web.error_pages import answer_errors
from talentpool.web.forms.entry import Entry
from talentpool.web.metrics import count_requests
from talentpool.web.security import secure_application
from talentpool.web.sign_in import recognise_viewer
from talentpool.web.static_files import address_by_content
from talentpool.web.transaction import TransactionalFlask, end_transactions
from talentpool.web.views import BLUEPRINTS


def create_app(settings: Settings) -> Flask:
    """Make the application that serves this installation's pages.

    Raises UnavailableError or ConflictError when the tables are missing or of another version, and
    RuntimeError when a route does not say who may call it.
    """
    engine = open_engine(settings.database_url, pool_size=settings.web.threads + 2)
    require_current_schema(engine)
    app = TransactionalFlask("talentpool.web")
    secret = installation_secret(settings)
    sessions = keep_journal(open_sessions(engine), settings.home)
    app.extensions[EXTENSION] = Desk(
        settings=settings,
        engine=engine,
        sessions=sessions,
        secret=secret,
        keeper=IndexKeeper(settings.index_folder),
    )
    count_requests(app, sessions)
    app.before_request(recognise_viewer)
    app.before_request(guard_request)
    secure_application(app, settings, secret=secret)
    end_transactions(app)
    answer_errors(app)
    address_by_content(app)
    _prepare_templates(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    require_marked_routes(app)
    return app


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=wording.number,
        counted=wording.counted,
        day=wording.day,
        month=wording.month,
        moment=wording.moment,
        initials=wording.initials,
        ago=_distance,
        day_ago=_day_and_distance,
        as_query=partial(urlencode, doseq=True),
        source_word=source_word,
        is_stale=_is_stale,
        without_links=wording.without_links,
    )
    app.jinja_env.globals.update(blank_entry=Entry, page_address=navigation.page_address, pace=wording.pace)
    app.jinja_env.globals.update(settings_ways=navigation.settings_ways)
    app.context_processor(_page_context)


def _page_context() -> dict[str, Any]:
    viewer = find_viewer()
    return {
        "viewer": viewer,
        "ways": navigation.ways(viewer),
        "pool_search": navigation.SEARCH if navigation.is_open_to(viewer, navigation.SEARCH) else None,
        "settings_page": navigation.SETTINGS if navigation.is_open_to(viewer, navigation.SETTINGS) else None,
        "today": request_time().date(),
    }


def _is_stale(told: SourceWord) -> bool:
    fresh = timedelta(days=desk().settings.imports.fresh_days)
    return told.may_have_changed and request_time() - told.as_of > fresh


def _distance(value: date | datetime) -> str:
    return wording.distance(value, request_time().date())


def _day_and_distance(value: date | datetime | None) -> str:
    return wording.day_and_distance(value, request_time().date())
