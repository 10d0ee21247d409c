"""Addresses of the rumours room, below `/desk/`."""

from __future__ import annotations

from django.urls import path

from sangto.rumours.views import desk as views
from sangto.rumours.views import expert, listing, press, queue

app_name = "rumours"
public = [path("expert/", expert.expert, name="expert")]
desk = [
    path("<slug:desk_slug>/", views.board, name="board"),
    path("<slug:desk_slug>/rows/", views.rows, name="rows"),
    path("<slug:desk_slug>/open/", views.open_one, name="open"),
    path("<slug:desk_slug>/inbox/", views.inbox, name="inbox"),
    path("<slug:desk_slug>/inbox/seen/", views.seen, name="seen"),
    path("<slug:desk_slug>/press/", press.enquiries, name="press"),
    path("<slug:desk_slug>/press/note/", press.note_enquiry, name="note_enquiry"),
    path("<slug:desk_slug>/press/<int:number>/", press.enquiry, name="enquiry"),
    path("<slug:desk_slug>/press/<int:number>/word/", press.word, name="word_answer"),
    path("<slug:desk_slug>/press/<int:number>/approve/", press.approve, name="approve_answer"),
    path("<slug:desk_slug>/press/<int:number>/back/", press.send_back, name="press_back"),
    path("<slug:desk_slug>/press/<int:number>/answered/", press.answered, name="press_answered"),
    path("<slug:desk_slug>/press/<int:number>/decline/", press.decline, name="decline_enquiry"),
    path("<slug:desk_slug>/list/", listing.rumours, name="list"),
    path("<slug:desk_slug>/list/views/", listing.save_view, name="save_view"),
    path("<slug:desk_slug>/list/views/<uuid:view_id>/drop/", listing.drop_view, name="drop_view"),
    path("<slug:desk_slug>/next/", queue.following, name="next"),
    path("<slug:desk_slug>/topics/", queue.topics, name="topics"),
    path("<slug:desk_slug>/topics/link/", queue.link, name="link"),
    path("<slug:desk_slug>/proposals/", views.proposals, name="proposals"),
    path("<slug:desk_slug>/proposals/<uuid:reply_id>/judge/", views.judge, name="judge"),
    path("<slug:desk_slug>/r/<int:number>/", views.rumour, name="rumour"),
    path("<slug:desk_slug>/r/<int:number>/claim/", views.claim, name="claim"),
    path("<slug:desk_slug>/r/<int:number>/take/", views.take, name="take"),
    path("<slug:desk_slug>/r/<int:number>/exhibits/", views.exhibit, name="exhibit"),
    path(
        "<slug:desk_slug>/r/<int:number>/exhibits/<uuid:exhibit_id>/remove/",
        views.remove_exhibit,
        name="remove_exhibit",
    ),
    path("<slug:desk_slug>/r/<int:number>/tasks/", views.task, name="task"),
    path("<slug:desk_slug>/r/<int:number>/tasks/<uuid:task_id>/finish/", views.finish_task, name="finish_task"),
    path("<slug:desk_slug>/r/<int:number>/tasks/<uuid:task_id>/reopen/", views.reopen_task, name="reopen_task"),
    path("<slug:desk_slug>/r/<int:number>/experts/", views.ask_expert, name="ask_expert"),
    path(
        "<slug:desk_slug>/r/<int:number>/experts/<uuid:request_id>/withdraw/",
        views.withdraw_expert,
        name="withdraw_expert",
    ),
    path("<slug:desk_slug>/r/<int:number>/notes/", views.note, name="note"),
    path("<slug:desk_slug>/r/<int:number>/watch/", views.watch, name="watch"),
    path("<slug:desk_slug>/r/<int:number>/triage/", views.judge_triage, name="judge_triage"),
    path("<slug:desk_slug>/r/<int:number>/priority/", views.priority, name="priority"),
    path("<slug:desk_slug>/r/<int:number>/priority/clear/", views.clear_priority, name="clear_priority"),
    path("<slug:desk_slug>/r/<int:number>/pause/", views.pause, name="pause"),
    path("<slug:desk_slug>/r/<int:number>/resume/", views.resume, name="resume"),
    path("<slug:desk_slug>/r/<int:number>/close/", views.close, name="close"),
    path("<slug:desk_slug>/r/<int:number>/merge/", views.merge, name="merge"),
    path("<slug:desk_slug>/r/<int:number>/split/", views.split, name="split"),
    path("<slug:desk_slug>/r/<int:number>/reopen/", views.reopen, name="reopen"),
]
