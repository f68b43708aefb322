"""`post-role`, `matches` and `why-not`: the main job without a browser, used rightly and wrongly."""

import csv
import json
import math
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.accounts.models import AuditEvent
from talentpool.cli.installation import Installation
from talentpool.clock import current_time
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.roles.models import Role
from tests.builders import make_application, make_candidate
from tests.cli.conftest import RunCommand

ADVERT = "Platform engineer\nKubernetes and Terraform in production.\n\nRequirements\n- Go\n"
PLATFORM = "Ran Kubernetes for forty teams.\nEverything in Terraform."
ODD = "[/red] Evil [link=x]"


@pytest.fixture
def advert(tmp_path: Path) -> Path:
    """An advert whose first line is its title."""
    path = tmp_path / "advert.txt"
    path.write_text(ADVERT, encoding="utf-8")
    return path


@pytest.fixture
def people(run_command: RunCommand, environ: dict[str, str]) -> list[int]:
    """A set-up installation with an engineer of an odd name and an accountant."""
    assert run_command("init").exit_code == 0
    installation = Installation(environ)
    with installation.sessions.writing() as session:
        engineer = make_candidate(session, ODD, resume=PLATFORM)
        accountant = make_candidate(session, "Bo Chen", resume="Prepared accounts and payroll.")
        make_application(session, engineer, role_title=ODD)
        session.commit()
        ids = [engineer.id, accountant.id]
    installation.close()
    return ids


def roles_kept(environ: dict[str, str]) -> int:
    """Count the roles an installation holds."""
    installation = Installation(environ)
    with installation.sessions.reading() as session:
        count = session.scalar(select(func.count()).select_from(Role)) or 0
    installation.close()
    return count


def test_a_posted_role_is_one_json_document_whose_receipts_add_up(
    run_command: RunCommand, people: list[int], advert: Path
) -> None:
    posted = run_command("post-role", advert, "--json")
    assert posted.exit_code == 0
    document = json.loads(posted.out)
    assert set(document) == {"role_id", "run_id", "pool", "eligible", "funnel", "matches", "seconds"}
    assert (document["pool"], document["eligible"]) == (2, 2)
    assert all({"rule", "removed", "left"} == set(step) for step in document["funnel"])
    best = document["matches"][0]
    assert (best["candidate_id"], best["name"], best["rank"]) == (people[0], ODD, 1)
    values = [line["value"] for line in best["receipt"]["lines"]]
    assert math.fsum(values) == best["receipt"]["total"] == best["score"]


def test_a_list_for_people_shows_reasons_and_survives_any_name(
    run_command: RunCommand, people: list[int], advert: Path
) -> None:
    posted = run_command("post-role", advert, "--title", ODD, "--must", "kubernetes,[/b]")
    assert posted.exit_code == 0
    for said in (ODD, "kubernetes", "Why this rank", "Not mentioned: ", "mention kubernetes or [/b]"):
        assert said in posted.out
    assert len(people) == 2


def test_the_first_line_is_the_title_unless_it_is_too_long(
    run_command: RunCommand, people: list[int], advert: Path, environ: dict[str, str]
) -> None:
    advert.write_text("word " * 13 + "\nKubernetes", encoding="utf-8")
    refused = run_command("post-role", advert)
    assert (refused.exit_code, refused.out) == (2, "")
    assert "--title" in refused.err
    assert roles_kept(environ) == 0
    assert people


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (b"", (), "has no text in it"),
        (b"\xff\xfe\x00bad", (), "is not a UTF-8 text file"),
        (b"Title\n\0", (), "has no text in it"),
        (b"x" * 400_001, (), "is too large for an advert"),
        (b"Title\ntext", ("--must", " , "), "A requirement is empty"),
        (b"Title\ntext", ("--top", "0"), "0 is not in the range"),
        (b"Title\ntext", ("--title", "x" * 201), "shorten it"),
    ],
)
def test_a_role_that_cannot_be_posted_is_refused_in_one_sentence_and_nothing_is_written(
    run_command: RunCommand,
    people: list[int],
    advert: Path,
    environ: dict[str, str],
    content: bytes,
    options: tuple[str, ...],
    sentence: str,
) -> None:
    advert.write_bytes(content)
    refused = run_command("post-role", advert, *options)
    assert (refused.exit_code, refused.out) == (2, "")
    assert sentence in refused.err
    assert len(refused.err.strip().splitlines()) == 1
    assert roles_kept(environ) == 0
    assert people


