"""The addresses of delivery."""

from __future__ import annotations

from django.urls import path

from sangto.delivery import views

app_name = "delivery"
public = [path("opt-out/<str:token>/", views.opt_out, name="opt_out")]
urlpatterns = public
