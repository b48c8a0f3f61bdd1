"""What must hold of every page that a person is shown, as her browser sees it."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

TABBED = 25
"""How many controls of a page are reached with the Tab key to see their focus."""

FAULTS = {"resultTypes": ["violations"]}
"""What axe tells at length: on a big page, all that is well takes longer to hand over than to find."""

STYLE = """one => {
  const style = getComputedStyle(one);
  return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
}"""

EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""What Chromium says of a page refused, which the journey asked for."""


class Inspector:
    """Inspects each new page of one browser window; remembers whose focus was seen, by kind of address."""

    def __init__(self, page: Page, seen: set[str]) -> None:
        self.page, self.seen = page, seen
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.match(message.text):
            self.said.append(message.text)

    def inspect(self) -> None:
        """Accessible, within the window, silent in the console, and with a focus that shows."""
        assert not self.said, f"{self.page.url}: the console says {self.said}"
        if self.page.evaluate("() => window.inspected === document.body"):
            return
        found = Axe().run(self.page, options=FAULTS)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        self._fits()
        self._shows_its_focus()
        self.page.evaluate("() => { window.inspected = document.body }")

    def _fits(self) -> None:
        wide, window = self.page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{self.page.url}: {wide} pixels wide in a window of {window}"

    def _shows_its_focus(self) -> None:
        kind = re.sub(r"[0-9a-f-]{36}", "…", self.page.url.split("?")[0].split("#")[0])
        if kind in self.seen:
            return
        self.seen.add(kind)
        before: list[tuple[Any, str]] = []
        for _ in range(TABBED):
            self.page.keyboard.press("Tab")
            control = self.page.evaluate_handle("() => document.activeElement")
            if control.evaluate("one => one === document.body"):
                break
            if not before or not control.evaluate(
                "(one, last) => one === last", before[-1][0]
            ):  # a date has four stops
                before.append((control, control.evaluate(STYLE)))
        self.page.evaluate("() => document.activeElement.blur()")
        assert before, f"{self.page.url}: nothing is reached with the Tab key"
        for control, focused in before:
            told = control.evaluate("one => one.outerHTML.slice(0, 120)")
            assert control.evaluate(STYLE) != focused, f"{self.page.url}: the focus does not show on {told}"
