"""Why an alarm is in its state, in CloudWatch's words and as its JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from awsdash.demo.aws.metrics.alarms.judgement import COMPARISONS, Judgement, treatment_of
from awsdash.demo.aws.operations import Members

# From so many on only the most recent ones are listed.
LISTED: Final = 5
MAX_DATA: Final = 4000
_TREATED: Final = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


def reason(configuration: Members, judgement: Judgement) -> str:
    if judgement.value == "INSUFFICIENT_DATA":
        count = judgement.filled
        return f"Insufficient Data: {_datapoints(count)} {_was(count)} unknown."
    treated = _treated(configuration, judgement.filled)
    if not judgement.rows:
        periods = judgement.filled
        none = f"no datapoints were received for {periods} period{'s' if periods > 1 else ''}"
        return f"Threshold Crossed: {none} and {treated}."
    return f"Threshold Crossed: {_crossed(configuration, judgement, treated)}."


def _crossed(configuration: Members, judgement: Judgement, treated: str | None) -> str:
    compare, words = COMPARISONS[configuration["ComparisonOperator"]]
    threshold = configuration["Threshold"]
    alarming = judgement.value == "ALARM"
    telling = [row for row in judgement.rows if compare(row[1], threshold) is alarming]
    telling = telling or list(judgement.rows)
    listed = ", ".join(f"{float(value)} ({_moment(at)})" for at, value in telling[:LISTED])
    which = f"{len(telling)} out of the last {configuration['EvaluationPeriods']} datapoints"
    if "DatapointsToAlarm" not in configuration:
        which = _datapoints(len(telling))
    beyond = f"{_was(len(telling))} {'' if alarming else 'not '}{words}"
    beyond += f" the threshold ({float(threshold)})" + (f" and {treated}" if treated else "")
    if len(telling) < LISTED:
        text = f"{which} [{listed}] {beyond}"
    else:
        text = f"{which} {beyond}. The most recent datapoints which crossed the threshold: "
        text += f"[{listed}]"
    return text + _minimum(configuration, alarming)


def _minimum(configuration: Members, alarming: bool) -> str:
    if "DatapointsToAlarm" not in configuration:
        return ""
    enough = configuration["DatapointsToAlarm"]
    if not alarming:
        enough = configuration["EvaluationPeriods"] - enough + 1
    transition = "OK -> ALARM" if alarming else "ALARM -> OK"
    return f" (minimum {_datapoints(enough)} for {transition} transition)"


def _treated(configuration: Members, filled: int) -> str | None:
    treated = _TREATED.get(treatment_of(configuration))
    if not filled or treated is None:
        return None
    missing = f"{filled} missing datapoint{'s' if filled > 1 else ''}"
    return f"{missing} {_was(filled)} treated as [{treated}]"


def _datapoints(count: int) -> str:
    return f"{count} datapoint{'' if count == 1 else 's'}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d/%m/%y %H:%M:%S}"


def iso(at: float) -> str:
    """As in the JSON of alarms: 2026-11-23T08:59:00.000+0000."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def reason_data(
    configuration: Members, judgement: Judgement, at: float, counts: dict[int, float]
) -> str:
    """With as many of the newest data points as AWS has room for; `counts` are their samples."""
    rows = judgement.rows
    data: dict[str, Any] = {"version": "1.0", "queryDate": iso(at)}
    if rows:
        data["startDate"] = iso(rows[-1][0])
    if "Unit" in configuration:
        data["unit"] = configuration["Unit"]
    for member in ("Statistic", "ExtendedStatistic"):
        if member in configuration:
            data["statistic"] = configuration[member]
    if "Period" in configuration:
        data["period"] = configuration["Period"]
    data["threshold"] = float(configuration["Threshold"])
    text = b""
    for kept in (len(rows), 25, LISTED):
        text = orjson.dumps(data | _evaluated(rows[:kept], counts))
        if len(text) <= MAX_DATA:
            break
    return text.decode()


def _evaluated(rows: Sequence[tuple[int, float]], counts: dict[int, float]) -> dict[str, Any]:
    return {
        "recentDatapoints": [value for _, value in reversed(rows)],
        "evaluatedDatapoints": [
            {
                "timestamp": iso(moment),
                **({"sampleCount": counts[moment]} if moment in counts else {}),
                "value": value,
            }
            for moment, value in rows
        ],
    }
