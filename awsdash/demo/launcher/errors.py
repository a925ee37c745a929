"""How the launcher ends early."""


class LaunchError(Exception):
    """The demo cannot go on. The text is shown as it is: it says what to do."""


class StopRequested(Exception):
    """Someone pressed Ctrl-C or sent a signal. No error: it is how a demo ends."""
