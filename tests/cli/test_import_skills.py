"""`talentpool import-skills`: lists of O*NET, ESCO and Stack Exchange, our own TOML, and files that are none."""

import json
from pathlib import Path

import pytest

from talentpool.cli.installation import Installation
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.matching_policy import matching_settings
from tests.builders import make_candidate
from tests.cli.conftest import RunCommand

ESCO = (
    "conceptType,conceptUri,skillType,preferredLabel,altLabels\n"
    'KnowledgeSkillCompetence,http://x/1,knowledge,glass blowing,"blow glass\nlampworking\nwork"\n'
    'KnowledgeSkillCompetence,http://x/2,knowledge,JavaScript (computer programming),"LiveScript\nJS"\n'
    'KnowledgeSkillCompetence,http://x/3,knowledge,bead making,"lampworking\nthe of\nab"\n'
)
TITLES = (
    "O*NET-SOC Code\tTitle\tAlternate Title\tShort Title\tSource(s)\n"
    "29-1141.00\tRegistered Nurses\tCirculating Nurse\tn/a\t02\n"
    "15-1252.00\tSoftware Developers\tMobile App Artisan\tMAA\t09\n"
)
TECHNOLOGY = (
    "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\n"
    "15-1252.00\tApache Pulsar\t43232304\tData base management system software\tN\n"
)
SOFTWARE = (
    "O*NET-SOC Code\tTitle\tWorkplace Example\tCommodity Title\n"
    "15-1252.00\tSoftware Developers\tApache Pulsar\tData base management system software\n"
)
TAGS = "Id,SourceTagName,TargetTagName,CreationDate\n1,wolfram-alpha,wolfram-mathematica,2011\n2,js,javascript,2011\n"
OWN = '[glass]\n"lampwork" = ["flame working"]\n'


@pytest.fixture
def ready(run_command: RunCommand) -> None:
    """Set up an installation."""
    assert run_command("init").exit_code == 0


def settings_of(environ: dict[str, str]) -> MatchingSettings:
    """Load the matching settings an installation has now."""
    installation = Installation(environ)
    with installation.sessions.reading() as session:
        settings = matching_settings(session)
    installation.close()
    return settings


@pytest.mark.parametrize(
    ("name", "content", "title", "written", "label"),
    [
        ("skills_en.csv", ESCO, "ESCO", "blow glass", "glass blowing"),
        ("skills_en.csv", ESCO, "ESCO", "LiveScript", "javascript"),
        ("titles.txt", TITLES, "O*NET alternate titles", "circulating nurse", "registered nurses"),
        ("titles.txt", TITLES, "O*NET alternate titles", "MAA", "software developers"),
        ("technology.txt", TECHNOLOGY, "O*NET technology skills", "Apache Pulsar", "apache pulsar"),
        ("software.txt", SOFTWARE, "O*NET software skills", "Apache Pulsar", "apache pulsar"),
        ("tags.csv", TAGS, "Stack Exchange tag synonyms", "Wolfram Alpha", "wolfram mathematica"),
        ("mine.toml", OWN, "our own layout", "flame working", "lampwork"),
    ],
)
def test_a_list_is_recognised_by_its_header_and_its_wordings_come_in(
    run_command: RunCommand, ready: None, tmp_path: Path, environ: dict[str, str], name: str, content: str,
    title: str, written: str, label: str,
) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    document = json.loads(run_command("import-skills", path, "--json").out)
    assert (document["list"], document["version"]) == (title, 2)
    rules = settings_of(environ).text
    assert rules.canonical(written) == label


