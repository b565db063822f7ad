"""Adding to a domain's knowledge. Every change is seen with the next question, in every process."""

from collections.abc import Sequence

from domains.models import Domain
from representative.models import Article


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
