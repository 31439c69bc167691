from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "Assessments"

    def ready(self) -> None:
        from assessments.models import FROZEN_WHEN  # models are there when apps are ready
        from claims import immutability

        for table, condition in FROZEN_WHEN.items():
            immutability.register(table, condition=condition)
