"""What the estate's resources log while nothing is wrong with them: a few lines a day."""

import random
from collections.abc import Iterator
from datetime import timedelta
from string import Template
from typing import Final

from awsdash.demo.story.estate import LogGroup, log_groups
from awsdash.demo.story.logs.invocation import Line, iso
from awsdash.demo.story.logs.machines import MachineLog, every
from awsdash.demo.story.timeline import Timeline

BETWEEN: Final = timedelta(hours=7)
STREAM: Final = "main"
# By a part of the log group's name; $at is the moment, $n a small number, $ms a duration, $ip an
# address and $id an identifier.
SAYS: Final[dict[str, tuple[str, ...]]] = {
    "/performance": (
        '{"Type":"Service","CpuUtilized":$ms,"MemoryUtilized":51$n,"RunningTaskCount":2}',
    ),
    "/vpc/flow-logs": (
        "2 - eni-0$id $ip 10.20.4.$n 44$n 443 6 1$n $ms 1 1 ACCEPT OK",
        "2 - eni-0$id $ip 10.20.4.$n 52$n 23 6 1 40 1 1 REJECT OK",
    ),
    "/apigateway/": (
        '{"requestId":"$id","requestTime":"$at","httpMethod":"POST","status":201,"latency":$ms}',
        '{"requestId":"$id","requestTime":"$at","httpMethod":"GET","status":200,"latency":$ms}',
    ),
    "/rds/": ("$at LOG:  checkpoint complete: wrote $n buffers", "$at LOG:  duration: $ms ms"),
    "/states/": (
        '{"type":"ExecutionStarted","execution_arn":"$id","event_timestamp":"$at"}',
        '{"type":"ExecutionSucceeded","execution_arn":"$id","event_timestamp":"$at"}',
    ),
    "/codebuild/": (
        "[Container] $at Phase complete: BUILD State: SUCCEEDED",
        "[Container] $at Running $n tests in $ms ms",
    ),
    "aws-waf-logs": (
        '{"action":"ALLOW","httpRequest":{"clientIp":"$ip","uri":"/checkout","requestId":"$id"}}',
        '{"action":"BLOCK","httpRequest":{"clientIp":"$ip","uri":"/.env","requestId":"$id"}}',
    ),
    "/eks/": ('{"kind":"Event","verb":"list","requestReceivedTimestamp":"$at","code":200}',),
    "/elasticache/": ('{"CacheClusterId":"$id","Duration":$ms,"Command":"HGETALL"}',),
    "/route53/": ("1.0 $at Z0NORTHWIND shop.northwind.example A NOERROR UDP FRA6 $ip -",),
    "/kinesisfirehose/": ('{"message":"Delivered $n records","requestId":"$id"}',),
    "/msk/": ("[$at] INFO [GroupCoordinator 1]: Stabilized group orders generation $n",),
    "/OpenSearchService/": ("[$at][INFO ][o.o.i.IndexingMemoryController] now throttling $n",),
    "/glue/": ("$at INFO GlueLogger: wrote $n partitions in $ms ms",),
    "/cloudtrail/": ('{"eventName":"DescribeInstances","eventTime":"$at","eventID":"$id"}',),
    "/ecs/": ("$at INFO GET /health 200 ${ms}ms", "$at INFO handled $n requests"),
}


def estate_logs(story: Timeline, told: set[LogGroup]) -> Iterator[MachineLog]:
    """Of each log group that nobody else tells."""
    for group in log_groups():
        if group not in told:
            yield MachineLog(*group, list(_lines(story, group)))


def _lines(story: Timeline, group: LogGroup) -> Iterator[Line]:
    chance = random.Random(f"{story.seed}/{group}")
    says = next(texts for part, texts in SAYS.items() if part in group.name)
    for at in every(BETWEEN, story, chance):
        moment_ms = int(at.timestamp() * 1000)
        text = Template(chance.choice(says)).substitute(
            at=iso(moment_ms),
            n=chance.randint(10, 99),
            ms=round(chance.lognormvariate(3.6, 0.6)),
            ip=f"198.51.100.{chance.randint(1, 254)}",
            id=f"{chance.getrandbits(48):012x}",
        )
        yield Line(moment_ms, STREAM, text)
