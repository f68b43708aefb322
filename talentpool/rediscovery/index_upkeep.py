"""Keeps the matching index level with the database: before each search it catches up on who changed.

The index is one folder for all processes of an installation. Whoever searches first after a change brings it
up to date, under a lock; the others find it done. A missing, damaged or outdated index is made anew. The
database is never written here.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from talentpool.accounts.policies import load_policy, policy_versions
from talentpool.candidates.profiles import all_candidate_ids, pool_documents, unread_documents
from talentpool.errors import UnavailableError
from talentpool.logs import get_log
from talentpool.matching.artifact import (
    build_index,
    manifest_generation,
    open_index,
    position_of,
    update_index,
    verify_index,
)
from talentpool.matching.building import BuildProgress, Effort
from talentpool.matching.errors import IndexDamagedError, IndexMissingError, IndexOutdatedError
from talentpool.matching.index import PoolIndex
from talentpool.matching.reverse import RolesByRun
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.tidying import is_renewal_due, is_tidying_due, renew_frequencies, tidy_index
from talentpool.rediscovery.matching_policy import matching_settings
from talentpool.rediscovery.position import Position, newest_position, pending_changes

log = get_log(__name__)

REBUILD_SHARE = 0.2
"""From this share of the pool on it is quicker to make the index anew than to change it."""
UNUSABLE = (IndexMissingError, IndexDamagedError, IndexOutdatedError)


class IndexKeeper:
    """One process's view of the index: open, level with the database, and shared with all its threads."""

    def __init__(self, folder: Path, *, report: Callable[[BuildProgress], None] | None = None) -> None:
        self.folder, self.report = folder, report
        self.roles = RolesByRun()
        self._index: PoolIndex | None = None
        self._fingerprint: str | None = None  # of the settings it was opened with
        self._settings: tuple[tuple[int, ...], MatchingSettings] | None = None
        self._guard = threading.Lock()

    def settings(self, session: Session) -> MatchingSettings:
        """Give the matching settings as they hold now; parsed once for each version."""
        versions = policy_versions(session, ("matching", "skills"))
        if self._settings is None or self._settings[0] != versions:
            self._settings = (versions, matching_settings(session))
        return self._settings[1]

    def current(self, session: Session, *, now: datetime) -> PoolIndex:
        """Open the index as the database stands now, bringing it up to date first where it lags.

        Never call this in a transaction that has changed candidates itself: the index would hold what may yet
        be rolled back.
        """
        settings = self.settings(session)
        installation = str(load_policy(session, "installation").value["id"])
        position = Position.from_text(position_of(self.folder))
        pending = pending_changes(session, position, installation)
        if pending is None or pending:
            with self._guard, _one_process(self.folder):
                self._catch_up(session, settings, installation, now)
        return self._opened(session, settings, now)

    def rebuild(self, session: Session, *, now: datetime) -> PoolIndex:
        """Make the index anew from the database, whatever its state."""
        settings = self.settings(session)
        with self._guard, _one_process(self.folder):
            self._build(session, settings, str(load_policy(session, "installation").value["id"]), now)
        return self._opened(session, settings, now)

    def compact(self, session: Session, *, now: datetime) -> bool:
        """Take people removed out of the files, merge small segments, renew the frequencies: whatever is due.

        The work goes on beside the index; nobody who searches waits for it. An index that is missing or far
        behind is left to whoever searches next, so that a long import does not have it made again and again.
        """
        if position_of(self.folder) is None:
            return False
        if self._is_worth_catching_up(session):
            self.current(session, now=now)
        settings, compacted = self.settings(session), False
        if is_tidying_due(self.folder):
            tidy_index(self.folder, settings)
            compacted = True
        if is_renewal_due(self.folder):
            renew_frequencies(self.folder, settings)
            compacted = True
        return compacted

    def mend(self, session: Session, *, now: datetime) -> bool:
        """Read every byte of the index against its checksum and make it anew where one is wrong."""
        try:
            verify_index(self.folder)
        except UNUSABLE as error:
            log.warning("index_rebuilt", because=type(error).__name__)
            self.rebuild(session, now=now)
            return True
        return False

    def _opened(self, session: Session, settings: MatchingSettings, now: datetime) -> PoolIndex:
        with self._guard:
            generation = manifest_generation(self.folder)
            is_same = self._index is not None and self._index.generation == generation
            if self._index is None or not is_same or self._fingerprint != settings.fingerprint:
                self._index = self._open_or_build(session, settings, now)
                self._fingerprint = settings.fingerprint
            return self._index

    def _open_or_build(self, session: Session, settings: MatchingSettings, now: datetime) -> PoolIndex:
        try:
            return open_index(self.folder, settings)
        except UNUSABLE as error:
            log.warning("index_rebuilt", because=type(error).__name__)
        with _one_process(self.folder):
            self._build(session, settings, str(load_policy(session, "installation").value["id"]), now)
        return open_index(self.folder, settings)

    def _catch_up(
        self, session: Session, settings: MatchingSettings, installation: str, now: datetime
    ) -> None:
        """Bring in what is missing; whoever held the lock before may have done it already."""
        position = Position.from_text(position_of(self.folder))
        pending = pending_changes(session, position, installation)
        if pending is not None and not pending:
            return
        changed = sorted(set((pending or {}).values()))
        if position is None or pending is None or self._is_better_rebuilt(len(changed)):
            self._build(session, settings, installation, now)
            return
        moved = position.moved_past(pending, now=now)
        documents = list(pool_documents(session, changed))
        here = {document.candidate_id for document in documents}
        gone = [candidate_id for candidate_id in changed if candidate_id not in here]
        try:
            update_index(self.folder, settings, changed=documents, removed=gone, position=moved.to_text())
        except UNUSABLE as error:
            log.warning("index_rebuilt", because=type(error).__name__)
            self._build(session, settings, installation, now)

    def _is_worth_catching_up(self, session: Session) -> bool:
        """Say whether few people changed, or somebody among many is gone and has to leave the files."""
        installation = str(load_policy(session, "installation").value["id"])
        pending = pending_changes(session, Position.from_text(position_of(self.folder)), installation)
        if pending is None:
            return True
        changed = set(pending.values())
        return not self._is_better_rebuilt(len(changed)) or bool(changed - set(all_candidate_ids(session)))

    def _is_better_rebuilt(self, changed: int) -> bool:
        try:
            size = open_index(self.folder).size
        except UNUSABLE:
            return True
        return changed > max(100, REBUILD_SHARE * size)

    def _build(self, session: Session, settings: MatchingSettings, installation: str, now: datetime) -> None:
        position = newest_position(session, installation, now=now)
        ids = all_candidate_ids(session)
        effort = Effort(total=len(ids), report=self.report)
        documents = unread_documents(session, ids)
        build_index(self.folder, documents, settings, position=position.to_text(), effort=effort)
        log.info("index_built", generation=manifest_generation(self.folder))


@contextmanager
def _one_process(folder: Path) -> Iterator[None]:
    """Let one process at a time compare and update; the lock ends with the process that holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "upkeep.lock").open("ab")
    except OSError as error:
        raise UnavailableError(
            f"The folder {folder} of the matching index cannot be written: {error}."
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
