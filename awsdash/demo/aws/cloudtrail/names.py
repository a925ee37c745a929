"""How CloudTrail names calls, and which of them it records as management events."""

import re
from typing import Final

from awsdash.demo.aws.protocol import Call

GLOBAL_REGION: Final = "us-east-1"
_GLOBAL: Final = {"account", "cloudfront", "iam", "organizations", "route53", "route53domains"}

# Data events by the service's documentation, and what is in no event history at all.
_UNRECORDED: Final = {
    "athena": {"GetQueryResultsStream"},
    "dynamodb": {
        *("BatchExecuteStatement", "BatchGetItem", "BatchWriteItem", "DeleteItem"),
        *("ExecuteStatement", "ExecuteTransaction", "GetItem", "PutItem", "Query", "Scan"),
        *("TransactGetItems", "TransactWriteItems", "UpdateItem"),
    },
    "events": {"PutEvents"},
    "firehose": {"PutRecord", "PutRecordBatch"},
    "kinesis": {"GetRecords", "GetShardIterator", "PutRecord", "PutRecords", "SubscribeToShard"},
    "lambda": {"Invoke", "InvokeAsync", "InvokeWithResponseStream"},
    "logs": {"PutLogEvents"},
    "monitoring": {
        *("GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage", "ListMetrics"),
        "PutMetricData",
    },
    "sns": {"Publish", "PublishBatch"},
    "sqs": {
        *("ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage"),
        *("DeleteMessageBatch", "ReceiveMessage", "SendMessage", "SendMessageBatch"),
    },
    "xray": {
        *("BatchGetTraces", "GetSamplingStatisticSummaries", "GetSamplingTargets"),
        *("GetServiceGraph", "GetTimeSeriesServiceStatistics", "GetTraceGraph"),
        *("GetTraceSummaries", "PutTelemetryRecords", "PutTraceSegments"),
    },
}
_S3_DATA: Final = re.compile(
    r".*(Object|Part|MultipartUpload).*|ListParts|HeadBucket", re.IGNORECASE
)
_S3_MANAGEMENT: Final = {"GetObjectLockConfiguration", "PutObjectLockConfiguration"}

_READS: Final = re.compile(
    r"(?:Admin|Batch)?(?:Get|List|Describe)|Check|Detect|Discover|Estimate|Filter|Head|Lookup"
    r"|Preview|Query|Scan|Search|Select|Simulate|Test|Validate|Verify"
)
_READS_TOO: Final = {
    *("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "Decrypt", "Encrypt"),
    *("GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "StartLiveTail", "StartQuery"),
}

_LAMBDA_VERSIONS: Final = {
    **dict.fromkeys(
        (
            *("AddPermission", "GetFunction", "GetFunctionConfiguration", "GetPolicy"),
            *("RemovePermission", "UpdateFunctionCode", "UpdateFunctionConfiguration"),
        ),
        "20150331v2",
    ),
    **dict.fromkeys(("ListTags", "TagResource", "UntagResource"), "20170331v2"),
}
_LAMBDA_OF_OLD: Final = {
    *("CreateAlias", "CreateEventSourceMapping", "CreateFunction", "DeleteAlias"),
    *("DeleteEventSourceMapping", "DeleteFunction", "GetAlias", "GetEventSourceMapping"),
    *("ListAliases", "ListEventSourceMappings", "ListFunctions", "ListVersionsByFunction"),
    *("PublishVersion", "UpdateAlias", "UpdateEventSourceMapping"),
}
_S3_NAMES: Final = {
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def is_recorded(call: Call) -> bool:
    if call.service == "s3":
        is_data = _S3_DATA.fullmatch(call.operation) is not None
        return call.operation in _S3_MANAGEMENT or not is_data
    return call.operation not in _UNRECORDED.get(call.service, ())


def is_read_only(operation: str) -> bool:
    return operation in _READS_TOO or _READS.match(operation) is not None


def event_source(signed_as: str) -> str:
    return f"{signed_as}.amazonaws.com"


def event_region(call: Call) -> str:
    """Where CloudTrail has the call: those to global services in one region."""
    return GLOBAL_REGION if call.service in _GLOBAL else call.region


def event_name(call: Call) -> str:
    if call.service == "s3":
        return _S3_NAMES.get(call.operation, call.operation)
    if call.service == "lambda":
        old = "20150331" if call.operation in _LAMBDA_OF_OLD else ""
        return call.operation + _LAMBDA_VERSIONS.get(call.operation, old)
    return call.operation
