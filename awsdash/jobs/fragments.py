"""What the pages of a job and of a batch ask for alike: how it stands, rows, a file of them."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from awsdash.http import Request
from awsdash.jobs import details, downloads
from awsdash.jobs.result_pages import ResultPage


def unchanged(poll_delay_ms: int) -> HttpResponse:
    return HttpResponse(status=204, headers={"Poll-Delay-Ms": str(poll_delay_ms)})


def update(request: Request, page: ResultPage) -> HttpResponse:
    return render(request, "jobs/_update.html", page.context)


def look(request: Request, page: ResultPage) -> HttpResponse:
    """The same rows through another lens: what a search, a level or a sort shows."""
    response = update(request, page)
    own = page.urls["page"]
    response["HX-Replace-Url"] = f"{own}?{page.query}" if page.query else own
    return response


def rows(request: Request, page: ResultPage) -> HttpResponse:
    """The block of rows that begins at the page's offset."""
    return render(request, "jobs/_block.html", {"page": page})


def row(request: Request, page: ResultPage, number: int) -> HttpResponse:
    """One row whole: every column, its JSON as a tree, and what narrows the query to it."""
    return render(request, "jobs/_detail.html", {"detail": details.detail_of(page, number)})


def download(request: Request, page: ResultPage) -> StreamingHttpResponse:
    return file_response(page, request.GET.get("format", "csv"))


def file_response(page: ResultPage, kind: str) -> StreamingHttpResponse:
    """The rows that match the lens, as a file. Raises as `downloads.file_of` does."""
    file = downloads.file_of(page.reader, kind)
    name = f"{page.source.pk}.{file.suffix}"
    return StreamingHttpResponse(
        file.chunks,
        content_type=file.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
