"""Passwords: how they are hashed (argon2id, RFC 9106) and which ones are refused."""

import os
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from models.vocabulary import N_

# Above the OWASP minimum (19 MiB, two passes): about 150 ms on one core of an ordinary server.
MEMORY_COST = 65536  # KiB
TIME_COST = 3
PARALLELISM = 1
PATIENCE = 10.0  # seconds that one sign-in waits for its turn

MIN_LENGTH = 15  # NIST SP 800-63B-4 for a password, which also forbids rules of composition; counted in code points
MAX_LENGTH = 128
MIN_DISTINCT = 5  # different characters
MIN_LEFT = 8  # characters that must remain of a password once the expected words are taken out of it

EXPECTED = ("vigie", "hopital", "ght", "motdepasse", "password", "azerty", "qwerty", "bienvenue", "admin")

TOO_SHORT = N_("Choisissez au moins 15 caractères\u00a0: quelques mots sans rapport conviennent très bien.")
TOO_LONG = N_("Choisissez au plus 128 caractères.")
UNPRINTABLE = N_(
    "Ce mot de passe contient un caractère de commande (tabulation, retour à la ligne…)\u00a0: retirez-le."
)
COMMON = N_("Ce mot de passe est parmi les plus courants\u00a0: choisissez une phrase qui vous est propre.")
REPEATED = N_("Ce mot de passe répète un même motif\u00a0: choisissez des mots différents.")
GUESSABLE = N_(
    "Ce mot de passe tient surtout à des mots attendus (votre nom, votre établissement, un mot très courant)\u00a0: "
    "ajoutez-en d’autres."
)

_LEET = str.maketrans("013457@$€!", "oieastasei")
# One permit by core for the whole process: two hundred sign-ins at once would otherwise ask for 12.8 GB.
_TURNS = BoundedSemaphore(os.cpu_count() or 1)


class Overloaded(Exception):
    """No turn came in time to hash a password: answer 503 and ask to come back in `retry_after` seconds."""

    retry_after = 10

    def __init__(self) -> None:
        super().__init__(N_("Trop de connexions en même temps\u00a0: réessayez dans quelques secondes."))


class Hasher:
    """Hashes and verifies passwords with argon2id; the costs are lowered in tests only."""

    def __init__(
        self,
        time_cost: int = TIME_COST,
        memory_cost: int = MEMORY_COST,
        *,
        turns: BoundedSemaphore = _TURNS,
        patience: float = PATIENCE,
    ) -> None:
        """`memory_cost` is in KiB; `turns` bounds how many hash at once, `patience` is in seconds."""
        self._argon2 = PasswordHasher(time_cost, memory_cost, PARALLELISM)
        self._turns = turns
        self._patience = patience
        # The same costs with a random result: as long to verify as a true hash, and no password opens it.
        salt, result = (b64encode(os.urandom(n)).rstrip(b"=").decode() for n in (16, 32))
        self._nobody = f"$argon2id$v=19$m={memory_cost},t={time_cost},p={PARALLELISM}${salt}${result}"

    def hash_password(self, clear: str) -> str:
        """The encoded hash to store. Raises ValueError beyond MAX_LENGTH, Overloaded when no turn comes."""
        if _is_too_long(clear):
            raise ValueError("a password beyond the longest allowed is never hashed")
        with self._turn():
            return self._argon2.hash(_encoded(clear))

    def verify(self, stored: str | None, clear: str) -> bool:
        """Whether `clear` is the password stored; False at the same cost when there is none (None: no such account).

        Beyond MAX_LENGTH the answer is False at once, whatever the account. Raises Overloaded when no turn comes.
        """
        if _is_too_long(clear):
            return False
        with self._turn():
            return self._matches(stored or self._nobody, _encoded(clear))

    def needs_rehash(self, stored: str) -> bool:
        """Whether this hash was made with other costs than today's: to be made anew when its password is next given."""
        return self._argon2.check_needs_rehash(stored)

    def _matches(self, encoded: str, password: bytes) -> bool:
        try:
            return self._argon2.verify(encoded, password)
        except (VerificationError, ValueError):  # another password, or a stored text that is no hash
            return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise Overloaded
        try:
            yield
        finally:
            self._turns.release()


