"""What a supervisor, a load balancer or a monitoring system asks: does it answer, can it work, how does it go?"""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from talentpool.errors import TalentPoolError
from talentpool.schema import require_current_schema
from talentpool.web.access import public
from talentpool.web.desk import desk, request_time
from talentpool.web.metrics import figures
from talentpool.work.leases import is_held

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@public("a supervisor has no account; says nothing but that we answer")
def show_health() -> Response:
    """Say that this process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@public("a load balancer has no account; says nothing but that we can work")
def show_readiness() -> Response:
    """Say whether the database answers and has the tables we need."""
    try:
        require_current_schema(desk().engine)
    except (SQLAlchemyError, TalentPoolError):
        return Response("not ready\n", status=503, mimetype="text/plain", headers={"Retry-After": "5"})
    with desk().sessions.reading() as session:
        is_working = is_held(session, "scheduler", now=request_time())
    scheduler = "at work" if is_working else "nobody holds the lease; jobs wait"
    return Response(f"ready\nscheduler: {scheduler}\n", mimetype="text/plain")


@pages.get("/metrics")
@public("a monitoring system has no account; this machine or the token of the settings, and no personal data")
def show_metrics() -> Response:
    """Give the figures of the page processes, added up, and those of the jobs."""
    if not (_has_token() or _is_from_here()):
        return Response("Not from here and not with the token of the settings.\n", 403, mimetype="text/plain")
    return Response(generate_latest(figures().registry), content_type=CONTENT_TYPE_LATEST)


def _has_token() -> bool:
    token = desk().settings.metrics.token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _is_from_here() -> bool:
    """Say whether a program on this machine asks: not a proxy here, for somebody elsewhere."""
    settings = desk().settings
    if settings.is_production and settings.web.trusted_proxies == 0:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
