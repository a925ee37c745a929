"""Which processes the demo has. docker-compose.yml runs the same ones."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from awsdash.demo.launcher.ports import bracketed
from awsdash.demo.launcher.processes import Command

CHECKOUT = Path(__file__).resolve().parents[3]
CELERY = ("-m", "celery", "--quiet", "-A", "awsdash")


@dataclass(frozen=True)
class Commands:
    """In the order in which they can start; `seed` waits for AWS too."""

    aws: Command
    migrate: Command
    services: tuple[Command, ...]
    seed: Command


def demo_commands(
    env: Mapping[str, str], *, host: str, port: int, aws_port: int, epoch: str
) -> Commands:
    def python(name: str, *args: str, once: bool = False) -> Command:
        return Command(name, (sys.executable, *args), env, CHECKOUT, once)

    return Commands(
        aws=Command(
            "aws",
            (sys.executable, "-m", "awsdash.demo.aws", *_aws_flags(aws_port, epoch)),
            env,
            CHECKOUT,
            stops_last=True,
            ready_line="ready ",
        ),
        migrate=python("migrate", "manage.py", "migrate", "--noinput", "-v", "0", once=True),
        services=(
            python("web", "-m", "gunicorn", "awsdash.wsgi", *_gunicorn_flags(host, port)),
            python("data", *CELERY, "worker", *_worker_flags("data", "data", threads=32)),
            python(
                "interactive", *CELERY, "worker", *_worker_flags("interactive", "interactive", 8)
            ),
            python("script", *CELERY, "worker", *_worker_flags("script", "scripts", threads=4)),
            python("tick", *CELERY, "beat", *_beat_flags()),
        ),
        seed=python("seed", "manage.py", "seed_demo", once=True),
    )


def _aws_flags(port: int, epoch: str) -> tuple[str, ...]:
    return ("--port", str(port), "--epoch", epoch)


def _gunicorn_flags(host: str, port: int) -> tuple[str, ...]:
    """One process with threads: the embedded database is a file. Logs are Django's affair."""
    return (
        *("--bind", f"{bracketed(host)}:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "16"),
        *("--graceful-timeout", "3", "--access-logfile", "/dev/null", "--log-level", "warning"),
        "--no-control-socket",
    )


def _worker_flags(name: str, queue: str, threads: int) -> tuple[str, ...]:
    return (
        *("-P", "threads", "-c", str(threads), "-Q", queue, "-n", f"{name}@%h"),
        *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
    )


def _beat_flags() -> tuple[str, ...]:
    """The schedule is in the settings and nothing needs remembering, so no file is kept."""
    return ("-S", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "WARNING")
