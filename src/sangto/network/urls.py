"""The addresses of network."""

from __future__ import annotations

from django.urls import path

from sangto.network.views import departures, matrix, people, register, rota, units

app_name = "network"
public = [
    path("g/<str:guest_token>/", people.guest, name="guest"),
    path("me/", people.me, name="me"),
    path("me/duty/", rota.my_duty, name="my_duty"),
    path("me/duty/leave/", rota.take_leave, name="leave_take"),
    path("me/duty/leave/<uuid:leave_id>/cancel/", rota.cancel_leave, name="leave_cancel"),
    path("me/duty/calendar/", rota.open_link, name="calendar_open"),
    path("me/duty/calendar/<uuid:link_id>/close/", rota.close_link, name="calendar_close"),
    path("duty/<str:calendar_token>.ics", rota.calendar, name="calendar"),
    path("organisation/", people.organisation, name="organisation"),
    path("organisation/<uuid:unit_id>/", units.unit, name="unit"),
    path("organisation/<uuid:unit_id>/rename/", units.rename, name="unit_rename"),
    path("organisation/<uuid:unit_id>/move/", units.move, name="unit_move"),
    path("organisation/<uuid:unit_id>/hours/", units.hours, name="unit_hours"),
    path("organisation/<uuid:unit_id>/grant/", units.grant, name="unit_grant"),
    path("organisation/<uuid:unit_id>/revoke/", units.revoke, name="unit_revoke"),
]
desk = [
    path("", people.desks, name="desks"),
    path("<slug:desk_slug>/people/", people.people, name="people"),
    path("<slug:desk_slug>/people/grant/", people.grant, name="grant"),
    path("<slug:desk_slug>/people/revoke/", people.revoke, name="revoke"),
    path("<slug:desk_slug>/people/invite/", people.invite, name="invite"),
    path("<slug:desk_slug>/people/permissions/", matrix.permissions, name="permissions"),
    path("<slug:desk_slug>/people/<uuid:person_id>/", departures.person, name="person"),
    path("<slug:desk_slug>/people/<uuid:person_id>/suspend/", departures.suspend, name="suspend"),
    path("<slug:desk_slug>/people/<uuid:person_id>/lift/", departures.lift, name="lift"),
    path("<slug:desk_slug>/people/<uuid:person_id>/leave/", departures.leave, name="leave"),
    path("<slug:desk_slug>/people/<uuid:person_id>/invite/", people.invite_again, name="invite_again"),
    path("<slug:desk_slug>/register/", register.register, name="register"),
    path("<slug:desk_slug>/register/charter/", register.publish_charter, name="charter_publish"),
    path("<slug:desk_slug>/register/charter/<uuid:charter_id>/", register.charter_version, name="charter"),
    path("<slug:desk_slug>/register/add/", register.add_collaborator, name="collaborator_add"),
    path("<slug:desk_slug>/register/<uuid:collaborator_id>/agree/", register.agree, name="agree"),
    path("<slug:desk_slug>/register/<uuid:collaborator_id>/end/", register.end, name="collaborator_end"),
    path("<slug:desk_slug>/rota/", rota.rota, name="rota"),
    path("<slug:desk_slug>/rota/add/", rota.add, name="shift_add"),
    path("<slug:desk_slug>/rota/<uuid:shift_id>/call-off/", rota.call_off, name="shift_call_off"),
    path("<slug:desk_slug>/rota/<uuid:shift_id>/offer/", rota.offer, name="swap_offer"),
    path("<slug:desk_slug>/rota/offers/<uuid:swap_id>/take/", rota.take, name="swap_take"),
    path("<slug:desk_slug>/rota/offers/<uuid:swap_id>/withdraw/", rota.withdraw, name="swap_withdraw"),
    path("<slug:desk_slug>/guests/invite/", people.guest_invite, name="guest_invite"),
    path("<slug:desk_slug>/guests/<uuid:guest_id>/revoke/", people.guest_revoke, name="guest_revoke"),
]
