"""Knowledge articles of a domain."""

import uuid

from django.core.validators import URLValidator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.paging import PageQuery, page_of
from accounts.rest import Endpoint, StrictModel
from domains.access import May, domain_for, part_of
from representative.models import Article

_WEB = URLValidator(schemes=["http", "https"])


class ArticleSerializer(StrictModel[Article]):
    """Something the domain knows and the representative may say."""

    text = serializers.CharField(max_length=20_000, help_text="What the representative may say; Markdown.")
    phrasings = serializers.ListField(
        child=serializers.CharField(max_length=500),
        required=False,
        max_length=100,
        help_text="Ways in which visitors ask for it.",
    )
    url = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="Link to the full article.",
    )

    class Meta:
        model = Article
        fields = ("id", "title", "text", "phrasings", "url", "published", "created_at", "updated_at")
        read_only_fields = ("id", "created_at", "updated_at")

    def validate_url(self, url: str) -> str:
        """A web address, or nothing: it becomes a link."""
        if url:
            _WEB(url)
        return url


class Articles(Endpoint):
    """The knowledge of a domain."""

    @extend_schema(parameters=[PageQuery], responses=page_of(ArticleSerializer))
    def get(self, request: Request, domain_id: uuid.UUID) -> Response:
        """List articles, by title."""
        domain = domain_for(self.user, domain_id)
        articles = Article.objects.filter(domain=domain)
        return self.listed(articles, ArticleSerializer, order=("title", "id"))

    @extend_schema(request=ArticleSerializer, responses={201: ArticleSerializer})
    def post(self, request: Request, domain_id: uuid.UUID) -> Response:
        """Add an article; the next question may be answered from it. Owners and admins."""
        domain = domain_for(self.user, domain_id, May.MANAGE)
        article = Article.objects.create(domain=domain, **self.body(ArticleSerializer).validated_data)
        return Response(ArticleSerializer(article).data, status=status.HTTP_201_CREATED)


class OneArticle(Endpoint):
    """One article."""

    @extend_schema(responses=ArticleSerializer)
    def get(self, request: Request, domain_id: uuid.UUID, article_id: uuid.UUID) -> Response:
        """Read an article."""
        return Response(ArticleSerializer(_article(self.user, domain_id, article_id, May.READ)).data)

    @extend_schema(request=ArticleSerializer, responses=ArticleSerializer)
    def patch(self, request: Request, domain_id: uuid.UUID, article_id: uuid.UUID) -> Response:
        """Change an article. Owners and admins."""
        article = _article(self.user, domain_id, article_id, May.MANAGE)
        self.body(ArticleSerializer, article, partial=True).save()
        return Response(ArticleSerializer(article).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, domain_id: uuid.UUID, article_id: uuid.UUID) -> Response:
        """Delete an article. Owners and admins."""
        _article(self.user, domain_id, article_id, May.MANAGE).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _article(user: User, domain_id: uuid.UUID, article_id: uuid.UUID, needs: May) -> Article:
    """The article through its domain's door. Raises NotFound, Forbidden."""
    return part_of(domain_for(user, domain_id, needs), Article.objects.all(), article_id)
