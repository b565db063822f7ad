"""The static files as production serves them: hashed names, also inside modules."""

import re
from pathlib import Path
from typing import Any

from privas.staticfiles import ModuleManifestStorage


def test_modules_find_one_another_under_their_hashed_names(settings: Any, tmp_path: Path) -> None:
    source = settings.BASE_DIR / "static"
    storage = ModuleManifestStorage(location=str(tmp_path), base_url="/static/")
    paths = {}
    for path in sorted(source.rglob("*.*")):
        name = str(path.relative_to(source))
        if path.is_file() and path.suffix in {".js", ".css", ".svg"}:
            with path.open("rb") as content:
                storage.save(name, content)
            paths[name] = (storage, name)
    for _, _, processed in storage.post_process(paths):
        assert not isinstance(processed, Exception), processed
    for entry, least in (("js/console.js", 10), ("js/conversations.js", 4)):
        imported = re.findall(r'from\s*"\./([^"]+)"', (tmp_path / storage.stored_name(entry)).read_text())
        assert len(imported) >= least
        for name in imported:
            assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name), name
            assert (tmp_path / "js" / name).exists()
