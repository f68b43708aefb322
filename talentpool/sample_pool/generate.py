"""Writes the sample pool as the CSV an applicant-tracking system would export.

One row is one application; a person's cells are repeated on each of their rows, and the resume
text stands on the first. The same day gives the same bytes.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from talentpool.sample_pool.histories import PastApplication
from talentpool.sample_pool.material import countries, phrases, trades
from talentpool.sample_pool.pool import SamplePerson, sample_people
from talentpool.sample_pool.wording import chance_for

COLUMNS: tuple[str, ...] = (
    "Candidate ID", "First Name", "Last Name", "Email", "Phone", "City", "Postcode", "Country", "Headline",
    "LinkedIn", "Job", "Requisition", "Applied on", "Stage", "Disposition", "Rejection reason", "Reason note",
    "Rejected on", "Rating", "Interviewer comments", "Promise", "Promise due", "Source", "Do not contact",
    "Consent given on", "Consent until", "Last contacted", "Resume date", "Resume text", "Desired salary",
    "Notice period", "Languages", "Work permit",
)  # fmt: skip


def sample_rows(today: date) -> Iterator[dict[str, str]]:
    """Give the pool's rows as of a day, one an application, all COLUMNS present, "" for unknown."""
    for person in sample_people(today):
        about = _person_cells(person)
        for application in person.applications:
            yield dict.fromkeys(COLUMNS, "") | about | _application_cells(application)
            about["Resume text"] = ""


def write_sample_csv(path: Path, today: date) -> int:
    """Write the pool as of a day to a UTF-8 CSV with a header, and give the number of rows."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in sample_rows(today):
            writer.writerow(row)
            written += 1
    return written


def _person_cells(person: SamplePerson) -> dict[str, str]:
    who, record = person.identity, person.standing
    return {
        "Candidate ID": person.candidate_id,
        "First Name": who.first_name,
        "Last Name": who.last_name,
        "Email": ";".join(who.emails),
        "Phone": who.phone,
        "City": who.city,
        "Postcode": who.postcode,
        "Country": countries()[who.country].name,
        "Headline": _headline(person),
        "LinkedIn": who.profile_link,
        "Do not contact": "yes" if record.do_not_contact else "",
        "Consent given on": _day(record.consent_given_on),
        "Consent until": _day(record.consent_until),
        "Last contacted": _day(record.contacted_on),
        "Resume date": _day(person.resume_on) if person.resume_text else "",
        "Resume text": person.resume_text,
    } | _fact_cells(person)


def _fact_cells(person: SamplePerson) -> dict[str, str]:
    chance = chance_for("facts", person.candidate_id)
    country = countries()[person.identity.country]
    trade = next(trade for trade in trades() if trade.name == person.trade)
    low, high = trade.salary[person.identity.country]
    amount = round(low + (high - low) * (person.career.jobs[0].level + chance.uniform(0.1, 0.9)) / 4)
    permit = "no" if person.situation == "work permit" else "yes"
    return {
        "Source": chance.choice(phrases().sources),
        "Desired salary": chance.choice(country.pay).format(amount=amount) if chance.random() < 0.6 else "",
        "Notice period": chance.choice(country.notice) if chance.random() < 0.7 else "",
        "Languages": person.career.facts["spoken"],
        "Work permit": f"{country.name}: {permit}" if permit == "no" or chance.random() < 0.6 else "",
    }


def _headline(person: SamplePerson) -> str:
    facts = person.career.facts
    styles = (
        facts["title"],
        f"{facts['title']} | {facts['skill1']}, {facts['skill2']}",
        f"{facts['title']} at {person.career.jobs[0].employer}",
        "",
    )
    return styles[int(person.candidate_id.removeprefix("C-")) % 4]


def _application_cells(application: PastApplication) -> dict[str, str]:
    return {
        "Job": application.role.title,
        "Requisition": application.role.requisition,
        "Applied on": _day(application.applied_on),
        "Stage": application.stage,
        "Disposition": application.disposition,
        "Rejection reason": application.reason,
        "Reason note": application.note,
        "Rejected on": _day(application.ended_on) if application.disposition == "Rejected" else "",
        "Rating": str(application.rating or ""),
        "Interviewer comments": application.comments,
        "Promise": application.promise,
        "Promise due": _day(application.promise_due_on),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
