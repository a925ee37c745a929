"""Plants vaults and trails."""

from typing import Final

from awsdash.demo.story.estate.planting.moto import Planters, backend, key_values
from awsdash.demo.story.estate.resource import Resource


def _vault(resource: Resource) -> None:
    has = resource.configuration
    backend("backup", resource).create_backup_vault(
        has["BackupVaultName"], dict(resource.tags), has["EncryptionKeyArn"], resource.name
    )


def _trail(resource: Resource) -> None:
    has, trails = resource.configuration, backend("cloudtrail", resource)
    trails.create_trail(
        has["Name"],
        has["S3BucketName"],
        None,
        None,
        has["IncludeGlobalServiceEvents"],
        has["IsMultiRegionTrail"],
        has["LogFileValidationEnabled"],
        has["IsOrganizationTrail"],
        has["CloudWatchLogsLogGroupArn"],
        has["CloudWatchLogsRoleArn"],
        None,
        key_values(resource),
    )
    trails.start_logging(has["Name"])


PLANTERS: Final[Planters] = {
    "AWS::Backup::BackupVault": _vault,
    "AWS::CloudTrail::Trail": _trail,
}
