"""Words that visitors and firms use for the same thing. Small on purpose: each pair must hold in any shop."""

from representative.embedded.words import stem, words

_GROUPS = """
price cost fee charge pricing expensive cheap rate
refund reimburse reimbursement
return exchange
cancel terminate unsubscribe quit
buy purchase order
deliver delivery ship shipping shipment dispatch
arrive come
register signup enrol enroll join
login signin
password passcode credentials
delete remove erase close
change update edit modify switch
fix repair mend
broken damaged faulty defective defect
error bug issue problem fault
phone telephone mobile
picture photo image
invoice bill receipt
discount coupon voucher promo promotion deal
staff employee team
company firm business organisation organization
contact reach
hours opening open
located location address where
job vacancy career hiring
demo trial
plan subscription package tier
secure security safe safety
guarantee warranty
size dimension measurement
quick fast soon
begin start
stop end
help support assistance
integrate integration connect
abroad international overseas worldwide
pay payment
shop store
available availability stock
""".strip()


def _neighbours() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for group in _GROUPS.splitlines():
        members = list(dict.fromkeys(stem(word) for word in words(group)))
        for member in members:
            table.setdefault(member, []).extend(other for other in members if other != member)
    return {word: tuple(dict.fromkeys(others)) for word, others in table.items()}


SYNONYMS: dict[str, tuple[str, ...]] = _neighbours()
