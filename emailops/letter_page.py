"""A letter in a frame of its own address: nothing runs, nothing is fetched, nothing is sent."""

from django.http import HttpResponse

# Letters carry their looks inline, because mail programs drop style sheets.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)


def letter_page(html: str) -> HttpResponse:
    """The HTML of a letter as a response that only our own pages may frame."""
    response = HttpResponse(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
