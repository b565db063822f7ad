"""What every endpoint shares: strict bodies and allow-listed queries. The storeys above build on it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiToken, User
from accounts.paging import PageQuery, page
from accounts.parsers import LengthRequired

_M = TypeVar("_M", bound=Model)
_S = TypeVar("_S", bound=serializers.BaseSerializer[Any])


class Strict(serializers.Serializer[Any]):
    """Mix-in: what it does not know, and what may not be set, is an error that names the field.

    A serializer of the framework drops such fields in silence, and the caller believes they were taken.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Refuse first, then read as usual."""
        if isinstance(data, Mapping):
            refused = {str(key): [self._why_not(str(key))] for key in data if not self._takes(str(key))}
            if refused:
                raise ValidationError(refused)
        return super().to_internal_value(data)

    def _takes(self, key: str) -> bool:
        field = self.fields.get(key)
        return field is not None and not field.read_only

    def _why_not(self, key: str) -> str:
        return "This field cannot be set here." if key in self.fields else "There is no such field."


class StrictModel(Strict, serializers.ModelSerializer[_M]):
    """The same for a model; a change writes the columns it names and leaves the others to other people."""

    def update(self, instance: _M, validated_data: dict[str, Any]) -> _M:
        """Write what was sent, and the columns that say when; nothing else."""
        for name, value in validated_data.items():
            setattr(instance, name, value)
        if validated_data:
            stamps = [field.name for field in instance._meta.fields if getattr(field, "auto_now", False)]
            instance.save(update_fields=[*validated_data, *stamps])
        return instance


class Nothing(Strict):
    """A body without fields."""


class Endpoint(APIView):
    """A view of the API. It says `scope = Scope.…` where an unsafe method needs less than `manage`."""

    @property
    def user(self) -> User:
        """The person who asks; the permission has let nobody else in."""
        assert isinstance(self.request.user, User)  # noqa: S101 - for the type checker
        return self.request.user

    @property
    def token(self) -> ApiToken | None:
        """The token by which they ask, or None for the console's session."""
        return self.request.auth if isinstance(self.request.auth, ApiToken) else None

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is answered to one person is kept by nobody between."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def body(self, serializer: type[_S], instance: Any = None, *, partial: bool = False) -> _S:
        """The checked body. Raises ValidationError naming each field that is wrong."""
        if "Transfer-Encoding" in self.request.headers and "Content-Length" not in self.request.headers:
            raise LengthRequired
        checked = serializer(
            instance, data=self.request.data, partial=partial, context={"request": self.request}
        )
        checked.is_valid(raise_exception=True)
        return checked

    def query(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The checked query parameters. Raises ValidationError for one unknown, wrong or given twice."""
        return checked_query(self.request, serializer)

    def listed(
        self, rows: QuerySet[Any], serializer: type[serializers.BaseSerializer[Any]], *, order: Sequence[str]
    ) -> Response:
        """A page of these rows, for a list without filters. Raises ValidationError."""
        return Response(
            page(
                rows,
                self.query(PageQuery),
                order=order,
                show=lambda shown: serializer(shown, many=True).data,
            )
        )


def checked_query(request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Query parameters through an allow-list: a filter that is not on it is an error, never ignored."""
    given = request.query_params
    twice = {key: ["Give this parameter once."] for key, values in given.lists() if len(values) > 1}
    if twice:
        raise ValidationError(twice)
    checked = serializer(data={key: given[key] for key in given if given[key] != ""})
    unknown = _unknown(given, checked.fields)
    if unknown:
        raise ValidationError(unknown)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def _unknown(given: Iterable[str], known: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: ["There is no such parameter."] for key in given if key not in known}
