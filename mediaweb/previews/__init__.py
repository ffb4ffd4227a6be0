"""Pictures and facts of files: a path in, values and files out. No database, no web."""
