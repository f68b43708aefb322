"""`talentpool post-role`: an advert in a file becomes a posted role and its first ranked list."""

import time
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from talentpool.cli.index_progress import IndexProgress
from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.cli.ranked_list import print_ranked, print_receipt, run_document
from talentpool.clock import current_time
from talentpool.errors import InvalidInputError
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_cards import MatchCard
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.results import RunView, cards, view_run
from talentpool.roles.models import RequirementImportance
from talentpool.roles.posting import LONGEST_TEXT, RequirementDraft, RoleDraft, post_role

MOST_SHOWN = 1_000


@click.command(
    epilog="Example: talentpool post-role advert.txt --title 'Senior platform engineer' --must kubernetes,nomad"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", help="The role's title; without it, the first line if it has at most 12 words.")
@click.option("--must", multiple=True, help="Leave out who does not mention this; any of several by comma.")
@click.option("--important", multiple=True, help="Count this extra; may be given several times.")
@click.option("--place", help="Where the work is.")
@click.option(
    "--top", type=click.IntRange(1, MOST_SHOWN), default=10, show_default=True, help="How many to show."
)
@JSON_OPTION
@pass_installation
def command(
    installation: Installation,
    *,
    file: Path,
    title: str | None,
    must: tuple[str, ...],
    important: tuple[str, ...],
    place: str | None,
    top: int,
    as_json: bool,
) -> None:
    """Post the role described in FILE and rank the people we already know.

    FILE is the advert as plain text. Nothing is written if the role cannot be posted.
    """
    text = _read_advert(file)
    requirements = _requirements(must, RequirementImportance.FILTER)
    requirements += _requirements(important, RequirementImportance.IMPORTANT)
    draft = RoleDraft(
        title=title or _first_line(text), text=text, place=place, requirements=tuple(requirements)
    )
    installation.require_ready()
    view, shown, seconds = _post(installation, draft, top=top)
    if as_json:
        print_json(run_document(view, shown) | {"seconds": seconds})
        return
    _print(draft.title, view, shown, seconds)


def _post(
    installation: Installation, draft: RoleDraft, *, top: int
) -> tuple[RunView, list[MatchCard], float]:
    """Post the role and rank; gives the list and how long it took, in seconds."""
    keeper, now = IndexKeeper(installation.settings.index_folder, report=IndexProgress()), current_time()
    started = time.perf_counter()
    with installation.sessions.reading() as session:
        keeper.current(session, now=now)  # so that no writer waits for the index
    with installation.sessions.writing() as session:
        role = post_role(session, draft, owner_id=None, now=now)
        run = rediscover(session, keeper, role.id, cause=RunCause.POSTED, recruiter_id=None, now=now)
        session.commit()
        view = view_run(session, run, None)
        shown = cards(session, keeper, view, now=now, per_page=top)
    return view, shown, time.perf_counter() - started


def _print(title: str, view: RunView, shown: list[MatchCard], seconds: float) -> None:
    console = Console(highlight=False)
    role_id = view.run.role_id
    console.print(f"[bold]{escape(title)}[/bold]: role {role_id}, posted and matched in {seconds:.2f} s\n")
    print_ranked(console, view, shown)
    if shown:
        console.print()
        print_receipt(console, shown[0].name, shown[0].receipt)
        say(f"\nThe whole list: talentpool matches {role_id}")


def _read_advert(file: Path) -> str:
    if file.stat().st_size > 4 * LONGEST_TEXT:
        raise InvalidInputError(f"{file} is too large for an advert; at most {LONGEST_TEXT:,} characters.")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInputError(f"{file} is not a UTF-8 text file; save the advert as plain text.") from None
    if not text.strip() or "\0" in text:
        raise InvalidInputError(f"{file} has no text in it; paste the advert into it.")
    return text


def _first_line(text: str) -> str:
    first = text.strip().splitlines()[0].strip()
    if len(first.split()) > 12:
        raise InvalidInputError("The first line is too long for a title; name the role with --title.")
    return first


def _requirements(given: tuple[str, ...], importance: RequirementImportance) -> list[RequirementDraft]:
    drafts = []
    for words in given:
        any_of = tuple(word.strip() for word in words.split(",") if word.strip())
        if not any_of:
            raise InvalidInputError(
                "A requirement is empty; write words, for instance --must kubernetes,nomad."
            )
        drafts.append(RequirementDraft(any_of=any_of, importance=importance))
    return drafts
