"""How the pages are served: what waitress needs to know about this installation."""

from typing import Any

from talentpool.settings import Settings

IDLE_SECONDS = 60  # a connection that sends nothing for so long is closed


def serving_options(settings: Settings) -> dict[str, Any]:
    """Give the options for `waitress.serve(create_app(settings), **serving_options(settings))`.

    Waitress drops forwarded headers unless a proxy is trusted; then the application reads as many of them as
    there are trusted proxies. It does not name itself.
    """
    return {
        "host": settings.web.host,
        "port": settings.web.port,
        "threads": settings.web.threads,
        "ident": None,
        "max_request_body_size": settings.web.largest_request_mb * 1024 * 1024,
        "clear_untrusted_proxy_headers": settings.web.trusted_proxies == 0,
        "channel_timeout": IDLE_SECONDS,
    }
