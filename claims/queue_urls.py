"""The addresses of the queue, below /admin/ and before those of the admin itself."""

from django.contrib import admin
from django.urls import path

from claims.admin.consequences import of_publishing
from claims.admin.digest import digest
from claims.admin.gap import gap
from claims.admin.queue import delete_view, following, for_the_registry, index, save_view, start, take
from claims.admin.recheck import recheck
from claims.admin.review import review
from claims.admin.task import task

app_name = "queue"
urlpatterns = [
    path("", admin.site.admin_view(index), name="index"),
    path("queue/start/", for_the_registry(start), name="start"),
    path("queue/next/", for_the_registry(following), name="next"),
    path("queue/take/<slug:kind>/<int:item>/", for_the_registry(take), name="take"),
    path("queue/views/", for_the_registry(save_view), name="save-view"),
    path("queue/views/<int:pk>/delete/", for_the_registry(delete_view), name="delete-view"),
    path("queue/task/<int:pk>/", for_the_registry(task), name="task"),
    path("queue/gap/<int:pk>/", for_the_registry(gap), name="gap"),
    path("queue/digest/", for_the_registry(digest), name="digest"),
    path("claims/claim/<int:pk>/recheck/", for_the_registry(recheck), name="recheck"),
    path("claims/claim/<int:pk>/review/", for_the_registry(review), name="review"),
    path("claims/claim/<int:pk>/consequences/", for_the_registry(of_publishing), name="consequences"),
]
