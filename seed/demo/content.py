"""Reads the demonstration's YAML files, in which {days: n} is the day n days after the planting."""

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


def read(name: str, today: dt.date) -> Any:
    """The content of a file of the demonstration, its days as ISO dates."""
    return _dated(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")), today)


def _dated(content: Any, today: dt.date) -> Any:
    if isinstance(content, list):
        return [_dated(item, today) for item in content]
    if not isinstance(content, dict):
        return content
    if content.keys() == {"days"}:
        return (today + dt.timedelta(days=content["days"])).isoformat()
    return {key: _dated(value, today) for key, value in content.items()}
