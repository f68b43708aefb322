"""Resume files given to the rows of a table: found, read, and kept in the home before a row refers to them."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from talentpool.errors import InvalidInputError
from talentpool.imports.cells import CellProblem
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.fields import Field
from talentpool.imports.plan import Plan
from talentpool.imports.preparation import ImportOptions, Preparation
from talentpool.imports.resume_archive import is_resume_archive
from talentpool.imports.resume_bundle import FoundResume, ResumeBundle
from talentpool.imports.resume_names import FileNames, is_beside_the_resume
from talentpool.imports.resume_table import require_files
from talentpool.imports.row import ParsedRow, parse_row, row_id
from talentpool.resumes.store import keep_original, remove_originals

MOST_FILES_A_ROW = 5
NOT_THERE = "No file of this name is among the resumes."
NAMES_NOBODY = "The resume names nobody: no name, e-mail, phone or page of a person."
ADD_IT = "Add the file, or correct the name."


def open_bundle(stack: ExitStack, path: Path, options: ImportOptions) -> ResumeBundle | None:
    """Open the resumes of an import until the stack ends: beside the table, or the path itself; None without any.

    Raises InvalidInputError when resumes come alone and nobody said when and where they were collected.
    """
    is_alone = path.exists() and is_resume_archive(path)
    if not is_alone and options.resumes is None:
        return None
    where = path if is_alone else options.resumes
    if where is None or not where.exists():
        raise InvalidInputError(
            f"There is no {where.name if where else path.name}; name a folder or a ZIP archive."
        )
    if not is_resume_archive(where):
        raise InvalidInputError(f"{where.name} is neither a folder nor a ZIP archive of resumes.")
    if is_alone and (options.collected_on is None or options.source is None):
        raise InvalidInputError(
            f"Say once when the resumes in {path.name} were collected and where they come from, for instance "
            "--collected-on 2024-05-31 --source 'careers inbox'."
        )
    bundle = ResumeBundle(
        where, source=options.source, dated_on=options.collected_on, country=options.country
    )
    stack.callback(bundle.close)
    require_files(bundle, where.name)
    return bundle


@dataclass(slots=True)
class Attachments:
    """The resumes of one import, as its rows ask for them; `folder` is where originals are kept."""

    bundle: ResumeBundle
    is_alone: bool
    folder: Path | None
    names: FileNames

    def attach(
        self, rows: Sequence[NumberedRow], parsed: Sequence[ParsedRow], preparation: Preparation
    ) -> list[ParsedRow]:
        """Give each row its files; what cannot be read or found is noted with the row."""
        return [self._attached(one, _cells(row, preparation)) for row, one in zip(rows, parsed, strict=True)]

    def names_of(self, row: NumberedRow, preparation: Preparation) -> list[str]:
        """Name the files of a row as `attach` finds them, without reading any."""
        names, _ = self._names_for(
            lambda: parse_row(row, preparation.reading, source=preparation.source), _cells(row, preparation)
        )
        return names

    def keep(self, parsed: Sequence[ParsedRow]) -> tuple[list[ParsedRow], list[str]]:
        """Keep the originals of rows in the home; gives the rows with their keys, and all keys."""
        if self.folder is None:
            return list(parsed), []
        kept, keys = [], []
        try:
            for one in parsed:
                files = []
                for name, entry in zip(one.file_names, one.files, strict=True):
                    keys.append(keep_original(self.folder, self.bundle.original(name)))
                    files.append(replace(entry, file_key=keys[-1]))
                kept.append(replace(one, files=tuple(files)))
        except BaseException:
            remove_originals(self.folder, keys)
            raise
        return kept, keys

    def drop(self, keys: Sequence[str]) -> None:
        """Remove originals that no row refers to."""
        if self.folder is not None:
            remove_originals(self.folder, keys)

    def _attached(self, parsed: ParsedRow, cells: Sequence[tuple[str, str]]) -> ParsedRow:
        names, problems = self._names_for(lambda: parsed, cells)
        found = list(self.bundle.found(names))
        column = cells[0][0] if cells else "Resume file"
        problems += [
            _problem(column, one) for one in found if one.entry.problem and not one.entry.visible_text
        ]
        kept = [one for one in found if one.is_kept]
        is_nobodys = self.is_alone and not parsed.names_somebody
        if is_nobodys:
            problems += [_nobodys(column, one) for one in found if one.entry.visible_text]
            kept = []
        attached = replace(
            parsed,
            files=tuple(one.entry for one in kept),
            file_names=tuple(one.name for one in kept),
            problems=(*parsed.problems, *problems),
            is_explained=is_nobodys,
        )
        if self.is_alone and kept:
            return replace(attached, made_id=row_id(replace(parsed, resume=kept[0].entry)))
        return attached

    def _names_for(
        self, parsed: Callable[[], ParsedRow], cells: Sequence[tuple[str, str]]
    ) -> tuple[list[str], list[CellProblem]]:
        """Name the files of a row, the resume itself last: the newest counts."""
        if self.is_alone:
            return [cells[0][1]], []
        names, problems = [], []
        for column, cell in cells:
            named = self.names.named_in(cell)
            names += named
            if not named:
                problems.append(CellProblem(column=column, value=cell, message=NOT_THERE, remedy=ADD_IT))
        if not names and (about := self.names.about(parsed())):
            names, problems = about, []
        names = list(dict.fromkeys(names))[:MOST_FILES_A_ROW]
        names.reverse()  # the first one named counts most, and so comes last
        return sorted(names, key=lambda name: not is_beside_the_resume(name)), problems


@dataclass(frozen=True, slots=True)
class RowFiles:
    """The resume files of a followed export: whose they are, how they lie, and what is in them."""

    attachments: Attachments
    preparation: Preparation
    before: float  # seconds since 1970: what has changed since may be changing still

    def names_of(self, row: NumberedRow) -> list[str]:
        """Name the files of a row."""
        return self.attachments.names_of(row, self.preparation)

    def lies_as(self, name: str) -> str | None:
        """Say how a file lies; None where that proves nothing."""
        return self.attachments.bundle.archive.lies_as(name, before=self.before)

    def content_hash(self, name: str) -> str | None:
        """Give a hash of a file's bytes; None for one that cannot be read."""
        return self.attachments.bundle.content_hash(name)


def unused_keys(plan: Plan, keys: Sequence[str]) -> list[str]:
    """List the originals that a plan has no use for: their resumes are on record already."""
    used = {entry.file_key for person in plan.people for entry in person.plan().resumes}
    return [key for key in keys if key not in used]


def _cells(row: NumberedRow, preparation: Preparation) -> list[tuple[str, str]]:
    columns = preparation.mapping.of(Field.RESUME_FILE)
    return [(column.header, row.cells[column.index]) for column in columns if row.cells[column.index]]


def _nobodys(column: str, found: FoundResume) -> CellProblem:
    remedy = "Bring it in with a table that says whose it is, or leave it out."
    return CellProblem(column=column, value=found.name, message=NAMES_NOBODY, remedy=remedy)


def _problem(column: str, found: FoundResume) -> CellProblem:
    said = found.entry.problem  # with its remedy
    message, remedy = (said, "") if said else ("The file shows no text.", "Ask for the file again.")
    return CellProblem(column=column, value=found.name, message=message, remedy=remedy)
