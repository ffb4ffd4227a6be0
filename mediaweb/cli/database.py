"""`mediaweb db`: look after the database."""

import click
from flask import Flask

from mediaweb.cli.library import read_settings, refuse
from mediaweb.errors import StartupError
from mediaweb.extensions import db
from mediaweb.models.engine import engine_options, prepare_engine
from mediaweb.models.schema import upgrade_schema
from mediaweb.settings import Settings, prepare_instance


@click.group(name="db")
def database() -> None:
    """Look after the database."""


@database.command()
def upgrade() -> None:
    """Bring the schema up to date. Every start does so, too."""
    settings = read_settings()
    try:
        changed = _upgrade_database(settings)
    except StartupError as error:
        refuse(str(error))
    click.echo("The schema was brought up to date." if changed else "The schema is up to date.")


def _upgrade_database(settings: Settings) -> bool:
    app = Flask("mediaweb")
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_uri
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_uri)
    prepare_instance(settings)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        return upgrade_schema(db.engine)
