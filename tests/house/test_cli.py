"""The commands: each says in a sentence what it did, or on standard error why it could not."""

import json
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.orm import Session

from governance import create_app
from governance.accounts import factors
from governance.config import Settings
from governance.keys import KeyRing
from models.accounts import User
from tests.client import HouseClient
from tests.house.shell import said

PASSWORD = "trois girafes dansent"


@pytest.fixture
def planted(planted_once: Path, tmp_path: Path) -> Path:
    """The data of a planted demonstration, a copy for each test."""
    return shutil.copytree(planted_once, tmp_path / "data")


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The data of a true installation, still empty."""
    assert re.match(r"La base est à jour \(révision \d+\)", said(tmp_path, "db", "upgrade"))
    return tmp_path


def test_a_name_is_one_line_with_something_on_it(flask: "Flasks") -> None:
    for name in (" ", "Zoé\nBcc: tous@x.example"):
        done = flask("user", "create", "zoe", "--name", name, "--email", "x@x.example")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "Nom et prénom : " in done.stderr


def test_a_true_installation_is_told_no_login_of_the_demonstration(flask: "Flasks", app: Flask, stage: object) -> None:
    assert heard(flask, "demo", "plant", "--if-empty") == "La base contient déjà des données : rien n’a été planté."


def living(folder: Path) -> Flask:
    """The house that lives in a folder."""
    return create_app(Settings(environment="local", data_dir=folder))


def house(folder: Path) -> HouseClient:
    """A browser at its door."""
    app = living(folder)
    return HouseClient(app, app.test_client())


def secret_of(folder: Path, login: str) -> str:
    """What somebody's phone holds."""
    engine = create_engine(f"sqlite:///{folder / 'vigie.sqlite'}")
    with Session(engine) as session:
        user = session.scalars(select(User).where(User.login == login)).one()
    engine.dispose()
    ring = KeyRing.open(folder / "keys", create=False)
    return ring.open_sealed(user.totp_sealed or "", purpose=factors.PURPOSE, owner=user.id).decode()


def sign_in(browser: HouseClient, login: str, password: str, code: str) -> None:
    assert browser.post("/connexion", {"login": login, "password": password}).location == "/connexion/code"
    assert browser.post("/connexion/code", {"code": code}).status == 303
    assert browser.get("/").title.startswith("Bonjour")


def test_the_demonstration_is_planted_once(planted: Path) -> None:
    assert "rien n’a été planté" in heard(terminal(living(planted)), "demo", "plant", "--if-empty")


def test_the_code_of_a_demonstration_account_opens_the_door(planted: Path) -> None:
    code = heard(terminal(living(planted)), "demo", "code", "dpo")
    phone = pyotp.TOTP(secret_of(planted, "dpo"))
    assert phone.verify(code, valid_window=1)
    sign_in(house(planted), "dpo", "demonstration-vigie", code)


def test_a_base_without_its_tables_is_told_what_it_lacks(tmp_path: Path) -> None:
    done = terminal(living(tmp_path))("user", "create", "adele", "--name", "Adèle Morin", "--email", "a@cha.example")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "lancez « flask db upgrade », puis recommencez." in done.stderr


