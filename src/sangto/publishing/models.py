"""The published answer: versions, who edited them, who reviewed them, what was published and corrected."""

from __future__ import annotations

from django.db import models

from sangto.lib.codes import ArticleState, CorrectionKind, ReviewDecision, Verdict
from sangto.lib.ids import uuid7
from sangto.network.models import DeskRow, Person
from sangto.rumours.models import Rumour


class Article(DeskRow):
    """The answer to one rumour. Its address never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rumour = models.OneToOneField(Rumour, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=100, unique=True)
    state = models.CharField(max_length=12, choices=ArticleState.pairs(), default=ArticleState.DRAFT)
    created_at = models.DateTimeField()
    first_published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    # What readers see: the version of the newest publication. The database keeps it so.
    public_version = models.OneToOneField(
        "ArticleVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.slug


class ArticleVersion(DeskRow):
    """One version. It can be edited until it is submitted for review; then the database refuses any change of text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=16, choices=Verdict.pairs(), default="", blank=True)
    # Copied from the rumour when submitted, so that what was reviewed is what was published.
    involves_publisher = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    edit_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("article", "number"), name="article_version_once"),)

    def __str__(self) -> str:
        return f"{self.article_id} v{self.number}"


class VersionText(DeskRow):
    """The text of one version in one language."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="texts")
    lang = models.CharField(max_length=5, choices=[("vi", "vi"), ("en", "en")])
    title = models.CharField(max_length=200, default="", blank=True)
    claim = models.CharField(max_length=300, default="", blank=True)
    short_answer = models.CharField(max_length=280, default="", blank=True)
    why = models.TextField(default="", blank=True)
    known = models.TextField(default="", blank=True)
    how_checked = models.TextField(default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "lang"), name="version_text_once"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.lang}"


class VersionEditor(DeskRow):
    """Who edited a version (text that stands in it counts, whoever pressed save last). They can never approve it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="editors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "person"), name="version_editor_once"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.person_id}"


class Review(DeskRow):
    """One person's word on one version they never edited. `outside_desk` is computed by the database."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=8, choices=ReviewDecision.pairs())
    comment = models.TextField(default="", blank=True)
    outside_desk = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "reviewer"), name="review_once"),)

    def __str__(self) -> str:
        return f"{self.decision} {self.version_id}"


class Publication(DeskRow):
    """A version went out. The database checks reviews, editors, evidence and that the desk is live."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="publications")
    version = models.OneToOneField(ArticleVersion, on_delete=models.PROTECT, related_name="publication")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(desk_kind="live"), name="publication_is_live"),)
        indexes = (models.Index(fields=("-at",), name="publication_newest"),)

    def __str__(self) -> str:
        return f"{self.article_id} {self.at}"


class Correction(DeskRow):
    """A dated, public change to a published article."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="corrections")
    version = models.OneToOneField(ArticleVersion, on_delete=models.PROTECT, related_name="correction")
    kind = models.CharField(max_length=12, choices=CorrectionKind.pairs())
    text_vi = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.article_id}"
