"""Recovery codes and one-use tokens: random, typed as people type, stored as digests that serve one use only."""

import base64
import re
import uuid

import pytest

from governance.accounts import codes

ALICE = uuid.UUID(int=1)
BRUNO = uuid.UUID(int=2)


def test_ten_recovery_codes_of_eighty_bits_are_given() -> None:
    given = codes.recovery_codes()
    assert len(given) == 10
    for code in given:
        assert re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", code)
        assert len(base64.b32decode(code.replace("-", ""))) * 8 == 80


def test_recovery_codes_are_never_the_same() -> None:
    assert len(set(codes.recovery_codes(5000))) == 5000


def test_a_recovery_code_is_its_own_normal_form() -> None:
    for code in codes.recovery_codes(200):
        assert codes.normalise_recovery(code) == code


@pytest.mark.parametrize(
    "typed",
    ["ABCD-EFGH-2345-OIBZ", "abcdefgh2345oibz", " abcd efgh 2345 oibz ", "ABCD–EFGH–2345–OIBZ", "abcd_efgh_2345_oibz\n",
     "ABCD\u00a0EFGH\u202f2345 OIBZ", "\uff21\uff22\uff23\uff24-EFGH-2345-OIBZ", "ABCD-EFGH-2345-018Z"],
)  # fmt: skip
def test_a_recovery_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert codes.normalise_recovery(typed) == "ABCD-EFGH-2345-OIBZ"


@pytest.mark.parametrize(
    "typed",
    ["", "123456", "ABCD-EFGH-2345-OIB", "ABCD-EFGH-2345-OIBZZ", "ABCD-EFGH-2345-OIB9", "ABCD-EFGH-2345-OIBÉ",
     "\ud800", "A" * 10_000],
)  # fmt: skip
def test_what_is_not_a_recovery_code_is_refused(typed: str) -> None:
    assert codes.normalise_recovery(typed) is None


def test_the_digest_of_a_recovery_code_is_found_again_and_does_not_show_it() -> None:
    code = "ABCD-EFGH-2345-OIBZ"
    stored = codes.digest(code, ALICE)
    assert re.fullmatch("[0-9a-f]{64}", stored)
    assert codes.digest(code, ALICE) == stored
    assert codes.digest("ABCD-EFGH-2345-OIBA", ALICE) != stored


def test_the_same_recovery_code_is_stored_differently_for_two_people() -> None:
    assert codes.digest("ABCD-EFGH-2345-OIBZ", ALICE) != codes.digest("ABCD-EFGH-2345-OIBZ", BRUNO)


def test_tokens_have_256_bits_and_are_never_the_same() -> None:
    given = {codes.new_token() for _ in range(10_000)}
    assert len(given) == 10_000
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in given} == {32}


def test_an_invitation_is_never_a_reset() -> None:
    token = codes.new_token()
    assert codes.token_digest(token, "invitation") == codes.token_digest(token, "invitation")
    assert codes.token_digest(token, "invitation") != codes.token_digest(token, "reset")


def test_a_token_is_never_a_recovery_code() -> None:
    assert codes.token_digest("ABCD-EFGH-2345-OIBZ", str(ALICE)) != codes.digest("ABCD-EFGH-2345-OIBZ", ALICE)


def test_no_link_however_written_breaks_the_digest() -> None:
    digests = {codes.token_digest(token, "reset") for token in ("", "\0", "é", "\ud800", "a" * 100_000)}
    assert len(digests) == 5
