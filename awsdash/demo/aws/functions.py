"""Lambda's LoggingConfig, which moto drops: where a function says its log group is."""

from typing import Any

from moto.awslambda.models import LambdaFunction

_moto_init = LambdaFunction.__init__
_moto_configuration = LambdaFunction.get_configuration


def install() -> None:
    LambdaFunction.__init__ = remember_logging  # type: ignore[method-assign]
    LambdaFunction.get_configuration = get_configuration  # type: ignore[method-assign]


def remember_logging(
    self: LambdaFunction, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1
) -> None:
    _moto_init(self, account_id, spec, region, version)
    self.logs_group_name = spec.get("LoggingConfig", {}).get("LogGroup", self.logs_group_name)


def get_configuration(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
    logging = {"LogFormat": "Text", "LogGroup": self.logs_group_name}
    return _moto_configuration(self, on_create) | {"LoggingConfig": logging}
