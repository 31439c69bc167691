from django.apps import AppConfig
from django.db.models import Count


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "Assessments"

    def ready(self) -> None:
        from assessments import consequences as ours
        from assessments import reappraising
        from assessments.models import (  # models are there when apps are ready
            FROZEN_COLUMNS,
            FROZEN_WHEN,
            live_citations,
        )
        from assessments.webhooks import telling
        from claims import consequences, events, exposure, immutability

        for table, condition in FROZEN_WHEN.items():
            immutability.register(table, condition=condition)
        for table, columns in FROZEN_COLUMNS.items():
            immutability.register(table, columns)

        exposure.register(
            exposure.Counter(
                one="live assessment",
                many="live assessments",
                rows=live_citations,
                claim="revision__claim",
                count=Count("assessment", distinct=True),
            )
        )
        events.register("assessments", reappraising.note)
        events.register("webhooks", telling.note)
        consequences.register("assessments", ours.of_publishing)
