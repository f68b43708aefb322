"""One import or rehearsal under way: its rows a chunk at a time, the plan for each, and what has been counted.

What carries a plan out, or leaves it at that, is `importer` and `rehearsal`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter

from sqlalchemy.orm import Session

from talentpool.candidates.reasons import KnownReason
from talentpool.errors import InvalidInputError
from talentpool.imports.cells import CellProblem
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.gather import gather_known
from talentpool.imports.known import Known
from talentpool.imports.own_rows import parse_person
from talentpool.imports.past_roles import Origin, ensure_roles, find_roles
from talentpool.imports.plan import Plan, plan_rows
from talentpool.imports.preparation import ImportOptions, Preparation, prepare_import
from talentpool.imports.problems import AHEAD, ProblemList
from talentpool.imports.recognise import is_about_somebody
from talentpool.imports.report import (
    OUTCOMES,
    REFUSED_CELLS,
    ImportProgress,
    ImportReport,
    count_columns,
    report_columns,
)
from talentpool.imports.resume_attachment import Attachments, RowFiles, open_bundle
from talentpool.imports.resume_bundle import ResumeBundle
from talentpool.imports.resume_names import FileNames
from talentpool.imports.role_keys import RoleKey
from talentpool.imports.row import ParsedRow, parse_row
from talentpool.imports.row_memory import RowMemory, make_memory
from talentpool.imports.rules import Rules
from talentpool.imports.value_mapping import mean_values

ROWS_A_CHUNK = 250  # about 0.2 s of the write lock
ROWS_A_LOOK = 5000  # looked at together for what has changed since last time

NOTHING: Mapping[str, int] = {}
PROPOSED, HELD = "erasures_proposed", "erasures_held"
NEWS = ("created", "updated", "cells_to_fix", PROPOSED, HELD)
LAST_BYTES = 4  # the end of a line in UTF-16 is two of them
A_DAY = timedelta(days=1)  # somewhere it is tomorrow already
TICK = 2.0  # seconds within which the coarsest clock of a file system says the same
SET_THE_CLOCK = "Set the clock of the other system; it was taken as said now."

Progress = Callable[[ImportProgress], None]


@dataclass(slots=True)
class Run:
    """One file under way."""

    preparation: Preparation
    options: ImportOptions
    secret: bytes
    now: datetime
    started: float = field(default_factory=perf_counter)
    import_id: int | None = None
    rows_done: int = 0
    rows_before: int = 0  # done by an earlier try
    counts: Counter[str] = field(default_factory=Counter)
    problems: ProblemList = field(default_factory=ProblemList)
    reasons: dict[str, KnownReason] = field(default_factory=dict)
    role_ids: dict[RoleKey, int] = field(default_factory=dict)
    attachments: Attachments | None = None
    memory: RowMemory | None = None  # of what a followed source said last time
    still_there: set[int] = field(default_factory=set)  # whom a followed source tells of in this file as ever
    outcomes: dict[int, list[str]] = field(default_factory=dict)  # by line, of rows that are in no file

    @property
    def source(self) -> str:
        """Name the system the rows come from."""
        return self.preparation.source

    @property
    def origin(self) -> Origin:
        """Say where what is written comes from."""
        return Origin(source=self.source, import_id=self.import_id, now=self.now)

    @property
    def as_of(self) -> datetime:
        """Tell when the source said what is in the file, by our clock at the latest."""
        return min(self.options.said_at or self.now, self.now)

    @property
    def progress(self) -> ImportProgress:
        """Say how far it is."""
        return ImportProgress(
            rows_done=self.rows_done,
            rows_before=self.rows_before,
            rows_total=self.preparation.reading.survey.rows,
            bytes_total=self.preparation.file.size_bytes,
            seconds=perf_counter() - self.started,
        )

    def chunks(self) -> Iterator[list[NumberedRow]]:
        """Read on from where it is, a chunk at a time, or as many as are looked at for changes together."""
        rows = islice(self.preparation.file.rows(), self.rows_done, None)
        while chunk := list(islice(rows, ROWS_A_LOOK if self.memory else ROWS_A_CHUNK)):
            yield chunk

    def parse(self, rows: list[NumberedRow]) -> list[ParsedRow]:
        """Take the cells of a chunk by their meaning."""
        preparation = self.preparation
        if preparation.preset is not None and preparation.preset.is_own:
            return [parse_person(row, preparation.file.header, self.reasons) for row in rows]
        parsed = [
            within_our_time(parse_row(row, preparation.reading, source=self.source), self.now) for row in rows
        ]
        if self.attachments is not None:
            parsed = self.attachments.attach(rows, parsed, self.preparation)
        if self.options.with_deleted:
            return [replace(row, is_deleted=False) if row.is_deleted else row for row in parsed]
        return parsed

    def plan(
        self,
        session: Session,
        parsed: list[ParsedRow],
        known: Known,
        *,
        remembered: Mapping[str, int] = NOTHING,
    ) -> Plan:
        """Decide about the rows of a chunk; a rehearsal makes no past roles."""
        gather_known(session, parsed, known, source=self.source, secret=self.secret, remembered=remembered)
        if self.options.dry_run:
            find_roles(session, parsed, self.role_ids)
        else:
            taken = [row for row in parsed if is_about_somebody(row, known, self.source)]
            self.counts["roles"] += ensure_roles(session, taken, self.role_ids, origin=self.origin)
        rules = Rules(
            source=self.source,
            reasons=self.reasons,
            role_ids=self.role_ids,
            as_of=self.as_of,
            is_in_step=self.options.said_at is not None,
        )
        return plan_rows(parsed, known, rules)

    @property
    def has_news(self) -> bool:
        """Say whether anything came of it that somebody may want to look at or take back."""
        return any(self.counts[name] for name in NEWS)

    def count(self, counted: Counter[str], problems: int) -> None:
        """Add what became of a chunk."""
        rows = sum(counted[name] for name in OUTCOMES)
        self.rows_done += rows
        self.counts.update(counted)
        self.counts.update({"rows": rows, "cells_to_fix": problems})

    def report(self) -> ImportReport:
        """Give what came of it."""
        counted = {
            name: self.counts[name] for name in ("rows", *OUTCOMES, "possible_duplicates", "cells_to_fix")
        }
        refused = {
            name.removeprefix(REFUSED_CELLS): count
            for name, count in self.counts.items()
            if name.startswith(REFUSED_CELLS)
        }
        details = {
            name: count
            for name, count in sorted(self.counts.items())
            if name not in counted and not name.startswith(REFUSED_CELLS)
        }
        prepared, reading = self.preparation, self.preparation.reading
        return ImportReport(
            import_id=self.import_id,
            **counted,
            seconds=self.progress.seconds,
            details=details | count_columns(prepared.mapping),
            columns=report_columns(prepared.mapping),
            problems=tuple(self.problems.first),
            form=prepared.file.form,
            source=self.source,
            preset=prepared.preset.name if prepared.preset else None,
            values=mean_values(reading.survey.values, prepared.mapping, reading.vocabulary),
            refused=refused,
            outcomes=self.outcomes,
        )


def within_our_time(parsed: ParsedRow, now: datetime) -> ParsedRow:
    """Take a row whose source is ahead of our clock as said now, and note it."""
    as_of = parsed.person.as_of
    if as_of is None or as_of <= now:
        return parsed
    ahead = CellProblem(column=None, value=as_of.date().isoformat(), message=AHEAD, remedy=SET_THE_CLOCK)
    problems = parsed.problems if as_of.date() <= (now + A_DAY).date() else (*parsed.problems, ahead)
    return replace(parsed, person=replace(parsed.person, as_of=now), problems=problems)


@contextmanager
def open_run(
    path: Path, options: ImportOptions, *, secret: bytes, now: datetime, progress: Progress | None
) -> Iterator[Run]:
    """Get one file ready, with the resumes beside it or in it, and close them afterwards.

    Raises InvalidInputError if the file cannot be taken as it is.
    """
    with ExitStack() as stack:
        bundle, started = open_bundle(stack, path, options), perf_counter()
        is_alone = bundle is not None and options.resumes is None
        if bundle is not None and is_alone:
            bundle.read_all(_reading_told(bundle, started, progress))
        prepared = prepare_import(path, options, today=now.date(), alone=bundle if is_alone else None)
        if options.said_at is not None:
            _require_whole(prepared)
        run = Run(prepared, options, secret, now, started=started)
        if bundle is not None:
            folder = None if options.dry_run else options.resume_folder
            run.attachments = Attachments(bundle, is_alone, folder, FileNames(bundle.archive.names))
        if options.said_at is not None and not (options.dry_run or is_alone or _is_own(prepared)):
            files = RowFiles(run.attachments, prepared, now.timestamp() - TICK) if run.attachments else None
            run.memory = make_memory(prepared, options, said_at=run.as_of, secret=secret, files=files)
        yield run


def _require_whole(prepared: Preparation) -> None:
    """Refuse a file that ends in the middle of a row: whoever writes it is not done."""
    survey = prepared.reading.survey
    if survey.ends_open or (survey.last_is_short and not _ends_with_a_line(prepared)):
        raise InvalidInputError(
            f"{prepared.file_name} ends in the middle of a row, so it is only half written. Nothing was taken; "
            "it is taken once it is whole."
        )


def _ends_with_a_line(prepared: Preparation) -> bool:
    with prepared.file.path.open("rb") as file:
        file.seek(max(0, prepared.file.size_bytes - LAST_BYTES))
        return file.read().rstrip(b"\0").endswith((b"\n", b"\r"))


def _is_own(prepared: Preparation) -> bool:
    return prepared.preset is not None and prepared.preset.is_own


def _reading_told(
    bundle: ResumeBundle, started: float, progress: Progress | None
) -> Callable[[int, int], None] | None:
    """Tell how far the reading of files is, which takes nearly all of the time."""
    if progress is None:
        return None
    size = bundle.archive.size_bytes

    def told(done: int, total: int) -> None:
        seconds = perf_counter() - started
        progress(
            ImportProgress(rows_done=done, rows_before=0, rows_total=total, bytes_total=size, seconds=seconds)
        )

    return told
