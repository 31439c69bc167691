"""Two questions a supervisor asks: is the process alive, and can it do its work?"""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import workers


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view takes a request
    """Answer 200 as long as the process answers at all."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view takes a request
    """Answer 200 when the database answers and has every migration, else 503 and which of the two is missing.

    `worker` says whether a background worker beats. A silent one makes nothing here wrong: work waits for it.
    """
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return JsonResponse({"status": "not ready", "database": "does not answer"}, status=503)
    if pending:
        return JsonResponse({"status": "not ready", "migrations": "not all applied"}, status=503)
    worker = "alive" if workers.any_alive(timezone.now()) else "silent"
    return JsonResponse({"status": "ready", "worker": worker})
