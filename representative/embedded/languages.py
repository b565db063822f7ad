"""Whether a text is in a language in which nothing is known, and how to say so in that language. Pure."""

import unicodedata

from representative.base import Knowledge
from representative.embedded.small_words import SMALL
from representative.embedded.words import words

_SAYING = "I'm sorry, I can only answer in English here. Would you like me to bring in a team member?"
# Words of every day that are no English ones, and the sentence for who writes them.
_LANGUAGES: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(text.split()), saying)
    for text, saying in (
        (
            "der das und ich ist sie wie wo wann warum welche welcher welches haben habe kann konnen nicht ein "
            "eine einen mein meine fur mit auf von dem den es gibt bitte kostet kosten oder wenn auch ihr ihre mir "
            "mich wird werden sind zu zum nach bei noch gerne danke guten mochte",
            "Ich kann hier leider nur auf Englisch antworten. Soll ich jemanden aus dem Team dazuholen?",
        ),
        (
            "le la les une et je est vous nous quel quelle quels quelles ou combien quand pourquoi avez puis peut "
            "peux pas mes avec dans du de que qui ce cette votre vos bonjour merci il faut livrez coute votre au aux",
            "Désolé, je ne peux répondre ici qu'en anglais. Voulez-vous que je fasse venir quelqu'un de l'équipe ?",
        ),
        (
            "el los las una y es usted ustedes cuando donde cuanto cuantos cuesta cuestan puedo tiene tienen para su "
            "del de que cual cuales quiero gracias hola buenos dias por como hacen al esta estan",
            "Lo siento, aquí solo puedo responder en inglés. ¿Quiere que avise a alguien del equipo?",
        ),
        (
            "il lo gli una sono quanto quanti costa costano quando dove posso avete mio mia che di della nel non "
            "grazie ciao buongiorno vorrei quali quale siete",
            "Mi dispiace, qui posso rispondere solo in inglese. Vuole che chiami qualcuno del team?",
        ),
        (
            "het een en ik wat waar wanneer kunnen jullie hebben heeft niet voor met mijn kost kosten hoeveel hoelang "
            "welke graag bedankt goedendag naar mag u zijn",
            "Sorry, ik kan hier alleen in het Engels antwoorden. Zal ik iemand van het team erbij halen?",
        ),
        (
            "os uma voce voces quanto custa custam quando onde posso tem para com meu minha nao que de da ola obrigado "
            "obrigada bom dia qual quais fazem esta ate",
            "Desculpe, aqui só posso responder em inglês. Quer que eu chame alguém da equipe?",
        ),
    )
)
# So many of them show a language among English words; alone, one that is no name's particle is enough.
_FEWEST, _TELLING = 2, 3


def only_english(text: str, knowledge: Knowledge) -> str:
    """What to say to a question in another language than the knowledge's; empty when it is not in one.

    A language is recognised by its everyday words, or, unnamed, by its letters; whatever the domain's articles
    are written in is no other language.
    """
    said = set(words(text))
    english = sum(word in SMALL for word in said)
    found, saying = max(((said & own, saying) for own, saying in _LANGUAGES), key=lambda pair: len(pair[0]))
    if len(found) >= _FEWEST and len(found) > english:
        return "" if _knows_most(knowledge, found) else f"{saying}\n\n{_SAYING}"
    if english or any(map(knowledge.knows, said)):
        return ""
    if len(said) > 1 and any(len(word) >= _TELLING for word in found):
        return f"{saying}\n\n{_SAYING}"
    return _SAYING if any(map(_is_foreign, text)) else ""


def _knows_most(knowledge: Knowledge, said: set[str]) -> bool:
    return 2 * sum(map(knowledge.knows, said)) >= len(said)


def _is_foreign(sign: str) -> bool:
    """Whether a sign is a letter that English does without."""
    return not sign.isascii() and unicodedata.category(sign).startswith("L")
