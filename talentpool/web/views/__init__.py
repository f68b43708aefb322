"""The pages, one module each; a page is served once its blueprint stands in this table."""

from flask import Blueprint

from talentpool.web.views import account, health, sign_in

BLUEPRINTS: tuple[Blueprint, ...] = (
    health.pages,
    sign_in.pages,
    account.pages,
)
