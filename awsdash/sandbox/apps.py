from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "awsdash.sandbox"

    def ready(self) -> None:
        from awsdash.sandbox.operations import SQL_OVER_RESULTS
        from services import registry

        registry.add(SQL_OVER_RESULTS, icon="results")
