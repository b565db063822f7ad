"""Cursor pages: each begins where the last one ended, by key and never by offset.

A page deep in a list costs what the first one costs, and rows that arrive meanwhile shift nothing.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

LIMIT = 50
MAX_LIMIT = 100


class BadCursor(ValidationError):
    """This list has not given out that cursor."""

    def __init__(self) -> None:
        super().__init__({"cursor": ["This is not a cursor of this list."]})


class PageQuery(serializers.Serializer[Any]):
    """The two parameters that every list takes."""

    cursor = serializers.CharField(required=False, max_length=1500, help_text="`next` of the page before.")
    limit = serializers.IntegerField(
        required=False, default=LIMIT, min_value=1, max_value=MAX_LIMIT, help_text="How many, 100 at most."
    )


def page_of(item: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """How a page of such items looks, for the schema."""
    name = item.__name__.removesuffix("Serializer") + "PageSerializer"
    fields = {"results": item(many=True), "next": serializers.CharField(allow_null=True)}
    return type(
        name, (serializers.Serializer,), {**fields, "__doc__": "One page, and the cursor of the next."}
    )


def page(
    rows: QuerySet[Any] | Sequence[QuerySet[Any]],
    asked: dict[str, Any],
    *,
    order: Sequence[str],
    show: Callable[[Sequence[Any]], Any],
) -> dict[str, Any]:
    """One page as the contract writes it: {"results": […], "next": cursor or null}.

    `order` are columns that are never null and together unique. One row more than asked for is read to know
    whether there is a next page; nothing is counted. Rows may come in parts that share none: each part is read by
    its own index, where one query over all of them would sort a million rows. Raises BadCursor.
    """
    parts = [rows] if isinstance(rows, QuerySet) else rows
    found: list[Any] = []
    for part in parts:
        if asked.get("cursor"):
            part = part.filter(beyond(order, read_cursor(part.model, order, asked["cursor"])))
        found += part.order_by(*order)[: asked["limit"] + 1]
    if len(parts) > 1:
        for key in reversed(order):
            found.sort(key=attrgetter(key.lstrip("-")), reverse=key.startswith("-"))
    return as_page(found[: asked["limit"] + 1], asked["limit"], order=order, show=show)


def as_page(
    found: Sequence[Any], limit: int, *, order: Sequence[str], show: Callable[[Sequence[Any]], Any]
) -> dict[str, Any]:
    """A page of rows that were read already, in order, one more than `limit` where there are more."""
    kept = found[:limit]
    following = make_cursor(order, kept[-1]) if len(found) > len(kept) else None
    return {"results": show(kept), "next": following}


def beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after these values. The first, redundant bound lets an index begin at the right place."""
    names = [key.lstrip("-") for key in order]
    signs = ["lt" if key.startswith("-") else "gt" for key in order]
    after = Q()
    for place in range(len(order)):
        equal = Q(**dict(zip(names[:place], values[:place], strict=True)))
        after |= equal & Q(**{f"{names[place]}__{signs[place]}": values[place]})
    return Q(**{f"{names[0]}__{signs[0]}e": values[0]}) & after


def make_cursor(order: Sequence[str], row: Model) -> str:
    """Where this row stands in the order. Sealed, so that what comes back is what was given out."""
    values = [row._meta.get_field(key.lstrip("-")).value_to_string(row) for key in order]  # type: ignore[union-attr]
    return signing.dumps(values, salt=_salt(type(row), order))


def read_cursor(model: type[Model], order: Sequence[str], cursor: str) -> list[Any]:
    """The values in a cursor. Raises BadCursor."""
    try:
        values = signing.loads(cursor, salt=_salt(model, order))
    except signing.BadSignature:
        raise BadCursor from None
    fields = [model._meta.get_field(key.lstrip("-")) for key in order]
    return [field.to_python(value) for field, value in zip(fields, values, strict=True)]  # type: ignore[union-attr]


def _salt(model: type[Model], order: Sequence[str]) -> str:
    return f"cursor:{model._meta.label}:{','.join(order)}"
