"""Every address of the portal."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView

from awsdash.agent import views as agent
from awsdash.api import api
from awsdash.explorer import views as explorer
from awsdash.jobs import batch_views, list_views, share_views
from awsdash.jobs import engine_views as engine
from awsdash.jobs import views as jobs
from awsdash.palette import views as palette
from awsdash.queries import views as queries
from awsdash.sandbox import views as sandbox


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The web process answers; nothing else is promised."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="explorer"), name="home"),
    path("healthz", healthz, name="healthz"),
    path(
        "sign-in/",
        LoginView.as_view(template_name="accounts/sign_in.html", redirect_authenticated_user=True),
        name="sign_in",
    ),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("explorer/", explorer.explorer, name="explorer"),
    path("explorer/resources/", explorer.resources, name="resources"),
    path("explorer/scan/", explorer.scan, name="scan"),
    path("run/<str:operation_name>/", queries.viewer, name="viewer"),
    path("run/<str:operation_name>/choices/<str:option>/", queries.choices, name="choices"),
    path("jobs/", list_views.jobs, name="jobs"),
    path("jobs/poll/", list_views.poll, name="jobs_poll"),
    path("jobs/badge/", list_views.badge, name="jobs_badge"),
    path("jobs/cancel/", list_views.cancel, name="jobs_cancel"),
    path("jobs/<uuid:job_id>/", sandbox.job_page, name="job"),
    path("jobs/<uuid:job_id>/again/", sandbox.again, name="job_again"),
    path("jobs/<uuid:job_id>/further/", queries.further, name="job_further"),
    path("jobs/<uuid:job_id>/look/", jobs.look, name="job_look"),
    path("jobs/<uuid:job_id>/rows/", jobs.rows, name="job_rows"),
    path("jobs/<uuid:job_id>/row/<int:number>/", jobs.row, name="job_row"),
    path("jobs/<uuid:job_id>/download/", jobs.download, name="job_download"),
    path("jobs/<uuid:job_id>/poll/", jobs.poll, name="job_poll"),
    path("jobs/<uuid:job_id>/share/", share_views.share, name="job_share"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("batches/<uuid:batch_id>/", queries.batch_page, name="batch"),
    path("batches/<uuid:batch_id>/again/", queries.batch_again, name="batch_again"),
    path("batches/<uuid:batch_id>/look/", batch_views.look, name="batch_look"),
    path("batches/<uuid:batch_id>/rows/", batch_views.rows, name="batch_rows"),
    path("batches/<uuid:batch_id>/row/<int:number>/", batch_views.row, name="batch_row"),
    path("batches/<uuid:batch_id>/download/", batch_views.download, name="batch_download"),
    path("batches/<uuid:batch_id>/poll/", batch_views.poll, name="batch_poll"),
    path("batches/<uuid:batch_id>/cancel/", batch_views.cancel, name="batch_cancel"),
    path("batches/<uuid:batch_id>/share/", share_views.share_batch, name="batch_share"),
    path("batches/<uuid:batch_id>/retry/", batch_views.retry, name="batch_retry"),
    path("engine/", engine.engine, name="engine"),
    path("engine/queue/", engine.queue, name="engine_queue"),
    path("engine/storage/", engine.storage, name="engine_storage"),
    path("engine/retention/", engine.keep, name="engine_retention"),
    path("engine/quotas/", engine.set_quota, name="engine_quotas"),
    path(
        "engine/quotas/<int:override_id>/remove/", engine.remove_quota, name="engine_quota_remove"
    ),
    path("sql/", sandbox.sql, name="sql"),
    path("palette/", palette.palette, name="palette"),
    path("javascript/", agent.reference, name="reference"),
    path("api/v1/", api.urls),
    *([path("", include("awsdash.demo.urls"))] if settings.DEMO else []),
]
