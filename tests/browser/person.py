"""A person at her browser: what she does reads as a sentence, and every page she comes to is inspected."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.inspection import Inspector


class Person:
    """Somebody at a window of her own."""

    def __init__(self, context: BrowserContext, seen: set[str], *, scripts: bool = True) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.inspector = Inspector(self.page, seen) if scripts else None

    def looks(self) -> None:
        """She is shown a page: it is inspected."""
        self.page.wait_for_load_state()
        if self.inspector:
            self.inspector.inspect()

    def opens(self, path: str) -> None:
        self.page.goto(path)
        self.looks()

    def follows(self, link: str, within: str = "main") -> None:
        self.page.locator(within).get_by_role("link", name=link).first.click()
        self.looks()

    def presses(self, button: str, *, exact: bool = True, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("button", name=button, exact=exact).first.click()
        self.looks()

    def field(self, label: str, within: Locator | None = None) -> Locator:
        """A field by its label, whether it is obligatory or not."""
        whole = re.compile(rf"^{re.escape(label)}( \(obligatoire\))?$")
        return (within or self.page.locator("main")).get_by_label(whole)

    def types(self, label: str, text: str, within: Locator | None = None) -> None:
        self.field(label, within).fill(text)

    def chooses(self, label: str, option: str, within: Locator | None = None) -> None:
        self.field(label, within).select_option(label=option)

    def row(self, name: str) -> Locator:
        """A row of a form by its title: « Mesure 1 »."""
        return self.page.get_by_role("group", name=name, exact=True)

    def receives(self, button: str) -> bytes:
        """The file that a button makes the browser download."""
        with self.page.expect_download() as download:
            self.page.locator("main").get_by_role("button", name=button, exact=True).click()
        return Path(download.value.path()).read_bytes()

    def reads(self, *texts: str) -> None:
        """She sees these words on the page."""
        for text in texts:
            expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def does_not_read(self, text: str) -> None:
        expect(self.page.locator("main").get_by_text(text)).to_have_count(0)

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()
