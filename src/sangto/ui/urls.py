"""Addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, path

from sangto.ui import views

app_name = "ui"
public: list[URLPattern] = [path("styleguide/", views.styleguide, name="styleguide")]
desk: list[URLPattern] = []
