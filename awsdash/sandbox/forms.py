"""The form of the SQL page. The query itself judges what is written."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict

from awsdash.sandbox.operations import SqlQuery
from services.errors import InvalidQuery, ServiceError

_AREA: Final = {
    "rows": 9,
    "spellcheck": "false",
    "autocomplete": "off",
    "autocapitalize": "off",
    "placeholder": "SELECT level, count(*) FROM job_… GROUP BY level ORDER BY 2 DESC",
    "data-sql": "",
    "data-find": "",
}
_DEFAULTS: Final = {"limit": SqlQuery.model_fields["limit"].default, "tables": "{}"}


class SqlForm(forms.Form):
    sql = forms.CharField(label="SQL", widget=forms.Textarea(attrs=_AREA), required=False)
    limit = forms.CharField(
        label="Limit", widget=forms.NumberInput(attrs={"min": 1, "max": 1_000_000}), required=False
    )
    # Names of the person's own: only the API gives them, and asking again keeps them.
    tables = forms.CharField(widget=forms.HiddenInput, required=False)

    def show_error(self, error: ServiceError) -> None:
        """Put each message beside its field; what is nobody's goes on top."""
        self.full_clean()
        told = error.fields if isinstance(error, InvalidQuery) else {}
        for name, message in told.items():
            self.add_error(name if name in self.fields else None, message)
        if not told:
            self.add_error(None, f"{error.message} {error.hint}".strip())


def filled_in(asked: Mapping[str, Any]) -> SqlForm:
    """The form with a query in it."""
    tables = {"tables": json.dumps(asked["tables"])} if "tables" in asked else {}
    return SqlForm(initial={**_DEFAULTS, **asked, **tables})


def raw_query(posted: QueryDict) -> dict[str, Any]:
    """What was posted, as the query takes it. Raises InvalidQuery for tables that are no JSON."""
    raw: dict[str, Any] = {"sql": posted.get("sql", "")}
    if limit := posted.get("limit", "").strip():
        raw["limit"] = limit
    if tables := posted.get("tables", "").strip():
        try:
            raw["tables"] = json.loads(tables)
        except (ValueError, RecursionError):
            raise InvalidQuery("tables: no JSON", fields={"tables": "no JSON"}) from None
    return raw
