"""Settings: everything the environment decides, read once, complained about all at once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from governance.disk import reason
from models.vocabulary import N_


class Misconfigured(Exception):
    """The environment does not allow a start; the message holds one French sentence per line."""


def _variable(name: str, meaning: str, default: Any, within: tuple[int, int] = (0, 0)) -> Any:
    """`within`: the least and the most that a number may be."""
    return field(default=default, metadata={"variable": name, "meaning": meaning, "within": within})


# ruff: noqa: RUF009 -- `_variable` is `dataclasses.field` with the variable's name and meaning
@dataclass(frozen=True)
class Settings:
    """Each field is one environment variable; the README's table is made from here."""

    environment: str = _variable(
        "ENVIRONMENT", N_("`production`, ou `local` pour un essai sur son poste (`make run` le règle)"), "production"
    )
    data_dir: Path = _variable("DATA_DIR", N_("dossier de la base SQLite, des clés et des pièces"), Path("var"))
    database_url: str = _variable("DATABASE_URL", N_("base de données ; par défaut SQLite dans `DATA_DIR`"), "")
    port: int = _variable("PORT", N_("port d’écoute sur 127.0.0.1"), 8000, (1, 65535))
    public_url: str = _variable(
        "PUBLIC_URL", N_("adresse publique, en https ; par défaut http://127.0.0.1 avec le port"), ""
    )
    secret_key: str = _variable("SECRET_KEY", N_("secret des cookies, 32 octets au moins"), "")
    smtp_url: str = _variable("SMTP_URL", N_("serveur de courriel, par exemple smtp://relais.exemple:25"), "")
    mail_from: str = _variable("MAIL_FROM", N_("adresse d’expédition des courriels"), "vigie@localhost")
    scan_command: str = _variable(
        "SCAN_COMMAND",
        N_("antivirus lancé sur chaque pièce reçue, par exemple `clamdscan --no-summary` ; il accepte en rendant 0"),
        "",
    )
    checkpoint_file: str = _variable(
        "CHECKPOINT_FILE",
        N_(
            "fichier où s’ajoutent les jalons signés du journal, mieux sur un autre disque ; par défaut dans `DATA_DIR`"
        ),
        "",
    )
    trusted_proxies: int = _variable("TRUSTED_PROXIES", N_("nombre de mandataires devant l’application"), 0, (0, 10))
    privileged_password_days: int = _variable(
        "PASSWORD_MAX_AGE_PRIVILEGED_DAYS",
        N_("âge maximal du mot de passe des rôles privilégiés (CNIL 2022-100) ; 0 pour aucun"),
        1095,
        (0, 36500),
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables, or the files named by NAME_FILE. Raises Misconfigured with every fault found."""
        given = dict(os.environ if environment is None else environment)
        values, faults = {}, []
        for setting in fields(cls):
            variable = setting.metadata["variable"]
            try:
                text = _read(given, variable)
                if text:
                    values[setting.name] = _typed(variable, setting.default, setting.metadata["within"], text)
            except OSError as fault:
                faults.append(f"{variable}_FILE : {reason(fault)}.")
            except UnicodeDecodeError:
                faults.append(N_("%s_FILE : ce fichier n’est pas un texte en UTF-8.") % variable)
            except _Unfit as unfit:
                faults.append(f"{variable} : {unfit}")
        if values.get("environment", "production") not in ("production", "local"):
            faults.append(N_("ENVIRONMENT vaut « production » ou « local »."))
        if faults:
            raise Misconfigured("\n".join(faults))
        return cls(**values)

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; PostgreSQL goes through psycopg."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve() / 'vigie.sqlite'}"
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else self.database_url

    @property
    def address(self) -> str:
        """The public address, without a final slash."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        return urlsplit(self.address).scheme == "https"

    @property
    def checkpoints(self) -> Path:
        """The file to which the signed checkpoints of the journal are appended."""
        return Path(self.checkpoint_file) if self.checkpoint_file else self.data_dir / "jalons.jsonl"

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"


def _read(given: Mapping[str, str], variable: str) -> str:
    if f"{variable}_FILE" in given:
        return Path(given[f"{variable}_FILE"]).read_text(encoding="utf-8").strip()
    return given.get(variable, "").strip()


class _Unfit(Exception):
    """A value that its variable cannot take; the message says in French what is expected."""


def _typed(variable: str, default: Any, within: tuple[int, int], text: str) -> Any:
    if isinstance(default, int):
        return _number(text, *within)
    expects = _EXPECTED.get(variable)
    if expects and not expects[0](text):
        raise _Unfit(expects[1])
    return Path(text) if isinstance(default, Path) else text


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise _Unfit(N_("un nombre entier entre %s et %s est attendu.") % (least, most))
    return int(text)


def _is_database(text: str) -> bool:
    try:
        return make_url(text).drivername in ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
    except (ArgumentError, ValueError):
        return False


def _is_address(*schemes: str) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            parts = urlsplit(text)
            return bool(parts.scheme in schemes and parts.hostname and (parts.port is None or parts.port)) and not any(
                letter.isspace() or letter in "?#" for letter in text
            )
        except ValueError:
            return False

    return fits


_EXPECTED: dict[str, tuple[Callable[[str], bool], str]] = {
    "DATABASE_URL": (
        _is_database,
        N_("une adresse est attendue, par exemple postgresql://vigie@127.0.0.1/vigie ou sqlite:////srv/vigie.sqlite."),
    ),
    "PUBLIC_URL": (
        _is_address("http", "https"),
        N_("une adresse est attendue, par exemple https://vigie.hopital.example, sans « ? » ni « # »."),
    ),
    "SMTP_URL": (
        _is_address("smtp", "smtps"),
        N_("une adresse est attendue, par exemple smtp://relais.exemple:25 ou smtps://relais.exemple:465."),
    ),
}
"""What the text of some variables must be, and the sentence of who expects it."""


def variables() -> list[tuple[str, str, str]]:
    """(variable, meaning, default) for the README's table."""
    return [
        (f.metadata["variable"], f.metadata["meaning"], str(f.default) if f.default not in ("", None) else "")
        for f in fields(Settings)
    ]
