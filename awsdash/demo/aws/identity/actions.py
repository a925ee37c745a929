"""What IAM calls an operation: mostly `<signed as>:<operation>`, but not always."""

from typing import Final

from awsdash.demo.aws.constraints import operation_model
from awsdash.demo.aws.protocol import Call

_PREFIXES: Final = {
    "cloudcontrolapi": "cloudformation",
    "monitoring": "cloudwatch",
    "tagging": "tag",
}
# From the Service Authorization Reference.
_S3: Final = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_S3_CONFIGURATIONS: Final = {
    f"{verb}Bucket{kind}Configuration{plural}": f"{action}{kind}Configuration"
    for kind in ("Analytics", "IntelligentTiering", "Inventory", "Metrics")
    for verb, plural, action in (
        ("Delete", "", "Put"),
        ("Get", "", "Get"),
        ("List", "s", "Get"),
        ("Put", "", "Put"),
    )
}
_NAMES: Final = {
    "s3": _S3 | _S3_CONFIGURATIONS,
    "dynamodb": {"TransactGetItems": "GetItem", "TransactWriteItems": "PutItem"},
    "lambda": {
        "GetLayerVersionByArn": "GetLayerVersion",
        "Invoke": "InvokeFunction",
        "InvokeAsync": "InvokeFunction",
        "InvokeWithResponseStream": "InvokeFunction",
    },
    "sns": {"PublishBatch": "Publish"},
    "sqs": {
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        "DeleteMessageBatch": "DeleteMessage",
        "SendMessageBatch": "SendMessage",
    },
}


def action_of(call: Call) -> str:
    """Such as `s3:ListBucket`."""
    if call.service == "apigateway" and call.model is not None:
        # Its actions are the methods of HTTP; what they are done to, the resource tells.
        return f"apigateway:{operation_model(call.model, call.operation).http['method']}"
    name = _NAMES.get(call.service, {}).get(call.operation, call.operation)
    return f"{_PREFIXES.get(call.service, call.service)}:{name}"
