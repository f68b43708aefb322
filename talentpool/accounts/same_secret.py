"""Whether the installation still has the secret it was set up with: under another one the do-not list knows nobody.

The database keeps a mark made from the secret, from which it cannot be told.
"""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.accounts.policies import load_policy, save_policy
from talentpool.errors import UnavailableError

NAME = "secret"


def note_secret(session: Session, secret: bytes, *, now: datetime) -> None:
    """Keep the mark of the secret that holds from now on."""
    if _noted(session) != _mark(secret):
        save_policy(session, NAME, {"mark": _mark(secret)}, recruiter_id=None, now=now)


def require_same_secret(session: Session, secret: bytes | None) -> None:
    """Refuse to work under a secret that was lost (None) or changed; raises UnavailableError."""
    noted = _noted(session)
    if noted is None or (secret is not None and hmac.compare_digest(noted, _mark(secret))):
        return
    happened = "is gone" if secret is None else "is another than it was"
    raise UnavailableError(
        f"The secret of this installation {happened}, so nobody who asked not to be contacted, or was erased, would be "
        "recognised; nothing works until that is mended. Put the file `secret` back into the home (each backup has it as "
        "files/secret), or security.secret back into the settings. Only where it is lost for good: "
        "`talentpool init --accept-new-secret`."
    )


def _noted(session: Session) -> str | None:
    try:
        return str(load_policy(session, NAME).value["mark"])
    except UnavailableError:
        return None


def _mark(secret: bytes) -> str:
    return hmac.new(secret, b"which secret this is", hashlib.sha256).hexdigest()
