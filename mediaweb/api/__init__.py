"""The JSON API, described by `/openapi.json` and explained at `/docs`."""
