"""The stand-in site with the address that keeps a reader's language."""

from __future__ import annotations

from django.urls import path

from ui import stand_in

urlpatterns = [path("language/<str:code>/", stand_in.rows), *stand_in.urlpatterns]
