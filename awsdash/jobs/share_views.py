"""The menu that shares a job or a batch with groups."""

from uuid import UUID

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from awsdash.accounts.models import User
from awsdash.http import Request
from awsdash.jobs import lifecycle
from awsdash.jobs.audience import shares_of
from awsdash.jobs.models import Batch, Job
from services.errors import InvalidQuery


@require_http_methods(["GET", "POST"])
def share(request: Request, job_id: UUID) -> HttpResponse:
    """The groups a job is or may be shared with; posted, `group` and `shared` change one."""
    jobs = Job.objects.visible_to(request.user).ruled_by(request.user)
    return _share(request, "job", get_object_or_404(jobs, pk=job_id))


@require_http_methods(["GET", "POST"])
def share_batch(request: Request, batch_id: UUID) -> HttpResponse:
    """As `share`: with a batch go its cells, each to those who may view its account."""
    batches = Batch.objects.visible_to(request.user).ruled_by(request.user)
    return _share(request, "batch", get_object_or_404(batches, pk=batch_id))


def _share(request: Request, noun: str, what: Job | Batch) -> HttpResponse:
    if request.method == "POST":
        group = _group(request.user, what, request.POST.get("group", ""))
        lifecycle.share(request.user, what, group, shared=request.POST.get("shared") == "1")
    if not request.htmx:
        return redirect(noun, what.pk)
    address = reverse(f"{noun}_share", args=[what.pk])
    context = {"noun": noun, "share_url": address, "shares": shares_of(request.user, what)}
    return render(request, "jobs/_shares.html", context)


def _group(user: User, what: Job | Batch, group_id: str) -> Group:
    """A group that is offered. What is not looks as if it did not exist."""
    offered = {str(share.group.pk): share.group for share in shares_of(user, what)}
    if group_id not in offered:
        raise InvalidQuery("group: not one of yours", hint="Choose a group of the menu.")
    return offered[group_id]
