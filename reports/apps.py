from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        from claims import immutability
        from reports.models import FROZEN_REPORT_COLUMNS

        immutability.register("reports_report", FROZEN_REPORT_COLUMNS)
        immutability.register("reports_writtenfile")
