from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "awsdash.accounts"

    def ready(self) -> None:
        post_migrate.connect(_renew_regions, sender=self)


def _renew_regions(**_: Any) -> None:
    # A new botocore brings new regions; every deploy migrates.
    from awsdash.accounts import lifecycle

    lifecycle.renew_regions()
