"""How two processes share the tests: what is long to make (a demonstration, a house that is served) is made in one."""

import pytest
from xdist.scheduler import LoadScopeScheduling

LONG = (
    "sqlite, demonstration]", "postgresql, demonstration]", "tests/browser/", "tests/house/test_cli.py",
    "tests/seed/test_demo.py", "tests/house/test_access.py", "tests/house/test_pages.py", "tests/house/test_no_500.py",
)  # fmt: skip
"""What the name of a test ends or begins with when it leans on such work, or is long itself: groups start first."""

TOGETHER = {"tests/house/test_cli.py": "tests/browser/"}
"""Groups that lean on the same work: the demonstration as the command plants it."""


class OneMakesIt(LoadScopeScheduling):  # type: ignore[misc]  # the library says nothing of its types
    """Gives tests one by one, and those that lean on the same long work together, to the same process."""

    def _split_scope(self, nodeid: str) -> str:
        group = next((one for one in LONG if nodeid.startswith(one) or nodeid.endswith(one)), nodeid)
        return TOGETHER.get(group, group)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneMakesIt:
    return OneMakesIt(config, log)
