"""Pages of what-ifs: trying one, keeping it as a scenario, and scenarios side by side."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views import View

from assessments import side_by_side, supposing
from assessments.access import CasePage
from assessments.engine.errors import AnswersError, CurrencyError
from assessments.models import Assessment
from assessments.scenario_list import kept_scenarios
from assessments.what_if_form import ScenarioForm, WhatIfForm
from claims.operations import OperationRefused

FRAGMENT = "X-Fragment"
"""A request with this header gets the panel alone; the page's script asks so."""

INCOMPLETE = "The answers are not complete, or do not fit today's questions: check them first."
CORRECT = "Correct what is named below."


class WhatIf(CasePage, View):
    """Other numbers, by the address: the page, or its panel alone where the script asks for it."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case, today = self.case(), timezone.localdate()
        form = WhatIfForm(request.GET, case=case, models=supposing.priced_models(case, today=today))
        context = {"case": case, "form": form, **self.tried(case, form)}
        if request.headers.get(FRAGMENT):
            response = render(request, "assessments/what_if_panel.html", context)
        else:
            response = render(request, "assessments/what_if.html", context | {"kept": kept_scenarios(case)})
        patch_vary_headers(response, [FRAGMENT])
        return response

    def tried(self, case: Assessment, form: WhatIfForm) -> dict[str, Any]:
        """The panel of what the form moves; or None and why not."""
        if not form.is_valid():
            return {"panel": None, "trouble": CORRECT}
        try:
            trial = supposing.tried(case, form.moved, today=timezone.localdate())
        except AnswersError as error:
            if not {control for control, _ in error.errors} <= form.moved.keys():
                return {"panel": None, "trouble": INCOMPLETE}
            for control, message in error.errors:
                form.add_error(control, f"It {message}.")
            return {"panel": None, "trouble": CORRECT}
        except CurrencyError as error:
            return {"panel": None, "trouble": str(error)}
        result = reverse("assessments:result", args=[case.reference])
        return {"panel": side_by_side.panel(trial, result_url=result), "trouble": ""}


class Scenarios(CasePage, View):
    """Keep a what-if under a name."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case, today = self.case(), timezone.localdate()
        form = ScenarioForm(request.POST, case=case, models=supposing.priced_models(case, today=today))
        try:
            if not form.is_valid():
                raise ValidationError([f"{form[name].label}: {' '.join(said)}" for name, said in form.errors.items()])
            scenario = supposing.keep_scenario(
                by=self.person,
                at=timezone.now(),
                assessment=case,
                name=form.cleaned_data["name"],
                parameters=form.moved,
            )
        except ValidationError as error:
            messages.error(request, f"Nothing was kept. {' '.join(error.messages)}")
        except (OperationRefused, CurrencyError) as refusal:
            messages.error(request, f"Nothing was kept. {refusal}")
        except AnswersError:
            messages.error(request, f"Nothing was kept. {INCOMPLETE}")
        else:
            messages.success(request, f"“{scenario.name}” is kept as a scenario.")
        return redirect(f"{reverse('assessments:what-if', args=[case.reference])}?{urlencode(form.typed)}")


class ScenarioDelete(CasePage, View):
    """Delete a scenario of the case."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case, scenario = self.case(), request.POST.get("scenario", "")
        name = supposing.delete_scenario(
            by=self.person,
            assessment=case,
            scenario=int(scenario) if scenario.isdecimal() and len(scenario) < 18 else 0,
        )
        if name:
            messages.success(request, f"“{name}” is deleted.")
        else:
            messages.info(request, "This scenario is not there any more.")
        return redirect("assessments:what-if", case.reference)


class ScenarioCompare(CasePage, View):
    """All scenarios of the case beside the saved result."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        return render(request, "assessments/scenario_compare.html", {"case": case, **self.compared(case)})

    def compared(self, case: Assessment) -> dict[str, Any]:
        """The columns; what cannot be tried is named with the reason."""
        try:
            found, broken = supposing.tried_scenarios(case, today=timezone.localdate())
        except (AnswersError, CurrencyError) as error:
            why = INCOMPLETE if isinstance(error, AnswersError) else str(error)
            return {"sides": None, "broken": [(case.reference, why)], "method_changed": False}
        trials = [trial for _, trial in found]
        kept = [(scenario.pk, scenario.name) for scenario, _ in found]
        result = reverse("assessments:result", args=[case.reference])
        return {
            "sides": side_by_side.scenarios(trials, kept, result_url=result) if found else None,
            "broken": [(scenario.name, why) for scenario, why in broken],
            "method_changed": any(trial.method_changed for trial in trials),
        }
