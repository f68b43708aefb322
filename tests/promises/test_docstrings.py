"""Every module says what it is for, and every public function what one gets."""

import ast
from collections.abc import Iterator

from tests.promises.source_tree import product_sources

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(body: list[ast.stmt], *, inside: str) -> Iterator[tuple[str, Documented]]:
    """Walk over what a module or a public class offers."""
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield f"{inside}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, inside=f"{inside}{node.name}.")


def test_every_module_says_what_it_is_for() -> None:
    sources = product_sources()
    assert len(sources) > 5
    assert not [source.path for source in sources if source.tree.body and not ast.get_docstring(source.tree)]


def test_every_public_function_and_class_says_what_one_gets() -> None:
    offered = {
        f"{source.path}: {name}": ast.get_docstring(node)
        for source in product_sources()
        for name, node in public(source.tree.body, inside="")
    }
    assert len(offered) > 20
    assert not [name for name, text in offered.items() if not text]
    # A first line that does not end its sentence cannot be read alone in a list.
    assert not [name for name, text in offered.items() if text and text.splitlines()[0][-1] not in ".:;,)"]
