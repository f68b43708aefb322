"""What the promises look at: the files git knows or would take, and our own Python, parsed."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PRODUCT = ("talentpool", "jobs")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One Python file of the product: where it lies below the checkout, and its syntax tree."""

    path: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """Name the folder or module directly below `talentpool`, or `jobs`."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[0] if parts[0] == "jobs" or len(parts) == 1 else parts[1]


def kept_files() -> list[str]:
    """List the files of the project, those not yet committed included, ignored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return sorted(name for name in listed.split("\0") if name and (CHECKOUT / name).is_file())


@cache
def product_sources() -> tuple[Source, ...]:
    """Parse every Python file of the product, once."""
    return tuple(
        Source(path=str(file.relative_to(CHECKOUT)), tree=ast.parse(file.read_text(encoding="utf-8")))
        for folder in PRODUCT
        for file in sorted((CHECKOUT / folder).rglob("*.py"))
    )


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Walk over every call in a tree."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """Spell a chain of names: `a.b.c`, or nothing where it is no plain chain."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
