"""What an administrator may decide: how long results stay, and AWS's limits."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.forms import BoundField

from awsdash.accounts.models import Account
from awsdash.jobs.figures import Kept, kept_by_operation
from awsdash.jobs.lanes import ApiLimits, api_limits
from awsdash.jobs.models import QuotaOverride, Retention
from awsdash.jobs.retention import default_days
from services import registry

LONGEST_DAYS: Final = 3650
EVERY_REGION: Final = ("", "Every region")


class RetentionForm(forms.Form):
    """A number of days for each operation; empty: its default."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self._titles = {o.name: o.title for o in registry.known_operations().values()}
        self._kept = {kept.operation_name: kept for kept in kept_by_operation()}
        rules = dict(Retention.objects.values_list("operation_name", "days"))
        # Those of services that were taken away too, as long as they have results or a rule.
        for name in sorted({*self._titles, *self._kept, *rules}):
            self.fields[name] = forms.IntegerField(
                label=f"Days that results of {self._titles.get(name, name)} stay",
                required=False,
                min_value=1,
                max_value=LONGEST_DAYS,
                initial=rules.get(name),
                widget=forms.NumberInput(attrs={"placeholder": default_days(name)}),
            )

    def lines(self) -> Iterator[tuple[str, str, Kept | None, BoundField]]:
        """Title, name, what is stored and the field, by operation."""
        for name in self.fields:
            yield self._titles.get(name, name), name, self._kept.get(name), self[name]

    @property
    def days(self) -> dict[str, int | None]:
        """The rules, of a valid form."""
        return dict(self.cleaned_data)


class QuotaForm(forms.Form):
    """Other limits than AWS's defaults, for one API of one account."""

    account = forms.ModelChoiceField(Account.objects.order_by("name"), empty_label="Choose ...")
    region = forms.ChoiceField(required=False)
    api = forms.ChoiceField(label="API")
    per_s = forms.FloatField(
        label="Calls a second", required=False, min_value=0.001, max_value=100_000
    )
    burst = forms.IntegerField(
        label="Calls at once", required=False, min_value=1, max_value=1_000_000
    )
    most_active = forms.IntegerField(
        label="Works at once",
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text="Queries that AWS works on",
    )

    def __init__(self, data: Any = None, changed: QuotaOverride | None = None) -> None:
        names = ("region", "api", "per_s", "burst", "most_active")
        told = {name: getattr(changed, name) for name in names} if changed else {}
        super().__init__(
            data,
            initial={**told, "account": changed.account_id} if changed else None,
            prefix="quota",
        )
        self._known = api_limits()
        regions = {r.code: f"{r.code} {r.name}" for r in _regions()}
        apis = {name: f"{name} ({told_limits(limits)})" for name, limits in self._known.items()}
        if changed:
            # A change leads back to what may since be gone.
            regions.setdefault(changed.region, changed.region)
            apis.setdefault(changed.api, changed.api)
        self._offer("region", {**dict([EVERY_REGION]), **regions})
        self._offer("api", {"": "Choose ...", **apis})

    def _offer(self, name: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = list(choices.items())

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if not self.errors and all(asked[name] is None for name in _LIMITS):
            self.add_error("per_s", "Give at least one limit; or remove the change.")
        account, region = asked.get("account"), asked.get("region")
        if account and region and not account.regions.filter(pk=region).exists():
            self.add_error("region", f"{account.name} does not use {region}.")
        known = self._known.get(asked.get("api", ""))
        if known and known.most_active is None and asked.get("most_active") is not None:
            self.add_error("most_active", "AWS does not limit how many of these work at once.")
        return asked


_LIMITS: Final = ("per_s", "burst", "most_active")


def told_limits(limits: ApiLimits) -> str:
    """AWS's defaults in a few words."""
    rate = limits.rate
    told = [f"{rate.per_s:g} a second", f"{rate.burst} at once"]
    return ", ".join([*told, *([f"{limits.most_active} working"] if limits.most_active else [])])


def _regions() -> list[Any]:
    found = {
        r.code: r for a in Account.objects.prefetch_related("regions") for r in a.regions.all()
    }
    return [found[code] for code in sorted(found)]
