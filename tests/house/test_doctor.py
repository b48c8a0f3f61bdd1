"""Before serving: each thing that forbids it is one French sentence, and then nothing is served."""

import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from governance import create_app, doctor, schema
from governance.config import Misconfigured, Settings
from governance.keys import KeyRing
from tests.conftest import Template
from tests.house.shell import start

SOUND = {"SECRET_KEY": "vn7Kq2LmXw9RtYp4Zc6Hb8Jd3Fg5Sa1E0UiOxN", "PUBLIC_URL": "https://vigie.ght.example"}
SENTENCE = re.compile(r"[A-ZÀÉ].*\.$")

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
House = Callable[..., Flask]


@pytest.fixture
def house(database: Template, tmp_path: Path) -> House:
    """A sound production house with an up-to-date database, but for what is changed in its environment."""
    sound = {"DATA_DIR": str(tmp_path), "DATABASE_URL": database.url, **SOUND}
    return lambda **changed: create_app(Settings.from_environment({**sound, **changed}))


def only_fault(app: Flask) -> str:
    (sentence,) = doctor.faults(app)
    app.extensions["engine"].dispose()
    assert SENTENCE.match(sentence), sentence
    return sentence


@on_sqlite
def test_a_sound_house_serves(house: House) -> None:
    assert doctor.faults(house()) == []


@on_sqlite
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SECRET_KEY": ""}, "manque"),
        ({"SECRET_KEY": "changeme" * 8}, "exemple"),
        ({"SECRET_KEY": "court"}, "moins de 32 octets"),
        ({"SECRET_KEY": "ab" * 40}, "répète"),
        ({"PUBLIC_URL": "http://vigie.ght.example"}, "https"),
        ({"PUBLIC_URL": "https://127.0.0.1"}, "adresse publique"),
    ],
)
def test_an_unsafe_setting_forbids_production(changed: dict[str, str], said: str, house: House) -> None:
    assert said in only_fault(house(**changed))
    assert doctor.faults(house(ENVIRONMENT="local", **changed)) == [], "on one’s own machine it may"


@on_sqlite
def test_debugging_forbids_production(house: House) -> None:
    app = house()
    app.debug = True
    assert "FLASK_DEBUG" in only_fault(app)


@on_sqlite
def test_a_key_that_others_may_read_forbids_production(house: House, tmp_path: Path) -> None:
    app, ring = house(), KeyRing.open(tmp_path / "keys")
    key = next(ring.folder.glob("*.key"))
    key.chmod(0o644)
    assert key.name in only_fault(app)


@on_sqlite
def test_a_pending_migration_forbids_serving_anywhere(house: House) -> None:
    schema.downgrade(house().extensions["engine"], "-1")
    for environment in ("production", "local"):
        assert "flask db upgrade" in only_fault(house(ENVIRONMENT=environment))


def test_a_database_that_does_not_answer_forbids_serving(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path), **SOUND, "DATABASE_URL": "postgresql://127.0.0.1:1/vigie"}
    (sentence,) = doctor.faults(create_app(Settings.from_environment(settings)))
    assert sentence.startswith("La base de données ne répond pas")


@pytest.mark.parametrize("database", ["sqlite, demonstration"], indirect=True)
def test_a_demonstration_is_not_served_in_production(house: House) -> None:
    assert "démonstration" in only_fault(house())


