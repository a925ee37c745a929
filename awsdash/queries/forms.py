"""A Query class as a Django form: labels and widgets; pydantic alone judges the values."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from django import forms
from django.http import QueryDict
from pydantic.fields import FieldInfo

from awsdash.accounts.models import Account, Level, User
from services.base import PagedOperation
from services.errors import InvalidQuery


class QueryForm(forms.Form):
    """Where a query runs; `form_for` adds the operation's own options."""

    accountId = forms.ChoiceField(label="Account")  # the option's public name
    region = forms.ChoiceField(label="Region")

    def show_errors(self, error: InvalidQuery) -> None:
        """Put each message beside its field; those of no field go on top."""
        self.full_clean()
        for name, message in error.fields.items():
            self.add_error(name if name in self.fields else None, message)
        if not error.fields:
            self.add_error(None, error.message)


def form_for(
    operation: PagedOperation[Any],
    user: User,
    *,
    initial: Mapping[str, Any] | None = None,
    posted: QueryDict | None = None,
) -> QueryForm:
    """The form of an operation: prefilled (camelCase names, as in a URL or a Link) or as posted."""
    form = QueryForm(
        posted, initial={name: _shown(value) for name, value in (initial or {}).items()}
    )
    accounts = Account.objects.visible_to(user, Level.RUN).filter(is_enabled=True)
    accounts = accounts.prefetch_related("regions")
    form.fields["accountId"] = forms.ChoiceField(
        label="Account", choices=[(account.pk, account.name) for account in accounts]
    )
    regions = {region.code: region.name for account in accounts for region in account.regions.all()}
    form.fields["region"] = forms.ChoiceField(
        label="Region",
        choices=[(code, f"{code}  {name}") for code, name in sorted(regions.items())],
    )
    for name, info in operation.query_type.options().items():
        form.fields[name] = _field(name, info)
    return form


def raw_query(operation: PagedOperation[Any], posted: QueryDict) -> dict[str, Any]:
    """The options of a posted form: what was left empty is left out."""
    raw: dict[str, Any] = {}
    for name, info in operation.query_type.options().items():
        value = posted.get(name, "").strip()
        if _is_list(info):
            raw[name] = value.split()
        elif info.annotation is bool:
            raw[name] = name in posted
        elif value:
            raw[name] = value
    return raw


def _shown(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list | tuple) else value


def _is_list(info: FieldInfo) -> bool:
    return get_origin(info.annotation) in (tuple, list)


def _field(name: str, info: FieldInfo) -> forms.Field:
    common: dict[str, Any] = {"label": info.title, "help_text": info.description, "required": False}
    if name == "nextToken":
        return forms.CharField(**common, widget=forms.HiddenInput)
    if info.annotation is bool:
        is_on = forms.CheckboxInput(check_test=lambda value: value in (True, "true", "1", "on"))
        return forms.BooleanField(**common, initial=info.default, widget=is_on)
    example = str(info.examples[0]) if info.examples else ""
    if int in (info.annotation, *get_args(info.annotation)):
        return forms.IntegerField(**common, initial=info.default)
    return forms.CharField(
        **common,
        widget=forms.TextInput(
            attrs={"placeholder": example, "spellcheck": "false", "autocomplete": "off"}
        ),
    )
