"""Amazon Resource Names of resources that are known by type and id."""

import re
from typing import Final

from awsdash.demo.aws.state import Place

# Where "service:region:account:kind/id" does not hold.
_FORMS: Final = {
    "AWS::ApiGateway::RestApi": "apigateway:{region}::/restapis/{id}",
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{id}",
    "AWS::ECR::Repository": "ecr:{region}:{account}:repository/{id}",
    "AWS::IAM::Group": "iam::{account}:group/{id}",
    "AWS::IAM::Policy": "iam::{account}:policy/{id}",
    "AWS::IAM::Role": "iam::{account}:role/{id}",
    "AWS::IAM::User": "iam::{account}:user/{id}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{id}",
    "AWS::RDS::DBCluster": "rds:{region}:{account}:cluster:{id}",
    "AWS::RDS::DBInstance": "rds:{region}:{account}:db:{id}",
    "AWS::S3::Bucket": "s3:::{id}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{id}",
}
_OTHERS: Final = "{service}:{region}:{account}:{kind}/{id}"
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def arn_of(place: Place, resource_type: str, resource_id: str) -> str | None:
    """None for what has no ARN: compliance, and types of third parties."""
    if resource_id.startswith("arn:"):
        return resource_id
    owner, service, kind = resource_type.split("::")
    if owner != "AWS" or service == "Config":
        return None
    form = _FORMS.get(resource_type, _OTHERS)
    rest = form.format(
        service=service.lower(),
        region=place.region,
        account=place.account,
        kind=_WORD_STARTS.sub("-", kind).lower(),
        id=resource_id,
    )
    return f"arn:aws:{rest}"
