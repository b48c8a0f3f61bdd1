"""What must hold before Vigie serves: the server refuses to start otherwise, and `flask doctor` says the same."""

import sys
from urllib.parse import urlsplit

import click
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from governance import schema
from governance.config import Settings
from governance.keys import unsafe_files, weakness
from models import guards
from models.installation import Installation
from models.vocabulary import N_

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def faults(app: Flask) -> list[str]:
    """One French sentence per thing that forbids to serve with these settings; [] when all is well."""
    settings: Settings = app.extensions["settings"]
    found = _database_faults(app.extensions["engine"], settings)
    if settings.production:
        found = [*_production_faults(app, settings), *found]
    return found


def _production_faults(app: Flask, settings: Settings) -> list[str]:
    found = []
    weak = weakness(settings.secret_key)
    if weak:
        found.append(f"SECRET_KEY : {weak}")
    if app.debug:
        found.append(N_("Le mode de mise au point (FLASK_DEBUG) est interdit en production."))
    if not settings.is_https:
        found.append(N_("PUBLIC_URL doit être une adresse https en production."))
    if urlsplit(settings.address).hostname in LOOPBACK:
        found.append(N_("PUBLIC_URL doit être l’adresse publique de Vigie, pas celle de cette machine."))
    if settings.keys_dir.exists():
        found += [
            N_("Le fichier de clé %s est lisible par d’autres comptes.") % one
            for one in unsafe_files(settings.keys_dir)
        ]
    return found


def _database_faults(engine: Engine, settings: Settings) -> list[str]:
    try:
        if not schema.is_current(engine):
            return [N_("La base n’est pas au niveau de cette version : lancez « flask db upgrade ».")]
        with engine.connect() as connection:
            demonstration = connection.scalar(select(Installation.demonstration))
            unguarded = guards.drifted(connection)
    except SQLAlchemyError as error:
        return [N_("La base de données ne répond pas : %s") % getattr(error, "orig", error)]
    found = []
    if unguarded:
        found.append(
            N_("Les gardes du journal manquent dans la base : restaurez une sauvegarde ou rejouez les migrations.")
        )
    if demonstration and settings.production:
        found.append(N_("Une base de démonstration ne se sert pas en production."))
    return found


def refuse_to_serve(app: Flask) -> None:
    """Leave with every fault on standard error when a web server loads the application; commands may go on."""
    context = click.get_current_context(silent=True)
    if context is not None and context.info_name != "run":
        return
    found = faults(app)
    for sentence in found:
        print(sentence, file=sys.stderr)  # noqa: T201 -- the log is not set up yet
    if found:
        sys.exit(3)
