"""Lets the many applications of one test process share what is the same in all of them: the compiled templates.

Also leaves what builds the address of a route uncompiled until a page asks for it. Each took as long as a test itself.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class SharedTemplates(BytecodeCache):
    """Compiled templates by their name and what they say."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template that was compiled before."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


class LateRule(Rule):
    """A route that compiles what builds its address when the first one is built."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(Rule._compile_builder(self, append_unknown))
            return compiled[0](rule, **values)

        return build


def make_apps_quick() -> None:
    """Let every application made from now on in this process share and wait."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": SharedTemplates()}
    Flask.url_rule_class = LateRule
