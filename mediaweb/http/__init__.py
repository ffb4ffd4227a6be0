"""What the JSON API and the pages share of speaking HTTP: callers, bodies, bytes, errors, headers."""