def test_what_is_ambiguous_common_or_short_is_left_out_and_counted(
    run_command: RunCommand, ready: None, tmp_path: Path, environ: dict[str, str]
) -> None:
    path = tmp_path / "skills_en.csv"
    path.write_text(ESCO, encoding="utf-8")
    done = run_command("import-skills", path)
    assert done.exit_code == 1
    for said in ("4 wordings added", "2 known already", "5 left out", "blow glass → glass blowing",
                 "2: stands for two skills: lampworking", "1: is too short: ab",
                 "1: is made of stop words or numbers only: the of", "index is made anew"):  # fmt: skip
        assert said in done.out
    rules = settings_of(environ).text
    assert rules.canonical("work") == "work"
    assert rules.canonical("lampworking") == "lampworking"
    assert rules.canonical("js") == "javascript"
    again = json.loads(run_command("import-skills", path, "--json").out)
    assert (again["added"], again["known"], again["version"]) == (0, 6, None)


def test_a_dry_run_writes_nothing_and_undo_puts_the_skills_back(
    run_command: RunCommand, ready: None, tmp_path: Path, environ: dict[str, str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(OWN, encoding="utf-8")
    before = settings_of(environ).fingerprint
    dry = run_command("import-skills", path, "--dry-run")
    assert (dry.exit_code, "nothing written" in dry.out) == (0, True)
    assert settings_of(environ).fingerprint == before
    nothing = run_command("import-skills", "--undo")
    assert (nothing.exit_code, nothing.out) == (2, "")
    assert "nothing to go back to" in nothing.err
    assert run_command("import-skills", path).exit_code == 0
    assert settings_of(environ).fingerprint != before
    assert "version 1 again" in run_command("import-skills", "--undo").out
    assert settings_of(environ).fingerprint == before


def test_an_imported_wording_brings_a_resume_and_a_role_together(
    run_command: RunCommand, ready: None, tmp_path: Path, environ: dict[str, str]
) -> None:
    installation = Installation(environ)
    with installation.sessions.writing() as session:
        make_candidate(session, "Ana", resume="Flame working in a studio.")
        make_candidate(session, "Bo", resume="Payroll and accounts.")
        session.commit()
    installation.close()
    advert = tmp_path / "advert.txt"
    advert.write_text("Glass artist\nLampwork at the bench.", encoding="utf-8")
    role = json.loads(run_command("post-role", advert, "--json").out)
    assert "lampwork" in role["matches"][0]["receipt"]["missing"]
    (tmp_path / "mine.toml").write_text(OWN, encoding="utf-8")
    assert run_command("import-skills", tmp_path / "mine.toml").exit_code == 0
    best = json.loads(run_command("post-role", advert, "--json").out)["matches"][0]
    assert best["name"] == "Ana"
    assert "lampwork" in [line["label"] for line in best["receipt"]["lines"]]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.csv", b"name,phone\nA,1\n", "no list of aliases we know"),
        ("empty.csv", b" \n", "is empty"),
        ("binary.csv", b"PK\x03\x04\0\0", "is not text"),
        ("latin.csv", b"preferredLabel,altLabels\nfa\xe7ade,x\n", "is not UTF-8 text"),
        ("broken.toml", b"[x", "cannot be read as TOML"),
        ("flat.toml", b'x = ["y"]\n', "stands outside a field"),
        ("odd.toml", b"[f]\nx = 3\n", "needs a list"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(
    run_command: RunCommand, ready: None, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refused = run_command("import-skills", path)
    assert (refused.exit_code, refused.out) == (2, "")
    assert sentence in refused.err
    assert len(refused.err.strip().splitlines()) == 1


def test_a_huge_file_is_refused_unread(run_command: RunCommand, ready: None, tmp_path: Path) -> None:
    path = tmp_path / "skills_en.csv"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    refused = run_command("import-skills", path)
    assert refused.exit_code == 2
    assert "has 200 MB" in refused.err


@pytest.mark.parametrize("arguments", [(), ("--undo", "--dry-run"), ("no-such-file.csv",)])
def test_wrong_use_is_said_in_one_sentence(
    run_command: RunCommand, ready: None, arguments: tuple[str, ...]
) -> None:
    refused = run_command("import-skills", *arguments)
    assert (refused.exit_code, refused.out) == (2, "")
    assert len(refused.err.strip().splitlines()) == 1