def test_matches_lists_the_stored_run_and_writes_a_table_that_runs_nothing(
    run_command: RunCommand, people: list[int], advert: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    role_id = json.loads(run_command("post-role", advert, "--json").out)["role_id"]
    table = tmp_path / "list.csv"
    listed = run_command("matches", str(role_id), "--csv", table, "--json")
    assert listed.exit_code == 0
    assert [one["candidate_id"] for one in json.loads(listed.out)["matches"]] == people
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Name"] for row in rows] == [ODD, "Bo Chen"]
    installation = Installation(environ)
    with installation.sessions.reading() as session:
        exported = session.scalars(select(AuditEvent).where(AuditEvent.action == "matches_exported")).one()
        assert (exported.object_id, exported.details) == (role_id, {"people": 2})
    installation.close()


def test_why_not_names_the_place_or_the_rule(
    run_command: RunCommand, people: list[int], advert: Path
) -> None:
    posted = run_command("post-role", advert, "--must", "terraform", "--json")
    role_id = str(json.loads(posted.out)["role_id"])
    assert run_command("why-not", role_id, str(people[0])).out.startswith("Rank 1 of 1.")
    left_out = json.loads(run_command("why-not", role_id, str(people[1]), "--json").out)
    assert (left_out["rule"], left_out["words"]) == ("lacks:0", "Left out: terraform: not mentioned.")


def test_a_receipt_shows_how_the_role_writes_what_the_resume_calls_otherwise(
    run_command: RunCommand, people: list[int], advert: Path
) -> None:
    advert.write_text("Platform engineer\nYou run k8s for us.", encoding="utf-8")
    posted = run_command("post-role", advert)
    assert "k8s → kubernetes" in posted.out
    role_id = json.loads(run_command("post-role", advert, "--json").out)["role_id"]
    assert "k8s → kubernetes" in run_command("why-not", str(role_id), str(people[0])).out
    document = json.loads(run_command("why-not", str(role_id), str(people[0]), "--json").out)
    written = {line["label"]: line["written"] for line in document["receipt"]["lines"]}
    assert written["kubernetes"] == "k8s"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("matches", "99"), "There is no role 99."),
        (("matches", "seven"), "'seven' is not a valid integer"),
        (("why-not", "99", "1"), "There is no role 99."),
        (("post-role", "no-such-file.txt"), "does not exist"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(
    run_command: RunCommand, people: list[int], arguments: tuple[str, ...], sentence: str
) -> None:
    refused = run_command(*arguments)
    assert (refused.exit_code, refused.out) == (2, "")
    assert sentence in refused.err
    assert people


def test_before_the_set_up_the_remedy_is_named(run_command: RunCommand, advert: Path) -> None:
    refused = run_command("post-role", advert)
    assert refused.exit_code == 3
    assert "talentpool init" in refused.err


def test_what_changed_since_an_earlier_run_is_told_with_the_reason(
    run_command: RunCommand, people: list[int], advert: Path, environ: dict[str, str]
) -> None:
    document = json.loads(run_command("post-role", advert, "--json").out)
    role, first = document["role_id"], document["run_id"]
    once = run_command("matches", role, "--since", 0)
    assert once.exit_code == 2
    assert "matched once only" in once.err
    installation = Installation(environ)
    with installation.sessions.writing.begin() as session:
        newcomer = make_candidate(session, ODD, resume=PLATFORM).id
    with installation.sessions.writing.begin() as session:
        keeper = IndexKeeper(installation.settings.index_folder)
        rediscover(session, keeper, role, cause=RunCause.ASKED, recruiter_id=None, now=current_time())
    installation.close()
    changes = json.loads(run_command("matches", role, "--since", first, "--json").out)["changes"]
    assert changes["since_run_id"] == first
    assert [(one["candidate_id"], one["words"]) for one in changes["new"]] == [
        (newcomer, "came into the pool")
    ]
    assert changes["up"] == changes["down"] == changes["gone"] == []
    shown = run_command("matches", role, "--since", 0)
    assert shown.exit_code == 0
    assert "1 new, 0 up, 0 down, 0 gone" in shown.out
    assert "[/red] Evil" in shown.out
    unknown = run_command("matches", role, "--since", 99)
    assert unknown.exit_code == 2
    assert "There is no run 99 of role" in unknown.err


def test_over_an_empty_pool_the_terminal_says_what_to_do(run_command: RunCommand, advert: Path) -> None:
    assert run_command("init").exit_code == 0
    posted = run_command("post-role", advert)
    assert posted.exit_code == 0
    assert "The pool is empty; bring your past candidates in with: talentpool import FILE" in posted.out
    assert json.loads(run_command("matches", 1, "--json").out)["matches"] == []


def test_a_list_that_a_filter_emptied_says_so(
    run_command: RunCommand, people: list[int], advert: Path
) -> None:
    posted = run_command("post-role", advert, "--must", "zzqx")
    assert posted.exit_code == 0
    assert "Nobody is left to show" in posted.out
    assert "0 mention zzqx (−2)" in posted.out  # noqa: RUF001 - as the terminal writes it


@pytest.mark.parametrize(
    "text", ["Java\n\nthe and of", "Java\nzzqx", "Java\n1234", "R\nr", "Java\n" + "x" * 99_000]
)
def test_a_role_of_few_or_odd_words_lists_everybody(
    run_command: RunCommand, people: list[int], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "odd.txt"
    path.write_text(text, encoding="utf-8")
    document = json.loads(run_command("post-role", path, "--json").out)
    assert {one["candidate_id"] for one in document["matches"]} == set(people)
    assert all(math.isfinite(one["score"]) for one in document["matches"])
