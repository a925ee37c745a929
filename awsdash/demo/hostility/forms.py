"""Which calls shall meet which hostility."""

from typing import Any, Final

from django import forms

from awsdash.accounts.models import Account
from awsdash.demo.hostility.presets import PRESETS, Preset

ANY: Final = ("", "Any")
SERVICES: Final = (
    ("athena", "Athena"),
    ("cloudtrail", "CloudTrail"),
    ("monitoring", "CloudWatch"),
    ("logs", "CloudWatch Logs"),
    ("config", "Config"),
    ("dynamodb", "DynamoDB"),
    ("ec2", "EC2"),
    ("ecs", "ECS"),
    ("glue", "Glue"),
    ("iam", "IAM"),
    ("lambda", "Lambda"),
    ("organizations", "Organizations"),
    ("rds", "RDS"),
    ("s3", "S3"),
    ("sts", "STS"),
    ("xray", "X-Ray"),
)
_BY_NAME: Final = {preset.name: preset for preset in PRESETS}


class HostilityForm(forms.Form):
    """A preset and its scope; what is left open stands for all."""

    account = forms.ChoiceField(required=False)
    region = forms.ChoiceField(required=False)
    service = forms.ChoiceField(required=False, choices=[ANY, *SERVICES])
    operation = forms.RegexField(
        r"^[A-Za-z0-9*?]+$",
        required=False,
        max_length=80,
        help_text="Such as FilterLogEvents or Describe*",
        error_messages={"invalid": "An operation is letters and digits, with * and ? for any."},
    )
    preset = forms.ChoiceField(
        choices=[(preset.name, preset.title) for preset in PRESETS],
        error_messages={"required": "Choose a hostility.", "invalid_choice": "Choose a hostility."},
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = list(Account.objects.order_by("name").prefetch_related("regions"))
        regions = {r.code: f"{r.code} {r.name}" for a in accounts for r in a.regions.all()}
        self._offer("account", [(account.pk, account.name) for account in accounts])
        self._offer("region", sorted(regions.items()))

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        preset = _BY_NAME.get(asked.get("preset", ""))
        if preset is None:
            return asked
        for name, message in preset.needs.items():
            if not asked.get(name) and name not in self.errors:
                self.add_error(name, message)
        if preset.of and asked.get("service") not in ("", preset.of):
            self.add_error("service", f"{preset.title} is not about this service.")
        return asked

    def rule(self) -> dict[str, Any]:
        """As the emulator takes it; of a valid form."""
        asked = self.cleaned_data
        preset: Preset = _BY_NAME[asked["preset"]]
        names = ("account", "region", "service", "operation")
        scope = {name: asked[name] for name in names if asked[name]}
        if preset.of:
            scope["service"] = preset.of
        return {**scope, **preset.rule}

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [ANY, *choices]
