"""Passwords: hashed at a known cost for everybody, and refused when an attacker would try them first."""

import os
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import argon2
import pytest

from governance.accounts import passwords
from governance.accounts.passwords import Hasher, Overloaded, refusal

GOOD = "tracteur lilas orage 7"
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "été à la crémerie verte") for form in ("NFC", "NFD"))


class CountingHasher(Hasher):
    """Counts how often argon2 is really run, and how many run together."""

    def __init__(self, turns: threading.BoundedSemaphore | None = None, patience: float = 10) -> None:
        super().__init__(1, 64, turns=turns or threading.BoundedSemaphore(2), patience=patience)
        self.runs: list[str] = []
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()

    def _matches(self, encoded: str, password: bytes) -> bool:
        with self._lock:
            self.runs.append(encoded)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            return super()._matches(encoded, password)
        finally:
            with self._lock:
                self._now -= 1


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


def test_the_right_password_opens_and_another_does_not(hasher: Hasher) -> None:
    stored = hasher.hash_password(GOOD)
    assert hasher.verify(stored, GOOD)
    assert not hasher.verify(stored, GOOD + " ")
    assert not hasher.verify(stored, GOOD.upper())
    assert not hasher.verify(stored, "")


def test_two_hashes_of_one_password_differ(hasher: Hasher) -> None:
    assert hasher.hash_password(GOOD) != hasher.hash_password(GOOD)


def test_the_stored_hash_carries_the_costs_we_publish() -> None:
    parameters = argon2.extract_parameters(Hasher().hash_password(GOOD))
    assert parameters == argon2.Parameters(
        argon2.Type.ID, version=19, salt_len=16, hash_len=32, time_cost=3, memory_cost=65536, parallelism=1
    )


def test_a_hash_of_other_costs_is_made_anew(hasher: Hasher) -> None:
    dearer = Hasher(2, 64)
    assert dearer.needs_rehash(hasher.hash_password(GOOD))
    assert not dearer.needs_rehash(dearer.hash_password(GOOD))
    assert dearer.verify(hasher.hash_password(GOOD), GOOD), "an old hash still opens"


