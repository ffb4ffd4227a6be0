"""Check a view's input against its annotations, before the view runs."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, get_type_hints

from flask import Response, request

from mediaweb.http.bodies import read_json, validate

View = Callable[..., Response]


def validated(view: View) -> View:
    """Fill the view's `path`, `query` and `body` arguments, whose annotations flask-openapi documents.

    flask-openapi would do so itself, but builds each model's JSON schema anew for every request and
    cannot tell an absent JSON body from a broken one. Raises `InvalidInput`.
    """
    hints = get_type_hints(view)
    path, query, body = hints.get("path"), hints.get("query"), hints.get("body")

    @wraps(view)
    def wrapper(**values: Any) -> Response:
        arguments: dict[str, Any] = {}
        if path is not None:
            arguments["path"] = _read_path(path, values)
        if query is not None:
            arguments["query"] = _read_query(query)
        if body is not None:
            arguments["body"] = read_json(request, body)
        return view(**arguments)

    wrapper.__delay_validate_request__ = True  # type: ignore[attr-defined] # flask-openapi leaves it to us
    return wrapper


def _read_query(model: Any) -> Any:
    if not request.environ.get("QUERY_STRING"):
        return _defaults(model)
    return validate(lambda: model.model_validate(request.args.to_dict()), "query")


@cache
def _defaults(model: Any) -> Any:
    return model()


def _read_path(model: Any, values: dict[str, Any]) -> Any:
    # Numbers are the router's; one beyond any id is just as unknown as any other, not an invalid input.
    if all(isinstance(value, int) for value in values.values()):
        return model.model_construct(**values)
    return validate(lambda: model.model_validate(values), "path")
