from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Registry"

    def ready(self) -> None:
        from django.core import checks

        from claims import immutability
        from claims.fetching_checks import fetching_stays_outside

        checks.register(fetching_stays_outside)
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
