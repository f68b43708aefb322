"""Imports: bring a file in, step by step, and see what came of each."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.permissions import Permission
from talentpool.imports.models import Import
from talentpool.web.access import requires
from talentpool.web.transaction import request_session

pages = Blueprint("imports", __name__)

SHOWN_MOST = 50


@pages.get("/imports")
@requires(Permission.IMPORT_HISTORY)
def show_imports() -> ResponseReturnValue:
    """List imports, newest first, with the form to start another."""
    imports = request_session().scalars(select(Import).order_by(Import.id.desc()).limit(SHOWN_MOST)).all()
    return render_template("imports/imports.html", imports=imports)
