"""Every page of the desk with the addresses that show its states, for the tests that walk them all.

A new page joins with one line in `PAGES`; `{role}` and the like are filled in from the desk that is looked at,
and an address whose places it does not have is left out: an empty desk has no `{person}`. What answers with
something other than a page stands in `NOT_PAGES`, with the reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from flask import Flask

PAGES: dict[str, tuple[str, ...]] = {
    "account.show_account": ("/account",),
    "answers.show_answers": ("/answers",),
    "answers.show_contacted": ("/roles/{role}/contacted", "/roles/{unmatched}/contacted"),
    "campaign.show": ("/requests/consent",),
    "candidates.show_candidate": (
        "/candidates/{ana}?role={role}",
        "/candidates/{bare}",
        "/candidates/{merged}",
        "/candidates/{odd}",
    ),
    "closing.show_close": ("/roles/{closing}/close", "/roles/{closed}/close", "/roles/{role}/close"),
    "closing.show_fits": ("/roles/{closing}/close/fits/{ana}", "/roles/{closing}/close/fits/{bare}"),
    "contact.show_contact": (
        "/roles/{role}/contact",
        "/roles/{role}/contact?candidates={bare},{ana}",
        "/roles/{unmatched}/contact",
    ),
    "deleted_elsewhere.show": ("/requests/deleted-elsewhere", "/requests/deleted-elsewhere?choose=page"),
    "duplicates.show_duplicates": ("/candidates/duplicates", "/candidates/duplicates?show=apart"),
    "duplicates.show_merge": ("/candidates/{twin}/merge?with={other_twin}", "/candidates/{ana}/merge?q=an"),
    "handover.show": ("/settings/people/{mara}/hand-over", "/settings/people/{newcomer}/hand-over"),
    "holds.show": ("/requests/holds",),
    "home.show_home": ("/",),
    "import_checks.check": ("/imports/{import_waiting}/check", "/imports/{import_checking}/check"),
    "import_runs.show_import": ("/imports/{import_done}", "/imports/{import_asked}"),
    "imports.show_columns": ("/imports/{import_waiting}/columns",),
    "imports.show_imports": ("/imports",),
    "jobs.show_job": ("/settings/jobs/{job}",),
    "jobs.show_jobs": ("/settings/jobs",),
    "kept_forms.show_kept": ("/kept/{kept}",),
    "links.show_stop": ("/u/{stop_token}",),
    "match_history.show_history": ("/roles/{role}/history", "/roles/{unmatched}/history"),
    "matches.ask_why_not": (
        "/roles/{role}/why-not?name=an",
        "/roles/{role}/why-not",
        "/roles/{role}/why-not?name=zz",
    ),
    "news.show_choices": ("/account/digests",),
    "news.show_news": ("/new",),
    "outbox.show_outbox": ("/outbox",),
    "own_page.show": ("/me/{own_token}",),
    "pass_on_link.show": ("/pass-on/{pass_on_token}",),
    "people.show_people": ("/settings/people",),
    "phone_list.show": ("/roles/{role}/phone-list?candidates={bare},{ana}", "/roles/{unmatched}/phone-list"),
    "pool.show_pool": (
        "/candidates",
        "/candidates?q=kubernetes+AND+(terraform+OR+go)+-java&show=rating&show=contact&show=source&show=added",
        "/candidates?stage=final_round&resume=fresh&order=applied",
        "/candidates?q=nobodyhasthisword",
    ),
    "posting.edit": ("/roles/{role}/edit",),
    "posting.show_form": ("/roles/new",),
    "promises.show_nothing_yet": ("/promises/{promise}/nothing-yet",),
    "promises.show_promises": ("/promises",),
    "reason_reports.show_check": ("/reports/reasons/check",),
    "reason_reports.show_filling": ("/reports/reasons/fill",),
    "reports.show_pool": ("/reports/pool", "/reports/pool?months=3&recruiter={mara}"),
    "reports.show_promises": ("/reports/promises", "/reports/promises?months=3&recruiter={mara}"),
    "reports.show_reasons": ("/reports/reasons", "/reports/reasons?role={role}"),
    "reports.show_reports": (
        "/reports",
        "/reports?months=3",
        "/reports?months=24&role={role}&recruiter={mara}",
    ),
    "recipients.show": ("/requests/recipients",),
    "requests.show_new": ("/requests/new", "/requests/new?who={ana}"),
    "requests.show_request": ("/requests/{request}", "/requests/{erasure}", "/requests/{answered}"),
    "requests.show_requests": ("/requests",),
    "retention.show": ("/requests/time-over",),
    "roles.show_brief": ("/roles/{role}/brief", "/roles/{unmatched}/brief"),
    "roles.show_excluded": ("/roles/{role}/excluded", "/roles/{unmatched}/excluded"),
    "roles.show_match": ("/roles/{role}/matches/{ana}",),
    "roles.show_role": (
        "/roles/{role}?open={ana}",
        "/roles/{role}?page=2",
        "/roles/{role}?stage=final_round&contact=ok&group=saved",
        "/roles/{unmatched}",
    ),
    "roles.show_roles": ("/roles", "/roles?state=closed", "/roles?state=drafts"),
    "roles.show_shortlist": ("/roles/{role}/shortlist", "/roles/{unmatched}/shortlist"),
    "rounds.show_rounds": (
        "/roles/{reopened}/rounds",
        "/roles/{closed}/rounds",
        "/roles/{role}/rounds",
        "/roles/{unmatched}/rounds",
    ),
    "saved_searches.show_searches": ("/searches",),
    "settings.show_history": (
        "/settings/history/contact",
        "/settings/history/matching",
        "/settings/history/reasons",
    ),
    "settings_audit.show": (
        "/settings/audit",
        "/settings/audit?who={mara}&what=role+closed&about=role+{closed}",
        "/settings/audit?what=nothing+of+the+kind",
    ),
    "settings_contact.show": ("/settings/contact",),
    "settings_letters.show": ("/settings/letters",),
    "settings_letters.show_letter": (
        "/settings/letters/first_contact",
        "/settings/letters/first_contact?role={role}",
        "/settings/letters/_footer",
    ),
    "settings_reasons.show": ("/settings/reasons",),
    "settings_retention.show": ("/settings/retention",),
    "settings_sending.show": ("/settings/sending",),
    "settings_skills.show": ("/settings/skills", "/settings/skills?q=kubernetes", "/settings/skills?q=zzz"),
    "settings_tokens.show": ("/settings/tokens",),
    "settings_weights.show": ("/settings/weights", "/settings/weights?shipped=yes"),
    "shortlist_links.show_form": ("/roles/{role}/shortlist/show", "/roles/{unmatched}/shortlist/show"),
    "shortlist_links.show_inside": ("/roles/{role}/shortlist/asked/{shown}",),
    "shown_people.show": ("/s/{shown_token}",),
    "sign_in.show_set_up": ("/set-up/{set_up_token}",),
    "sign_in.show_sign_in": ("/sign-in",),
    "sign_in.show_sign_in_link": ("/sign-in/{sign_in_token}",),
}

NOT_PAGES: dict[str, str] = {
    "api.show_description": "for machines",
    "ats.export_shortlist": "a file to keep",
    "deleted_elsewhere.export": "a table to keep",
    "duplicates.export_duplicates": "a table to keep",
    "exports.export_candidate": "a file to keep",
    "exports.export_matches": "a table to keep",
    "exports.export_people": "a file to keep",
    "health.show_health": "for machines",
    "health.show_metrics": "for machines",
    "health.show_readiness": "for machines",
    "import_runs.download_problems": "a table to keep",
    "match_selection.show_filters": "a part of the list",
    "phone_list.export": "a table to keep",
    "pool.export_pool": "a table to keep",
    "reports.show_table": "a table to keep",
    "requests.download": "a file to keep",
    "resumes.download": "a file to keep",
    "settings.show_settings": "goes on to the first of the settings",
    "settings_audit.export": "a table to keep",
    "static": "files of the pages",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A form that is sent with something wrong in it and comes back with the words for it."""

    address: str
    fields: Mapping[str, str]


