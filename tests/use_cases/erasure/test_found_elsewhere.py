"""Where people stand beside their own records: what goes with them, and what the proof says of the rest."""

from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import KeptForm, SavedSearch, Searched
from talentpool.candidates.models import Candidate, Note
from talentpool.candidates.notes import add_note
from talentpool.database import Sessions
from talentpool.erasure.carry_out import Place, carry_out, carry_out_together
from talentpool.imports.importer import import_file
from talentpool.imports.models import Import, ImportState
from talentpool.imports.preparation import ImportOptions
from talentpool.rediscovery.models import ShortlistLink
from talentpool.work.models import AskedWork, WorkState
from tests.builders import NOW, make_candidate, make_recruiter, make_role

NAME, EMAIL = "Özlem Çelikbaşoğlu", "oezlem.c@example.org"


@pytest.fixture
def person(sessions: Sessions, place: Place) -> int:
    """Somebody whose name capitals and accents make hard to find."""
    with sessions.writing.begin() as session:
        resume = "Ran Kubernetes at Brunnenkressenkontor."
        return make_candidate(session, NAME, resume=resume, emails=[EMAIL], phones=["+493055501234"]).id


def test_what_was_typed_and_searched_for_goes_with_the_person(
    place: Place, person: int, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        own = make_recruiter(session)
        typed = [["words", f"Wrote to {NAME.upper()}"]]
        session.add(
            KeptForm(recruiter_id=own.id, page="/candidates/1", action="/x", fields=typed, created_at=NOW)
        )
        for query in (urlencode({"q": NAME}), urlencode({"q": EMAIL}), urlencode({"q": "platform engineer"})):
            saved = SavedSearch(
                searched=Searched.POOL,
                name="mine",
                query=query,
                owner_id=own.id,
                is_shared=False,
                created_at=NOW,
            )
            session.add(saved)
    assert carry_out(place, person, recruiter_id=None).proof.found == {}
    with sessions.reading() as session:
        assert session.scalars(select(KeptForm.id)).all() == []
        assert session.scalars(select(SavedSearch.query)).all() == ["q=platform+engineer"]


def test_words_to_a_manager_and_what_work_said_are_emptied(
    place: Place, person: int, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        link = ShortlistLink(
            role_id=make_role(session).id, address="head@nordwind.example", address_key="head@nordwind.example",
            words=f"Look at {NAME} first.", without_names=False, created_at=NOW, expires_at=NOW,
        )  # fmt: skip
        session.add(link)
        session.add(
            Import(
                file_name=f"{NAME}.pdf",
                content_hash="0" * 64,
                source="upload",
                mapping={},
                state=ImportState.DONE,
                started_at=NOW,
            )  # fmt: skip
        )
        session.add(
            AskedWork(
                kind="import_file",
                details={},
                state=WorkState.FAILED,
                asked_at=NOW,
                due_at=NOW,
                problem=f"{EMAIL} could not be read.",
            )  # fmt: skip
        )
    assert carry_out(place, person, recruiter_id=None).proof.found == {}
    with sessions.reading() as session:
        assert session.scalars(select(ShortlistLink.words)).all() == [None]
        assert session.scalars(select(Import.file_name)).all() == ["[removed]"]
        assert session.scalars(select(AskedWork.problem)).all() == [None]


def mail_about(name: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = f"New for Platform engineer: {name}"
    mail.set_content(f"{name}, strong. Have a look – it is worth it.", cte="base64")
    return bytes(mail)


def workbook_about(path: Path, name: str) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", f"<sst><si><t>Name</t></si><si><t>{name}</t></si></sst>")


def test_files_go_whatever_they_are_written_in(place: Place, person: int) -> None:
    """A digest in the mail folder, a workbook, and tables as old and new spreadsheets write them."""
    folder = place.home / "left"
    folder.mkdir()
    (folder / "digest.eml").write_bytes(mail_about(NAME))
    workbook_about(folder / "people.xlsx", NAME.upper())
    (folder / "unicode.txt").write_bytes(f"Name\tE-Mail\r\n{NAME}\t{EMAIL}\r\n".encode("utf-16"))
    (folder / "unmarked.txt").write_bytes(f"Name\tE-Mail\r\nx\t{EMAIL}\r\n".encode("utf-16-be"))
    (folder / "old.csv").write_bytes(f"Name;E-Mail\r\nJörg Größ;{EMAIL}\r\n".encode("cp1252"))
    (folder / "number.csv").write_text("Name,Phone\nsomebody,030 / 5550-1234\n")
    kept = {
        "digest-of-another.eml": mail_about("Jörg Größmann"),
        "latin.csv": "Jörg;Größmann".encode("cp1252"),
    }
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    assert carry_out(place, person, recruiter_id=None).proof.found == {}
    assert {path.name for path in folder.iterdir()} == set(kept)


def test_a_note_and_a_resume_of_somebody_else_that_name_the_person_are_told_and_left(
    place: Place, person: int, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        own = make_recruiter(session).id
        other = make_candidate(session, "Bo Chen", resume=f"Reference: {NAME}, oezlem.c [at] example.org").id
        note = add_note(session, other, words=f"{NAME.upper()} knows him", recruiter_id=own, now=NOW).id
    proof = carry_out(place, person, recruiter_id=None).proof
    assert proof.found == {"notes.words": 1, "resumes.visible_text": 1}
    assert {(one.table, one.about) for one in proof.mentions} == {("notes", other), ("resumes", other)}
    assert note in {one.row for one in proof.mentions}
    assert "still stands in 2 other records" in proof.in_words()
    assert "none was found" not in proof.in_words()
    with sessions.reading() as session:
        assert session.scalars(select(Note.words)).all() == [f"{NAME.upper()} knows him"]


def test_a_name_that_others_bear_is_said_not_to_have_been_searched_for(
    place: Place, person: int, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        make_candidate(session, NAME.upper())
    words = carry_out(place, person, recruiter_id=None).proof.in_words()
    assert "others on record bear it too" in words


def test_each_of_several_has_a_proof_of_their_own(place: Place, person: int, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        own = make_recruiter(session).id
        second = make_candidate(session, "Ana Ruizdottir", resume="Ran Kubernetes at Wasserspiegelamt.").id
        stays = make_candidate(session, "Bo Chen").id
        add_note(session, stays, words="Ask Ana Ruizdottir", recruiter_id=own, now=NOW)
    erased, refused = carry_out_together(place, [person, second, 4711], recruiter_id=None)
    assert erased[person].proof.found == {}
    assert erased[second].proof.found == {"notes.words": 1}
    assert list(refused) == [4711]
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.id)).all() == [stays]


def test_faults_26_somebody_known_by_an_id_alone_does_not_come_back(
    place: Place, sessions: Sessions, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "Candidate ID,Name,Job,Applied on,Status\nA-77,Ana Ruizdottir,Engineer,2025-03-04,Rejected\n"
    )
    import_file(sessions, path, ImportOptions(source="ats"), secret=place.secret, now=NOW)
    with sessions.reading() as session:
        person = session.scalars(select(Candidate)).one()
        assert person.external_id == "A-77"
    carry_out(place, person.id, recruiter_id=None)
    report = import_file(sessions, path, ImportOptions(source="ats"), secret=place.secret, now=NOW)
    with sessions.reading() as session:
        assert (report.blocked, session.scalar(select(func.count(Candidate.id)))) == (1, 0)
