"""CloudWatch Metrics and alarms; dashboards and insight rules stay moto's."""

from typing import Final

from awsdash.demo.aws.metrics.data import get_metric_data
from awsdash.demo.aws.metrics.listing import list_metrics
from awsdash.demo.aws.metrics.metric_statistics import get_metric_statistics
from awsdash.demo.aws.metrics.putting import put_metric_data, seed_metric_data
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="monitoring",
    model="cloudwatch",
    invalid="ValidationError",
    operations={
        "GetMetricData": get_metric_data,
        "GetMetricStatistics": get_metric_statistics,
        "ListMetrics": list_metrics,
        "PutMetricData": put_metric_data,
    },
    seeds={"metric-data": seed_metric_data},
)
