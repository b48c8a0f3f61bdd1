"""Time-based codes against the vectors of the RFCs, an independent program, and what people type."""

import base64
import random
import re
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest

from governance.accounts import totp
from tests.exports.opened import tool

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 4226 appendix D: the codes of counters 0 to 9.
RFC_4226 = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
# RFC 6238 appendix B, SHA-1: eight digits there, of which ours are the last six.
RFC_6238 = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
# The first two neighbours of this secret to show the same code.
TWINS = 910_737, "911617"
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
NOON_STEP = int(NOON.timestamp()) // 30


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC_4226)))
def test_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    at = instant(counter * 30)
    assert totp.current_code(RFC_SECRET, at) == code
    assert totp.matching_step(RFC_SECRET, code, at) == counter


@pytest.mark.parametrize(("seconds", "code"), list(RFC_6238.items()))
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    at = instant(seconds)
    assert totp.current_code(RFC_SECRET, at) == code[-6:]
    assert totp.matching_step(RFC_SECRET, code[-6:], at) == seconds // 30


def test_an_independent_program_shows_the_same_codes() -> None:
    oathtool = tool("oathtool", "oathtool")
    chance = random.Random(6238)  # noqa: S311  the same thousand pairs at every run
    for _ in range(40):
        secret = base64.b32encode(chance.randbytes(totp.SECRET_BYTES)).decode()
        start = instant(chance.randrange(0, 2**32))
        command = [oathtool, "--totp", "--base32", "--window=24", f"--now=@{int(start.timestamp())}", secret]
        shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.split()
        assert shown == [totp.current_code(secret, start + timedelta(seconds=30 * i)) for i in range(25)]


def test_a_code_serves_in_its_step_and_the_two_beside_it() -> None:
    code = totp.current_code(RFC_SECRET, NOON)
    accepted = [seconds for seconds in range(-90, 120) if totp.matching_step(RFC_SECRET, code, later(seconds))]
    assert accepted == list(range(-30, 60))
    assert {totp.matching_step(RFC_SECRET, code, later(seconds)) for seconds in accepted} == {NOON_STEP}


def test_the_window_turns_at_the_instant_and_not_a_microsecond_before() -> None:
    code = totp.current_code(RFC_SECRET, NOON)
    assert totp.matching_step(RFC_SECRET, code, later(59.999999)) == NOON_STEP
    assert totp.matching_step(RFC_SECRET, code, later(60)) is None
    assert totp.matching_step(RFC_SECRET, code, later(-30)) == NOON_STEP
    assert totp.matching_step(RFC_SECRET, code, later(-30.000001)) is None


def test_the_step_does_not_depend_on_the_time_zone() -> None:
    paris = NOON.astimezone(timezone(timedelta(hours=1)))
    assert totp.matching_step(RFC_SECRET, totp.current_code(RFC_SECRET, paris), NOON) == NOON_STEP


