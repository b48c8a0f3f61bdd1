"""The commands: each parses, calls an operation in one transaction, and says in a sentence what it did."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governance import demonstration, doctor, mail, schema
from governance.accounts import operations as accounts
from governance.database import session, transaction
from models.journal import Actor, verify
from models.rules import RuleBroken
from seed.catalogue import plant_catalogue

SYSTEM = Actor(None, "ligne de commande")


def init_app(app: Flask) -> None:
    """Hang the commands on the application."""
    for command in (db, user, demo, journal, keys, send_mail, check):
        app.cli.add_command(command)


def say(sentence: str) -> None:
    """Tell the person at the terminal what was done."""
    click.echo(sentence)


def fail(sentence: str) -> None:
    """Say why it could not be done, on standard error, and leave with a status other than 0."""
    click.echo(sentence, err=True)
    sys.exit(1)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["engine"]
    return engine


@contextmanager
def cli_transaction() -> Iterator[Any]:
    """The transaction of a command, in which the journal names the command line."""
    with transaction(SYSTEM) as opened:
        yield opened


def command(group: Any, name: str) -> Callable[[Callable[..., Any]], Any]:
    """A command of `group` whose refusals (rules, missing database) come out as one sentence."""

    def declare(body: Callable[..., Any]) -> Any:
        @wraps(body)
        def spoken(*args: Any, **values: Any) -> Any:
            try:
                return body(*args, **values)
            except RuleBroken as broken:
                fail(broken.message)
            except SQLAlchemyError as error:
                fail(f"La base de données a refusé : {getattr(error, 'orig', error)}")

        return group.command(name)(spoken)

    return declare


db = AppGroup("db", help="La base de données.")
user = AppGroup("user", help="Les comptes.")
demo = AppGroup("demo", help="La démonstration.")
journal = AppGroup("journal", help="Le journal.")
keys = AppGroup("keys", help="Les clés de chiffrement.")


@command(db, "upgrade")
def db_upgrade() -> None:
    """Met la base au niveau de cette version, catalogue compris."""
    schema.upgrade(_engine())
    with cli_transaction() as opened:
        report = plant_catalogue(opened)
    say(f"La base est à jour (révision {schema.head()}). Catalogue : {report}.")


@command(user, "create")
@click.argument("login")
@click.option("--name", required=True, help="Nom et prénom.")
@click.option("--email", required=True, help="Adresse électronique.")
def user_create(login: str, name: str, email: str) -> None:
    """Crée le premier administrateur et donne son lien d’invitation, valable une fois."""
    with cli_transaction():
        link = accounts.create_first_administrator(login, name, email)
    say(f"Le compte {login} est créé. Ouvrez ce lien dans les 72 heures pour choisir un mot de passe :\n{link}")


@command(demo, "plant")
@click.option("--if-empty", is_flag=True, help="Ne fait rien si la base contient déjà quelque chose.")
def demo_plant(if_empty: bool) -> None:
    """Plante le groupement de démonstration dans une base vide."""
    sentence = demonstration.plant(_engine(), if_empty=if_empty)
    say(sentence)


@command(demo, "code")
@click.argument("login")
def demo_code(login: str) -> None:
    """Donne le code actuel d’un compte de démonstration."""
    say(accounts.current_demo_code(login))


@command(journal, "verify")
def journal_verify() -> None:
    """Vérifie que le journal n’a été ni modifié, ni tronqué, ni réordonné."""
    faults = list(verify(session.connection()))
    for fault in faults:
        click.echo(f"Chaîne {fault.chain}, écriture {fault.seq} : {fault.reason}.", err=True)
    if faults:
        sys.exit(1)
    say("Le journal est intact.")


@command(keys, "rotate")
def keys_rotate() -> None:
    """Crée une nouvelle clé et rescelle les secrets avec elle."""
    with cli_transaction():
        key, count = accounts.rotate_keys()
    say(f"Nouvelle clé {key} ; {count} secrets rescellés.")


@click.command("send-mail")
@with_appcontext
def send_mail() -> None:
    """Envoie les courriels en attente."""
    sent, failed = mail.deliver()
    say(f"{sent} courriels envoyés, {failed} en échec.")


@click.command("doctor")
@with_appcontext
def check() -> None:
    """Dit ce qui empêcherait Vigie de servir en production."""
    faults = doctor.faults(current_app)
    for sentence in faults:
        click.echo(sentence, err=True)
    if faults:
        sys.exit(1)
    say("Tout est en ordre.")
