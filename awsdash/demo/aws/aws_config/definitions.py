"""Aggregators and rules: moto keeps them; here they are answered with the members AWS has."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from moto.core.exceptions import JsonRESTError

from awsdash.demo.aws.aws_config.constraints import invalid_token
from awsdash.demo.aws.aws_config.recorder import backend_of
from awsdash.demo.aws.constraints import service_model
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import Place

AGGREGATORS_A_PAGE: Final = 100
RULES_A_PAGE: Final = 25


def put_configuration_aggregator(call: Call, asked: Members) -> Members:
    with _motos_errors():
        kept = backend_of(call.place).put_configuration_aggregator(asked)
    return {"ConfigurationAggregator": _fitted("ConfigurationAggregator", kept)}


def describe_configuration_aggregators(call: Call, asked: Members) -> Members:
    kept = backend_of(call.place).config_aggregators
    names: Sequence[str] = asked.get("ConfigurationAggregatorNames") or sorted(kept)
    for name in names:
        require_aggregator(call.place, name)
    page, token = page_of(
        names,
        asked.get("Limit") or AGGREGATORS_A_PAGE,
        asked.get("NextToken"),
        asked.get("ConfigurationAggregatorNames"),
        invalid_token(),
    )
    found = [_fitted("ConfigurationAggregator", kept[name].to_dict()) for name in page]
    return {"ConfigurationAggregators": found, "NextToken": token}


def describe_config_rules(call: Call, asked: Members) -> Members:
    kept = backend_of(call.place).config_rules
    names: Sequence[str] = asked.get("ConfigRuleNames") or sorted(kept)
    for name in names:
        if name not in kept:
            raise no_such_rule(name)
    page, token = page_of(
        names,
        RULES_A_PAGE,
        asked.get("NextToken"),
        asked.get("ConfigRuleNames"),
        invalid_token(),
    )
    found = [_fitted("ConfigRule", kept[name].to_dict()) for name in page]
    return {"ConfigRules": found, "NextToken": token}


def require_aggregator(place: Place, name: str) -> Any:
    """moto's of this name."""
    found = backend_of(place).config_aggregators.get(name)
    if found is None:
        raise AwsError(
            "NoSuchConfigurationAggregatorException",
            "The configuration aggregator does not exist."
            " Check the configuration aggregator name and try again.",
        )
    return found


def no_such_rule(name: str) -> AwsError:
    return AwsError(
        "NoSuchConfigRuleException",
        f"The ConfigRule '{name}' provided in the request is invalid."
        " Please check the configRule name",
    )


def _fitted(shape: str, kept: Mapping[str, Any]) -> Members:
    members = service_model("config").shape_for(shape).members  # type: ignore[attr-defined]
    return {name: value for name, value in kept.items() if name in members}


@contextmanager
def _motos_errors() -> Iterator[None]:
    try:
        yield
    except JsonRESTError as error:
        raise AwsError(error.error_type, error.message) from None
