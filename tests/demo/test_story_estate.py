"""Northwind's estate, planted in moto: what boto3 lists, where, and as what."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import jmespath
import pytest

from awsdash.demo.aws import stage
from awsdash.demo.aws.server import running_server
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import (
    ACCOUNTS,
    DATA_PROD,
    PAYMENTS_DEV,
    PAYMENTS_PROD,
    PLATFORM,
    REGIONS,
)
from awsdash.demo.story.estate import RESOURCES
from awsdash.demo.story.estate.resource import Resource
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.estate_listings import LISTINGS, Listing
from tests.demo.estate_reading import EstateAlone, Reading, compared, in_place, resource

# Places with other things, with hardly anything, and with nothing.
ELSEWHERE: Final = (
    Place(PAYMENTS_PROD, "eu-west-1"),
    Place(PLATFORM, "eu-west-1"),
    Place(PAYMENTS_DEV, "us-east-1"),
)
TYPES: Final = sorted({resource.type for resource in RESOURCES})


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with running_server(EstateAlone(EPOCH), now=EPOCH) as server:
        yield Reading(EmulatedAws(server.url))


def test_the_estate_has_a_few_hundred_resources_of_many_types() -> None:
    assert 350 <= len(RESOURCES) <= 500
    assert len(TYPES) >= 45


def test_no_resource_is_told_twice() -> None:
    told = Counter((each.type, each.place, each.name) for each in RESOURCES)
    assert told.most_common(1)[0][1] == 1
    arns = Counter((each.arn, each.place) for each in RESOURCES)
    assert arns.most_common(1)[0][1] == 1


def test_all_five_accounts_and_all_three_regions_have_something() -> None:
    assert {each.place.account for each in RESOURCES} == set(ACCOUNTS)
    assert {each.place.region for each in RESOURCES} == set(REGIONS)


def test_every_type_can_be_listed() -> None:
    assert sorted(LISTINGS) == TYPES


@pytest.mark.parametrize("type_", TYPES)
def test_boto3_lists_each_resource_in_its_place_and_nowhere_else(
    reading: Reading, type_: str
) -> None:
    listing = LISTINGS[type_]
    places = {each.place for each in RESOURCES if each.type == type_}
    for place in sorted(places.union(ELSEWHERE)):
        expected = in_place(type_, place)
        if listing.parent is None:
            arguments = _scope(type_, place)
            found = reading.listed(listing, place, **arguments)
            assert Counter(found) == Counter(compared(listing, each) for each in expected), place
        else:
            _check_within_parents(reading, listing, place, expected)


def _scope(type_: str, place: Place) -> dict[str, str]:
    """CloudFront's firewalls are listed in us-east-1 alone, and apart from those of the region."""
    is_cloudfronts = type_ == "AWS::WAFv2::WebACL" and place.region == "us-east-1"
    return {"Scope": "CLOUDFRONT"} if is_cloudfronts else {}


def _check_within_parents(
    reading: Reading, listing: Listing, place: Place, expected: list[Resource]
) -> None:
    assert listing.parent is not None
    found: list[str] = []
    for parent in in_place(listing.parent.type, place):
        named = {listing.parent.parameter: getattr(parent, listing.parent.attribute)}
        children = reading.listed(listing, place, **named)
        own = [
            each for each in expected if (each.name.rpartition("/")[0] or each.name) == parent.name
        ]
        assert Counter(children) == Counter(compared(listing, each) for each in own), parent
        found += children
    assert len(found) == len(expected)


def _parent_name(child: Resource) -> str:
    """A version of a layer is called as its layer."""
    return child.name.rpartition("/")[0] or child.name


def test_an_arn_names_the_account_and_the_region_of_its_resource() -> None:
    for each in RESOURCES:
        _, _, _, region, account, _ = each.arn.split(":", 5)
        assert account in {each.place.account, ""}, each
        assert region in {each.place.region, ""}, each


