"""Knowledge articles over REST."""

import pytest

from representative.models import Article
from tests.api.caller import Caller
from tests.cast import Cast

BODY = {"title": "Returns", "text": "Within **30 days**.", "phrasings": ["Can I send it back?"]}


def test_an_owner_adds_changes_and_deletes_an_article(cast: Cast, olga: Caller, vic: Caller):
    path = f"domains/{cast.acme.pk}/articles/"
    made = olga.post(path, **BODY)
    assert made.status_code == 201
    assert {name: made.body[name] for name in BODY} == BODY
    one = f"{path}{made.body['id']}/"
    changed = olga.patch(one, text="Within 60 days.")
    assert (changed.body["text"], changed.body["title"]) == ("Within 60 days.", "Returns")
    # The index of every process looks at this stamp.
    assert changed.body["updated_at"] > made.body["updated_at"]
    assert vic.get(one).body["text"] == "Within 60 days."
    assert [a["id"] for a in vic.get(path).body["results"]] == [made.body["id"]]
    assert olga.delete(one).status_code == 204
    assert not Article.objects.exists()


def test_an_operator_may_read_but_not_change_and_a_stranger_finds_nothing(
    cast: Cast, omar: Caller, mallory: Caller
):
    path = f"domains/{cast.acme.pk}/articles/"
    article = Article.objects.create(domain=cast.acme, title="Prices", text="Low.")
    one = f"{path}{article.pk}/"
    assert omar.get(one).status_code == 200
    for call in (omar.post(path, **BODY), omar.patch(one, text="x"), omar.delete(one)):
        assert call.status_code == 403
    for call in (
        mallory.get(path),
        mallory.get(one),
        mallory.post(path, **BODY),
        mallory.patch(one, text="x"),
        mallory.delete(one),
    ):
        assert call.status_code == 404
    own = f"domains/{cast.bolt.pk}/articles/{article.pk}/"
    for call in (mallory.get(own), mallory.patch(own, text="x"), mallory.delete(own)):
        assert call.status_code == 404
    assert Article.objects.get().text == "Low."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("text", " "),
        ("text", "x" * 20_001),
        ("phrasings", "one"),
        ("phrasings", [""]),
        ("phrasings", ["x" * 501]),
        ("phrasings", ["x"] * 101),
        ("url", "javascript:alert(1)"),
        ("url", "ftp://acme.example/"),
        ("domain", "9a3f3e0e-3a2b-4c39-b7f2-6a4f0f1b5f11"),
        ("id", "9a3f3e0e-3a2b-4c39-b7f2-6a4f0f1b5f11"),
    ],
)
def test_a_wrong_field_is_a_400_that_names_it(cast: Cast, olga: Caller, field: str, value):
    answer = olga.post(f"domains/{cast.acme.pk}/articles/", **{**BODY, field: value})
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, [field])
