"""Addresses of the pages of webhooks."""

from django.urls import path

from assessments import webhook_views as views

app_name = "webhooks"

urlpatterns = [
    path("", views.EndpointList.as_view(), name="list"),
    path("<slug:firm>/add/", views.EndpointAdd.as_view(), name="add"),
    path("<int:endpoint>/", views.EndpointPage.as_view(), name="endpoint"),
    path("<int:endpoint>/change/", views.EndpointChange.as_view(), name="change"),
    path("<int:endpoint>/rotate/", views.EndpointRotate.as_view(), name="rotate"),
    path("<int:endpoint>/test/", views.EndpointTest.as_view(), name="test"),
    path("<int:endpoint>/pause/", views.EndpointPause.as_view(), name="pause"),
    path("<int:endpoint>/resume/", views.EndpointResume.as_view(), name="resume"),
    path("<int:endpoint>/delete/", views.EndpointDelete.as_view(), name="delete"),
    path("deliveries/<int:delivery>/", views.DeliveryPage.as_view(), name="delivery"),
    path("deliveries/<int:delivery>/again/", views.DeliveryAgain.as_view(), name="again"),
]
