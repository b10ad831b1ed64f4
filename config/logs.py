"""Logs: one line an event, JSON in production, readable elsewhere; each carries its request id and person."""

import re
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]

# Whoever has one of these links gets in by it: addresses of requests are logged without what makes them work.
_SECRET_LINK = re.compile(r"((?:invitations|/c|%2Fc)(?:/|%2F))(?:[\w:-]|%3A){16,}", re.IGNORECASE)


def hide_secret_links(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: _SECRET_LINK.sub(r"\1…", value) if isinstance(value, str) else value for key, value in event.items()}


def configuration(*, json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING, with structlog set up to pass through it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    if json:
        rendering = [structlog.processors.format_exc_info, hide_secret_links, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        rendering = [hide_secret_links, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django_structlog": {"level": "WARNING"},
            "uvicorn.access": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }
