"""Sampling rules, encryption and the destination of segments, as an account has them at first."""

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.xray.requests import page


def get_sampling_rules(call: Call, asked: Members) -> Members:
    """The default rule: the first request each second, and five percent of the others."""
    rule = {
        "RuleName": "Default",
        "RuleARN": f"arn:aws:xray:{call.region}:{call.account}:sampling-rule/Default",
        "ResourceARN": "*",
        "Priority": 10000,
        "FixedRate": 0.05,
        "ReservoirSize": 1,
        "ServiceName": "*",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "*",
        "URLPath": "*",
        "Version": 1,
        "Attributes": {},
    }
    records, token = page([{"SamplingRule": rule, "CreatedAt": 0, "ModifiedAt": 0}], 100, asked)
    return {"SamplingRuleRecords": records, "NextToken": token}


def get_encryption_config(call: Call, asked: Members) -> Members:
    return {"EncryptionConfig": {"Status": "ACTIVE", "Type": "NONE"}}


def get_trace_segment_destination(call: Call, asked: Members) -> Members:
    return {"Destination": "XRay", "Status": "ACTIVE"}
