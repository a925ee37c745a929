"""ListMetrics."""

from collections.abc import Callable
from typing import Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.refusals import invalid_value
from awsdash.demo.aws.metrics.retention import DAY_S, HOUR_S
from awsdash.demo.aws.metrics.store import Held, Metric, metrics
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call

PAGE: Final = 500
LISTED_S: Final = 14 * DAY_S
RECENTLY_ACTIVE_S: Final = 3 * HOUR_S


def list_metrics(call: Call, asked: Members) -> Members:
    asked, token = {**asked}, asked.get("NextToken")
    asked.pop("NextToken", None)
    fits = _filter(asked)
    recent = "RecentlyActive" in asked
    found = [
        metric
        for metric, held in metrics[call.place].all()
        if fits(metric) and (is_recently_active(held) if recent else is_listed(held))
    ]
    page, token = page_of(
        found, PAGE, token, asked, invalid_value("Request parameter NextToken is invalid")
    )
    return {"Metrics": [metric_document(metric) for metric in page], "NextToken": token}


def is_listed(held: Held) -> bool:
    """Whether it reported within two weeks; one that would have to be read for that is."""
    last = held.known_last_at()
    return last is None or last >= clock.now().timestamp() - LISTED_S


def is_recently_active(held: Held) -> bool:
    last = held.last_at()
    return last is not None and last >= clock.now().timestamp() - RECENTLY_ACTIVE_S


def metric_document(metric: Metric) -> Members:
    return {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
    }


def _filter(asked: Members) -> Callable[[Metric], bool]:
    namespace, name = asked.get("Namespace"), asked.get("MetricName")
    wanted = [(each["Name"], each.get("Value")) for each in asked.get("Dimensions") or ()]

    def fits(metric: Metric) -> bool:
        has = dict(metric.dimensions)
        return (
            namespace in (None, metric.namespace)
            and name in (None, metric.name)
            and all(key in has and value in (None, has[key]) for key, value in wanted)
        )

    return fits
