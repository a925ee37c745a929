"""The addresses that only the demo has."""

from django.urls import path

from awsdash.demo import views

urlpatterns = [
    path("components/", views.components, name="components"),
    path("components/<str:part>/<str:state>/", views.component, name="component"),
]
