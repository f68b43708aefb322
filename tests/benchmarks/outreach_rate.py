"""How fast messages are queued and sent: 1,000 by default, to a mail server on this machine.

Run `python -m tests.benchmarks.outreach_rate [MESSAGES] [--dkim KEY.pem]` in the checkout; it works in a
temporary folder, on SQLite.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.database import open_engine, open_sessions
from talentpool.outreach.mime import open_signer
from talentpool.outreach.models import Message, MessageState
from talentpool.schema import upgrade_schema
from talentpool.settings import config_folder, load_settings
from tests.builders import make_application, make_basis, make_candidate, make_recruiter, make_role
from tests.mail_server import MailServer, serving_mail
from tests.use_cases.outreach.conftest import Post


def main() -> None:
    """Measure and print one JSON document."""
    asked = argparse.ArgumentParser()
    asked.add_argument("messages", nargs="?", type=int, default=1000)
    asked.add_argument("--dkim", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving_mail() as server:
        post = prepared(Path(folder), server, dkim=given.dkim)
        people = make_people(post, given.messages)
        began = time.perf_counter()
        for person in people:  # each in a transaction of its own
            post.queued(person)
        queued = time.perf_counter()
        tally = post.send()
        sent = time.perf_counter()
        assert tally.fates == {"sent": given.messages}, tally
        assert set(server.taken.values()) == {1}
        with post.sessions.reading() as session:
            assert set(session.scalars(select(Message.state))) == {MessageState.SENT}
    figures = {
        "messages": given.messages,
        "signed": bool(given.dkim),
        "queued_per_second": round(given.messages / (queued - began), 1),
        "sent_per_second": round(given.messages / (sent - queued), 1),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def prepared(folder: Path, server: MailServer, *, dkim: str) -> Post:
    """Make an empty installation with a role and a recruiter."""
    settings = load_settings({"TALENTPOOL_HOME": str(folder)})
    engine = open_engine(settings.database_url)
    upgrade_schema(engine)
    sessions, now = open_sessions(engine), current_time()
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        role, recruiter = make_role(session), make_recruiter(session)
    mail = replace(
        settings.mail,
        transport="smtp",
        host="127.0.0.1",
        port=server.port,
        security="none",
        organisation="Nordwind",
        from_address="talent@nordwind.example",
        postal_address="Nordwind, 1 Quay, 20457 Hamburg",
        dkim_domain="nordwind.example" if dkim else "",
        dkim_selector="talent" if dkim else "",
        dkim_key_file=dkim,
    )
    post = Post(sessions=sessions, mail=mail, server=server, role=role, recruiter=recruiter)
    post.signer = open_signer(mail)
    return post


def make_people(post: Post, number: int) -> list[Candidate]:
    """Make people with consent and a past application, at ten domains."""
    with post.sessions.writing.begin() as session:
        return [_person(session, place) for place in range(number)]


def _person(session: Session, place: int) -> Candidate:
    person = make_candidate(session, f"Person {place}", emails=[f"p{place}@d{place % 10}.example"])
    make_basis(session, person)
    make_application(session, person)
    return person


if __name__ == "__main__":
    main()
