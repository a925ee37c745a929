"""CloudWatch Metrics and alarms; dashboards and insight rules stay moto's."""

from typing import Final

from awsdash.demo.aws.metrics.alarms import changing
from awsdash.demo.aws.metrics.alarms.describing import (
    describe_alarm_history,
    describe_alarms,
    describe_alarms_for_metric,
)
from awsdash.demo.aws.metrics.alarms.history import plant_alarm_history
from awsdash.demo.aws.metrics.alarms.putting import put_composite_alarm, put_metric_alarm
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
        "DeleteAlarms": changing.delete_alarms,
        "DescribeAlarmHistory": describe_alarm_history,
        "DescribeAlarms": describe_alarms,
        "DescribeAlarmsForMetric": describe_alarms_for_metric,
        "DisableAlarmActions": changing.disable_alarm_actions,
        "EnableAlarmActions": changing.enable_alarm_actions,
        "GetMetricData": get_metric_data,
        "GetMetricStatistics": get_metric_statistics,
        "ListMetrics": list_metrics,
        "ListTagsForResource": changing.list_tags_for_resource,
        "PutCompositeAlarm": put_composite_alarm,
        "PutMetricAlarm": put_metric_alarm,
        "PutMetricData": put_metric_data,
        "SetAlarmState": changing.set_alarm_state,
        "TagResource": changing.tag_resource,
        "UntagResource": changing.untag_resource,
    },
    seeds={"alarm-history": plant_alarm_history, "metric-data": seed_metric_data},
)
