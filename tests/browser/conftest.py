"""A live house with its demonstration, a real Chromium, and people who come to it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.house import House, served
from tests.browser.person import Person

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-pings"]

Comes = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def house(browser: Browser, planted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, served once for all the journeys of this process."""
    folder = shutil.copytree(planted_once, tmp_path_factory.mktemp("house"), dirs_exist_ok=True)
    with served(folder) as house:
        yield house


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium here: install it (Debian: apt install chromium) to run the journeys")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def seen() -> set[str]:
    """The kinds of pages whose focus was looked at."""
    return set()


@pytest.fixture
def comes(house: House, browser: Browser, seen: set[str]) -> Iterator[Comes]:
    """`comes()`: somebody at the door; `comes("dpo")`: signed in; options are those of a Playwright context."""
    contexts: list[BrowserContext] = []

    def come(login: str | None = None, *, scripts: bool = True, **options: Any) -> Person:
        context = browser.new_context(
            base_url=house.address, java_script_enabled=scripts, reduced_motion="reduce", locale="fr-FR", **options
        )
        contexts.append(context)
        if login is not None:
            name, value = house.cookie_of(login)
            context.add_cookies([{"name": name, "value": value, "url": house.address}])
        return Person(context, seen, scripts=scripts)

    yield come
    for context in contexts:
        context.close()
