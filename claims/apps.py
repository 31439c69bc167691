from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Registry"

    def ready(self) -> None:
        from claims import immutability

        for table in (
            "claims_revision",
            "claims_revision_topics",
            "claims_revision_sources",
            "claims_check",
            "claims_visit",
            "claims_act",
            "claims_certaintyjudgement",
        ):
            immutability.register(table)
