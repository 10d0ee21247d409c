"""Addresses of publishing: for readers, for machines, for the desk."""

from __future__ import annotations

from django.urls import path

from sangto.publishing.views import desk as desk_views
from sangto.publishing.views import machines
from sangto.publishing.views import public as pages

app_name = "publishing"
public = [
    path("a/<slug:slug>/", pages.article, name="article"),
    path("answers/", pages.answers, name="answers"),
    path("methods/", pages.methods, name="methods"),
    path("changes/", pages.changes, name="changes"),
    path("feed.rss", machines.rss, name="feed_rss"),
    path("feed.atom", machines.atom, name="feed_atom"),
    path("feed.json", machines.json_feed, name="feed_json"),
]
site = [
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
_rumour = "<slug:desk_slug>/r/<int:number>"
desk = [
    path("outside/reviews/", desk_views.outside_reviews, name="outside_reviews"),
    path("outside/reviews/<uuid:version_id>/", desk_views.outside_review, name="outside_review"),
    path(f"{_rumour}/article/", desk_views.editor, name="editor"),
    path(f"{_rumour}/article/preview/", desk_views.preview, name="preview"),
    path(f"{_rumour}/article/submit/", desk_views.submit, name="submit"),
    path(f"{_rumour}/article/take-back/", desk_views.take_back, name="take_back"),
    path(f"{_rumour}/article/correct/", desk_views.correct, name="correct"),
    path(f"{_rumour}/review/", desk_views.review, name="review"),
    path(f"{_rumour}/review/publish/", desk_views.publish, name="publish"),
    path(f"{_rumour}/review/retract/", desk_views.retract, name="retract"),
]
