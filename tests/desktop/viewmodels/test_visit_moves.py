"""Stages on the cards of a note are called as the company calls them."""

from crm_core.model.schema import Choice as Stage
from crm_core.model.schema import Label
from desktop.viewmodels.visits.visit_cards import Card, Choice, Field
from desktop.viewmodels.visits.visit_moves import deal_words, stages_ahead

OWN = (
    Stage("poc", Label("POC 测试", "POC")),
    Stage("quote", Label("报价中", "Quoting")),
    Stage("demo", Label("产品演示", "Demo"), retired=True),
)


def a_card(choice: Choice, value: str) -> Card:
    return Card(key="stage", field=Field.STAGE, value=value, guess="", choices=(choice,))


def test_own_stages_have_their_names_and_those_out_of_use_are_not_offered() -> None:
    card = a_card(Choice("d1:quote", "质谱仪", "poc", stages=OWN), "d1:quote")
    assert deal_words(card) == "质谱仪：POC 测试 → 报价中"
    assert stages_ahead(card) == ("d1:quote",)
    by_hand = a_card(Choice("d1:quote", "质谱仪", "poc", stages=OWN), "d1:poc")
    assert deal_words(by_hand) == "POC 测试"


def test_without_any_those_that_ship_are_meant() -> None:
    card = a_card(Choice("d1:quote", "质谱仪", "demo"), "d1:quote")
    assert deal_words(card) == "质谱仪：产品演示 → 方案报价"
    assert "d1:won" in stages_ahead(card)
