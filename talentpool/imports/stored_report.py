"""The report of a check as a document, so that it can be read on a page long after it was made."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from talentpool.candidates.models import Disposition, Stage
from talentpool.imports.fields import Field
from talentpool.imports.report import ColumnReport, ImportReport
from talentpool.imports.value_mapping import ValueMeaning


def report_document(report: ImportReport) -> dict[str, Any]:
    """Give a report as a document; its problems are records of their own."""
    return asdict(replace(report, problems=()))


def report_of(document: Mapping[str, Any]) -> ImportReport:
    """Give the report a document was made of, without its problems."""
    told = dict(document)
    told["columns"] = tuple(ColumnReport(**column) for column in document["columns"])
    told["values"] = tuple(_value_of(value) for value in document["values"])
    return ImportReport(**{**told, "problems": ()})


def _value_of(document: Mapping[str, Any]) -> ValueMeaning:
    stage, ending = document["stage"], document["disposition"]
    known = {
        "field": Field(document["field"]),
        "stage": Stage(stage) if stage else None,
        "disposition": Disposition(ending) if ending else None,
    }
    return ValueMeaning(**{**document, **known})
