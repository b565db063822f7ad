"""A program that calls the API with a token, as an integrator's would."""

import json
from typing import Any

from django.test import Client

from accounts import tokens
from accounts.models import User


class Caller:
    """Speaks JSON for one person; nobody for None. `status` and `body` of the last answer are at hand."""

    def __init__(self, user: User | None = None, scopes: tuple[str, ...] = ()) -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        if user is not None:
            _, secret = tokens.mint(user, name="test", scopes=scopes)
            self.headers["Authorization"] = f"Bearer {secret}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call /api/v1/<path>; the answer has the parsed body as `.body`."""
        answer: Any = self.client.generic(
            method,
            f"/api/v1/{path}",
            data="" if body is None else body if isinstance(body, str) else _json(body),
            content_type="application/json" if body is not None else "application/octet-stream",
            headers={**self.headers, **headers},
        )
        answer.body = answer.json() if answer.content else None
        return answer

    def get(self, path: str) -> Any:
        """Read."""
        return self.call("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        """Make or command."""
        return self.call("POST", path, body)

    def patch(self, path: str, **body: Any) -> Any:
        """Change."""
        return self.call("PATCH", path, body)

    def put(self, path: str, **body: Any) -> Any:
        """Set."""
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Any:
        """Delete."""
        return self.call("DELETE", path)


def _json(body: Any) -> str:
    return json.dumps(body)
