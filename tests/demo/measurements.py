"""Metrics of a test's own in the emulated CloudWatch, minute by minute before the story's end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.emulated_aws import EPOCH


def minute(number: int) -> datetime:
    """So many minutes from the story's end; negative before it."""
    return EPOCH + timedelta(minutes=number)


def put(
    cloudwatch: Any,
    namespace: str,
    name: str,
    by_minute: Mapping[int, float | Sequence[float]],
    dimensions: Mapping[str, str] | None = None,
    **datum: Any,
) -> None:
    """One datum for each minute, with one value or several."""
    data = []
    for number, value in by_minute.items():
        values = {"Value": value} if isinstance(value, int | float) else {"Values": list(value)}
        data.append(
            {
                "MetricName": name,
                "Timestamp": minute(number),
                "Dimensions": as_dimensions(dimensions),
                **values,
                **datum,
            }
        )
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)


def as_dimensions(named: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in (named or {}).items()]


def stat(
    query_id: str,
    namespace: str,
    name: str,
    statistic: str = "Sum",
    period: int = 60,
    dimensions: Mapping[str, str] | None = None,
    unit: str | None = None,
    **query: Any,
) -> dict[str, Any]:
    """A query of GetMetricData for one metric."""
    metric = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": as_dimensions(dimensions),
    }
    chosen = {"Metric": metric, "Period": period, "Stat": statistic}
    return {"Id": query_id, "MetricStat": {**chosen, **({"Unit": unit} if unit else {})}, **query}


def ask(
    cloudwatch: Any, *queries: dict[str, Any], start: int = -10, end: int = 0, **request: Any
) -> list[dict[str, Any]]:
    """The results from one minute to another, oldest first."""
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=list(queries),
        StartTime=minute(start),
        EndTime=minute(end),
        **{"ScanBy": "TimestampAscending", **request},
    )
    return list(answer["MetricDataResults"])


def by_minute(result: Mapping[str, Any]) -> dict[int, float]:
    """A result's values by minutes from the story's end."""
    minutes = [round((at - EPOCH).total_seconds() / 60) for at in result["Timestamps"]]
    return dict(zip(minutes, result["Values"], strict=True))


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    """The error's code and message."""
    with pytest.raises(ClientError) as refused:
        call(**request)
    error: Any = refused.value.response["Error"]
    return error["Code"], error["Message"]
