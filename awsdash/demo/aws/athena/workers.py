"""A few threads that do what is due: however many queries are in flight, they are all there is."""

import atexit
import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from typing import Final

from awsdash.demo.aws.athena.pace import now_s

THREADS: Final = 2
LONGEST_SLEEP_S: Final = 0.1  # a test may skip time
LAST_TASK_S: Final = 2

logger = logging.getLogger(__name__)


class Workers:
    """Does each task at its time, or as soon after it as a thread is free."""

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = threads
        self._started: list[threading.Thread] = []
        self._is_over = False
        self._changed = threading.Condition()
        self._tasks: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def do_at(self, due_s: float, task: Callable[[], None]) -> None:
        with self._changed:
            heapq.heappush(self._tasks, (due_s, next(self._numbers), task))
            self._start()
            self._changed.notify()

    def _start(self) -> None:
        if self._started:
            return
        atexit.register(self.end)
        for number in range(self._threads):
            thread = threading.Thread(target=self._work, name=f"athena-{number}", daemon=True)
            self._started.append(thread)
            thread.start()

    def end(self) -> None:
        """With the process: DuckDB complains of connections that threads still have then."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        for thread in self._started:
            thread.join(LAST_TASK_S)

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task()
            except Exception:
                logger.exception("A task of Athena failed")

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._is_over:
                if not self._tasks:
                    self._changed.wait()
                elif (wait_s := self._tasks[0][0] - now_s()) > 0:
                    self._changed.wait(min(wait_s, LONGEST_SLEEP_S))
                else:
                    return heapq.heappop(self._tasks)[2]
        return None


workers: Final = Workers()
