"""The brief of a role: its matching view, as the engine reads it and as a run remembers it."""

from typing import Any

from talentpool.matching.brief import Brief, Importance, Requirement, brief_from_text
from talentpool.roles.models import Role
from talentpool.roles.posting import RoleDraft


def brief_of(role: Role) -> Brief:
    """Give the brief of a posted role."""
    return brief_from_text(
        role.text,
        title=role.title,
        requirements=[
            Requirement(any_of=tuple(wanted.any_of), importance=Importance(wanted.importance.value))
            for wanted in role.requirements
        ],
    )


def brief_of_draft(draft: RoleDraft) -> Brief:
    """Give the brief of a role that is still being written."""
    return brief_from_text(
        draft.text,
        title=draft.title,
        requirements=[
            Requirement(any_of=wanted.any_of, importance=Importance(wanted.importance.value))
            for wanted in draft.requirements
        ],
    )


def brief_to_json(brief: Brief) -> dict[str, Any]:
    """Write a brief the way a run keeps it."""
    return {
        "title": brief.title,
        "text": brief.text,
        "requirements": [
            {"any_of": list(wanted.any_of), "importance": wanted.importance.value}
            for wanted in brief.requirements
        ],
    }


def brief_from_json(stored: dict[str, Any]) -> Brief:
    """Read back the brief a run was made with."""
    return Brief(
        title=stored["title"],
        text=stored["text"],
        requirements=tuple(
            Requirement(any_of=tuple(wanted["any_of"]), importance=Importance(wanted["importance"]))
            for wanted in stored["requirements"]
        ),
    )
