"""The life of jobs and executions: the only writer of their states.

An execution is claimed by a conditional UPDATE and held by a lease. Every later write names the
lease, so a worker that lost it (killed, cancelled, too slow) writes nothing.
"""

from awsdash.jobs.lifecycle.batches import (
    cancel_batch,
    retry_failed,
    submit_batch,
    submit_batch_again,
)
from awsdash.jobs.lifecycle.claiming import claim, claim_next, require_reader
from awsdash.jobs.lifecycle.ending import cancel, fail, put_back, succeed
from awsdash.jobs.lifecycle.leases import LEASE, Lease, LeaseLost, add_page, begin_anew, renew
from awsdash.jobs.lifecycle.remote import (
    due_polls,
    intend,
    put_off,
    refused,
    started,
    take_due_polls,
    take_states,
)
from awsdash.jobs.lifecycle.sharing import share
from awsdash.jobs.lifecycle.stopping import (
    due_stops,
    learn_token,
    not_stopped,
    stopped,
    take_due_stop,
)
from awsdash.jobs.lifecycle.submitting import read_on, run_again, submit
from awsdash.jobs.lifecycle.sweeping import sweep

__all__ = [
    "LEASE",
    "Lease",
    "LeaseLost",
    "add_page",
    "begin_anew",
    "cancel",
    "cancel_batch",
    "claim",
    "claim_next",
    "due_polls",
    "due_stops",
    "fail",
    "intend",
    "learn_token",
    "not_stopped",
    "put_back",
    "put_off",
    "read_on",
    "refused",
    "renew",
    "require_reader",
    "retry_failed",
    "run_again",
    "share",
    "started",
    "stopped",
    "submit",
    "submit_batch",
    "submit_batch_again",
    "succeed",
    "sweep",
    "take_due_polls",
    "take_due_stop",
    "take_states",
]
