"""Functions fit on half a screen, modules on four; a few may need more, none twice as much."""

import ast

from tests.promises.source_tree import product_sources

USUAL_FUNCTION, LONGEST_FUNCTION = 15, 45
USUAL_MODULE, LONGEST_MODULE = 250, 500
MOSTLY = 0.8


def function_lengths() -> dict[str, int]:
    """Measure what every function does in lines, without its signature and docstring."""
    return {
        f"{source.path}:{node.lineno}: {node.name}": _length(node)
        for source in product_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def module_lengths() -> dict[str, int]:
    """Measure every module that is not empty in lines."""
    return {
        source.path: source.tree.body[-1].end_lineno or 0 for source in product_sources() if source.tree.body
    }


def test_functions_fit_on_half_a_screen() -> None:
    lengths = function_lengths()
    assert sum(length <= USUAL_FUNCTION for length in lengths.values()) > MOSTLY * len(lengths)
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}


def test_modules_fit_on_four_screens() -> None:
    lengths = module_lengths()
    assert sum(length <= USUAL_MODULE for length in lengths.values()) > MOSTLY * len(lengths)
    assert not {name: length for name, length in lengths.items() if length > LONGEST_MODULE}
