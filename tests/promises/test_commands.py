"""Every command explains itself with an example, stands in the README, and loads only what it needs."""

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from talentpool.cli import COMMANDS, main
from tests.promises.source_tree import CHECKOUT

# What no command may load before it knows what is asked for: they cost more than the help itself.
HEAVY = {"pandas", "sklearn", "scipy", "numpy", "sqlalchemy", "flask", "alembic", "apscheduler", "numba"}
PROMISED = {"init", "serve", "schedule", "up", "upgrade", "demo", "doctor", "backup", "restore", "jobs"}
PROMISED |= {"create-recruiter", "import", "import-skills", "post-role", "matches", "why-not"}
PROMISED |= {"evaluate", "benchmark", "sync"}
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def with_what_is_below(name: str) -> Iterator[tuple[str, click.Command]]:
    """Walk over a command and those below it, each with its full name."""
    context = click.Context(main, info_name="talentpool")
    command = main.get_command(context, name)
    assert command is not None
    yield f"talentpool {name}", command
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield f"talentpool {name} {below}", found


def test_the_promised_commands_exist() -> None:
    assert set(COMMANDS) >= PROMISED


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself_with_an_example(name: str) -> None:
    for full_name, command in with_what_is_below(name):
        assert re.match(r".+\.(\n|$)", (command.help or "").strip()), f"{full_name} says nothing"
        shown = command.get_help(click.Context(command, info_name=full_name))
        example = shown.split("Example", 1)[-1]
        assert full_name in example, f"no example of {full_name} in its help"
        silent = [
            given.name for given in command.params if isinstance(given, click.Option) and not given.help
        ]
        assert not silent, f"{full_name} does not explain {silent}"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_the_readme(name: str) -> None:
    assert re.search(rf"`(talentpool )?{re.escape(name)}\b|talentpool {re.escape(name)}\b", README)


def test_the_readme_names_only_commands_that_exist() -> None:
    named = set(re.findall(r"(?:^|`|\$ |bin/)talentpool ([a-z][a-z-]+)", README, flags=re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_the_readme_names_only_tasks_that_exist() -> None:
    tasks = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`|\$ |&& )make ([a-z-]+)", README, flags=re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named <= tasks


def test_asking_for_help_loads_nothing_heavy() -> None:
    asked = "import sys; from talentpool.cli import run; assert run(['--help'], {}) == 0"
    told = "print('LOADED', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{asked}; {told}"], capture_output=True, text=True, cwd=CHECKOUT
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split("LOADED")[1].split())
    assert "talentpool.cli" in loaded
    assert not loaded & HEAVY
