"""What every answer carries so that browsers keep to it, and whom requests must be addressed to.

No script or style that is not a file of ours, no frame, no other origin; pages with people on them are
never stored. Forms and htmx prove with a token that they come from our own pages.
"""

from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from talentpool.accounts.tokens import keyed_hash
from talentpool.settings import Settings
from talentpool.web.sign_in import cookie_name, is_https

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = 63_072_000
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
LARGEST_FIELDS_MB = 4
# Without an account, cookie or form token: the signed link in the address, or the token in the head, is the proof.
PROVEN_BY_ITSELF = (
    "talentpool.web.views.api.push",
    "talentpool.web.views.links.stop",
    "talentpool.web.views.own_page.decide",
    "talentpool.web.views.own_page.send_resume",
    "talentpool.web.views.pass_on_link.decide",
)


def secure_application(app: Flask, settings: Settings, *, secret: bytes) -> None:
    """Set up cookies, hosts, request limits, form tokens and headers; the guard must be registered before."""
    app.config.update(
        SECRET_KEY=keyed_hash(secret, "signs form tokens and notices"),
        SESSION_COOKIE_NAME=cookie_name(settings, "forms"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https(settings),
        SESSION_COOKIE_PATH="/",
        TRUSTED_HOSTS=trusted_hosts(settings),
        MAX_CONTENT_LENGTH=settings.web.largest_request_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELDS_MB * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        WTF_CSRF_TIME_LIMIT=None,  # a long advert may take an afternoon; the session ends it
    )
    if settings.web.trusted_proxies > 0:
        hops = settings.web.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    tokens = CSRFProtect(app)
    for view in PROVEN_BY_ITSELF:
        tokens.exempt(view)
    app.after_request(partial(_add_headers, is_https=is_https(settings)))


def trusted_hosts(settings: Settings) -> list[str]:
    """List the host names we answer to: the public one, and this machine's own while not in production."""
    named = urlsplit(settings.web.public_url).hostname or ""
    host = f"[{named}]" if ":" in named else named
    return [host] if settings.is_production else sorted({host, *LOOPBACK_HOSTS})


def _add_headers(response: Response, *, is_https: bool) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_https:
        response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    if request.endpoint == "static" and response.status_code < 400:
        _let_keep(response)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _let_keep(response: Response) -> None:
    named_by_content = "v" in request.args
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if named_by_content else "public, no-cache"
    )
