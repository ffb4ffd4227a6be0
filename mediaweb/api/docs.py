"""`/openapi.json` and the interactive documentation at `/docs`."""

from typing import cast

from flask import Blueprint, Response, current_app, render_template
from flask_openapi import OpenAPI

from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import json_response

blueprint = Blueprint("docs", __name__)


@blueprint.get("/openapi.json")
@open_to(Callers.EVERYBODY)
def openapi() -> Response:
    """The OpenAPI 3.1 document of the JSON API."""
    return json_response(cast(OpenAPI, current_app).api_doc)


@blueprint.get("/docs")
@open_to(Callers.EVERYBODY)
def show() -> str:
    """The same as a page to read and to try."""
    return render_template("api/docs.html")
