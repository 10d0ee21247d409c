"""Addresses of the intake room."""

from __future__ import annotations

from django.urls import path

from sangto.intake.views import public as views

app_name = "intake"
public = [
    path("", views.ask, name="ask"),
    path("tip/<str:token>/", views.tip, name="tip"),
    path("tip/<str:token>/settle/", views.settle, name="settle"),
    path("tip/<str:token>/contact/", views.contact, name="contact"),
]
