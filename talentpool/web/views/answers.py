"""Answers: what came back from candidates, those nobody has seen to first, and answers heard elsewhere."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import ContactChannel
from talentpool.candidates.visibility import visible_candidates, visible_pool
from talentpool.candidates.wording import CHANNEL_WORDS
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.outreach.answers import enter_answer, set_handled
from talentpool.outreach.conversation import answer_lines, contact_lines, is_mail_seen
from talentpool.outreach.overview import STATE_WORDS
from talentpool.rediscovery.match_cards import name_of
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.candidates import get_candidate
from talentpool.web.views.contacted import OUTCOMES
from talentpool.web.views.roles import get_visible_role, load_role_page

pages = Blueprint("answers", __name__)

CHANNELS = (
    (ContactChannel.CALL, "On the telephone"),
    (ContactChannel.EMAIL, "By e-mail"),
    (ContactChannel.LINKEDIN, "On LinkedIn"),
    (ContactChannel.SMS, "By SMS"),
    (ContactChannel.OTHER, "Otherwise"),
)
LONGEST_WORDS = 5_000


@pages.get("/answers")
@requires(Permission.WRITE_TO_CANDIDATES)
def show_answers() -> ResponseReturnValue:
    """List what came back, what nobody has seen to first."""
    lines = answer_lines(request_session(), seen=visible_pool(current_viewer()))
    return render_template("contact/answers.html", lines=lines, mail=desk().settings.mail)


@pages.get("/roles/<int:role_id>/contacted")
@requires(Permission.WRITE_TO_CANDIDATES)
def show_contacted(role_id: int) -> ResponseReturnValue:
    """List what passed between us and people about this role."""
    page = load_role_page(role_id)
    lines = contact_lines(request_session(), role_id, seen=visible_candidates(current_viewer()))
    return render_template(
        "contact/contacted.html",
        page=page,
        lines=lines,
        channels=CHANNELS,
        outcomes=OUTCOMES,
        channel_words=CHANNEL_WORDS,
        state_words=STATE_WORDS,
    )


@pages.post("/answers/<int:mail_id>/handled")
@requires(Permission.WRITE_TO_CANDIDATES)
def handle(mail_id: int) -> ResponseReturnValue:
    """Say that somebody has seen to a mail."""
    _set_handled(mail_id, is_handled=True)
    notify("That is seen to.", undo=url_for("answers.reopen", mail_id=mail_id))
    return go_to(url_for("answers.show_answers"))


@pages.post("/answers/<int:mail_id>/reopen")
@requires(Permission.WRITE_TO_CANDIDATES)
def reopen(mail_id: int) -> ResponseReturnValue:
    """Put a mail back among those that wait for somebody."""
    _set_handled(mail_id, is_handled=False)
    notify("It waits for somebody again.")
    return go_to(url_for("answers.show_answers"))


@pages.post("/candidates/<int:candidate_id>/answers")
@requires(Permission.WRITE_TO_CANDIDATES)
def enter(candidate_id: int) -> ResponseReturnValue:
    """Note what a candidate said, over whatever channel; it opens a conversation."""
    candidate, entry = get_candidate(candidate_id), Entry(request.form)
    words = entry.text("words", "what they said", longest=LONGEST_WORDS)
    sent, asked = request.form.get("channel", ""), request.form.get("role", type=int)
    if sent not in {channel.value for channel, _ in CHANNELS}:
        raise InvalidInputError(
            "Say how they answered: on the telephone, by e-mail, LinkedIn, SMS or otherwise."
        )
    if entry.problems:
        raise InvalidInputError("Write down what they said, in a few words.")
    role_id = get_visible_role(asked).id if asked else None
    enter_answer(
        request_session(),
        candidate.id,
        ContactChannel(sent),
        words,
        role_id=role_id,
        recruiter_id=current_viewer().recruiter_id,
        now=request_time(),
    )
    notify(f"Noted what {name_of(candidate)} said; for some weeks you can answer freely.")
    if role_id is not None:
        return go_to(url_for("answers.show_contacted", role_id=role_id))
    return go_to(url_for("candidates.show_candidate", candidate_id=candidate.id))


def _set_handled(mail_id: int, *, is_handled: bool) -> None:
    session, viewer = request_session(), current_viewer()
    if not is_mail_seen(session, mail_id, seen=visible_pool(viewer)):
        raise NotFoundError(f"There is no mail {mail_id} from a candidate.")
    own, now = viewer.recruiter_id, request_time()
    set_handled(session, mail_id, is_handled=is_handled, recruiter_id=own, now=now)
