"""The key ring: what it seals opens for its owner and purpose only, across rotations; the application's own secret."""

import secrets
import string
import uuid
from pathlib import Path

import pytest

from governance.keys import KeyInUse, KeyMissing, KeyRing, SealBroken, secret_key, unsafe_files, weakness

ALICE = uuid.UUID(int=1)
BRUNO = uuid.UUID(int=2)
SECRET = b"twenty bytes exactly"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.open(tmp_path / "keys")


def test_what_is_sealed_opens_for_its_owner_and_purpose(ring: KeyRing) -> None:
    sealed = ring.seal(SECRET, purpose="totp", owner=ALICE)
    assert ring.open_sealed(sealed, purpose="totp", owner=ALICE) == SECRET


def test_even_nothing_can_be_sealed(ring: KeyRing) -> None:
    assert ring.open_sealed(ring.seal(b"", purpose="totp", owner=ALICE), purpose="totp", owner=ALICE) == b""


def test_a_sealed_text_names_its_version_and_its_key(ring: KeyRing) -> None:
    sealed = ring.seal(SECRET, purpose="totp", owner=ALICE)
    assert sealed.split(".")[:2] == ["v1", ring.current]
    assert ring.kid_of(sealed) == ring.current


def test_sealing_twice_never_gives_the_same_text(ring: KeyRing) -> None:
    assert len({ring.seal(SECRET, purpose="totp", owner=ALICE) for _ in range(500)}) == 500


def test_texts_swapped_between_two_owners_are_both_refused(ring: KeyRing) -> None:
    of_alice = ring.seal(SECRET, purpose="totp", owner=ALICE)
    of_bruno = ring.seal(SECRET, purpose="totp", owner=BRUNO)
    with pytest.raises(SealBroken):
        ring.open_sealed(of_alice, purpose="totp", owner=BRUNO)
    with pytest.raises(SealBroken):
        ring.open_sealed(of_bruno, purpose="totp", owner=ALICE)


def test_a_text_sealed_for_another_purpose_is_refused(ring: KeyRing) -> None:
    sealed = ring.seal(SECRET, purpose="totp", owner=ALICE)
    with pytest.raises(SealBroken):
        ring.open_sealed(sealed, purpose="attachments", owner=ALICE)


# Lengths whose base64 ends with 0, 2 and 4 spare bits, which a lenient decoder would ignore.
@pytest.mark.parametrize("plain", [b"a" * 20, b"a" * 21, b"a" * 22])
def test_every_character_changed_is_refused(ring: KeyRing, plain: bytes) -> None:
    sealed = ring.seal(plain, purpose="totp", owner=ALICE)
    after_kid = sealed.index(ring.current) + len(ring.current)
    alphabet = string.ascii_letters + string.digits + "-_=.+/ \n\0é"
    for place in range(len(sealed)):
        # Another key's name is a key that is missing, as it should be; everything else is a broken seal.
        expected = (SealBroken, KeyMissing) if place < after_kid else (SealBroken,)
        for other in set(alphabet) - {sealed[place]}:
            with pytest.raises(expected):
                ring.open_sealed(sealed[:place] + other + sealed[place + 1 :], purpose="totp", owner=ALICE)


@pytest.mark.parametrize("cut", [0, 1, 2, 20, -1])
def test_a_text_cut_or_lengthened_is_refused(ring: KeyRing, cut: int) -> None:
    sealed = ring.seal(SECRET, purpose="totp", owner=ALICE)
    for text in (sealed[:cut], sealed + "A", sealed + "\n", sealed + sealed[-4:]):
        with pytest.raises(SealBroken):
            ring.open_sealed(text, purpose="totp", owner=ALICE)


@pytest.mark.parametrize(
    "text", ["", "secret", "v1...", f"v1.../../secret.{'A' * 16}.{'A' * 24}", f"v1.0001-0000.{'A' * 16}.{'A' * 24}"]
)
def test_what_was_never_sealed_is_refused(ring: KeyRing, text: str) -> None:
    with pytest.raises(SealBroken):
        ring.open_sealed(text, purpose="totp", owner=ALICE)
    with pytest.raises(SealBroken):
        ring.kid_of(text)


def test_a_text_relabelled_with_another_key_is_refused(ring: KeyRing) -> None:
    sealed = ring.seal(SECRET, purpose="totp", owner=ALICE)
    old = ring.current
    new = ring.rotate()
    with pytest.raises(SealBroken):
        ring.open_sealed(sealed.replace(old, new), purpose="totp", owner=ALICE)


def test_a_refusal_says_nothing_of_the_secret(ring: KeyRing) -> None:
    sealed = ring.seal(SECRET, purpose="totp", owner=ALICE)
    with pytest.raises(SealBroken) as broken:
        ring.open_sealed(sealed, purpose="totp", owner=BRUNO)
    assert str(broken.value) == "Ce contenu scellé a été altéré ou n’appartient pas à ce compte."
    assert broken.value.__cause__ is None


