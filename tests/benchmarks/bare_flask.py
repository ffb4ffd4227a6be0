"""The limit beside our list: a bare Flask view that runs the same SQL and dumps the rows."""

import json
import os
import sqlite3

from flask import Flask, Response

from mediaweb.models.media import FIELDS

FIRST_PAGE = (
    f"SELECT {', '.join(FIELDS)} FROM media WHERE is_public = 1 "
    "ORDER BY created_at DESC, id DESC LIMIT 50 OFFSET 0"
)

app = Flask(__name__)
connection = sqlite3.connect(os.environ.get("BARE_DATABASE", ":memory:"), check_same_thread=False)
connection.row_factory = sqlite3.Row


@app.get("/media/")
def index() -> Response:
    """Dump the newest 50."""
    rows = [dict(row) for row in connection.execute(FIRST_PAGE)]
    return Response(json.dumps(rows), content_type="application/json")
