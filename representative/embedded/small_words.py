"""Words that say little by themselves, and what remains of a text without them. Pure."""

from representative.embedded.words import stems

_SMALL_TEXT = """
a an the and or but if of to in on at by for with from as is are was were be been being am do does did have has
had can could will would shall should may might must i you he she it we they me him her us them my your his its
our their this that these those there here what which who whom when where why how not no yes so than then too
very just also about into over up down out any some all more most much many again still already ever never now
then today tonight tomorrow maybe really actually mean one two thing something anything exactly bit please
thanks thank hi hello hey ok okay want need like know tell get got make let say says said ask
"""
SMALL: frozenset[str] = frozenset(stem for word in _SMALL_TEXT.split() for stem in [*stems(word), word])


def telling(text: str) -> list[str]:
    """The stems that carry a question's meaning, in order."""
    return [word for word in dict.fromkeys(stems(text)) if word not in SMALL]
