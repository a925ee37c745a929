"""What CloudTrail records of the calls to the emulator, by its user guide."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import EnvironBuilder

from awsdash.demo.aws.cloudtrail import lookup
from awsdash.demo.aws.cloudtrail.event import Event
from awsdash.demo.aws.cloudtrail.names import is_read_only
from awsdash.demo.aws.cloudtrail.recorder import Recorder
from awsdash.demo.aws.cloudtrail.store import MAX_RECORDED, History, Wanted, history
from awsdash.demo.aws.identity.auth import identify
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import (
    BASE_ACCESS_KEY_ID,
    DATA_PROD,
    EXTERNAL_ID,
    MANAGEMENT,
    PAYMENTS_PROD,
    PLATFORM,
    role_arn,
)
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import BASE_KEYS, EPOCH, EmulatedAws, Keys

REGION = "eu-north-1"  # where the story tells nothing


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    with running_server(Story(EPOCH, events=600), now=EPOCH) as server:
        yield EmulatedAws(server.url)


@pytest.fixture(autouse=True)
def swiftly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "LOOKUPS_PER_SECOND", 1000.0)


class Visit:
    """One session, by whose key its events are found."""

    def __init__(self, aws: EmulatedAws, account: str = PLATFORM, **asked: Any) -> None:
        known = {"RoleSessionName": "mira", "ExternalId": EXTERNAL_ID, **asked}
        answer = aws.client("sts", region=REGION).assume_role(RoleArn=role_arn(account), **known)
        issued = answer["Credentials"]
        self.keys = Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
        self._aws = aws
        self._account = account

    def client(self, service: str, region: str = REGION) -> Any:
        return self._aws.client(service, self.keys, region)

    def rows(self, region: str = REGION) -> list[Any]:
        by_key = [{"AttributeKey": "AccessKeyId", "AttributeValue": self.keys.key_id}]
        trail = self._aws.reader("cloudtrail", self._account, region)
        return list(trail.lookup_events(LookupAttributes=by_key)["Events"])

    def records(self, region: str = REGION) -> list[Any]:
        return [json.loads(row["CloudTrailEvent"]) for row in self.rows(region)]

    def record(self, region: str = REGION) -> Any:
        (record,) = self.records(region)
        return record


@pytest.fixture
def visit(aws: EmulatedAws) -> Visit:
    return Visit(aws)


def fail(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as failed:
        call(**arguments)
    return str(failed.value.response["Error"]["Code"])


def test_a_call_is_recorded_with_the_name_of_its_session(visit: Visit) -> None:
    visit.client("logs").describe_log_groups(limit=5)
    (row,) = visit.rows()
    assert row["EventName"] == "DescribeLogGroups"
    assert row["EventSource"] == "logs.amazonaws.com"
    assert (row["Username"], row["ReadOnly"]) == ("mira", "true")
    record = json.loads(row["CloudTrailEvent"])
    assert record["eventID"] == row["EventId"]
    assert record["requestParameters"] == {"limit": 5}
    assert record["responseElements"] is None
    assert record["sourceIPAddress"] == "127.0.0.1"
    assert record["userAgent"].startswith("Boto3/")
    assert (record["awsRegion"], record["recipientAccountId"]) == (REGION, PLATFORM)
    assert record["eventTime"].startswith("2026-11-23T09:0")


@pytest.mark.parametrize(("sent", "told"), [("Büro/1 😀", "Büro/1 😀"), ("a" * 2_000, "a" * 1_024)])
def test_the_user_agent_is_told_in_any_language_up_to_1_kb(
    visit: Visit, sent: str, told: str
) -> None:
    logs = visit.client("logs")
    logs.meta.events.register(
        "before-send.logs.*",
        lambda request, **_: request.headers.__setitem__("User-Agent", sent.encode()),
    )
    logs.describe_log_groups()
    assert visit.record()["userAgent"] == told


def test_the_identity_of_a_session_tells_its_role(visit: Visit) -> None:
    role = visit.client("iam").get_role(RoleName="awsdash-reader")["Role"]
    identity = visit.record("us-east-1")["userIdentity"]
    created = identity["sessionContext"]["attributes"].pop("creationDate")
    assert created.endswith("Z")
    assert identity == {
        "type": "AssumedRole",
        "principalId": f"{role['RoleId']}:mira",
        "arn": f"arn:aws:sts::{PLATFORM}:assumed-role/awsdash-reader/mira",
        "accountId": PLATFORM,
        "accessKeyId": visit.keys.key_id,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role["RoleId"],
                "arn": role_arn(PLATFORM),
                "accountId": PLATFORM,
                "userName": "awsdash-reader",
            },
            "attributes": {"mfaAuthenticated": "false"},
        },
    }


def test_the_identity_of_a_user_tells_its_name(aws: EmulatedAws) -> None:
    aws.client("logs", BASE_KEYS, REGION).describe_log_groups()
    trail = aws.client("cloudtrail", BASE_KEYS, REGION)
    by_name = [{"AttributeKey": "EventName", "AttributeValue": "DescribeLogGroups"}]
    (row,) = trail.lookup_events(LookupAttributes=by_name)["Events"]
    assert (row["Username"], row["AccessKeyId"]) == ("awsdash", BASE_ACCESS_KEY_ID)
    identity = json.loads(row["CloudTrailEvent"])["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("IAMUser", "awsdash")
    assert identity["arn"] == f"arn:aws:iam::{MANAGEMENT}:user/awsdash"


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "name", "parameters"),
    [
        ("athena", "list_query_executions", {"MaxResults": 5}, "ListQueryExecutions",
         {"maxResults": 5}),
        ("sqs", "list_queues", {"QueueNamePrefix": "a"}, "ListQueues", {"queueNamePrefix": "a"}),
        ("ec2", "describe_instances", {"Filters": [{"Name": "vpc-id", "Values": ["v"]}]},
         "DescribeInstances", {"filters": [{"name": "vpc-id", "values": ["v"]}]}),
        ("sns", "list_topics", {}, "ListTopics", None),
        ("rds", "describe_db_instances", {"MaxRecords": 20}, "DescribeDBInstances",
         {"maxRecords": 20}),
        ("lambda", "list_functions", {"MaxItems": 5}, "ListFunctions20150331", {"maxItems": 5}),
        ("s3", "list_buckets", {}, "ListBuckets", None),
    ],
)  # fmt: skip
def test_parameters_are_written_with_a_small_first_letter_whatever_the_protocol(
    visit: Visit, service: str, operation: str, arguments: Any, name: str, parameters: Any
) -> None:
    getattr(visit.client(service), operation)(**arguments)
    record = visit.record()
    assert record["eventName"] == name
    assert (record["requestParameters"] or None) == parameters


def test_a_write_tells_what_it_answered(visit: Visit) -> None:
    visit.client("iam").create_user(UserName="zoe")
    (row,) = visit.rows("us-east-1")
    assert row["ReadOnly"] == "false"
    assert {"ResourceType": "AWS::IAM::User", "ResourceName": "zoe"} in row["Resources"]
    record = json.loads(row["CloudTrailEvent"])
    assert record["requestParameters"] == {"userName": "zoe"}
    assert record["responseElements"]["user"]["userName"] == "zoe"


def test_secrets_are_not_told(visit: Visit) -> None:
    visit.client("secretsmanager").create_secret(Name="pin", SecretString="open sesame")
    iam = visit.client("iam")
    iam.create_user(UserName="yan")
    secret = iam.create_access_key(UserName="yan")["AccessKey"]["SecretAccessKey"]
    (created,) = visit.records()
    hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert created["requestParameters"]["secretString"] == hidden
    told = json.dumps(visit.records() + visit.records("us-east-1"))
    assert "open sesame" not in told
    assert secret not in told


HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "shown"),
    [
        ("rds", "create_db_cluster",
         {"DBClusterIdentifier": "c", "Engine": "aurora-mysql", "MasterUsername": "u",
          "MasterUserPassword": "open sesame"},
         {"masterUserPassword": "****"}),
        ("elasticache", "create_replication_group",
         {"ReplicationGroupId": "r", "ReplicationGroupDescription": "d",
          "AuthToken": "open sesame open"},
         {"authToken": HIDDEN}),
        ("ec2", "run_instances",
         {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "UserData": "open sesame"},
         {"userData": "<sensitiveDataRemoved>"}),
        ("lambda", "update_function_configuration",
         {"FunctionName": "f", "Environment": {"Variables": {"A": "open sesame"}}},
         {"environment": {"variables": HIDDEN}}),
        ("ssm", "put_parameter",
         {"Name": "p", "Value": "open sesame", "Type": "SecureString"},
         {"value": HIDDEN}),
        ("sns", "create_platform_application",
         {"Name": "a", "Platform": "GCM", "Attributes": {"PlatformCredential": "open sesame"}},
         {"attributes": {"PlatformCredential": HIDDEN}}),
        ("glue", "create_connection",
         {"ConnectionInput": {"Name": "c", "ConnectionType": "JDBC",
                              "ConnectionProperties": {"PASSWORD": "open sesame"}}},
         {"connectionInput": {"name": "c", "connectionType": "JDBC",
                              "connectionProperties": {"PASSWORD": HIDDEN}}}),
        ("apigateway", "create_api_key", {"value": "open sesame open sesame"}, {"value": HIDDEN}),
        ("cloudformation", "create_stack",
         {"StackName": "s", "TemplateBody": "{}",
          "Parameters": [{"ParameterKey": "P", "ParameterValue": "open sesame"}]},
         {"parameters": [{"parameterKey": "P"}]}),
    ],
)  # fmt: skip
def test_secrets_are_hidden_where_a_service_takes_them(
    visit: Visit, service: str, operation: str, arguments: Any, shown: Any
) -> None:
    with contextlib.suppress(ClientError):
        getattr(visit.client(service), operation)(**arguments)
    record = visit.record()
    assert record["requestParameters"].items() >= shown.items()
    assert "open sesame" not in json.dumps(record)


def test_the_text_of_an_athena_query_is_omitted(visit: Visit) -> None:
    code = fail(visit.client("athena").start_query_execution, QueryString="SELECT 1", WorkGroup="x")
    record = visit.record()
    assert record["errorCode"] == code
    assert record["requestParameters"]["queryString"] == "***OMITTED***"


def test_parameters_that_are_too_large_are_omitted(visit: Visit) -> None:
    policy = json.dumps({"Statement": [], "Id": "x" * 20_000})
    visit.client("sqs").create_queue(QueueName="large", Attributes={"Policy": policy})
    parameters = visit.record()["requestParameters"]
    assert parameters["omitted"] is True
    assert parameters["originalSize"] > 20_000


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("logs", "get_log_events", {"logGroupName": "/no", "logStreamName": "s"},
         "ResourceNotFoundException"),
        ("lambda", "get_function", {"FunctionName": "no"}, "ResourceNotFoundException"),
        ("sqs", "get_queue_url", {"QueueName": "no"}, "AWS.SimpleQueueService.NonExistentQueue"),
        ("ec2", "describe_vpcs", {"VpcIds": ["vpc-0"]}, "Client.InvalidVpcID.NotFound"),
        ("s3", "get_bucket_policy", {"Bucket": "nobody-has-this"}, "NoSuchBucket"),
    ],
)  # fmt: skip
def test_a_call_that_failed_is_recorded_with_its_error(
    visit: Visit, service: str, operation: str, arguments: Any, code: str
) -> None:
    fail(getattr(visit.client(service), operation), **arguments)
    record = visit.record()
    assert record["errorCode"] == code
    assert record["errorMessage"]
    assert record["responseElements"] is None


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("logs", "describe_log_groups", "AccessDenied"),
        ("ec2", "describe_instances", "Client.UnauthorizedOperation"),
        ("s3", "list_buckets", "AccessDenied"),
    ],
)
def test_a_call_that_was_denied_is_recorded(
    aws: EmulatedAws, service: str, operation: str, code: str
) -> None:
    nothing = '{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'
    visit = Visit(aws, Policy=nothing)
    fail(getattr(visit.client(service), operation))
    record = visit.record()
    assert record["errorCode"] == code
    assert "is not authorized to perform" in record["errorMessage"]


def test_a_call_that_a_fault_refused_is_recorded(aws: EmulatedAws, visit: Visit) -> None:
    rule = {"service": "logs", "region": REGION, "effect": "throttle"}
    aws.control("PUT", "faults", [rule])
    try:
        fail(visit.client("logs").describe_log_groups)
    finally:
        aws.control("PUT", "faults", [])
    assert visit.record()["errorCode"] == "ThrottlingException"


def test_an_event_is_whole_before_its_answer_has_left(aws: EmulatedAws) -> None:
    def refuse(_: Any, start_response: Any) -> Iterator[bytes]:
        start_response("400 BAD REQUEST", [("Content-Type", "application/x-amz-json-1.1")])
        return iter([b'{"__type": "Refused', b'Exception", "message": "Because."}'])

    scope = f"{BASE_ACCESS_KEY_ID}/20261123/eu-south-2/logs/aws4_request"
    headers = [
        ("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}"),
        ("X-Amz-Target", "Logs_20140328.DescribeLogGroups"),
    ]
    environ = EnvironBuilder(method="POST", headers=headers, data=b"{}").get_environ()
    identify(environ)
    answer = Recorder(refuse)(environ, lambda *_: lambda _: None)
    by_name = Wanted(0, 1 << 32, "EventName", "DescribeLogGroups")
    ((_, event),) = history(Place(MANAGEMENT, "eu-south-2")).find(by_name, 2)
    record = json.loads(event.record)
    assert (record["errorCode"], record["errorMessage"]) == ("RefusedException", "Because.")
    assert b"".join(answer) == b'{"__type": "RefusedException", "message": "Because."}'


def test_a_call_with_an_unknown_key_is_nobodys_event(aws: EmulatedAws) -> None:
    unknown = Keys("AKIANOBODYKNOWSTHIS1", "secret")
    before = aws.client("cloudtrail", region="eu-west-3").lookup_events()["Events"]
    fail(aws.client("logs", unknown, "eu-west-3").describe_log_groups)
    after = aws.client("cloudtrail", region="eu-west-3").lookup_events()["Events"]
    assert [row["EventName"] for row in after] == [
        "LookupEvents",
        *(r["EventName"] for r in before),
    ]


def test_data_events_are_not_in_the_history(visit: Visit) -> None:
    s3, sqs = visit.client("s3"), visit.client("sqs")
    s3.create_bucket(Bucket="data-events",
                     CreateBucketConfiguration={"LocationConstraint": REGION})  # fmt: skip
    s3.put_object(Bucket="data-events", Key="k", Body=b"body")
    assert s3.get_object(Bucket="data-events", Key="k")["Body"].read() == b"body"
    s3.list_objects_v2(Bucket="data-events")
    url = sqs.create_queue(QueueName="data-events")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    visit.client("cloudwatch").put_metric_data(
        Namespace="n", MetricData=[{"MetricName": "m", "Value": 1}]
    )
    visit.client("xray").put_trace_segments(TraceSegmentDocuments=["{}"])
    names = [row["EventName"] for row in visit.rows()]
    assert names == ["CreateQueue", "CreateBucket"]


@pytest.mark.parametrize(
    ("service", "operation"), [("iam", "list_users"), ("organizations", "describe_organization")]
)
def test_calls_to_global_services_are_found_in_one_region_only(
    visit: Visit, service: str, operation: str
) -> None:
    with contextlib.suppress(ClientError):  # be there an organization or not
        getattr(visit.client(service), operation)()
    assert visit.rows() == []
    assert visit.record("us-east-1")["awsRegion"] == "us-east-1"


def test_a_look_up_is_an_event_too(visit: Visit) -> None:
    visit.client("cloudtrail").lookup_events(MaxResults=1)
    record = visit.record()
    assert (record["eventName"], record["readOnly"]) == ("LookupEvents", True)


def test_a_role_of_another_account_is_assumed_in_both(aws: EmulatedAws) -> None:
    visit = Visit(aws, DATA_PROD, RoleSessionName="both-sides")
    by_key = [{"AttributeKey": "ResourceName", "AttributeValue": visit.keys.key_id}]
    (own,) = aws.client("cloudtrail", BASE_KEYS, REGION).lookup_events(LookupAttributes=by_key)[
        "Events"
    ]
    (other,) = aws.reader("cloudtrail", DATA_PROD, REGION).lookup_events(LookupAttributes=by_key)[
        "Events"
    ]
    assert (own["Username"], own["AccessKeyId"]) == ("awsdash", BASE_ACCESS_KEY_ID)
    assert not {"Username", "AccessKeyId"} & other.keys()
    assert own["EventId"] != other["EventId"]
    mine, theirs = (json.loads(row["CloudTrailEvent"]) for row in (own, other))
    assert mine["sharedEventID"] == theirs["sharedEventID"]
    assert mine["requestID"] == theirs["requestID"]
    assert mine["recipientAccountId"] == MANAGEMENT
    assert theirs["recipientAccountId"] == DATA_PROD
    assert mine["userIdentity"]["type"] == "IAMUser"
    assert theirs["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": mine["userIdentity"]["principalId"],
        "accountId": MANAGEMENT,
    }
    assert theirs["resources"] == [
        {"accountId": DATA_PROD, "type": "AWS::IAM::Role", "ARN": role_arn(DATA_PROD)}
    ]
    assert theirs["requestParameters"]["roleSessionName"] == "both-sides"
    issued = theirs["responseElements"]["credentials"]
    assert issued["accessKeyId"] == visit.keys.key_id
    assert "secretAccessKey" not in issued


def test_a_role_that_was_refused_is_told_to_the_caller_only(aws: EmulatedAws) -> None:
    sts = aws.client("sts", BASE_KEYS, "eu-south-1")
    fail(sts.assume_role, RoleArn=role_arn(PAYMENTS_PROD), RoleSessionName="stranger")
    (own,) = aws.client("cloudtrail", BASE_KEYS, "eu-south-1").lookup_events()["Events"]
    record = json.loads(own["CloudTrailEvent"])
    assert record["errorCode"] == "AccessDenied"
    assert "sharedEventID" not in record
    names = [
        row["EventName"]
        for row in aws.client("cloudtrail", aws.assume_reader(PAYMENTS_PROD), "eu-south-1")
        .lookup_events()["Events"]
    ]  # fmt: skip
    assert names == []


def test_the_oldest_of_many_recorded_events_are_forgotten_but_no_planted_ones() -> None:
    kept = History()
    planted = Event("planted", "CreateUser", "iam.amazonaws.com", 0, "false", None, None)
    kept.plant([planted])
    for number in range(MAX_RECORDED + 10):
        event = Event(str(number), "GetUser", "iam.amazonaws.com", number, "true", None, None)
        kept.record(event)
    found = [event.id for _, event in kept.find(Wanted(0, 10_000), 10_000)]
    assert len(found) == MAX_RECORDED + 1
    assert found[0] == str(MAX_RECORDED + 9)
    assert found[-2:] == ["10", "planted"]


@pytest.mark.parametrize(
    ("operation", "reads"),
    [
        ("DescribeInstances", True),
        ("GetObjectAcl", True),
        ("ListBuckets", True),
        ("BatchGetQueryExecution", True),
        ("LookupEvents", True),
        ("AssumeRole", True),
        ("Decrypt", True),
        ("SelectResourceConfig", True),
        ("CreateUser", False),
        ("UpdateFunctionCode", False),
        ("StartQueryExecution", False),
        ("DeleteLogGroup", False),
        ("GenerateServiceLastAccessedDetails", False),
    ],
)
def test_what_only_reads_is_known_by_its_name(operation: str, reads: bool) -> None:
    assert is_read_only(operation) is reads
