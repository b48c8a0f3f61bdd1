"""How two processes share the tests: what is long to make (a demonstration, a house that is served) is made in one."""

import pytest
from xdist.scheduler import LoadScopeScheduling

LONG = (
    "tests/browser/", "tests/house/test_cli.py", "tests/seed/test_demo.py",
    "sqlite, demonstration]", "postgresql, demonstration]",
)  # fmt: skip
"""What the name of a test begins or ends with when it leans on such work."""


class OneMakesIt(LoadScopeScheduling):  # type: ignore[misc]  # the library says nothing of its types
    """Gives tests one by one, and those that lean on the same long work together, to the same process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((one for one in LONG if nodeid.startswith(one) or nodeid.endswith(one)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneMakesIt:
    return OneMakesIt(config, log)
