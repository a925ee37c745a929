"""Another story in place of the demo's: put there from outside, by AWS's own write operations and,
where AWS has none, by the emulator's seeds. Nothing here knows the demo's story but its server."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import BASE_ACCESS_KEY_ID, MANAGEMENT
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EPOCH_MS, EmulatedAws, Keys
from tests.demo.waiting import until

HARBOUR, SHIPYARD = "900000000001", "900000000002"
REGION = "eu-west-1"
CAPTAIN = Keys("AKIAHARBOURCAPTAIN01", "harbour+secret")
WRIGHT = Keys("AKIASHIPYARDWRIGHT01", "shipyard+secret")
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": f"arn:aws:iam::{HARBOUR}:user/captain"},
                "Condition": {"StringEquals": {"sts:ExternalId": "pier-7"}},
            }
        ],
    }
)
READING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}],
    }
)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as running:
        emulated = EmulatedAws(running.url)
        assert emulated.control("DELETE", "story")[0] == 204
        assert emulated.control("POST", "seed/accounts", ACCOUNTS) == (200, {"count": 2})
        yield emulated


ACCOUNTS = [
    {
        "accountId": HARBOUR,
        "name": "harbour",
        "user": "captain",
        "accessKeyId": CAPTAIN.key_id,
        "secretAccessKey": CAPTAIN.secret,
    },
    {
        "accountId": SHIPYARD,
        "name": "shipyard",
        "user": "wright",
        "accessKeyId": WRIGHT.key_id,
        "secretAccessKey": WRIGHT.secret,
    },
]


def seed(aws: EmulatedAws, what: str, rows: list[dict[str, Any]]) -> None:
    status, answer = aws.control("POST", f"seed/{what}?account={HARBOUR}&region={REGION}", rows)
    assert (status, answer) == (200, {"count": len(rows)})


def test_nothing_of_the_demos_story_is_left(aws: EmulatedAws) -> None:
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        aws.client("sts").get_caller_identity()
    for key in (CAPTAIN, WRIGHT):
        assert aws.client("logs", key).describe_log_groups()["logGroups"] == []
        assert aws.client("lambda", key).list_functions()["Functions"] == []
    assert BASE_ACCESS_KEY_ID not in str(aws.control("GET", "story"))
    assert MANAGEMENT not in str(aws.client("iam", CAPTAIN).list_users())


def test_a_role_of_one_account_serves_another(aws: EmulatedAws) -> None:
    iam = aws.client("iam", WRIGHT)
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName="reader", PolicyName="reading", PolicyDocument=READING)
    asked = {"RoleArn": f"arn:aws:iam::{SHIPYARD}:role/reader", "RoleSessionName": "captain"}
    sts = aws.client("sts", CAPTAIN)
    issued = sts.assume_role(**asked, ExternalId="pier-7")["Credentials"]
    session = Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    assert aws.client("sts", session).get_caller_identity()["Account"] == SHIPYARD
    assert aws.client("logs", session).describe_log_groups()["logGroups"] == []
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(**asked, ExternalId="pier-8")
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.client("s3", session).list_buckets()


def test_logs_are_put_and_filtered(aws: EmulatedAws) -> None:
    logs = aws.client("logs", CAPTAIN)
    logs.create_log_group(logGroupName="/harbour/cranes")
    logs.create_log_stream(logGroupName="/harbour/cranes", logStreamName="crane-1")
    events = [
        {"timestamp": EPOCH_MS - 60_000 * minute, "message": f"ERROR hook {minute} slipped"}
        for minute in range(9, 0, -1)
    ]
    logs.put_log_events(logGroupName="/harbour/cranes", logStreamName="crane-1", logEvents=events)
    found = logs.filter_log_events(logGroupName="/harbour/cranes", filterPattern="ERROR")["events"]
    assert [event["message"] for event in found] == [event["message"] for event in events]


def test_functions_and_other_resources_are_created(aws: EmulatedAws) -> None:
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                }
            ],
        }
    )
    role = aws.client("iam", CAPTAIN).create_role(RoleName="crane", AssumeRolePolicyDocument=trust)[
        "Role"
    ]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("crane.py", "def lift(event, context): return event")
    functions = aws.client("lambda", CAPTAIN)
    functions.create_function(
        FunctionName="crane",
        Runtime="python3.13",
        Handler="crane.lift",
        Role=role,
        Code={"ZipFile": packed.getvalue()},
    )
    assert [f["FunctionName"] for f in functions.list_functions()["Functions"]] == ["crane"]
    queues = aws.client("sqs", CAPTAIN)
    queues.create_queue(QueueName="containers")
    assert queues.list_queues()["QueueUrls"][0].endswith("/containers")


def test_metrics_are_put_of_any_age(aws: EmulatedAws) -> None:
    old = EPOCH - timedelta(days=13)
    datum = {"MetricName": "Waves", "Timestamp": old.timestamp(), "Value": 3.5, "Unit": "Count"}
    seed(aws, "monitoring/metric-data", [{"Namespace": "AWS/Harbour", "MetricData": [datum]}])
    metrics = aws.client("cloudwatch", CAPTAIN)
    metrics.put_metric_data(
        Namespace="Harbour",
        MetricData=[{"MetricName": "Ships", "Timestamp": EPOCH - timedelta(hours=1), "Value": 7}],
    )
    for namespace, name, at, value in (
        ("AWS/Harbour", "Waves", old, 3.5),
        ("Harbour", "Ships", EPOCH - timedelta(hours=1), 7.0),
    ):
        answer = metrics.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            StartTime=at - timedelta(minutes=5),
            EndTime=at + timedelta(minutes=5),
            Period=3600,
            Statistics=["Sum"],
        )
        assert [point["Sum"] for point in answer["Datapoints"]] == [value]


def test_events_of_cloudtrail_are_seeded(aws: EmulatedAws) -> None:
    event = {
        "eventTime": "2026-11-22T10:00:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "RunInstances",
        "userIdentity": {"type": "IAMUser", "userName": "captain"},
    }
    seed(aws, "cloudtrail/events", [event])
    (found,) = aws.client("cloudtrail", CAPTAIN).lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "RunInstances"}]
    )["Events"]
    assert (found["EventName"], found["Username"]) == ("RunInstances", "captain")


def test_configuration_items_are_seeded(aws: EmulatedAws) -> None:
    item = {
        "resourceType": "AWS::EC2::Instance",
        "resourceId": "i-0123456789abcdef0",
        "configurationItemCaptureTime": "2026-11-21T10:00:00Z",
        "configuration": {"instanceType": "t3.micro"},
    }
    seed(aws, "config/configuration-items", [item])
    (found,) = aws.client("config", CAPTAIN).get_resource_config_history(
        resourceType=item["resourceType"], resourceId=item["resourceId"]
    )["configurationItems"]
    assert json.loads(found["configuration"]) == {"instanceType": "t3.micro"}


def test_traces_are_put(aws: EmulatedAws) -> None:
    start = EPOCH.timestamp() - 600
    trace = f"1-{int(start):08x}-000000000000000000000001"
    segment = {
        "trace_id": trace,
        "id": "0000000000000001",
        "name": "crane",
        "start_time": start,
        "end_time": start + 0.25,
    }
    traces = aws.client("xray", CAPTAIN)
    put = traces.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
    assert put["UnprocessedTraceSegments"] == []
    (found,) = traces.batch_get_traces(TraceIds=[trace])["Traces"]
    assert found["Id"] == trace


def test_a_table_over_objects_of_s3_is_created_and_queried(aws: EmulatedAws) -> None:
    s3, glue = aws.client("s3", CAPTAIN), aws.client("glue", CAPTAIN)
    s3.create_bucket(Bucket="harbour-lake", CreateBucketConfiguration=LOCATION)
    s3.put_object(Bucket="harbour-lake", Key="ships/1.csv", Body=b"Aurora,120\nBoreas,95\n")
    glue.create_database(DatabaseInput={"Name": "harbour"})
    glue.create_table(DatabaseName="harbour", TableInput=SHIPS)
    athena = aws.client("athena", CAPTAIN)
    started = athena.start_query_execution(
        QueryString="SELECT name FROM ships WHERE length > 100",
        QueryExecutionContext={"Database": "harbour"},
        ResultConfiguration={"OutputLocation": "s3://harbour-lake/results/"},
    )["QueryExecutionId"]
    until(lambda: state_of(athena, started) not in ("QUEUED", "RUNNING"))
    assert state_of(athena, started) == "SUCCEEDED"
    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == ["name", "Aurora"]


def state_of(athena: Any, query_id: str) -> str:
    execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    return str(execution["Status"]["State"])


LOCATION: Any = {"LocationConstraint": REGION}
SHIPS: Any = {
    "Name": "ships",
    "TableType": "EXTERNAL_TABLE",
    "StorageDescriptor": {
        "Location": "s3://harbour-lake/ships/",
        "Columns": [{"Name": "name", "Type": "string"}, {"Name": "length", "Type": "int"}],
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {
            "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {"field.delim": ","},
        },
    },
}
