"""What a facility reads of a finding."""

from sosuckhoe.exchange.xml130.findings import entry_erased, erased, program_fault, sentence, value_words


def test_a_fault_of_ours_is_told_as_ours():
    fault = program_fault()
    assert (fault.rule, fault.level) == ("program-fault", "refused")
    assert "need not be sent again" in sentence(fault, "en")
    assert value_words(fault, "en") == "no value is at fault"


def test_a_visit_that_was_erased_by_right_is_refused_in_plain_words():
    finding = erased()
    assert (finding.rule, finding.level) == ("visit-erased", "refused")
    assert "erased by right of the patient" in sentence(finding, "en")
    assert value_words(finding, "vi") == value_words(program_fault(), "vi")


def test_an_entry_that_was_erased_by_right_is_left_out_and_noted():
    finding = entry_erased()
    assert (finding.rule, finding.level) == ("entry-erased", "noted")
    assert "left out, the rest was filed" in sentence(finding, "en")
