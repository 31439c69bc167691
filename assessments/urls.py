from django.urls import path

from assessments import question_views, views

app_name = "assessments"

urlpatterns = [
    path("", views.AssessmentList.as_view(), name="assessment-list"),
    path("new/", views.AssessmentCreate.as_view(), name="assessment-create"),
    path("clients/", views.ClientList.as_view(), name="client-list"),
    path("<slug:reference>/", views.Overview.as_view(), name="overview"),
    path("<slug:reference>/questions/<slug:step>/", question_views.QuestionsStep.as_view(), name="step"),
    path("<slug:reference>/answers/", question_views.CheckAnswers.as_view(), name="answers"),
    path("<slug:reference>/result/", views.ResultPage.as_view(), name="result"),
    path("<slug:reference>/finalise/", views.Finalise.as_view(), name="finalise"),
    path("<slug:reference>/rerun/", views.Rerun.as_view(), name="rerun"),
]
