"""The application for any WSGI server: `gunicorn wsgi:app`, `waitress-serve wsgi:app`."""

from mediaweb import create_app

app = create_app()
