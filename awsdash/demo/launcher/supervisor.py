"""Keeps the children running, shows what they say, and ends them all."""

import selectors
import signal
import time
from collections import defaultdict, deque
from collections.abc import Callable
from types import FrameType

import psutil

from awsdash.demo.launcher.console import Console
from awsdash.demo.launcher.errors import LaunchError, StopRequested
from awsdash.demo.launcher.leftovers import Ledger
from awsdash.demo.launcher.processes import Child, Command, describe_exit

RESTARTS = 5
RESTART_WINDOW_S = 60.0
FIRST_BACKOFF_S = 0.25
GRACE_S = 10.0
TICK_S = 0.1


class Signals:
    """Counts requests to stop: the second one means "now"."""

    def __init__(self) -> None:
        self.count = 0

    def install(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup wants us to stay
            signal.signal(signal.SIGHUP, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1


class Supervisor:
    """Everything happens in `pump`, which the launcher's one thread calls over and over."""

    def __init__(self, console: Console, ledger: Ledger, signals: Signals) -> None:
        self._console = console
        self._ledger = ledger
        self._signals = signals
        self._selector = selectors.DefaultSelector()
        self._children: dict[str, Child] = {}
        self._due: dict[str, tuple[float, Command]] = {}
        self._deaths: defaultdict[str, deque[float]] = defaultdict(deque)
        self._done: set[str] = set()
        self._ready: set[str] = set()

    def start(self, *commands: Command) -> None:
        for command in commands:
            child = Child(command)
            self._children[command.name] = child
            self._selector.register(child.output, selectors.EVENT_READ, child)
            self._ledger.write(self._children.values())

    def is_done(self, name: str) -> bool:
        """Whether this `once` command has ended well."""
        return name in self._done

    def is_ready(self, name: str) -> bool:
        """Whether this command has written its ready line."""
        return name in self._ready

    def wait_until(self, condition: Callable[[], bool], within_s: float, what: str) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > deadline:
                raise LaunchError(f"{what} within {within_s:.0f} seconds. The lines above say why.")
            self.pump()

    def pump(self) -> None:
        """One round: show output, start again what died. Takes at most TICK_S when idle."""
        if self._signals.count:
            raise StopRequested
        self._show_output(TICK_S)
        for child in list(self._children.values()):
            if (code := child.exit_code()) is not None:
                self._bury(child, [])
                self._judge(child.command, code)
        now = time.monotonic()
        for name, (moment, command) in list(self._due.items()):
            if moment <= now:
                del self._due[name]
                self.start(command)

    def stop(self) -> None:
        """Ends everything; what the others need goes last. Returns when nothing is left."""
        self._due.clear()
        self._stop_all([c for c in self._children.values() if not c.command.stops_last])
        self._stop_all(list(self._children.values()))
        self._ledger.clear()

    def _stop_all(self, children: list[Child]) -> None:
        families = [(child, child.descendants()) for child in children]
        for child in children:
            child.terminate()
        deadline = time.monotonic() + GRACE_S
        while any(child.exit_code() is None for child in children):
            if time.monotonic() > deadline or self._signals.count > 1:
                break
            self._show_output(TICK_S)
        for child, descendants in families:
            if child.exit_code() is None:
                self._console.line(child.command.name, "does not stop: killed")
            self._bury(child, descendants)

    def _show_output(self, timeout_s: float) -> None:
        if not self._selector.get_map():
            time.sleep(timeout_s)
            return
        for key, _ in self._selector.select(timeout_s):
            self._show(key.data)

    def _show(self, child: Child) -> None:
        for line in child.read_lines():
            self._console.line(child.command.name, line)
            if child.command.ready_line and line.startswith(child.command.ready_line):
                self._ready.add(child.command.name)
        if child.at_end:
            self._selector.unregister(child.output)

    def _bury(self, child: Child, descendants: list[psutil.Process]) -> None:
        """Shows its last words, ends what it left behind and forgets it."""
        if not child.at_end:
            self._show(child)
        if not child.at_end:  # something that it started still holds the pipe
            self._selector.unregister(child.output)
        child.output.close()
        child.kill(descendants)
        self._ready.discard(child.command.name)
        del self._children[child.command.name]
        self._ledger.write(self._children.values())

    def _judge(self, command: Command, code: int) -> None:
        """Decides what the end of a process means: done, start again, or give up."""
        name = command.name
        if command.once:
            if code != 0:
                raise LaunchError(f"{name} failed ({describe_exit(code)}): see its lines above.")
            self._done.add(name)
            return
        now = time.monotonic()
        deaths = self._deaths[name]
        deaths.append(now)
        while deaths[0] < now - RESTART_WINDOW_S:
            deaths.popleft()
        if len(deaths) > RESTARTS:
            raise LaunchError(
                f"{name} keeps ending ({describe_exit(code)}, {len(deaths)} times in a minute): "
                "see its lines above."
            )
        delay_s = FIRST_BACKOFF_S * 2 ** (len(deaths) - 1)
        self._console.line(name, f"{describe_exit(code)}: starting again in {delay_s:g} s")
        self._due[name] = (now + delay_s, command)
