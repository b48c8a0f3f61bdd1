"""Settings: everything the environment decides, read once, complained about all at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from governance.disk import reason
from models.vocabulary import N_


class Misconfigured(Exception):
    """The environment does not allow a start; the message holds one French sentence per line."""


def _variable(name: str, meaning: str, default: Any) -> Any:
    return field(default=default, metadata={"variable": name, "meaning": meaning})


# ruff: noqa: RUF009 -- `_variable` is `dataclasses.field` with the variable's name and meaning
@dataclass(frozen=True)
class Settings:
    """Each field is one environment variable; the README's table is made from here."""

    environment: str = _variable(
        "ENVIRONMENT", N_("`production`, ou `local` pour un essai sur son poste (`make run` le règle)"), "production"
    )
    data_dir: Path = _variable("DATA_DIR", N_("dossier de la base SQLite, des clés et des pièces"), Path("var"))
    database_url: str = _variable("DATABASE_URL", N_("base de données ; par défaut SQLite dans `DATA_DIR`"), "")
    port: int = _variable("PORT", N_("port d’écoute sur 127.0.0.1"), 8000)
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
    trusted_proxies: int = _variable("TRUSTED_PROXIES", N_("nombre de mandataires devant l’application"), 0)
    privileged_password_days: int = _variable(
        "PASSWORD_MAX_AGE_PRIVILEGED_DAYS",
        N_("âge maximal du mot de passe des rôles privilégiés (CNIL 2022-100) ; 0 pour aucun"),
        1095,
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables, or the files named by NAME_FILE. Raises Misconfigured with every fault found."""
        given = dict(os.environ if environment is None else environment)
        values, faults = {}, []
        for setting in fields(cls):
            try:
                text = _read(given, setting.metadata["variable"])
                if text:
                    values[setting.name] = _typed(setting.default, text)
            except OSError as fault:
                faults.append(f"{setting.metadata['variable']}_FILE : {reason(fault)}.")
            except ValueError:
                faults.append(f"{setting.metadata['variable']} : " + N_("un nombre entier est attendu."))
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


def _typed(default: Any, text: str) -> Any:
    if isinstance(default, int):
        return int(text)
    return Path(text) if isinstance(default, Path) else text


def variables() -> list[tuple[str, str, str]]:
    """(variable, meaning, default) for the README's table."""
    return [
        (f.metadata["variable"], f.metadata["meaning"], str(f.default) if f.default not in ("", None) else "")
        for f in fields(Settings)
    ]
