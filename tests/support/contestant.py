"""One process of a race, `python -m tests.support.contestant`: it does the acts that arena.py names, one after another.

They speak in lines: an act and its arguments come in as JSON, `at the line` goes out before every round, `go` comes
in when all processes are there, and the result goes out as JSON. What libraries print goes to stderr.
"""

import json
import os
import sys
import traceback
from typing import TextIO

import django
from django.utils.module_loading import import_string

AT_THE_LINE = "at the line"
GO = "go"


class Line:
    """The starting line that all processes of a race share."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source = source
        self._sink = sink

    def wait(self) -> None:
        """Return when every process of the race has come here."""
        self.tell(AT_THE_LINE)
        if self._source.readline().strip() != GO:
            sys.exit("the race was called off")

    def tell(self, words: str) -> None:
        """One line to the arena."""
        self._sink.write(words + "\n")
        self._sink.flush()


def main() -> None:
    """Do what is asked until nobody asks any more."""
    sink = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    django.setup()
    line = Line(sys.stdin, sink)
    while wanted := sys.stdin.readline():
        asked = json.loads(wanted)
        try:
            answer = {"result": import_string(asked["act"])(line, **asked["arguments"])}
        except Exception:
            answer = {"error": traceback.format_exc()}
        line.tell(json.dumps(answer))
    # Publishing threads and pools end with the process; nothing of theirs is awaited.
    os._exit(0)


if __name__ == "__main__":
    main()
