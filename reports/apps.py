from django.apps import AppConfig
from django.db.models import Count, Q


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        from assessments.models import CitedRevision
        from claims import exposure, immutability
        from reports.models import FROZEN_IDENTITY_COLUMNS, FROZEN_LINK_COLUMNS, FROZEN_REPORT_COLUMNS, Report

        immutability.register("reports_report", FROZEN_REPORT_COLUMNS)
        immutability.register("reports_writtenfile")
        immutability.register("reports_download")
        immutability.register("reports_sharedlink", FROZEN_LINK_COLUMNS)
        immutability.register("reports_sharedview")
        immutability.register("reports_brandversion")
        immutability.register("reports_signingidentity", FROZEN_IDENTITY_COLUMNS)

        issued = Q(assessment__reports__state=Report.State.ISSUED)
        exposure.register(
            exposure.Counter(
                one="issued report",
                many="issued reports",
                rows=CitedRevision.objects.all,
                claim="revision__claim",
                count=Count("assessment__reports", filter=issued, distinct=True),
            )
        )
