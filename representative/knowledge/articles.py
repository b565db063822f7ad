"""Writing a domain's knowledge. Every change is seen with the next question, in every process."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domains.models import Domain
from representative.models import Article

_WRITABLE = ("title", "text", "phrasings", "url", "published")


def add_article(
    domain: Domain,
    *,
    title: str,
    text: str,
    phrasings: Sequence[str] = (),
    url: str = "",
    published: bool = True,
) -> Article:
    """A new article of the domain. Raises ValidationError for what the model refuses."""
    article = Article(
        domain=domain, title=title, text=text, phrasings=list(phrasings), url=url, published=published
    )
    article.full_clean()
    article.save()
    return article


def change_article(article: Article, **changes: Any) -> Article:
    """Change some of an article's fields. Raises ValidationError, and TypeError for a field that is not writable."""
    if unknown := set(changes) - set(_WRITABLE):
        raise TypeError(f"Not a writable field of an article: {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(article, name, value)
    article.full_clean()
    article.save(update_fields=[*changes, "updated_at"])
    return article


def remove_article(article: Article) -> None:
    """Forget an article; replies that were given from it keep its title as their source."""
    article.delete()


def article_of(domain: Domain, article_id: UUID) -> Article | None:
    """One article of this domain, or None."""
    return Article.objects.filter(domain=domain, pk=article_id).first()