@pytest.mark.parametrize(("given", "typed"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_an_accent_typed_on_another_keyboard_still_opens(hasher: Hasher, given: str, typed: str) -> None:
    assert given != typed
    assert hasher.verify(hasher.hash_password(given), typed)


@pytest.mark.parametrize("password", ["a b" * 42 + "é!", "é" * 128, "🦊" * 128, "x" * 127 + " "])
def test_a_password_of_128_characters_counts_to_its_last(hasher: Hasher, password: str) -> None:
    assert len(password) == 128
    stored = hasher.hash_password(password)
    assert hasher.verify(stored, password)
    assert not hasher.verify(stored, password[:-1] + "z")
    assert hasher.verify(stored, unicodedata.normalize("NFD", password))


@pytest.mark.parametrize("password", ["x" * 129, "x" * 1_000_000, "\ufdfa" * 100], ids=["129", "1 MB", "18 in one"])
def test_an_endless_password_is_never_hashed(hasher: CountingHasher, password: str) -> None:
    with pytest.raises(ValueError, match="never hashed"):
        hasher.hash_password(password)
    assert not hasher.verify(hasher.hash_password(GOOD), password)
    assert not hasher.verify(None, password)
    assert hasher.runs == []


def test_an_unknown_person_costs_the_same_hash_as_a_known_one(hasher: CountingHasher) -> None:
    stored = hasher.hash_password(GOOD)
    assert not hasher.verify(stored, "wrong")
    assert not hasher.verify(None, "wrong")
    known, nobody = hasher.runs
    assert known == stored
    assert argon2.extract_parameters(nobody) == argon2.extract_parameters(known)


def test_nothing_opens_the_account_of_nobody(hasher: Hasher) -> None:
    assert not any(hasher.verify(nothing, clear) for nothing in (None, "") for clear in ("", GOOD, "None"))


@pytest.mark.parametrize("stored", ["x", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$", "$2b$12$abc", "é"])
def test_a_damaged_hash_opens_nothing(hasher: Hasher, stored: str) -> None:
    assert not hasher.verify(stored, GOOD)


@pytest.mark.parametrize("password", ["\0" * 20, "with\0nul", "lost \ud800"])
def test_no_text_makes_verifying_fail(hasher: Hasher, password: str) -> None:
    stored = hasher.hash_password(password)
    assert hasher.verify(stored, password)
    assert not hasher.verify(stored, password[:-1])


def test_no_more_hash_at_once_than_there_are_turns() -> None:
    hasher = CountingHasher(threading.BoundedSemaphore(2))
    stored = hasher.hash_password(GOOD)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda i: hasher.verify(stored, GOOD if i % 2 else "wrong"), range(200)))
    assert answers == [bool(i % 2) for i in range(200)]
    assert 1 <= hasher.most_at_once <= 2


def test_the_process_has_one_turn_by_core() -> None:
    cores = os.cpu_count() or 1
    turns = passwords._TURNS
    taken = [turns.acquire(blocking=False) for _ in range(cores + 1)]
    for _ in range(taken.count(True)):
        turns.release()
    assert taken == [True] * cores + [False]


def test_who_waits_too_long_for_a_turn_is_asked_to_come_back() -> None:
    turns = threading.BoundedSemaphore(1)
    hasher = CountingHasher(turns, patience=0.01)
    stored = hasher.hash_password(GOOD)
    with turns:
        with pytest.raises(Overloaded, match="réessayez"):
            hasher.verify(stored, GOOD)
        with pytest.raises(Overloaded):
            hasher.hash_password(GOOD)
    assert hasher.verify(stored, GOOD), "the turn is given back"
    assert Overloaded.retry_after >= 1


def test_a_crowd_at_the_door_stays_within_memory() -> None:
    # In a process of its own: the peak is that of the crowd, and of nothing else.
    crowd = """
import os, resource
from concurrent.futures import ThreadPoolExecutor
from governance.accounts.passwords import Hasher
hasher = Hasher(time_cost=1, patience=60)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with ThreadPoolExecutor(40) as pool:
    assert not any(pool.map(lambda _: hasher.verify(None, "wrong"), range(40)))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    root = Path(passwords.__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", crowd], cwd=root, capture_output=True, text=True, check=True, timeout=99
    )
    assert int(run.stdout) < 64 * (os.cpu_count() or 1) + 200, "MiB: one hash by core; forty at once would be 2,560"


PERSON = ("jdupont", "Jeanne Dupont", "jeanne.dupont", "Centre hospitalier du Val d’Aubrac")


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "uneclefsouslepaillasson",
        "abcdefghijklmnz",
        "ÉÀÇÙ œuvre naïve",
        "密碼是一隻會飛的藍色小貓咪啊呀",
        "🦊🌧🚲🧀🎻🪁🐢🍋🧵🛶🌵🪵🎲🥕🚪",
        "x7K!p2-Wq9#zL4mT",
        "493817562039481",
        "abab493817562039",
        "vigie de la tempête en mer",
        "Dupont élève des tortues",
        "jeanne mange trois figues",
    ],
)
def test_a_password_of_her_own_is_accepted(password: str) -> None:
    assert refusal(password, PERSON) is None


def test_the_sentences_say_the_limits_that_are_applied() -> None:
    assert str(passwords.MIN_LENGTH) in passwords.TOO_SHORT
    assert str(passwords.MAX_LENGTH) in passwords.TOO_LONG


def test_fifteen_characters_are_enough_and_fourteen_are_not() -> None:
    assert refusal("lampetortuebleu", ()) is None
    assert refusal("lampetortuebl€", ()) == passwords.TOO_SHORT
    assert refusal(unicodedata.normalize("NFD", "éèêëàçùïôûâîÿ"), ()) == passwords.TOO_SHORT, "an accent is no letter"


def test_128_characters_are_accepted_and_129_are_not() -> None:
    long = "".join(chr(0x4E00 + i) for i in range(129))
    assert refusal(long[:128], ()) is None
    assert refusal(long, ()) == passwords.TOO_LONG
    assert refusal("\0" * 1_000_000, ()) == passwords.TOO_LONG


@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused(character: str) -> None:
    assert refusal(GOOD + character, ()) == passwords.UNPRINTABLE


BLOCKLIST = [
    line
    for line in Path(passwords.__file__).with_name("blocklist.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_the_blocklist_is_long_and_each_line_is_new_and_long_enough_to_matter() -> None:
    assert len(BLOCKLIST) >= 300
    assert [line for line in BLOCKLIST if len(line) < passwords.MIN_LENGTH] == []
    assert [line for line in BLOCKLIST if line != line.strip()] == []
    assert len(set(BLOCKLIST)) == len(BLOCKLIST)


@pytest.mark.parametrize("disguise", [str, str.upper, str.title, "{}!".format, "--{} …".format])
def test_every_common_password_is_refused_in_any_dress(disguise: Callable[[str], str]) -> None:
    assert [line for line in BLOCKLIST if refusal(disguise(line), ()) != passwords.COMMON] == []


@pytest.mark.parametrize("disguise", ["{}2024", "1 {}...", "{}_42_", "35{}35"])
def test_digits_at_the_ends_do_not_save_a_common_password(disguise: str) -> None:
    worded = [line for line in BLOCKLIST if len(re.sub("[^a-z]", "", line)) >= passwords.MIN_LEFT]
    assert len(worded) >= 300
    assert [line for line in worded if refusal(disguise.format(line), ()) != passwords.COMMON] == []


@pytest.mark.parametrize(
    "password",
    ["Motdepassemotdepasse", "MOT-DE-PASSE MOT-DE-PASSE", "M0td3p@$$em0td3p@$$e", "Liberté, Égalité, Fraternité !",
     "Correct-Horse-Battery-Staple", "Je t’aime, mon amour", "1234567890123456", "C’est la vie, c’est la vie",
     "azertyuiopqsdfgh2025!", "azertyuiop2025!"],
)  # fmt: skip
def test_a_common_password_is_recognised(password: str) -> None:
    assert refusal(password, ()) == passwords.COMMON


@pytest.mark.parametrize(
    "password",
    ["a" * 15, "é" * 40, "!" * 20, "abcabcabcabcabc", "abcabcabcabcabca", "ababababababab1", "abbabaabbaababba",
     "chatte-chatte-chatte", "tortuelunetortuelune", "tortuelunetortuelune!2024", "Pamplemousse7Pamplemousse7"],
)  # fmt: skip
def test_a_repeated_pattern_is_refused(password: str) -> None:
    assert refusal(password, ()) == passwords.REPEATED


def test_a_long_phrase_said_twice_is_left_alone() -> None:
    assert refusal("une tortue bleue lit" * 2, ()) is None


@pytest.mark.parametrize(
    "password",
    ["jdupont-2024-jdupont!", "Jeanne.Dupont.1975", "dupontjeanne-hopital", "Vigie-Hôpital-2024!", "v1g1e-h0p1t@l-GHT",
     "Centre hospitalier du Val d’Aubrac", "hospitalier-aubrac", "dupont0612345678", "hopital1234567890",
     "bonjour123456789", "changezmoi12345", "Printemps2026!!", "soleil-soleil-12", "registre-rgpd-2026",
     "demonstration-vigie", "P@ssw0rd-Azerty-99", "J€anne-Dup0nt-chat",
     "MotDePasse-Vigie-1", "Bienvenue-2024-Bienvenue"],
)  # fmt: skip
def test_a_password_made_mostly_of_expected_words_is_refused(password: str) -> None:
    assert refusal(password, PERSON) == passwords.GUESSABLE


@pytest.mark.parametrize(
    "password", ["bonjour le monde des girafes", "soleil trop fort sur la dune", "quatre patients au chocolat"]
)
def test_a_common_word_among_others_is_accepted(password: str) -> None:
    assert refusal(password, PERSON) is None


def test_the_same_password_is_accepted_for_somebody_else() -> None:
    assert refusal("okonkwo-ngozi-lyon", ("nokonkwo", "Ngozi Okonkwo", "CH de Lyon")) == passwords.GUESSABLE
    assert refusal("okonkwo-ngozi-lyon", PERSON) is None


def test_empty_or_tiny_context_words_refuse_nothing() -> None:
    assert refusal("malle alla pelle", ("", " ", "-", "a", "al", "l", "e", "m", "p")) is None
