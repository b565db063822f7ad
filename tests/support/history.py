"""The history checker: what everybody was told, laid side by side.

After the storm every message that was acknowledged stands exactly once in every view, nothing stands there that
nobody said, all views have one order, each speaker's own order is kept, and no number is missing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.support.visitor import Frame, Visitor


def faults_of(visitor: Visitor, team: Sequence[Frame], *others: Sequence[Frame]) -> list[str]:
    """What is wrong between a visitor's view, the team's timeline, and perhaps more views of the team."""
    faults = list(visitor.faults)
    faults += _numbers("the visitor", [event["n"] for event in visitor.timeline])
    faults += _numbers("the team", [event["n"] for event in team])
    told = [_words(event) for event in visitor.timeline if event["kind"] == "message"]
    kept = [_words(event) for event in team if event["kind"] == "message"]
    if told != kept:
        faults.append(f"the visitor's messages and the team's differ:\n{told}\n{kept}")
    for view in others:
        faults += _numbers("a console", [event["n"] for event in view])
        if [event["n"] for event in view] != [event["n"] for event in team]:
            faults.append("a console's view and the team's timeline differ")
    ids = [event["data"].get("client_id") for event in team if event["by"]["kind"] == "visitor"]
    counted = Counter(ids)
    faults += [
        f"acknowledged and {counted[one]} times there: {one}" for one in visitor.acks if counted[one] != 1
    ]
    faults += [f"there {times} times: {one}" for one, times in counted.items() if one and times > 1]
    faults += [f"nobody said {one}" for one in counted if one and one not in visitor.asked]
    spoken = [one for one in visitor.asked if one in counted]
    if spoken != [one for one in ids if one in visitor.asked]:
        faults.append("the visitor's own order was not kept")
    return faults


def _numbers(whose: str, numbers: Iterable[int]) -> list[str]:
    found = list(numbers)
    whole = list(range(1, len(found) + 1))
    return [] if found == whole else [f"{whose} has numbers with holes or doubles: {found}"]


def _words(event: Frame) -> tuple[str, str]:
    return event["by"]["kind"], event["data"]["text"]
