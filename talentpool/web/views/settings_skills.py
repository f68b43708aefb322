"""Settings, skill aliases: look them up, add and take out, bring a downloaded list in.

A wording is checked as an import checks it: what it means here already, and words that adverts use everywhere, are
refused with the reason.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.accounts.policies import load_policy
from talentpool.errors import InvalidInputError
from talentpool.matching.alias_files import AliasList, Wording, read_alias_file
from talentpool.matching.alias_import import AliasPlan, merged_skills
from talentpool.matching.skill_lists import OWN, skill_lines, without_wordings
from talentpool.rediscovery.matching_policy import change_skills, plan_import
from talentpool.web.access import requires, takes_uploads
from talentpool.web.forms.entry import Entry, cleaned
from talentpool.web.notices import go_to, notify
from talentpool.web.policy_pages import VERSION, PolicyPage, save, standing_of
from talentpool.web.transaction import request_session

pages = Blueprint("settings_skills", __name__)

PAGE = PolicyPage(name="skills", label="Skill aliases", endpoint="settings_skills.show", change=change_skills)
SKILLS_A_PAGE = 50
LONGEST_WORDING = 80
EXAMPLES = 4
REBUILT = "The index is made anew for the next list, which therefore takes longer once."


@pages.get("/settings/skills")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show skills by name, or those that have `?q=` in a wording."""
    return _page(Entry())


@pages.post("/settings/skills")
@requires(Permission.CHANGE_SETTINGS)
def add() -> ResponseReturnValue:
    """Add another wording of a skill; a name that is not there yet comes in with it."""
    entry = Entry(request.form)
    name = entry.line("name", "the name of the skill", longest=LONGEST_WORDING)
    alias = entry.line("alias", "another way to write it", longest=LONGEST_WORDING, required=False).casefold()
    if entry.problems:
        return _page(entry), 422
    wordings = iter([Wording(name, alias or None)])
    plan = plan_import(request_session(), AliasList(title="by hand", section=OWN, wordings=wordings))
    if not plan.added:
        entry.refuse("alias" if alias else "name", _refusal_words(plan))
        return _page(entry), 422
    skills = merged_skills(load_policy(request_session(), "skills").value, plan, section=OWN)
    return _saved(entry, skills, f"“{alias or name}” is known now. {REBUILT}")


@pages.post("/settings/skills/remove")
@requires(Permission.CHANGE_SETTINGS)
def remove() -> ResponseReturnValue:
    """Take wordings of a skill out; with its name among them, the skill."""
    entry = Entry(request.form)
    name, wordings = entry["name"], entry.all_of("wording")
    if not wordings:
        entry.refuse("q", f"Tick what to take out of “{name}” first.")
        return _page(entry), 422
    skills = without_wordings(load_policy(request_session(), "skills").value, name, wordings)
    told = ", ".join(f"“{one}”" for one in wordings[:EXAMPLES])
    return _saved(entry, skills, f"Taken out: {told}. {REBUILT}")


@pages.post("/settings/skills/import")
@requires(Permission.CHANGE_SETTINGS)
@takes_uploads
def bring_in() -> ResponseReturnValue:
    """Bring the wordings of a downloaded list in, and say what was left out and why."""
    entry, sent = Entry(request.form), request.files.get("file")
    if sent is None or not sent.filename:
        entry.refuse("file", "Choose a file.")
        return _page(entry), 422
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"list{Path(sent.filename).suffix.lower()[:10]}"
            sent.save(path)
            found = read_alias_file(path)
            plan = plan_import(request_session(), found)
    except InvalidInputError as error:
        entry.refuse("file", str(error).replace(path.name, cleaned(sent.filename)[:120]))
        return _page(entry), 422
    left_out = _left_out_words(plan)
    if not plan.added:
        entry.refuse("file", f"{found.title}: nothing of it is new. {left_out}".strip())
        return _page(entry), 422
    skills = merged_skills(load_policy(request_session(), "skills").value, plan, section=found.section)
    answer = _saved(entry, skills, f"{found.title}: {plan.added:,} wordings added. {REBUILT}")
    if left_out and not entry.problems:
        notify(left_out)
    return answer


def _saved(entry: Entry, skills: dict[str, Any], words: str) -> ResponseReturnValue:
    if not save(PAGE, skills, entry, words):
        return _page(entry), 409
    return go_to(url_for(PAGE.endpoint, q=entry["q"] or None))


def _refusal_words(plan: AliasPlan) -> str:
    if plan.refused:
        return f"“{plan.refused[0].wording}” {plan.refused[0].why}."
    return "This is known already."


def _left_out_words(plan: AliasPlan) -> str:
    """Count what is left out by reason, with examples."""
    parts = []
    for why, count in plan.refused_by_reason().items():
        examples = dict.fromkeys(one.wording for one in plan.refused if one.why == why)
        parts.append(f"{count:,} {why} ({', '.join(list(examples)[:EXAMPLES])})")
    known = [f"{plan.known:,} known already"] if plan.known else []
    return f"Left out: {'; '.join([*known, *parts])}." if known or parts else ""


def _page(entry: Entry) -> str:
    asked = " ".join(cleaned(request.values.get("q", "")).split())[:LONGEST_WORDING]
    lines = skill_lines(load_policy(request_session(), "skills").value, asked)
    last = max(1, -(-len(lines) // SKILLS_A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    standing = standing_of(PAGE.name)
    entry.values.setdefault(VERSION, [str(standing.version)])
    return render_template(
        "settings/skills.html",
        entry=entry,
        asked=asked,
        lines=lines[(number - 1) * SKILLS_A_PAGE : number * SKILLS_A_PAGE],
        total=len(lines),
        number=number,
        per_page=SKILLS_A_PAGE,
        standing=standing,
    )
