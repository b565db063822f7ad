"""What is said to who writes in another language than the domain's articles."""

import pytest

from representative.embedded.calibration import calibrate
from representative.embedded.index import Document, Index
from representative.embedded.languages import only_english
from representative.embedded.representative import EmbeddedRepresentative
from representative.knowledge.index import EagerKnowledge
from representative.rehearsal import Rehearsal
from tests.representative.knowledge import of_the_demo

ENGLISH = "I'm sorry, I can only answer in English here. Would you like me to bring in a team member?"
ELSEWHERE = {
    "Ich kann hier": [
        "Wie lange dauert die Lieferung?",
        "Haben Sie Helme?",
        "Guten Tag",
        "Was kostet der Versand",
    ],
    "Désolé": ["Combien coûte la livraison ?", "Quel est le prix du vélo ?", "vous livrez en Belgique?"],
    "Lo siento": ["¿Cuánto cuesta el envío?", "¿Dónde está la tienda?", "quiero devolver mi bicicleta"],
    "Mi dispiace": ["Quanto costa la spedizione?", "Dove siete?"],
    "Sorry, ik": ["Hoeveel kost het?", "Wanneer zijn jullie open?"],
    "Desculpe": ["Quanto custa uma bicicleta?", "Onde fica a loja? Não encontro"],
    "I'm sorry": ["你们送货吗？", "Сколько стоит доставка?", "Ile kosztuje wysyłka?", "كم سعر التوصيل؟"],
}
AT_HOME = """
who won the cup final
do you sell cars
What is the weather in São Paulo?
is the café open
Tour de France?
De Rosa?
qwertz asdf
ok
how much is the Škoda bike
what is the price of la marzocco
""".strip().splitlines()


@pytest.mark.parametrize(
    ("begins", "question"), [(begins, question) for begins, own in ELSEWHERE.items() for question in own]
)
def test_who_writes_another_language_is_told_once_that_english_is_spoken(begins, question):
    talk = Rehearsal(EmbeddedRepresentative(), of_the_demo())
    told = talk.say(question)
    assert told.outcome == "offer"
    assert told.text.startswith(begins)
    assert told.text.endswith(ENGLISH)
    assert ENGLISH not in talk.say(question).text


@pytest.mark.parametrize("question", AT_HOME)
def test_english_is_no_other_language_whatever_names_stand_in_it(question):
    assert only_english(question, of_the_demo()) == ""


def test_a_yes_to_it_brings_a_person_in():
    talk = Rehearsal(EmbeddedRepresentative(), of_the_demo())
    talk.say("Haben Sie Helme?")
    assert talk.say("ja").cause == "words"


def test_the_language_of_the_articles_is_none_that_is_not_spoken():
    index = Index(
        [
            Document("1", "Lieferung", "Die Lieferung dauert drei Tage, und sie ist ab 50 Euro kostenlos."),
            Document("2", "Helme", "Wir haben Helme für Kinder und Erwachsene, wie Sie es von uns kennen."),
        ]
    )
    known = EagerKnowledge(index, calibrate(index))
    assert only_english("Wer hat das Spiel gewonnen, und wie haben sie es gefeiert?", known) == ""
    assert only_english("Combien coûte la livraison ?", known)
