"""The switch that stops all mail: read before each message is claimed, so it holds within one message."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.accounts.policies import load_policy, policy_versions, save_policy

POLICY = "sending"


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """Whether sending is stopped, and the words somebody left."""

    is_stopped: bool
    words: str = ""


def stop_switch(session: Session) -> Switch:
    """Tell how the switch stands; nobody has touched it: mail may go."""
    if policy_versions(session, [POLICY]) == (0,):
        return Switch(is_stopped=False)
    value = load_policy(session, POLICY).value
    return Switch(is_stopped=bool(value["is_stopped"]), words=str(value.get("words", "")))


def set_stop_switch(session: Session, switch: Switch, *, recruiter_id: int | None, now: datetime) -> None:
    """Stop all sending, or let it go on; who did it and when stays on record."""
    value = {"is_stopped": switch.is_stopped, "words": switch.words[:200]}
    save_policy(session, POLICY, value, recruiter_id=recruiter_id, now=now)
