"""The demonstration: a whole fictional hospital group, planted in an empty database and nowhere else."""

from pathlib import Path

from flask import current_app
from sqlalchemy import Engine, func, select

from governance import files, schema
from governance.accounts import operations as accounts
from governance.accounts.demonstration import LOGINS, PASSWORD
from governance.charters import demonstration as campaigns
from governance.database import session, transaction
from governance.imports import operations as imports
from governance.imports.subjects import subject_of
from governance.installation import is_demonstration
from governance.visitor import Visitor
from models.accounts import User
from models.base import now
from models.establishments import Establishment
from models.installation import Installation
from models.journal import Actor
from models.register.processor import Processor
from models.rules import RuleBroken
from seed.catalogue import plant_catalogue
from seed.demo import plant_demo

BROUGHT = Path(__file__).parent.parent / "seed" / "demo" / "registre-du-service-social.csv"
HOST = "Nuage d’Orle Santé"
ATTACHED = (
    (BROUGHT.with_name("suivi-du-contrat.csv"), "Suivi du contrat"),
    (BROUGHT.with_name("confirmation-du-titulaire.eml"), "Confirmation du titulaire"),
)
PLANTER = Actor(None, "mise en place de la démonstration")


def plant(engine: Engine, *, if_empty: bool) -> str:
    """Plant the fictional group; gives the sentence to say.

    Raises RuleBroken when the database holds something already, unless `if_empty`: then nothing is done.
    """
    schema.upgrade(engine)
    if session.scalar(select(func.count()).select_from(User)):
        if if_empty:
            done = "La base contient déjà des données : rien n’a été planté."
            return _invitation(done) if is_demonstration() else done
        raise RuleBroken("", "La démonstration ne se plante que dans une base vide.")
    with transaction(PLANTER) as opened:
        opened.get_one(Installation, 1).demonstration = True
        plant_catalogue(opened)
    make_user, address = accounts.demonstration_maker(PASSWORD), current_app.extensions["settings"].address
    for step in plant_demo(session(), at=now(), make_user=make_user, address=address):
        with transaction(step.actor) as opened:
            step.run(opened)
    current_app.extensions.pop("demonstration", None)
    current_app.extensions.pop("terms", None)
    _bring_a_file()
    _attach_files()
    campaigns.tell_story()
    return _invitation("Le groupement de démonstration est planté.")


def _bring_a_file() -> None:
    """A spreadsheet of a service, read and waiting for the DPO to confirm it, so that the imports have one to show."""
    dpo = session.scalars(select(User).where(User.login == "dpo")).one()
    home = session.scalars(select(Establishment.id).where(Establishment.code == "CHVA")).one()
    who = Visitor(user_id=dpo.id, name=dpo.name)
    data = BROUGHT.read_bytes()
    subject = subject_of("register")
    read = subject.reader({})(data, BROUGHT.name)
    with transaction(who.actor):
        imports.receive(subject, who, home, BROUGHT.name, data, read)


def _attach_files() -> None:
    """What the DPO received of a processor, attached to its record: how the contract is followed, and a mail."""
    dpo = session.scalars(select(User).where(User.login == "dpo")).one()
    wanted = select(Processor).join(Establishment).where(Establishment.code == "CHVA", Processor.name == HOST)
    who = Visitor(user_id=dpo.id, name=dpo.name)
    host = session.scalars(wanted).one()
    with transaction(who.actor):
        for path, title in ATTACHED:
            upload = files.Upload.of_bytes(path.read_bytes(), path.name)
            files.attach(host, upload, who=who, title=title)


def _invitation(done: str) -> str:
    settings = current_app.extensions["settings"]
    return (
        f"{done}\nVigie : {settings.address}\n"
        f"Identifiants : {', '.join(LOGINS)} ; mot de passe : {PASSWORD}\n"
        "Code : la page de connexion l’affiche, ou « .venv/bin/flask demo code dpo »."
    )