def test_every_resource_says_whose_it_is() -> None:
    for each in RESOURCES:
        assert each.tags.keys() >= {"env", "team", "service", "cost-centre"}
        assert each.tags["env"] == ("dev" if each.place.account == PAYMENTS_DEV else "prod")


def test_boto3_shows_the_tags(reading: Reading) -> None:
    bastion = resource("AWS::EC2::Instance", "bastion", PLATFORM, "eu-central-1")
    ec2 = reading.client("ec2", bastion.place)
    (found,) = ec2.describe_instances(InstanceIds=[bastion.id])["Reservations"]
    tags = {tag["Key"]: tag["Value"] for tag in found["Instances"][0]["Tags"]}
    assert tags == bastion.tags
    table = resource("AWS::DynamoDB::Table", "orders-checkpoints", DATA_PROD, "eu-west-1")
    tagged = reading.client("dynamodb", table.place).list_tags_of_resource(ResourceArn=table.arn)
    assert {tag["Key"]: tag["Value"] for tag in tagged["Tags"]} == table.tags


def test_a_resource_was_created_when_the_story_says(reading: Reading) -> None:
    bastion = resource("AWS::EC2::Instance", "bastion", PLATFORM, "eu-central-1")
    ec2 = reading.client("ec2", bastion.place)
    (found,) = ec2.describe_instances(InstanceIds=[bastion.id])["Reservations"]
    assert found["Instances"][0]["LaunchTime"] == EPOCH - bastion.age
    ledger = resource("AWS::RDS::DBCluster", "ledger", PAYMENTS_PROD, "eu-west-1")
    (cluster,) = reading.client("rds", ledger.place).describe_db_clusters()["DBClusters"]
    assert cluster["ClusterCreateTime"] == EPOCH - ledger.age


def test_the_bastion_lets_the_companys_networks_in_by_ssh(reading: Reading) -> None:
    ec2 = reading.client("ec2", Place(PLATFORM, "eu-central-1"))
    (group,) = ec2.describe_security_groups(GroupIds=["sg-0b5a77e1c0ffee001"])["SecurityGroups"]
    assert (group["GroupName"], group["VpcId"]) == ("bastion", "vpc-0a1f00d5ca1ab1e01")
    (permission,) = group["IpPermissions"]
    assert (permission["FromPort"], permission["ToPort"]) == (22, 22)
    assert [each["CidrIp"] for each in permission["IpRanges"]] == ["10.0.0.0/8"]


def test_the_checkout_api_traces_and_writes_an_access_log(reading: Reading) -> None:
    gateway = reading.client("apigateway", Place(PAYMENTS_PROD, "eu-west-1"))
    (api,) = gateway.get_rest_apis()["items"]
    prod = gateway.get_stage(restApiId=api["id"], stageName="prod")
    assert (api["name"], prod["tracingEnabled"]) == ("checkout", True)
    assert prod["accessLogSettings"]["destinationArn"] == (
        f"arn:aws:logs:eu-west-1:{PAYMENTS_PROD}:log-group:/aws/apigateway/checkout-prod"
    )


def test_the_ledger_logs_to_its_own_group_behind_its_balancer(reading: Reading) -> None:
    ecs = reading.client("ecs", Place(PAYMENTS_PROD, "eu-west-1"))
    (service,) = ecs.describe_services(cluster="payments-prod", services=["ledger-api"])["services"]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
    (container,) = definition["taskDefinition"]["containerDefinitions"]
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/ecs/ledger-api"
    assert ":targetgroup/ledger/" in service["loadBalancers"][0]["targetGroupArn"]
    assert service["runningCount"] == service["desiredCount"] == 6


def test_brokers_have_their_tags_by_the_arn_that_lists_them(reading: Reading) -> None:
    (brokers,) = [one for one in RESOURCES if one.type == "AWS::MSK::Cluster"]
    kafka = reading.client("kafka", brokers.place)
    assert kafka.list_tags_for_resource(ResourceArn=brokers.arn)["Tags"] == dict(brokers.tags)


