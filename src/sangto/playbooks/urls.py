"""Addresses of the playbooks room."""

from __future__ import annotations

from django.urls import path

from sangto.playbooks.views import desk as views

app_name = "playbooks"
desk = [
    path("<slug:desk_slug>/playbooks/", views.playbook_list, name="list"),
    path("<slug:desk_slug>/playbooks/<slug:slug>/", views.playbook, name="playbook"),
    path("<slug:desk_slug>/playbooks/<slug:slug>/coverage/", views.coverage, name="coverage"),
    path("<slug:desk_slug>/playbooks/<slug:slug>/<int:old>/to/<int:new>/", views.compare, name="compare"),
    path("<slug:desk_slug>/playbooks/<slug:slug>/<int:number>/print/", views.print_page, name="print"),
    path("<slug:desk_slug>/playbooks/<slug:slug>/<int:number>/sheet.svg", views.sheet, name="sheet"),
    path("<slug:desk_slug>/run/start/", views.start, name="start"),
    path("<slug:desk_slug>/run/<uuid:run_id>/choose/", views.choose, name="choose"),
    path("<slug:desk_slug>/run/<uuid:run_id>/move/", views.move, name="move"),
    path("<slug:desk_slug>/run/<uuid:run_id>/restart/", views.restart, name="restart"),
]