def test_an_instant_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        totp.current_code(RFC_SECRET, datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001


def test_a_code_that_two_steps_share_counts_for_the_later_one() -> None:
    step, code = TWINS
    assert [totp.current_code(RFC_SECRET, instant(30 * s)) for s in (step, step + 1)] == [code, code]
    assert totp.matching_step(RFC_SECRET, code, instant(30 * step)) == step + 1, "else it would serve twice"


def test_a_code_that_two_steps_share_blames_the_clock_as_little_as_can_be() -> None:
    step, code = TWINS
    assert totp.drift(RFC_SECRET, code, instant(30 * (step + 4))) == -3
    assert totp.drift(RFC_SECRET, code, instant(30 * (step - 3))) == 3


def test_the_code_of_another_secret_is_refused() -> None:
    other = totp.new_secret()
    codes = {totp.current_code(RFC_SECRET, later(seconds)) for seconds in (-30, 0, 30)}
    chosen = next(s for s in range(0, 30_000, 300) if totp.current_code(other, later(s)) not in codes)
    assert totp.matching_step(RFC_SECRET, totp.current_code(other, later(chosen)), NOON) is None


ARABIC, DEVANAGARI = "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"
FULL_WIDTH = "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"


@pytest.mark.parametrize(
    "typed",
    ["287082", " 287 082 ", "287-082", "2 8 7 0 8 2", "287\u00a0082", "287\u202f082", "287\u2011082", "287\u2013082",
     "\u200b287082\ufeff", "287\t082\n", "٢٨٧٠٨٢", "۲۸۷۰۸۲", "२८७ ०८२", "²⁸⁷⁰⁸²"],
)  # fmt: skip
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert totp.normalise(typed) == "287082"
    assert totp.matching_step(RFC_SECRET, typed, instant(30)) == 1


@pytest.mark.parametrize("digits", [ARABIC, DEVANAGARI, FULL_WIDTH])
def test_every_digit_of_another_script_has_its_value(digits: str) -> None:
    assert totp.normalise(digits[:6]) == "012345"
    assert totp.normalise(digits[4:]) == "456789"


@pytest.mark.parametrize(
    "typed", ["", " ", "28708", "2870820", "28708a", "287.082", "+287082", "-0x123", "½87082", "Ⅷ87082", "28708\0", "é",
              "\ud800", "2" * 5000, " " * 5000 + "287082"],
)  # fmt: skip
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert totp.normalise(typed) is None
    assert totp.matching_step(RFC_SECRET, typed, instant(30)) is None
    assert totp.drift(RFC_SECRET, typed, instant(30)) is None


@pytest.mark.parametrize("steps", range(-10, 11))
def test_a_clock_that_is_wrong_is_measured(steps: int) -> None:
    shown_by_the_phone = totp.current_code(RFC_SECRET, later(30 * steps))
    assert totp.drift(RFC_SECRET, shown_by_the_phone, NOON) == steps
    assert (totp.matching_step(RFC_SECRET, shown_by_the_phone, NOON) is not None) == (abs(steps) <= 1)


@pytest.mark.parametrize("steps", [-11, 11, 2880])
def test_a_code_from_too_far_explains_nothing(steps: int) -> None:
    assert totp.drift(RFC_SECRET, totp.current_code(RFC_SECRET, later(30 * steps)), NOON) is None


def test_a_new_secret_has_160_bits_and_is_never_the_same() -> None:
    secrets = {totp.new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_a_secret_is_shown_in_groups_of_four() -> None:
    assert totp.spaced(RFC_SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_the_address_carries_the_secret_under_issuer_and_login() -> None:
    uri = urlsplit(totp.provisioning_uri(RFC_SECRET, "marie.dupont", "Vigie – Hôpital & Cie"))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == "/Vigie – Hôpital & Cie:marie.dupont"
    assert parse_qs(uri.query) == {"secret": [RFC_SECRET], "issuer": ["Vigie – Hôpital & Cie"]}


def test_the_qr_code_holds_under_the_content_policy() -> None:
    svg = totp.qr_svg(totp.provisioning_uri(RFC_SECRET, "marie.dupont", "Vigie"))
    root = ElementTree.fromstring(svg)  # noqa: S314  our own output
    assert svg.startswith("<svg")
    assert root.attrib["class"] == "qr"
    assert re.fullmatch(r"0 0 (\d+) \1", root.attrib["viewBox"])
    allowed = {"class", "viewBox", "version", "fill", "stroke", "d", "transform"}
    assert {name for element in root.iter() for name in element.attrib} <= allowed
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "path"}


def test_the_qr_code_has_its_own_light_ground_for_the_dark_theme() -> None:
    svg = totp.qr_svg(totp.provisioning_uri(RFC_SECRET, "marie.dupont", "Vigie"))
    root = ElementTree.fromstring(svg)  # noqa: S314  our own output
    side = root.attrib["viewBox"].split()[-1]
    ground, modules = list(root)
    assert (ground.attrib["fill"], modules.attrib["stroke"]) == ("#fff", "#000")
    assert ground.attrib["d"] == f"M0 0h{side}v{side}h-{side}z"