def test_a_stages_arn_names_its_api_by_id() -> None:
    stages = [one for one in RESOURCES if one.type.endswith("::Stage")]
    apis = {one.arn for one in RESOURCES if one.type.endswith(("::RestApi", "::Api"))}
    assert {stage.arn.partition("/stages/")[0] for stage in stages} <= apis


def test_the_orders_stream_has_8_shards_now(reading: Reading) -> None:
    kinesis = reading.client("kinesis", Place(DATA_PROD, "eu-west-1"))
    summary = kinesis.describe_stream_summary(StreamName="orders")["StreamDescriptionSummary"]
    assert summary["OpenShardCount"] == 8


def test_the_orders_queue_gives_up_into_its_dead_letter_queue(reading: Reading) -> None:
    sqs = reading.client("sqs", Place(DATA_PROD, "eu-west-1"))
    url = sqs.get_queue_url(QueueName="orders-ingest")["QueueUrl"]
    policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    assert "orders-ingest-dlq" in policy["Attributes"]["RedrivePolicy"]


def test_the_nightly_report_starts_at_two(reading: Reading) -> None:
    events = reading.client("events", Place(DATA_PROD, "us-east-1"))
    assert events.describe_rule(Name="nightly-report")["ScheduleExpression"] == "cron(0 2 * * ? *)"
    (target,) = events.list_targets_by_rule(Rule="nightly-report")["Targets"]
    assert target["Arn"].endswith(":function:report-nightly")


def test_a_database_exports_logs_and_a_state_machine_logs(reading: Reading) -> None:
    place = Place(PAYMENTS_PROD, "eu-west-1")
    (cluster,) = reading.client("rds", place).describe_db_clusters()["DBClusters"]
    assert cluster["EnabledCloudwatchLogsExports"] == ["postgresql", "instance"]
    data = Place(DATA_PROD, "eu-west-1")
    arn = resource("AWS::StepFunctions::StateMachine", "orders-backfill", *data).arn
    machine = reading.client("stepfunctions", data).describe_state_machine(stateMachineArn=arn)
    (destination,) = machine["loggingConfiguration"]["destinations"]
    assert destination["cloudWatchLogsLogGroup"]["logGroupArn"].endswith(
        ":log-group:/aws/vendedlogs/states/orders-backfill-Logs:*"
    )


def test_a_planted_instance_belongs_to_its_scaling_group(reading: Reading) -> None:
    place = Place(DATA_PROD, "eu-west-1")
    (group,) = reading.client("autoscaling", place).describe_auto_scaling_groups()[
        "AutoScalingGroups"
    ]
    planted = [
        resource("AWS::EC2::Instance", f"stream-processor-{number}", *place).id for number in (1, 2)
    ]
    assert [each["InstanceId"] for each in group["Instances"]] == planted
    assert group["DesiredCapacity"] == 2


def test_planting_again_gives_the_same_ids(reading: Reading) -> None:
    before = _made_up(reading)
    stage.tell(EstateAlone(EPOCH))
    reading.forget()
    assert _made_up(reading) == before


def _made_up(reading: Reading) -> list[Any]:
    """What the story leaves to moto to make up."""
    place = Place(PAYMENTS_PROD, "eu-west-1")
    ec2 = reading.client("ec2", place)
    instances = "Reservations[].Instances[].[PrivateIpAddress, NetworkInterfaces[].MacAddress]"
    clusters = reading.client("rds", place).describe_db_clusters()
    return [
        jmespath.search(instances, ec2.describe_instances()),
        jmespath.search("Addresses[].PublicIp", ec2.describe_addresses()),
        jmespath.search("DBClusters[].[DbClusterResourceId, HostedZoneId]", clusters),
    ]