def test_the_first_administrator_is_created_and_comes_in(fresh: Path) -> None:
    asked = ("user", "create", "adele", "--name", "Adèle Morin", "--email", "adele@cha.example")
    link = urlsplit(said(fresh, *asked).splitlines()[-1]).path
    browser = house(fresh)
    welcome = browser.get(link)
    assert "adele" in welcome.words
    enrolled = browser.post(link, {"password": PASSWORD, "repeated": PASSWORD}, follow=True)
    phone = pyotp.TOTP("".join(enrolled.one("code", id="secret").itertext()).replace(" ", ""))
    codes = browser.post("/inscription", {"code": phone.now()}, follow=True)
    assert len(set(re.findall(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b", codes.words))) == 10
    assert browser.get("/comptes").status == 200


def test_after_a_rotation_of_the_keys_everyone_comes_in(planted: Path) -> None:
    before = secret_of(planted, "dpo")
    flask = terminal(living(planted))
    assert re.match(r"Nouvelle clé 0002-[0-9a-f]{8} ; \d+ secrets rescellés\.", heard(flask, "keys", "rotate"))
    assert secret_of(planted, "dpo") == before
    sign_in(house(planted), "dpo", "demonstration-vigie", pyotp.TOTP(before).now())
    assert heard(flask, "doctor") == "Tout est en ordre."


def test_without_its_keys_a_base_is_told_who_can_no_longer_come_in(planted: Path) -> None:
    shutil.move(planted / "keys", planted / "kept-apart")
    flask = terminal(living(planted))
    for words in (["doctor"], ["keys", "rotate", "--only", "seal"], ["doctor"]):
        done = flask(*words)
        assert done.exit_code == 1
        assert "ne s’ouvre avec aucune clé" in done.stderr
        assert "admin, agent," in done.stderr
        assert "Tout est en ordre" not in done.stdout


@pytest.fixture
def other_base(postgresql: str) -> Iterator[str]:
    """An empty PostgreSQL database."""
    name = f"restored_{uuid.uuid4().hex}"
    keeper = create_engine(make_url(postgresql).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield make_url(postgresql).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    keeper.dispose()


def test_a_backup_is_restored_in_the_other_kind_of_database(planted: Path, other_base: str) -> None:
    file = planted / "vigie.zip"
    told = heard(terminal(living(planted)), "backup", file)
    restored = said(planted, "restore", str(file), DATABASE_URL=other_base)
    assert re.findall(r"\d+", told)[0] == re.findall(r"\d+", restored)[0]
    there = create_app(Settings(environment="local", data_dir=planted, database_url=other_base))
    flask = terminal(there)
    assert heard(flask, "journal", "verify").startswith("Le journal est intact.")
    code = heard(flask, "demo", "code", "dpo")
    there.extensions["engine"].dispose()
    assert pyotp.TOTP(secret_of(planted, "dpo")).verify(code, valid_window=1)


# In this process, on both databases: what comes in and goes out, and the refusals

Flasks = Callable[..., Result]

on_the_demonstration = pytest.mark.parametrize(
    "database", ["sqlite, demonstration", "postgresql, demonstration"], indirect=True
)


@pytest.fixture
def flask(app: Flask, database: Any) -> Flasks:
    """`flask("journal", "verify")` on the test's database."""
    return terminal(app)


def terminal(app: Flask) -> Flasks:
    """`flask` for an application, in this process."""
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def heard(flask: Flasks, *words: object) -> str:
    """What a command says when all goes well."""
    done = flask(*words)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout.strip()


def test_an_upgraded_base_is_upgraded_again_without_harm(flask: Flasks) -> None:
    assert "0 entrées ajoutées, 0 modifiées" in heard(flask, "db", "upgrade")


@on_the_demonstration
def test_a_register_goes_out_and_comes_back_unchanged(flask: Flasks, tmp_path: Path) -> None:
    target = tmp_path / "registre.xlsx"
    told = heard(flask, "register", "export", target, "--establishment", "CHVA")
    count = int(re.match(r"\d+", told)[0])  # type: ignore[index]
    assert count > 10
    assert re.search(r"\(SHA-256 [0-9a-f]{64}\)\.$", told)
    for option in (["--dry-run"], []):
        back = heard(flask, "register", "import", target, "--establishment", "CHVA", *option)
        assert re.search(rf"Fiches \S+.* : 0, \S+.* : 0, inchangées : {count}, refusées : 0\.$", back), back
    assert heard(flask, "journal", "verify").startswith("Le journal est intact.")


@on_the_demonstration
def test_a_file_of_people_comes_in_and_changes_nothing_again(flask: Flasks, tmp_path: Path) -> None:
    file = tmp_path / "paie.csv"
    file.write_text("Matricule;Nom;Prénom;Service\nX1;Kermadec;Ana;Hospitalisation à domicile bis\n", encoding="cp1252")
    command = ("people", "import", file, "--establishment", "CHVA")
    looked = heard(flask, *command, "--dry-run")
    assert "Services que Vigie ne connaît pas : Hospitalisation à domicile bis." in looked
    assert looked.endswith("Personnes à créer : 1, à modifier : 0, inchangées : 0, refusées : 0.")
    assert "Personnes créées : 1," in heard(flask, *command, "--create-departments")
    assert "Personnes créées : 0, modifiées : 0, inchangées : 1," in heard(flask, *command)


@on_the_demonstration
def test_the_night_is_worked_once(flask: Flasks) -> None:
    first, second = heard(flask, "daily"), heard(flask, "daily")
    assert "journal vérifié : 0" in first
    assert "déjà fait" not in first
    assert second.count("déjà fait") == first.count(" : ")


@on_the_demonstration
def test_the_register_is_written_in_every_format(flask: Flasks, tmp_path: Path) -> None:
    begins = {"xlsx": b"PK", "csv": b"\xef\xbb\xbf", "ods": b"PK", "json": b"{", "docx": b"PK", "pdf": b"%PDF"}
    for ending, first in begins.items():
        for option in ([], ["--public"]):
            target = tmp_path / f"registre{''.join(option)}.{ending}"
            done = flask("register", "export", target, "--establishment", "HLHO", *option)
            assert (done.exit_code, done.stderr) == (0, ""), f"{ending}: {done.stderr}"
            assert target.read_bytes().startswith(first)
    whole, public = (json.loads((tmp_path / name).read_text()) for name in ("registre.json", "registre--public.json"))
    assert whole != public


REFUSALS = {
    "demo code dpo": "Il n’y a de code que pour les comptes d’une base de démonstration.",
    "demo plant": "La démonstration ne se plante que dans une base vide.",
    "user create dpo --name X --email x@x.example": "Cet identifiant est déjà pris.",
    "user create É --name X --email x@x.example": "ettres minuscules sans accent",
    "user create zoe --name X --email nulle.part": "Adresse électronique : Donnez une adresse complète",
    "user create zoe --name \u202eX --email x@x.example": "Nom et prénom : Ce texte contient un caractère invisible",
    f"user create zoe --name {'X' * 3000} --email x@x.example": "Nom et prénom : Au plus 200 caractères.",
    "user create zoe": "Missing option '--name'",
    "register export {folder}/r.xlsx": "Précisez l’établissement par son code : CHA, CHE",
    "register export {folder}/r.xlsx --establishment NON": "Précisez l’établissement par son code : CHA, CHE",
    "register export {folder}/r.doc --establishment CHA": "Le nom du fichier doit finir par .xlsx",
    "register export {folder}/rien/r.csv --establishment CHA": "Le fichier n’a pas pu être écrit",
    "register import {folder}/absent.csv": "does not exist",
    "register import {folder}/broken.xlsx --establishment CHA": "",
    "backup {folder}/broken.xlsx": "Le fichier existe déjà",
    "backup {folder}/rien/v.zip": "La sauvegarde n’a pas été faite : ce fichier ou ce dossier n’existe pas",
    "restore {folder}/absent.zip": "Ce fichier n’existe pas.",
    "restore {folder}/broken.xlsx": "n’est pas une sauvegarde",
    "send-mail": "Aucun serveur de courriel",
    "danse": "No such command",
}


@pytest.mark.parametrize("words", REFUSALS)
def test_a_refusal_is_said_on_standard_error(words: str, flask: Flasks, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 rien de bon")
    done = flask(*words.format(folder=tmp_path).split())
    assert done.exit_code != 0
    assert REFUSALS[words] in done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_backup_is_not_restored_over_data(flask: Flasks, tmp_path: Path) -> None:
    assert flask("backup", tmp_path / "v.zip").exit_code == 0
    done = flask("restore", tmp_path / "v.zip")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "base vide" in done.stderr


def test_a_broken_journal_is_told_by_its_first_fault(flask: Flasks, app: Flask) -> None:
    engine = app.extensions["engine"]
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER journal_entry_no_update"))
        else:
            connection.execute(text("DROP TRIGGER journal_entry_no_change ON journal_entry"))
        connection.execute(text("UPDATE journal_entry SET actor_name = 'x' WHERE chain = 'group' AND seq = 2"))
    done = flask("journal", "verify")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("Chaîne group, écriture 2 : l’écriture a été modifiée.\n")
    assert "la garde journal_entry_no_" in done.stderr
    nightly = flask("daily")
    assert nightly.exit_code != 0
    assert "écriture a été modifiée" in nightly.stderr
