"""The addresses that only the demo has."""

from django.urls import path

from awsdash.demo import views
from awsdash.demo.hostility import views as hostility

urlpatterns = [
    path("components/", views.components, name="components"),
    path("components/<str:part>/<str:state>/", views.component, name="component"),
    path("emulator/", hostility.page, name="emulator"),
    path("emulator/state/", hostility.state, name="emulator_state"),
    path("emulator/rules/", hostility.add, name="emulator_add"),
    path("emulator/rules/<str:rule_id>/remove/", hostility.remove, name="emulator_remove"),
    path("emulator/quotas/", hostility.quotas, name="emulator_quotas"),
    path("emulator/calls/forget/", hostility.forget_calls, name="emulator_forget"),
    path("emulator/calm/", hostility.calm, name="emulator_calm"),
]