@on_sqlite
def test_a_journal_without_its_guards_forbids_serving(house: House) -> None:
    app = house()
    with app.extensions["engine"].begin() as connection:
        connection.execute(text("DROP TRIGGER journal_entry_follows"))
    assert "gardes du journal" in only_fault(app)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ENVIRONMENT": "maison"}, "ENVIRONMENT vaut « production » ou « local »."),
        ({"PORT": "huit mille"}, "PORT : un nombre entier entre 1 et 65535 est attendu."),
        ({"PORT": "99999"}, "PORT : un nombre entier entre 1 et 65535 est attendu."),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES : un nombre entier entre 0 et 10 est attendu."),
        ({"SECRET_KEY_FILE": "/nulle/part"}, "SECRET_KEY_FILE : ce fichier ou ce dossier n’existe pas (/nulle/part)."),
    ],
)
def test_an_environment_that_means_nothing_is_said_in_a_sentence(given: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{re.escape(said)}$"):
        Settings.from_environment(given)


@pytest.mark.parametrize(
    ("variable", "texts"),
    [
        ("DATABASE_URL", ["garbage", "mysql://vigie@127.0.0.1/vigie", "postgresql://127.0.0.1:x/vigie", "://"]),
        (
            "PUBLIC_URL",
            ["https://[", "https://", "vigie.ght.example", "https://a.example?x=1#y", "https://a.example:x"],
        ),
        ("SMTP_URL", ["nonsense", "smtp://", "http://relais.example", "smtp://relais.example:99999"]),
    ],
)
def test_an_address_that_means_nothing_is_said_with_an_example(variable: str, texts: list[str]) -> None:
    for text_ in texts:
        with pytest.raises(Misconfigured, match=f"^{variable} : une adresse est attendue, par exemple .*\\.$"):
            Settings.from_environment({variable: text_})


def test_an_address_that_means_something_is_kept() -> None:
    given = {
        "DATABASE_URL": "postgresql://vigie:a%40b@[::1]:5432/vigie",
        "PUBLIC_URL": "https://vigie.ght.example:8443/registre/",
        "SMTP_URL": "smtps://vigie:secret@relais.example",
    }
    settings = Settings.from_environment(given)
    assert settings.address == "https://vigie.ght.example:8443/registre"
    assert settings.smtp_url == given["SMTP_URL"]


def test_a_secret_in_a_file_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Misconfigured, match=r"^SECRET_KEY_FILE : ce fichier n’est pas un texte en UTF-8\.$"):
        Settings.from_environment({"SECRET_KEY_FILE": str(tmp_path / "secret")})


def test_data_without_a_folder_are_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "data"):
        with pytest.raises(Misconfigured, match=r"^DATA_DIR : .* un dossier est attendu"):
            create_app(Settings(environment="local", data_dir=folder))
    url = f"sqlite:///{tmp_path / 'file' / 'vigie.sqlite'}"
    with pytest.raises(Misconfigured, match=r"^DATABASE_URL : .* un dossier est attendu"):
        create_app(Settings(environment="local", data_dir=tmp_path, database_url=url))


def test_every_fault_of_the_environment_is_told_at_once() -> None:
    with pytest.raises(Misconfigured) as told:
        Settings.from_environment({"ENVIRONMENT": "x", "PORT": "y", "TRUSTED_PROXIES": "z"})
    assert len(str(told.value).splitlines()) == 3


def test_a_secret_may_be_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SOUND["SECRET_KEY"] + "\n")
    settings = Settings.from_environment({"SECRET_KEY_FILE": str(tmp_path / "secret")})
    assert settings.secret_key == SOUND["SECRET_KEY"]


# The server and the command say the same, and nothing is served


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_the_server_refuses_with_every_reason_as_the_doctor_does_and_serves_nothing(tmp_path: Path, port: int) -> None:
    unsafe = {"PORT": str(port), "FLASK_DEBUG": "1", "PUBLIC_URL": "http://vigie.ght.example"}
    refused = start(tmp_path, "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app", **unsafe)
    told = start(tmp_path, "flask", "doctor", **unsafe)
    assert refused.returncode != 0
    assert told.returncode != 0
    for said in ("SECRET_KEY", "FLASK_DEBUG", "https", "flask db upgrade"):
        assert said in told.stderr
    assert told.stdout == refused.stdout == ""
    assert all(SENTENCE.match(line) for line in told.stderr.splitlines())
    assert told.stderr in refused.stderr
    assert "Traceback" not in refused.stderr
    with socket.socket() as door:
        assert door.connect_ex(("127.0.0.1", port)) != 0


def test_the_server_refuses_an_environment_that_means_nothing(tmp_path: Path) -> None:
    for command in ([sys.executable, "-c", "import wsgi"], ["gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]):
        refused = start(tmp_path, *command, PORT="99999", ENVIRONMENT="maison")
        assert refused.returncode != 0
        assert (
            "PORT : un nombre entier entre 1 et 65535 est attendu.\nENVIRONMENT vaut « production » ou « local ».\n"
        ) in refused.stderr
        assert "Traceback" not in refused.stderr
