"""Addresses of the reports room, below `/desk/`."""

from __future__ import annotations

from django.urls import path

from sangto.reports import views

app_name = "reports"
desk = [path("<slug:desk_slug>/log/", views.log, name="log")]
