"""PutMetricAlarm and PutCompositeAlarm, with what CloudWatch refuses of them."""

import re
from collections.abc import Iterator
from typing import Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.metrics.alarms.alarm import ACTIONS, COMPOSITE, METRIC, Alarms, alarms
from awsdash.demo.aws.metrics.alarms.history import record_configuration
from awsdash.demo.aws.metrics.alarms.judgement import COMPARISONS
from awsdash.demo.aws.metrics.alarms.rule import named_in, parse_rule
from awsdash.demo.aws.metrics.expressions.syntax import functions_in, parse
from awsdash.demo.aws.metrics.queries import Evaluation, Query, in_order, read_queries
from awsdash.demo.aws.metrics.refusals import invalid_value, validation_error
from awsdash.demo.aws.metrics.retention import DAY_S, HOUR_S, MINUTE_S
from awsdash.demo.aws.metrics.statistic import parse_statistic, percentile_of
from awsdash.demo.aws.metrics.time_series import Range
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.state import Place

SHORT_PERIODS_S: Final = (10, 20, 30)
MAX_METRICS: Final = 10
OF_ONE_METRIC: Final = (
    "MetricName",
    "Namespace",
    "Dimensions",
    "Period",
    "Unit",
    "Statistic",
    "ExtendedStatistic",
)
NOT_EMULATED: Final = ("EvaluationCriteria", "EvaluationInterval", "ThresholdMetricId")


def put_metric_alarm(call: Call, asked: Members) -> Members:
    held = alarms[call.place]
    for problem in (*_common_problems(asked), *_threshold_problems(asked)):
        raise validation_error(problem)
    if "Metrics" in asked:
        _check_metrics(call.place, asked)
    else:
        _check_metric(asked)
    _save(held, METRIC, asked)
    return {}


def put_composite_alarm(call: Call, asked: Members) -> Members:
    held = alarms[call.place]
    for problem in _common_problems(asked):
        raise validation_error(problem)
    parse_rule(asked["AlarmRule"])
    with held.lock:
        unknown = [name for name in named_in(asked["AlarmRule"]) if held.get(name) is None]
    if unknown:
        raise validation_error(
            f"Could not save the composite alarm as alarms [{', '.join(unknown)}]"
            " in the alarm rule do not exist"
        )
    _save(held, COMPOSITE, asked)
    return {}


def _save(held: Alarms, kind: str, asked: Members) -> None:
    now = clock.now().timestamp()
    with held.lock:
        before = held.get(asked["AlarmName"])
        if before is not None and before.kind != kind:
            raise validation_error(f"Alarm {before.name} already exists as a {before.kind}")
        alarm, is_new = held.put(kind, asked, now)
        record_configuration(alarm, "created" if is_new else "updated", now)


def _common_problems(asked: Members) -> Iterator[str]:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in asked["AlarmName"]):
        yield "AlarmName must not contain ASCII Control characters"
    for member in ACTIONS:
        for action in asked.get(member) or ():
            if not re.fullmatch(r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+", action):
                yield f"Invalid arn syntax: {action}"


def _threshold_problems(asked: Members) -> Iterator[str]:
    for member in NOT_EMULATED:
        if member in asked:
            yield f"The emulated AWS does not implement {member} of alarms"
    if asked.get("ComparisonOperator") not in COMPARISONS:
        yield "PutMetricAlarm request should have a valid ComparisonOperator parameter"
    if not isinstance(asked.get("Threshold"), int | float):
        yield "PutMetricAlarm request should have valid Threshold parameter"
    if "EvaluationPeriods" not in asked:
        yield "PutMetricAlarm request should have an EvaluationPeriods parameter"
    elif asked.get("DatapointsToAlarm", 1) > asked["EvaluationPeriods"]:
        yield "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    supported = ("breaching", "notBreaching", "ignore", "missing")
    if asked.get("TreatMissingData", "missing") not in supported:
        yield (
            f"Option {asked['TreatMissingData']} is not supported. Supported options for parameter"
            " TreatMissingData are breaching, notBreaching, ignore and missing."
        )


def _check_metric(asked: Members) -> None:
    for member in ("MetricName", "Namespace", "Period"):
        if member not in asked:
            raise validation_error(f"{member} must not be null")
    basic, extended = asked.get("Statistic"), asked.get("ExtendedStatistic")
    if basic is not None and extended is not None:
        raise validation_error(
            "PutMetricAlarm request can not be made with both Statistic and ExtendedStatistic"
            " parameters. Only one of them should be present"
        )
    if basic is None and extended is None:
        raise validation_error("PutMetricAlarm request should have a Statistic parameter")
    if extended is not None and parse_statistic(extended) is None:
        raise invalid_value(
            f"The value {extended} for parameter ExtendedStatistic is not supported."
        )
    _check_low_samples(asked)
    _check_period(asked["Period"], asked["EvaluationPeriods"])


def _check_low_samples(asked: Members) -> None:
    option = asked.get("EvaluateLowSampleCountPercentile")
    if option is None:
        return
    if option not in ("evaluate", "ignore"):
        raise validation_error(
            f"Option {option} is not supported. Supported options for parameter"
            " EvaluateLowSampleCountPercentile are evaluate and ignore."
        )
    statistic = asked.get("ExtendedStatistic") or asked["Statistic"]
    if percentile_of(statistic) is None:
        raise validation_error(
            "Option evaluateLowSampleCountPercentile can not be applied with statistic"
            f" {statistic}. This option is enabled only for percentile statistics."
        )


def _check_period(period: int, count: int) -> None:
    if period not in SHORT_PERIODS_S and period % 60 != 0:
        raise validation_error("Period must be 10, 20, 30 or a multiple of 60")
    if period < HOUR_S and period * count > DAY_S:
        raise validation_error(
            "Metrics cannot be checked across more than a day"
            " (EvaluationPeriods * Period must be <= 86400)."
        )
    if period * count > 7 * DAY_S:
        raise validation_error(
            "Metrics cannot be checked across more than a week"
            " (EvaluationPeriods * Period must be <= 604800)."
        )


def _check_metrics(place: Place, asked: Members) -> None:
    for member in OF_ONE_METRIC:
        if member in asked:
            raise validation_error(f"{member} should not be set if list of Metrics is set.")
    queries = read_queries(asked["Metrics"], "Metrics")
    in_order(queries)
    watched = [query for query in queries if query.returned]
    if len(watched) != 1:
        raise validation_error("Exactly one element of the metrics list should return data.")
    if sum(query.stat is not None for query in queries) > MAX_METRICS:
        raise validation_error(f"An alarm can watch at most {MAX_METRICS} metrics.")
    if all(query.stat is None and query.period is None for query in queries):
        raise validation_error("Period must not be null")
    for query in queries:
        _check_query(query, asked["EvaluationPeriods"])
    now = clock.now().timestamp()
    Evaluation(queries, Range(place, now - MINUTE_S, now)).only_series(watched[0])


def _check_query(query: Query, count: int) -> None:
    period = query.stat.period if query.stat is not None else query.period
    if period is not None:
        _check_period(period, count)
    if query.is_math and "SEARCH" in functions_in(parse(query.expression or "")):
        raise validation_error(
            f"Error in expression '{query.id}': SEARCH is not supported in alarms"
        )
