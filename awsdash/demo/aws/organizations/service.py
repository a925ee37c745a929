"""Organizations: what reads one. moto has what changes one."""

from typing import Final

from awsdash.demo.aws.operations import Service
from awsdash.demo.aws.organizations import reading
from awsdash.demo.aws.organizations.seeding import seed_organization

SERVICE: Final = Service(
    signed_as="organizations",
    model="organizations",
    invalid="InvalidInputException",
    operations={
        "DescribeAccount": reading.describe_account,
        "DescribeOrganization": reading.describe_organization,
        "DescribeOrganizationalUnit": reading.describe_organizational_unit,
        "ListAccounts": reading.list_accounts,
        "ListAccountsForParent": reading.list_accounts_for_parent,
        "ListChildren": reading.list_children,
        "ListDelegatedAdministrators": reading.list_delegated_administrators,
        "ListOrganizationalUnitsForParent": reading.list_organizational_units_for_parent,
        "ListParents": reading.list_parents,
        "ListRoots": reading.list_roots,
        "ListTagsForResource": reading.list_tags_for_resource,
    },
    seeds={"accounts": seed_organization},
)
