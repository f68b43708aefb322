"""What a supervisor or a load balancer asks: does the process answer, and can it work?"""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from talentpool.errors import TalentPoolError
from talentpool.schema import require_current_schema
from talentpool.web.access import public
from talentpool.web.desk import desk

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
    return Response("ready\n", mimetype="text/plain")