def test_after_a_rotation_the_new_key_seals_and_the_old_still_opens(ring: KeyRing) -> None:
    old, sealed = ring.current, ring.seal(SECRET, purpose="totp", owner=ALICE)
    new = ring.rotate()
    assert (ring.kids, ring.current) == ([old, new], new)
    assert ring.kid_of(ring.seal(SECRET, purpose="totp", owner=ALICE)) == new
    assert ring.open_sealed(sealed, purpose="totp", owner=ALICE) == SECRET


def test_a_rotation_is_seen_at_once_by_a_ring_opened_before(ring: KeyRing) -> None:
    other_process = KeyRing.open(ring.folder)
    new = ring.rotate()
    assert other_process.current == new
    sealed = ring.seal(SECRET, purpose="totp", owner=ALICE)
    assert other_process.open_sealed(sealed, purpose="totp", owner=ALICE) == SECRET


def test_the_newest_key_stays_last_after_many_rotations(ring: KeyRing) -> None:
    made = [ring.current, *(ring.rotate() for _ in range(12))]
    assert ring.kids == made


def test_a_key_removed_too_early_is_named(ring: KeyRing) -> None:
    old, sealed = ring.current, ring.seal(SECRET, purpose="totp", owner=ALICE)
    ring.rotate()
    (ring.folder / f"seal-{old}.key").unlink()
    with pytest.raises(KeyMissing, match=old) as missing:
        ring.open_sealed(sealed, purpose="totp", owner=ALICE)
    assert missing.value.kid == old


@pytest.mark.parametrize("content", ["", "c2hvcnQ", "é", "!" * 43, "A" * 42])
def test_a_damaged_key_file_counts_as_missing(ring: KeyRing, content: str) -> None:
    path = ring.folder / f"seal-{ring.current}.key"
    path.unlink()
    path.write_text(content)
    with pytest.raises(KeyMissing):
        ring.seal(SECRET, purpose="totp", owner=ALICE)


def test_a_key_is_retired_only_when_nothing_needs_it(ring: KeyRing) -> None:
    old = ring.current
    with pytest.raises(KeyInUse, match=old):
        ring.retire(old, still_sealed=0)
    new = ring.rotate()
    with pytest.raises(KeyInUse, match=old):
        ring.retire(old, still_sealed=1)
    ring.retire(old, still_sealed=0)
    assert ring.kids == [new]
    with pytest.raises(KeyMissing):
        ring.retire(old, still_sealed=0)


def test_opening_a_ring_twice_keeps_its_key(ring: KeyRing) -> None:
    assert KeyRing.open(ring.folder).kids == ring.kids


@pytest.mark.parametrize("folder", ["absent", "."])
def test_a_ring_without_key_is_refused_when_none_may_be_made(tmp_path: Path, folder: str) -> None:
    with pytest.raises(KeyMissing) as missing:
        KeyRing.open(tmp_path / folder, create=False)
    assert missing.value.kid is None
    assert list(tmp_path.iterdir()) == []


def test_keys_are_kept_from_everyone_else(ring: KeyRing) -> None:
    secret_key(ring.folder)
    ring.rotate()
    assert ring.folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in ring.folder.iterdir()] == [0o400] * 3
    assert unsafe_files(ring.folder) == []


def test_a_key_that_others_may_read_is_reported(ring: KeyRing) -> None:
    path = ring.folder / f"seal-{ring.current}.key"
    path.chmod(0o440)
    ring.folder.chmod(0o701)
    assert unsafe_files(ring.folder) == [ring.folder, path]


def test_a_folder_not_yet_made_has_nothing_unsafe(tmp_path: Path) -> None:
    assert unsafe_files(tmp_path / "keys") == []


def test_the_secret_key_is_made_once_and_is_strong(tmp_path: Path) -> None:
    made = secret_key(tmp_path / "keys")
    assert secret_key(tmp_path / "keys") == made
    assert secret_key(tmp_path / "elsewhere") != made
    assert weakness(made) is None


@pytest.mark.parametrize("secret", [None, ""])
def test_a_missing_secret_is_weak(secret: str | None) -> None:
    assert weakness(secret) == "Le secret de l’application (SECRET_KEY) manque."


@pytest.mark.parametrize(
    "secret", ["dev", "secret", "Change-Me", "change-me-" * 5, "dev-secret-key-0123456789-abcdefgh"]
)
def test_a_known_sample_is_weak(secret: str) -> None:
    assert weakness(secret) == "Le secret de l’application (SECRET_KEY) est un exemple connu de tous."


def test_a_short_secret_is_weak() -> None:
    secret = "kR7vQ2mX9pL4tZ8wB3nF6hJ1cD5gS0yé"
    assert weakness(secret) is None, "thirty-two characters, thirty-three bytes"
    assert weakness(secret[1:-1]) == "Le secret de l’application (SECRET_KEY) compte moins de 32 octets."


@pytest.mark.parametrize("secret", ["a" * 64, "0123456789ab" * 4, "abcdefgh" * 3 + "hgfedcba" * 3])
def test_a_monotonous_secret_is_weak(secret: str) -> None:
    assert weakness(secret) == "Le secret de l’application (SECRET_KEY) répète trop les mêmes caractères."


def test_no_random_secret_is_called_weak() -> None:
    for _ in range(2000):
        assert weakness(secrets.token_urlsafe(48)) is None
        assert weakness(secrets.token_hex(32)) is None
