"""Out to the applicant-tracking system: the short list in the form the system takes people in by."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import Candidate
from talentpool.errors import InvalidInputError
from talentpool.imports.ats_export import HandOver, hand_over, record_hand_over
from talentpool.imports.ats_formats import AtsFormat, get_format, load_formats
from talentpool.settings import ats_links, config_folder
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.transaction import own_transaction, request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.roles import load_role_page

pages = Blueprint("ats", __name__)


@pages.get("/roles/<int:role_id>/shortlist/export")
@requires(Permission.EXPORT)
def export_shortlist(role_id: int) -> ResponseReturnValue:
    """Take out the short list, or those of it named in `candidates`, as a ZIP of table and resumes."""
    page, session = load_role_page(role_id), request_session()
    form = get_format(load_formats(config_folder()), request.args.get("format", "csv"))
    chosen = set(request.args.getlist("candidates"))
    ids = [one for one in page.shortlisted if not chosen or str(one) in chosen]
    if not ids:
        whom = "None of those chosen" if chosen else "Nobody"
        raise InvalidInputError(f"{whom} is on the short list; put people on it first.")
    if closed := closed_page(ids, act="Taking the short list out"):
        return closed
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shortlist.zip"
        done = hand_over(
            session, page.role, ids, path, form,
            resume_folder=desk().settings.resume_folder, today=request_time().date(),
        )  # fmt: skip
        file = path.open("rb")  # stays readable after its name is gone
    _leave_trail(role_id, done, form)
    name = f"role-{role_id}-{form.code}.zip"
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)


@pages.app_template_global("ats_formats")
def ats_formats() -> list[AtsFormat]:
    """List the formats there are."""
    return list(load_formats(config_folder()).values())


@pages.app_template_global("ats_address")
def ats_address(candidate: Candidate) -> str | None:
    """Give where somebody is in the system they came from: as it told us, else by the template of the source."""
    told = candidate.external_url or ""
    if told.startswith(("https://", "http://")):
        return told
    template = ats_links(desk().settings.web.ats_links).get((candidate.source or "").casefold())
    if template is None or not candidate.external_id:
        return None
    return template.replace("{id}", quote(candidate.external_id, safe=""))


def _leave_trail(role_id: int, done: HandOver, form: AtsFormat) -> None:
    viewer, now = current_viewer(), request_time()
    request_session().rollback()
    with own_transaction() as trail:
        record_hand_over(trail, role_id, done, form, recruiter_id=viewer.recruiter_id, now=now)
