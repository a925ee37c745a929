"""Who acts in the story's AWS: people and programs by the roles they assume, and AWS itself."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Actor:
    """A session of a role; CloudTrail knows it by its name."""

    name: str
    role: str
    address: str
    agent: str
    is_console: bool = False


CONSOLE: Final = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156"
COMMAND_LINE: Final = "aws-cli/2.34.2 md/awscrt#0.31.4 ua/2.1 os/macos#26.1 lang/python#3.14.0"
TERRAFORM: Final = "APN/1.0 HashiCorp/1.0 Terraform/1.15.2 terraform-provider-aws/6.48.0"

DANA: Final = Actor("dana.reyes", "deployer", "203.0.113.24", COMMAND_LINE)
MARCO: Final = Actor("marco.bianchi", "platform-admin", "198.51.100.77", CONSOLE, is_console=True)
INES: Final = Actor("ines.ortega", "data-engineer", "203.0.113.61", CONSOLE, is_console=True)
SECOPS: Final = Actor("secops-remediation", "secops", "203.0.113.9", COMMAND_LINE)
PIPELINE: Final = Actor(
    "pipeline-checkout", "ci-deployer", "codepipeline.amazonaws.com", "codepipeline.amazonaws.com"
)
ORDERS_PIPELINE: Final = Actor(
    "pipeline-orders", "ci-deployer", "codepipeline.amazonaws.com", "codepipeline.amazonaws.com"
)
DATA_TERRAFORM: Final = Actor("terraform-data", "terraform", "203.0.113.40", TERRAFORM)
MONITORING: Final = Actor("datadog", "datadog-integration", "203.0.113.130", "Datadog/7.71")
PEOPLE: Final = (DANA, MARCO, INES)
ACTORS: Final = {
    actor.name: actor
    for actor in (DANA, MARCO, INES, SECOPS, PIPELINE, ORDERS_PIPELINE, DATA_TERRAFORM, MONITORING)
}
