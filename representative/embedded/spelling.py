"""How far one spelling is from another. Pure."""


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, doubled or swapped with the next; anything above `most` is most + 1."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def slips_allowed(word: str) -> int:
    """How many slips still leave a word of this length recognisable."""
    return 0 if len(word) < 4 else 1 if len(word) < 9 else 2
