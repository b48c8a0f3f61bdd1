"""The search for garbage, put off while a file is understood or written: what is made then lives until the end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """Within the block, or the function it decorates, Python does not look for cycles: that costs a sixth of the time.

    Two imports at once may start it again early for each other, which only costs that time.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
