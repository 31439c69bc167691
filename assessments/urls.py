from django.urls import path

from assessments import (
    assumption_views,
    autosave_views,
    compare_views,
    copy_views,
    framework_views,
    month_views,
    question_views,
    scope_views,
    views,
    what_if_views,
)

app_name = "assessments"

urlpatterns = [
    path("", views.AssessmentList.as_view(), name="assessment-list"),
    path("new/", views.AssessmentCreate.as_view(), name="assessment-create"),
    path("again/", views.AgainList.as_view(), name="again"),
    path("clients/", views.ClientList.as_view(), name="client-list"),
    path("frameworks/", framework_views.FrameworkList.as_view(), name="framework-list"),
    path("frameworks/<slug:firm>/upload/", framework_views.FrameworkUpload.as_view(), name="framework-upload"),
    path("frameworks/<slug:firm>/choice/", framework_views.FrameworkChoice.as_view(), name="framework-choice"),
    path(
        "frameworks/<slug:firm>/<slug:framework>/<int:number>/",
        framework_views.FrameworkVersionPage.as_view(),
        name="framework-version",
    ),
    path(
        "frameworks/<slug:firm>/<slug:framework>/<int:number>/file/",
        framework_views.FrameworkFile.as_view(),
        name="framework-file",
    ),
    path(
        "frameworks/<slug:firm>/<slug:framework>/withdraw/",
        framework_views.FrameworkWithdraw.as_view(),
        name="framework-withdraw",
    ),
    path(
        "frameworks/<slug:firm>/<slug:framework>/restore/",
        framework_views.FrameworkRestore.as_view(),
        name="framework-restore",
    ),
    path("<slug:reference>/", views.Overview.as_view(), name="overview"),
    path("<slug:reference>/questions/<slug:step>/", question_views.QuestionsStep.as_view(), name="step"),
    path("<slug:reference>/questions/<slug:step>/autosave/", autosave_views.Autosave.as_view(), name="autosave"),
    path("<slug:reference>/answers/", question_views.CheckAnswers.as_view(), name="answers"),
    path("<slug:reference>/assumptions/", assumption_views.Assumptions.as_view(), name="assumptions"),
    path("<slug:reference>/scope/", scope_views.ScopeQuestions.as_view(), name="scope"),
    path("<slug:reference>/frameworks/", framework_views.CaseFrameworks.as_view(), name="frameworks"),
    path("<slug:reference>/months/", month_views.Months.as_view(), name="months"),
    path("<slug:reference>/months.csv", month_views.MonthsFile.as_view(), name="months-file"),
    path("<slug:reference>/result/", views.ResultPage.as_view(), name="result"),
    path("<slug:reference>/what-if/", what_if_views.WhatIf.as_view(), name="what-if"),
    path("<slug:reference>/scenarios/", what_if_views.Scenarios.as_view(), name="scenarios"),
    path("<slug:reference>/scenarios/compare/", what_if_views.ScenarioCompare.as_view(), name="scenario-compare"),
    path("<slug:reference>/scenarios/delete/", what_if_views.ScenarioDelete.as_view(), name="scenario-delete"),
    path("<slug:reference>/compare/", compare_views.Compare.as_view(), name="compare"),
    path("<slug:reference>/copy/", copy_views.Copy.as_view(), name="copy"),
    path("<slug:reference>/finalise/", views.Finalise.as_view(), name="finalise"),
    path("<slug:reference>/rerun/", views.Rerun.as_view(), name="rerun"),
]
