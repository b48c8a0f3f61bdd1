"""The register as JSON: what comes out can come in, and nothing else can."""

import json

import pytest

from exports import portable
from exports.columns import portable as plain
from tests.exports.samples import AT, activity, establishment, processor, served


def dumped(public: bool = False) -> bytes:
    return portable.dump([activity(), served()], establishment(), AT, processors=[processor()], public=public)


def test_what_is_dumped_is_loaded() -> None:
    records = [activity(), served()]
    whole = portable.load(portable.dump(records, establishment(), AT, processors=[processor()]))
    assert whole["schema"] == 1
    assert whole["establishment"] == {"code": "CH-VAL", "name": "Centre hospitalier du Val"}
    assert whole["activities"] == [plain(record) for record in records]
    assert whole["processors"][0]["fields"]["hds_activities"] == ["1", "5"]
    assert whole["processors"][0]["sub_processors"][0]["name"] == "Nuage de Santé"


def test_equal_registers_make_equal_bytes() -> None:
    record = activity()
    first = portable.dump([record], establishment(), AT)
    assert first == portable.dump([record], establishment(), AT)
    assert first.endswith(b"}\n")
    assert "Pôle de médecine".encode() in first


def test_the_digest_is_that_of_the_records() -> None:
    record = activity()
    whole = portable.load(portable.dump([record], establishment(), AT))
    assert whole["digest"] == portable.digest(whole["activities"]) == portable.digest(portable.records([record]))
    record.name = "Autre nom"
    assert portable.digest(portable.records([record])) != whole["digest"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b"9" * 10_000])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(portable.NotReadable, match="pas du JSON lisible"):
        portable.load(content)


@pytest.mark.parametrize("content", [b"[]", b"{}", b'"texte"', b'{"format": "autre", "schema": 1}'])
def test_another_json_is_refused(content: bytes) -> None:
    with pytest.raises(portable.NotReadable, match="pas un registre exporté par Vigie"):
        portable.load(content)


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_another_schema_is_refused_by_its_number(schema: object) -> None:
    content = json.loads(dumped()) | {"schema": schema}
    with pytest.raises(portable.NotReadable, match=f"schéma n° {schema} ; cette version de Vigie lit le schéma n° 1"):
        portable.load(json.dumps(content).encode())


@pytest.mark.parametrize(
    "activities",
    [None, {}, ["x"], [{"fields": {}}], [{"fields": [], "parts": {}}], [{"fields": {}, "parts": {"purposes": ["x"]}}]],
)
def test_records_of_another_shape_are_refused(activities: object) -> None:
    content = json.loads(dumped()) | {"activities": activities}
    with pytest.raises(portable.NotReadable, match="n’a pas la forme attendue"):
        portable.load(json.dumps(content).encode())