REFUSED: dict[str, Refused] = {
    "account.change_password": Refused(address="/account/password", fields={"current_password": "wrong"}),
    "candidates.promise": Refused(address="/candidates/{ana}/promises", fields={"due_on": "31/02/2025"}),
    "candidates.write_note": Refused(address="/candidates/{ana}/notes", fields={"note": ""}),
    "contact_holds.hold": Refused(
        address="/candidates/{ana}/contact-hold", fields={"contact_hold": "fee_protected"}
    ),
    "contact.write": Refused(
        address="/roles/{role}/contact",
        fields={"template": "first_contact", "subject": "", "text": "", "candidates": "{ana}"},
    ),
    "imports.upload": Refused(address="/imports", fields={}),
    "keeping.hold": Refused(address="/candidates/{ana}/hold", fields={"hold_until": "soon"}),
    "pass_on.ask": Refused(address="/candidates/{ana}/pass-on", fields={"how": "preview", "to_name": ""}),
    "people.add": Refused(address="/settings/people", fields={"name": "", "email": "no address"}),
    "posting.post": Refused(address="/roles/new", fields={"title": "", "text": ""}),
    "posting.save": Refused(
        address="/roles/{role}/edit", fields={"title": "", "text": "", "pay_from": "much"}
    ),
    "settings_tokens.make": Refused(
        address="/settings/tokens", fields={"name": "", "source": "", "days": "many"}
    ),
}

ERRORS: dict[str, int] = {
    "/no-such-page": 404,
    "/u/no-such-link": 403,
    "/candidates?q=(unclosed": 422,
    "/candidates?q=stage:nothing": 422,
    "/sign-out": 405,
    "/fault/500": 500,
    "/fault/503": 503,
}
"""Addresses that answer with words about an error; `/fault/…` is added by the tests."""


def addresses(app: Flask, places: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give endpoint and address of every state of every page that this desk can show."""
    assert app.view_functions.keys() >= PAGES.keys()
    for endpoint, patterns in PAGES.items():
        for pattern in patterns:
            if names_in(pattern) <= places.keys():
                yield endpoint, pattern.format(**places)


def names_in(pattern: str) -> set[str]:
    """Name the places of a pattern: `/roles/{role}` has `role`."""
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}
