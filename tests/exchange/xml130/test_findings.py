"""What a facility reads of a finding."""

from sosuckhoe.exchange.xml130.findings import program_fault, sentence, value_words


def test_a_fault_of_ours_is_told_as_ours():
    fault = program_fault()
    assert (fault.rule, fault.level) == ("program-fault", "refused")
    assert "need not be sent again" in sentence(fault, "en")
    assert value_words(fault, "en") == "no value is at fault"
