"""The pages, one module each; a page is served once its blueprint stands in this table."""

from flask import Blueprint

from talentpool.web.views import (
    account,
    candidates,
    duplicates,
    exports,
    health,
    home,
    import_checks,
    import_runs,
    imports,
    links,
    match_history,
    matches,
    people,
    pool,
    posting,
    promises,
    resumes,
    roles,
    sign_in,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.pages,
    sign_in.pages,
    account.pages,
    people.pages,
    home.pages,
    roles.pages,
    posting.pages,
    matches.pages,
    match_history.pages,
    candidates.pages,
    resumes.pages,
    duplicates.pages,
    pool.pages,
    exports.pages,
    promises.pages,
    imports.pages,
    import_checks.pages,
    import_runs.pages,
    links.pages,
)
