"""The commands: each parses, calls an operation in one transaction, and says in a sentence what it did."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from exports import receipts
from exports.hopen import pack as packs
from exports.signed import Keys
from governance import backup as backups
from governance import checkpoints, daily, demonstration, disk, doctor, files, mail, schema, signing, verification
from governance.accounts import factors
from governance.accounts import operations as accounts
from governance.accounts.forms import IdentityForm
from governance.charters import receipts as receipts_to_send
from governance.database import reading, transaction
from governance.imports.commands import from_file
from governance.register.delivery import to_file
from models.journal import Actor
from models.rules import RuleBroken
from seed.catalogue import plant_catalogue

SYSTEM = Actor(None, "ligne de commande")
NAMED = 20  # accounts that a sentence names, at most


def hang_commands(app: Flask) -> None:
    """Hang the commands on the application."""
    for command in (
        db,
        user,
        demo,
        register,
        charters,
        people,
        journal,
        hopen,
        keys,
        send_mail,
        nightly,
        check,
        make_backup,
        take_backup,
    ):
        app.cli.add_command(command)


def say(sentence: str) -> None:
    """Tell the person at the terminal what was done."""
    click.echo(sentence)


def fail(sentence: str, status: int = 1) -> NoReturn:
    """Say why it could not be done, on standard error, and leave with a status other than 0."""
    click.echo(sentence, err=True)
    sys.exit(status)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["engine"]
    return engine


def _data() -> Path:
    data: Path = current_app.extensions["settings"].data_dir
    return data


@contextmanager
def cli_transaction() -> Iterator[Any]:
    """The transaction of a command, in which the journal names the command line."""
    with transaction(SYSTEM) as opened:
        yield opened


def command(group: Any, name: str) -> Callable[[Callable[..., Any]], Any]:
    """A command of `group` whose refusals (rules, missing database) come out as one sentence."""
    return lambda body: group.command(name)(_spoken(body, repairs=group is db))


def alone(name: str) -> Callable[[Callable[..., Any]], Any]:
    """A command of no group, which refuses in the same way."""
    return lambda body: click.command(name)(with_appcontext(_spoken(body)))


def _spoken(body: Callable[..., Any], *, repairs: bool = False) -> Callable[..., Any]:
    @wraps(body)
    def spoken(*args: Any, **values: Any) -> Any:
        try:
            return body(*args, **values)
        except RuleBroken as broken:
            fail(broken.message)
        except SQLAlchemyError as error:
            fail(f"La base de données a refusé : {getattr(error, 'orig', error)}{'' if repairs else _advice()}")

    return spoken


def _advice() -> str:
    """What to do after a refusal of a base that is behind this version, or still empty."""
    try:
        behind = not schema.is_current(_engine())
    except SQLAlchemyError:
        behind = False
    return (
        "\nElle n’est pas au niveau de cette version : lancez « flask db upgrade », puis recommencez." if behind else ""
    )


db = AppGroup("db", help="La base de données.")
user = AppGroup("user", help="Les comptes.")
demo = AppGroup("demo", help="La démonstration.")
register = AppGroup("register", help="Le registre.")
people = AppGroup("people", help="Les personnes.")
journal = AppGroup("journal", help="Le journal.")
keys = AppGroup("keys", help="Les clés qui scellent et qui signent.")
charters = AppGroup("charters", help="Les chartes.")
hopen = AppGroup("hopen", help="HOP’EN.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEYS_HELP = "Clés publiques de confiance (vigie-keys.json) ; par défaut celles de cette installation."


@command(db, "upgrade")
def db_upgrade() -> None:
    """Met la base au niveau de cette version, catalogue compris."""
    schema.upgrade(_engine())
    with cli_transaction() as opened:
        report = plant_catalogue(opened)
    say(
        f"La base est à jour (révision {schema.head()}) ; "
        f"catalogue : {report.added} entrées ajoutées, {report.changed} modifiées."
    )


@command(user, "create")
@click.argument("login")
@click.option("--name", required=True, help="Nom et prénom.")
@click.option("--email", required=True, help="Adresse électronique.")
def user_create(login: str, name: str, email: str) -> None:
    """Crée le premier administrateur et donne son lien d’invitation, valable une fois."""
    form = IdentityForm(MultiDict({"name": name, "email": email}), meta={"csrf": False})
    if not form.validate():
        fail("\n".join(f"{one.label.text} : {' '.join(map(str, one.errors))}" for one in form if one.errors))
    with cli_transaction():
        link = accounts.create_first_administrator(login, str(form.name.data), form.email.data)
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
@click.option("--checkpoint", "kept", type=FILE, multiple=True, help="Jalons gardés hors du serveur.")
@click.option("--keys", "keys_file", type=FILE, help=KEYS_HELP)
def journal_verify(kept: tuple[Path, ...], keys_file: Path | None) -> None:
    """Vérifie le journal : 0 s’il est intact, 1 s’il a été altéré, 2 si l’on ne peut conclure."""
    trusted = _trusted(keys_file)
    with reading() as opened:
        report = verification.verify(opened.connection(), trusted, [path.read_bytes() for path in kept])
    for sentence in report.sentences:
        click.echo(sentence, err=True)
    if _say_altered_files() or report.status:
        sys.exit(2 if report.status == 2 else 1)
    say(report.summary)


@command(journal, "checkpoint")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def journal_checkpoint(file: Path | None) -> None:
    """Signe l’état du journal et l’ajoute à un fichier, à garder hors du serveur."""
    target = file or current_app.extensions["settings"].checkpoints
    try:
        with cli_transaction():
            made = checkpoints.take()
            data = checkpoints.lines(made)
        added = checkpoints.append(target, data)
    except signing.SigningKeyMissing as missing:
        fail(str(missing))
    except OSError as fault:
        fail(f"Le jalon est signé, mais n’a pas pu être écrit : {disk.reason(fault)}.")
    say(f"{len(made)} chaînes attestées ; {added} lignes ajoutées à {target}.")


def _say_altered_files() -> bool:
    """Name on standard error each attachment whose file is missing or altered; true when there is one."""
    altered = [str(fault) for fault in files.faults()]
    for sentence in altered:
        click.echo(sentence, err=True)
    return bool(altered)


@command(charters, "verify")
@click.argument("file", type=FILE)
@click.option("--keys", "keys_file", type=FILE, help=KEYS_HELP)
def charters_verify(file: Path, keys_file: Path | None) -> None:
    """Vérifie un reçu, .json ou .pdf : 0 s’il est authentique, 1 s’il est altéré, 2 si l’on ne peut conclure."""
    verdict = receipts.verify(file.read_bytes(), _trusted(keys_file))
    if verdict.status:
        fail(verdict.sentence, verdict.status)
    say(verdict.sentence)


def _trusted(keys_file: Path | None) -> Keys:
    """The keys of a file of public keys, or this installation’s own."""
    if keys_file is None:
        return signing.trusted_keys()
    try:
        return signing.read_keys(keys_file.read_bytes())
    except ValueError:
        fail(f"{keys_file} n’est pas un fichier de clés publiques de Vigie.", 2)


@command(hopen, "verify")
@click.argument("file", type=FILE)
@click.option("--keys", "keys_file", type=FILE, help=KEYS_HELP)
def hopen_verify(file: Path, keys_file: Path | None) -> None:
    """Vérifie un dossier de preuves : 0 s’il est authentique, 1 s’il est altéré, 2 si l’on ne peut conclure."""
    with file.open("rb") as content:
        verdict = packs.check(content, _trusted(keys_file))
    if verdict.status:
        fail(verdict.sentence, verdict.status)
    say(verdict.sentence)


@command(keys, "rotate")
@click.option("--only", type=click.Choice(["seal", "sign"]), help="Seulement la clé de scellement, ou de signature.")
def keys_rotate(only: str | None) -> None:
    """Crée une nouvelle clé de scellement (les secrets sont rescellés) et une nouvelle clé de signature."""
    said: list[str] = []
    lost: list[str] = []
    try:
        with cli_transaction():
            if only != "sign":
                key, count, lost = accounts.rotate_keys()
                said.append(f"Nouvelle clé {key} ; {count} secrets rescellés.")
            if only != "seal":
                public = signing.rotate().public
                said.append(f"Nouvelle clé de signature {public.kid}, empreinte {public.fingerprint}.")
    except signing.SigningKeyMissing as missing:
        fail(str(missing))
    say("\n".join(said))
    if _say_lost_factors(lost):
        sys.exit(1)


def _say_lost_factors(logins: list[str]) -> bool:
    """Name on standard error the accounts whose second factor no key opens; true when there is one."""
    if logins:
        named = ", ".join(logins[:NAMED]) + (f" et {len(logins) - NAMED} autres" if len(logins) > NAMED else "")
        click.echo(
            f"Le second facteur de ces comptes ne s’ouvre avec aucune clé du dossier des clés : {named}. Remettez-y la "
            "copie gardée à part ; à défaut, un administrateur remplace leur téléphone (page du compte, « Téléphone "
            "perdu »), et « flask user create » en crée un quand plus aucun n’entre.",
            err=True,
        )
    return bool(logins)


@command(register, "import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--establishment", "code", help="Code de l’établissement, s’il y en a plusieurs.")
@click.option("--dry-run", is_flag=True, help="Dit ce qui serait fait, sans rien écrire.")
def register_import(file: Path, code: str | None, dry_run: bool) -> None:
    """Importe un registre : modèle de la CNIL, export de Vigie, tableau ou fiches."""
    from_file("register", file, code, SYSTEM, say, dry_run=dry_run)


@command(people, "import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--establishment", "code", help="Code de l’établissement, s’il y en a plusieurs.")
@click.option("--create-departments", is_flag=True, help="Crée les services que Vigie ne connaît pas.")
@click.option("--dry-run", is_flag=True, help="Dit ce qui serait fait, sans rien écrire.")
def people_import(file: Path, code: str | None, create_departments: bool, dry_run: bool) -> None:
    """Importe le fichier des ressources humaines. Une personne absente du fichier reste où elle est."""
    from_file(
        "people", file, code, SYSTEM, say, dry_run=dry_run, accepted=("departments",) if create_departments else ()
    )


@command(register, "export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--establishment", "code", help="Code de l’établissement, s’il y en a plusieurs.")
@click.option("--public", is_flag=True, help="Version publique, sans sécurité ni coordonnées.")
def register_export(file: Path, code: str | None, public: bool) -> None:
    """Écrit le registre dans un fichier .xlsx, .csv, .ods, .json, .docx ou .pdf."""
    with cli_transaction():
        made = to_file(file, code, public=public)
    say(f"{made.rows} fiches écrites dans {file} (SHA-256 {made.digest}).")


@alone("daily")
def nightly() -> None:
    """Fait les tâches de la nuit qui ne l’ont pas encore été aujourd’hui."""
    try:
        done = daily.run()
    except daily.Failed as failed:
        fail(str(failed))
    say("; ".join(f"{job.sentence} : {'déjà fait' if count is None else count}" for job, count in done) + ".")


@alone("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def make_backup(file: Path) -> None:
    """Sauvegarde toute la base, les pièces et les dossiers de preuves dans un fichier. Les clés se gardent à part."""
    try:
        saved = backups.backup(_engine(), _data(), file)
    except backups.Refused as refused:
        fail(f"La sauvegarde n’a pas été faite. {refused}")
    except OSError as fault:
        fail(f"La sauvegarde n’a pas été faite : {disk.reason(fault)}.")
    say(
        f"{saved.rows} lignes et {saved.files} fichiers sauvegardés dans {file}. "
        "Gardez à part une copie du dossier des clés."
    )
    if saved.missing:
        fail(f"Des fichiers manquent, la sauvegarde ne les contient pas : {', '.join(saved.missing)}.")


@alone("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def take_backup(file: Path) -> None:
    """Restaure une sauvegarde dans une base vide, et ses fichiers dans le dossier des données."""
    try:
        restored = backups.restore(_engine(), _data(), file)
    except backups.Refused as refused:
        fail(f"Rien n’a été restauré. {refused}")
    except OSError as fault:
        fail(f"Rien n’a été restauré : {disk.reason(fault)}.")
    say(f"{restored.rows} lignes et {restored.files} fichiers restaurés depuis {file}.")


@alone("send-mail")
def send_mail() -> None:
    """Envoie les courriels en attente, ceux des nouveaux reçus compris."""
    with transaction(SYSTEM):
        receipts_to_send.post_receipts()
    try:
        counts = mail.deliver()
    except mail.NoMailServer as missing:
        fail(str(missing))
    say(f"{counts.sent} courriels envoyés, {counts.failed} remis à plus tard ou abandonnés.")


@alone("doctor")
def check() -> None:
    """Dit ce qui empêcherait Vigie de servir en production, les pièces dont le fichier manque ou a été modifié, et les
    comptes dont le second facteur ne s’ouvre plus."""
    faults = doctor.faults(current_app)
    for sentence in faults:
        click.echo(sentence, err=True)
    if faults or any([_say_lost_factors(factors.every_secret()[1]), _say_altered_files()]):
        sys.exit(1)
    say("Tout est en ordre.")
