"""The addresses of network."""

from __future__ import annotations

from django.urls import path

from sangto.network import views

app_name = "network"
public = [
    path("g/<str:guest_token>/", views.guest, name="guest"),
    path("me/", views.me, name="me"),
    path("organisation/", views.organisation, name="organisation"),
]
desk = [
    path("", views.desks, name="desks"),
    path("<slug:desk_slug>/people/", views.people, name="people"),
    path("<slug:desk_slug>/people/grant/", views.grant, name="grant"),
    path("<slug:desk_slug>/people/revoke/", views.revoke, name="revoke"),
    path("<slug:desk_slug>/people/invite/", views.invite, name="invite"),
    path("<slug:desk_slug>/people/<uuid:person_id>/invite/", views.invite_again, name="invite_again"),
    path("<slug:desk_slug>/guests/invite/", views.guest_invite, name="guest_invite"),
    path("<slug:desk_slug>/guests/<uuid:guest_id>/revoke/", views.guest_revoke, name="guest_revoke"),
]
