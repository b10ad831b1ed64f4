"""What drf-spectacular cannot see by itself: that every error is a problem."""

from typing import Any

from orgs.api.problems import MEDIA_TYPE, SCHEMA

# Answers that every operation may give; `default` stands for the rest (405, 406, 413, 415, 5xx).
ANYWHERE = {
    "400": "A parameter or field is not right: `errors` names each.",
    "401": "No API key, or one that is unknown or revoked.",
    "403": "The key's scopes, or the roles of the member it acts as, do not allow this.",
    "404": "Nothing with this id or cursor in the key's organization.",
    "429": "Too many requests: wait as many seconds as `Retry-After` says.",
    "default": "Anything else that went wrong.",
}
REFUSED = {"422": "A rule of the method refuses this; `errors` names the field, if it is about one."}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook: each operation's errors, as problem details (RFC 9457)."""
    result["components"]["schemas"]["Problem"] = SCHEMA
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            errors = ANYWHERE if method == "get" else ANYWHERE | REFUSED
            operation["responses"] |= {
                status: {"description": description, "content": content} for status, description in errors.items()
            }
            if "409" in operation["responses"]:
                operation["responses"]["409"]["content"] = content
    return result
