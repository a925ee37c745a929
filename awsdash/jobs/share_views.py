"""The menu that shares a job with groups."""

from uuid import UUID

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from awsdash.accounts.models import User
from awsdash.http import Request
from awsdash.jobs import lifecycle
from awsdash.jobs.audience import shares_of
from awsdash.jobs.models import Job
from services.errors import InvalidQuery


@require_http_methods(["GET", "POST"])
def share(request: Request, job_id: UUID) -> HttpResponse:
    """The groups a job is or may be shared with; posted, `group` and `shared` change one."""
    jobs = Job.objects.visible_to(request.user).ruled_by(request.user)
    job = get_object_or_404(jobs, pk=job_id)
    if request.method == "POST":
        group = _group(request.user, job, request.POST.get("group", ""))
        lifecycle.share(request.user, job, group, shared=request.POST.get("shared") == "1")
        if not request.htmx:
            return redirect("job", job_id=job.pk)
    elif not request.htmx:
        return redirect("job", job_id=job.pk)
    context = {"job": job, "shares": shares_of(request.user, job)}
    return render(request, "jobs/_shares.html", context)


def _group(user: User, job: Job, group_id: str) -> Group:
    """A group that is offered. What is not looks as if it did not exist."""
    offered = {str(share.group.pk): share.group for share in shares_of(user, job)}
    if group_id not in offered:
        raise InvalidQuery("group: not one of yours", hint="Choose a group of the menu.")
    return offered[group_id]
