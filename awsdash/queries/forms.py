"""A Query class as a Django form: labels and widgets; pydantic alone judges the values.

Account and region are the scope picker's, a range of time is the range control's; both belong to
the same HTML form.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast, get_args, get_origin

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.urls import reverse
from pydantic.fields import FieldInfo

from awsdash import ranges
from services.base import Operation
from services.errors import InvalidQuery
from services.query import RangedQuery

# What the bar above the page asks for, and how its errors call it.
IN_BAR: Final = {
    "accountId": "Account",
    "region": "Region",
    ranges.START: "From",
    ranges.END: "To",
}


class Picker(forms.TextInput):
    """A text input with live choices. `given` names the options that these depend on."""

    def __init__(self, address: str, given: Sequence[str], attrs: Mapping[str, str]) -> None:
        combobox = {
            "role": "combobox",
            "aria-autocomplete": "list",
            "aria-expanded": "false",
            "aria-controls": "choices",
            "data-choices": address,
            "data-given": " ".join(given),
        }
        super().__init__({**attrs, **combobox})


class Values(forms.Widget):
    """One input a value, and an empty one for the next."""

    template_name = "queries/_values.html"

    def __init__(self, each: forms.TextInput) -> None:
        super().__init__()
        self.each = each

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        given = [attrs | {"id": f"{attrs['id']}_{n}"} for n in range(len(value or []))]
        inputs = [self.each.render(name, one, a) for one, a in zip(value or [], given, strict=True)]
        return {"inputs": [*inputs, self.each.render(name, "", attrs)]}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return cast("QueryDict", data).getlist(name)


class QueryForm(forms.Form):
    """The options of an operation; `form_for` adds them."""

    def show_errors(self, error: InvalidQuery) -> None:
        """Put each message beside its field; those of the bar and of no field go on top."""
        self.full_clean()
        for name, message in error.fields.items():
            if name in self.fields:
                self.add_error(name, message)
            else:
                self.add_error(None, f"{IN_BAR[name]}: {message}" if name in IN_BAR else message)
        if not error.fields:
            self.add_error(None, error.message)

    @property
    def in_sight(self) -> Iterator[BoundField]:
        return (field for field in self if isinstance(field.field, forms.CharField))

    @property
    def folded(self) -> list[BoundField]:
        """What a person seldom changes; its values are told where it is folded away."""
        return [field for field in self if not isinstance(field.field, forms.CharField)]

    @property
    def is_unfolded(self) -> bool:
        return any(field.errors for field in self.folded)

    @property
    def told(self) -> list[tuple[str, str]]:
        """The folded options as words."""
        return [(str(field.label), _word(field.value())) for field in self.folded]


def form_for(
    operation: Operation[Any],
    *,
    initial: Mapping[str, Any] | None = None,
    posted: QueryDict | None = None,
) -> QueryForm:
    """The form of an operation: prefilled (camelCase names, as in a Link) or as posted."""
    form = QueryForm(posted, initial=dict(initial or {}))
    for name, info in options_of(operation).items():
        form.fields[name] = _field(operation, name, info)
    return form


def options_of(operation: Operation[Any]) -> dict[str, FieldInfo]:
    """The options that are fields of the form: all but those in the bar."""
    options = operation.query_type.options()
    return {name: info for name, info in options.items() if name not in in_bar(operation)}


def in_bar(operation: Operation[Any]) -> Sequence[str]:
    """The options that the range control asks for."""
    return (ranges.START, ranges.END) if has_range(operation) else ()


def has_range(operation: Operation[Any]) -> bool:
    return issubclass(operation.query_type, RangedQuery)


def options_in(operation: Operation[Any], data: QueryDict) -> dict[str, Any]:
    """The operation's options that an address or a posted form names, as they are written."""
    options = operation.query_type.options()
    return {
        name: data.getlist(name) if _is_list(info) else data[name]
        for name, info in options.items()
        if name in data
    }


def raw_query(operation: Operation[Any], posted: QueryDict) -> dict[str, Any]:
    """The options of a posted form: what was left empty is left out."""
    raw: dict[str, Any] = {}
    for name, info in operation.query_type.options().items():
        values = [value.strip() for value in posted.getlist(name) if value.strip()]
        if _is_list(info):
            raw[name] = values
        elif info.annotation is bool:
            raw[name] = name in posted
        elif values:
            raw[name] = ranges.meant(values[-1]) if name in in_bar(operation) else values[-1]
    return raw


def _word(value: Any) -> str:
    if isinstance(value, bool) or value in ("true", "on", None):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, value)) or "all"
    return str(value)


def _is_list(info: FieldInfo) -> bool:
    return get_origin(info.annotation) in (tuple, list)


def _field(operation: Operation[Any], name: str, info: FieldInfo) -> forms.Field:
    common: dict[str, Any] = {"label": info.title, "help_text": info.description, "required": False}
    if name == "nextToken":
        return forms.CharField(**common, widget=forms.HiddenInput)
    if info.annotation is bool:
        is_on = forms.CheckboxInput(check_test=lambda value: value in (True, "true", "1", "on"))
        return forms.BooleanField(**common, initial=info.default, widget=is_on)
    if int in (info.annotation, *get_args(info.annotation)):
        return forms.IntegerField(**common, initial=info.default)
    if _is_multiline(info):
        return forms.CharField(**common, widget=forms.Textarea(_attrs(info) | {"rows": "6"}))
    text = _text(operation, name, info)
    if _is_list(info):
        return forms.Field(**common, initial=(), widget=Values(text))
    return forms.CharField(**common, widget=text)


def _text(operation: Operation[Any], name: str, info: FieldInfo) -> forms.TextInput:
    attrs = _attrs(info)
    if name not in operation.suggests:
        return forms.TextInput(attrs)
    address = reverse("choices", args=[operation.name, name])
    return Picker(address, operation.suggests[name], attrs)


def _attrs(info: FieldInfo) -> dict[str, str]:
    example = str(info.examples[0]) if info.examples else ""
    return {"placeholder": example, "spellcheck": "false", "autocomplete": "off"}


def _is_multiline(info: FieldInfo) -> bool:
    extra = info.json_schema_extra
    return isinstance(extra, dict) and extra.get("multiline") is True
