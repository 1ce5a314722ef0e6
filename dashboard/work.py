"""An analysis under way: it goes on when a page is left, and everybody who asks gets the same one.

Streamlit stops a script in its tracks when the visitor clicks something else. A fit that ran in
the script would be lost and begin again; here it runs in a thread of its own and the script only
watches it.
"""

from __future__ import annotations

import atexit
import gc
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
Progress = Callable[[str, float], None]

LOOK_EVERY = 0.1  # seconds between two looks at the progress


@dataclass(frozen=True)
class Stage:
    """What is being done now, and the share of the whole that is behind it (0 to 1)."""

    text: str
    share: float


class Work(Generic[T]):
    """One piece of slow work, started when it is made.

    Parameters
    ----------
    job
        Called once, in a thread, with a function `(text, share)` to report progress.
    then
        Called with what it made, in the same thread, once those who wait have it already.
    """

    def __init__(
        self, job: Callable[[Progress], T], then: Callable[[T], object] | None = None
    ) -> None:
        self._stage = Stage("Starting", 0.0)
        self._future: Future[T] = Future()
        # Not a daemon: an engine that is cut off in mid-query brings the whole process down.
        threading.Thread(target=self._run, args=(job, then)).start()

    def _run(self, job: Callable[[Progress], T], then: Callable[[T], object] | None) -> None:
        try:
            made = job(self._report)
        except BaseException as error:  # handed on to whoever waits
            self._future.set_exception(error)
            return
        self._future.set_result(made)
        if then is not None:
            then(made)

    def _report(self, text: str, share: float) -> None:
        self._stage = Stage(text, min(max(share, 0.0), 1.0))

    @property
    def done(self) -> bool:
        """Whether the work has ended, well or badly."""
        return self._future.done()

    def result(self, progress: Progress | None = None) -> T:
        """Wait for the work and return what it made, or raise what it raised.

        Parameters
        ----------
        progress
            Called with each new stage while waiting. It may raise: the work goes on.
        """
        seen: Stage | None = None
        while progress is not None and not self.done:
            if self._stage is not seen:
                seen = self._stage
                progress(seen.text, seen.share)
            wait([self._future], timeout=LOOK_EVERY)
        return self._future.result()


def settle() -> None:
    """Keep what lives as long as the server out of the collector's way.

    Walking it would cost 90 ms after every move of a slider.
    """
    gc.collect()
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)  # so that everything can be let go of when the server ends