def refusal(clear: str, context_words: Iterable[str]) -> str | None:
    """The French sentence of the first rule that this new password breaks, or None when it is accepted.

    `context_words` are what an attacker tries first for this person: login, name, e-mail before the @, establishment.
    """
    if _is_too_long(clear):
        return TOO_LONG
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in clear):
        return UNPRINTABLE
    if len(_normal(clear)) < MIN_LENGTH:
        return TOO_SHORT
    folded = _folded(clear)
    if _is_common(folded):
        return COMMON
    if _is_repeated(folded):
        return REPEATED
    return GUESSABLE if _is_guessable(folded, context_words) else None


def _is_common(folded: str) -> bool:
    spellings = (folded, _core(folded))
    return any(_alnum(s) in _blocklist() or _alnum(s.translate(_LEET)) in _blocklist() for s in spellings)


def _is_repeated(folded: str) -> bool:
    core = _core(folded)
    texts = (folded, core) if 2 * len(core) > len(folded) else (folded,)
    return len(set(folded)) < MIN_DISTINCT or any(_has_short_period(text) for text in texts)


def _has_short_period(text: str) -> bool:
    """Whether the text is a shorter one said twice or more, the last time perhaps cut."""
    longest = min(len(text) // 2, MIN_LENGTH - 1)
    return any(text[period:] == text[:-period] for period in range(1, longest + 1))


def _is_guessable(folded: str, context_words: Iterable[str]) -> bool:
    """Whether too little is left besides the expected words and the digits and punctuation at both ends."""
    plain = folded.translate(_LEET)
    expected: set[int] = set()
    for word in _expected(context_words):
        for match in re.finditer(re.escape(word), plain):
            expected.update(range(*match.span()))
    left = "".join(c for i, c in enumerate(folded) if i not in expected)
    return bool(expected) and len(_alnum(_core(left))) < MIN_LEFT


def _expected(context_words: Iterable[str]) -> set[str]:
    """Each context, whole and word by word, spelt as `_is_guessable` reads; under three letters a word says nothing."""
    contexts = [
        _folded(context).translate(_LEET) for context in (*EXPECTED, *_lines("common_words.txt"), *context_words)
    ]
    words = {word for context in contexts for word in (context, _alnum(context), *re.split(r"[\W_]+", context))}
    return {word for word in words if len(word) >= 3}


@cache
def _lines(name: str) -> tuple[str, ...]:
    """The lines of a list beside this file, but its remarks."""
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _blocklist() -> frozenset[str]:
    folded = [_folded(line) for line in _lines("blocklist.txt")]
    cores = (_core(line) for line in folded)  # a password comes here without its digits: "azertyuiop1234567890" too
    return frozenset(_alnum(text) for text in (*folded, *(core for core in cores if len(core) >= MIN_LEFT)))


def _normal(clear: str) -> str:
    """One spelling for what looks the same: é typed as one character or as two (NFKC, as NIST allows)."""
    return unicodedata.normalize("NFKC", clear)


def _encoded(clear: str) -> bytes:
    return _normal(clear).encode("utf-8", "surrogatepass")


def _is_too_long(clear: str) -> bool:
    # A first look at the length as typed, so that nobody makes us normalise a megabyte.
    return len(clear) > 4 * MAX_LENGTH or len(_normal(clear)) > MAX_LENGTH


def _folded(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def _core(folded: str) -> str:
    """Without the digits, spaces and punctuation that people add at the ends."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)


def _alnum(text: str) -> str:
    return "".join(filter(str.isalnum, text))
