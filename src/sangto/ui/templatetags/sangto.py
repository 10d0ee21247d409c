"""`{% load sangto %}`: the tags and filters that every room's pages may use."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, override

from sangto.lib.codes import ALL_LISTS, LANGUAGES, Code, Verdict
from sangto.ui import icons, menus, slots

register = template.Library()

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}


def _lang() -> str:
    return get_language() or "vi"


@register.filter
def label(value: object, list_name: str = "") -> str:
    """The word for a code, in the reader's language: `{{ rumour.state|label:"rumour_state" }}`."""
    if value in (None, ""):
        return ""
    if isinstance(value, Code):
        return value.label(_lang())
    for code in ALL_LISTS[list_name]:
        if code.value == value:
            return code.label(_lang())
    # A record written by a newer version may hold a code we do not know yet: show it as it stands.
    return str(value)


@register.filter
def named(thing: object) -> str:
    """The name of a publisher, desk, unit or person in the reader's language."""
    if thing is None:
        return ""
    name = getattr(thing, "name", None)
    if callable(name):
        return str(name(_lang()))
    if name:
        return str(name)
    return str(getattr(thing, f"name_{'vi' if _lang().startswith('vi') else 'en'}", "") or thing)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """One of our drawings; decoration, so the words beside it must say the same."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        css,
        mark_safe(icons.ICONS[name]),  # noqa: S308 - our own constant
    )


@register.simple_tag
def mark() -> SafeString:
    """The mark of Sáng Tỏ."""
    return format_html(
        '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(icons.MARK),  # noqa: S308 - our own constant
    )


@register.simple_tag
def verdict_badge(verdict: str | None, size: str = "") -> SafeString:
    """Shape, word and colour together. `size` may be "large". Without a verdict: nothing."""
    if not verdict:
        return mark_safe("")
    code = next(code for code in Verdict if code.value == verdict)
    return format_html(
        '<span class="verdict v-{}{}"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}'
        '</svg><span class="verdict-word">{}</span></span>',
        code.value,
        " verdict-large" if size == "large" else "",
        mark_safe(icons.VERDICTS[code.value]),  # noqa: S308 - our own constant
        code.label(_lang()),
    )


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, **passed: Any) -> SafeString:
    """The panels that upper rooms registered for this place."""
    return slots.render(name, context.get("request"), passed)


def _ago(then: datetime, now: datetime) -> str:
    seconds = (now - then).total_seconds()
    ahead = seconds < 0
    minutes = round(abs(seconds) / 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        text = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    elif minutes < 24 * 60:
        hours = minutes // 60
        text = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    else:
        days = minutes // (24 * 60)
        text = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return (gettext("in %(time)s") if ahead else gettext("%(time)s ago")) % {"time": text}


# Past a week nobody counts days: the date says more.
RELATIVE_DAYS = 7


def _absolute(moment: datetime) -> str:
    form = "H:i, d/m/Y" if _lang().startswith("vi") else "j F Y, H:i"
    return date_format(timezone.localtime(moment), form)


def day(moment: date) -> str:
    """A date as this reader writes it."""
    return date_format(moment, "d/m/Y" if _lang().startswith("vi") else "j F Y")


@register.filter
def when(moment: date | datetime | None, now: datetime | None = None) -> SafeString:
    """A time as people say it, with the exact one on hover and for machines.

    A drill's page passes its own clock: `{{ row.at|when:now }}`.
    """
    if moment is None or moment == "":
        return mark_safe("")
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), day(moment))
    reference = now or timezone.now()
    near = abs((reference - moment).days) < RELATIVE_DAYS
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        timezone.localtime(moment).isoformat(timespec="seconds"),
        _absolute(moment),
        _ago(moment, reference) if near else day(timezone.localtime(moment).date()),
    )


@register.filter
def moment(value: datetime | None) -> SafeString:
    """The exact time, for logs."""
    if not value:
        return mark_safe("")
    iso = timezone.localtime(value).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', iso, _absolute(value))


@register.filter
def paragraphs(text: str | None) -> SafeString:
    """Plain text as paragraphs, everything escaped. `dir=auto` keeps a bidi trick inside its own paragraph."""
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n"))]
    return format_html_join(
        "\n",
        '<p dir="auto">{}</p>',
        ((_with_breaks(block),) for block in blocks if block.strip()),
    )


def _with_breaks(block: str) -> SafeString:
    return mark_safe("<br>".join(conditional_escape(line) for line in block.split("\n")))  # noqa: S308 - escaped


@register.simple_tag(takes_context=True)
def menu(context: Context, name: str, desk_slug: str = "") -> list[menus.MenuLink]:
    """`{% menu "public" as links %}` or `{% menu "desk" desk.slug as links %}`."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return []
    root = menus.home(_lang()) if name == "public" else f"{menus.home(_lang())}desk/{desk_slug}/"
    return menus.links(name, request, root=root)


@register.simple_tag
def address(path: str = "") -> str:
    """An address of this installation in the reader's language: `{% address "accounts/login/" %}`; "" if unused."""
    full = menus.home(_lang()) + path
    return full if menus.exists(full) else ""


def _in_language(request: HttpRequest | None, code: str) -> str:
    """This page's address with the other prefix; the front page where that does not exist (an error page, say)."""
    own_prefix = f"/{_lang()}/"
    if request is None or not request.path.startswith(own_prefix):
        return menus.home(code)
    other = menus.home(code)
    with override(code):
        if not menus.exists(other + request.path.removeprefix(own_prefix)):
            return other
    return other + request.get_full_path().removeprefix(own_prefix)


def _remembered(code: str, page: str) -> str:
    keeper = f"/language/{code}/"
    return f"{keeper}?{urlencode({'next': page})}" if menus.exists(keeper) else page


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[dict[str, Any]]:
    """This page in each language. A view may name the addresses itself in `alternates` (language to address).

    Where the installation keeps the choice (`/language/<code>/`), the link goes by there.
    """
    request: HttpRequest | None = context.get("request")
    alternates: dict[str, str] = context.get("alternates") or {}
    return [
        {
            "code": code,
            "name": LANGUAGE_NAMES[code],
            "href": _remembered(code, alternates.get(code) or _in_language(request, code)),
            "current": code == _lang(),
        }
        for code in LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def publisher_name(context: Context) -> str:
    """Under whose name this installation publishes: `publisher` of the page or of the request."""
    request: HttpRequest | None = context.get("request")
    publisher = context.get("publisher") or getattr(request, "publisher", None)
    return named(publisher) if publisher else "Sáng Tỏ"


@register.simple_tag(takes_context=True)
def viewer(context: Context) -> Any:
    """The signed-in person (or guest), or None for the public."""
    request: HttpRequest | None = context.get("request")
    found = context.get("viewer") or getattr(request, "viewer", None)
    return found if found is not None and getattr(found, "is_person", False) else None
