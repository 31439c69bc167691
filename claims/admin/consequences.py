"""What publishing a draft would do to the advice that stands on its claim: computed when somebody asks, in counts."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims import consequences, exposure
from claims.models import Claim


@require_safe
def of_publishing(request: HttpRequest, pk: int) -> HttpResponse:
    """The counts for one draft. A claim without a draft, or never published, would change nothing for anybody."""
    claim = get_object_or_404(Claim, pk=pk)
    has_draft = claim.state in (Claim.State.DRAFT, Claim.State.REVIEW) and claim.current_revision is not None
    context = {
        **admin.site.each_context(request),
        "title": claim.statement,
        "claim": claim,
        "has_draft": has_draft,
        "found": consequences.of_publishing(claim, at=timezone.now()) if has_draft else [],
        "cited_by": exposure.citing_in_words(exposure.citing([claim.pk]).get(claim.pk, {})),
    }
    return TemplateResponse(request, "admin/queue/consequences.html", context)
