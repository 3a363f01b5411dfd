import pytest
from scenario_cases import data

from lithovoid.case.overrides import apply_overrides, parse_value
from lithovoid.machine.errors import ConfigurationError


def test_values_are_toml_or_text() -> None:
    assert parse_value("0.1") == 0.1
    assert parse_value("30 um") == "30 um"
    assert parse_value('"30 um"') == "30 um"
    assert parse_value("true") is True
    assert parse_value("{ time = '1 h' }") == {"time": "1 h"}
    assert parse_value("1\nb = 2") == "1\nb = 2"


def test_overrides_go_where_they_say_and_leave_the_original_alone() -> None:
    original = data()
    changed = apply_overrides(
        original,
        ["anode.x_mg=0.1", "protocol.0.until.time = 2 h", "protocol.0.current_density=1 mA/cm^2"],
    )
    assert changed["anode"] == {"x_mg": 0.1}
    assert changed["protocol"][0]["until"] == {"contact_fraction": 0.15, "time": "2 h"}
    assert changed["protocol"][0]["current_density"] == "1 mA/cm^2"
    assert original == data()


def test_a_whole_step_can_be_replaced() -> None:
    changed = apply_overrides(data(), ["protocol.0={step='rest', until={time='1 h'}}"])
    assert changed["protocol"] == [{"step": "rest", "until": {"time": "1 h"}}]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("anode.x_mg", 'no "="'),
        ("=3", "unknown key"),
        ("anode.xmg=3", "unknown key .*anode.x_mg"),
        ("protocol.0.curent_density=3", "unknown key .*protocol.0.current_density"),
        ("protocol.1.until.time=3", r"no such index \(given: '1'; allowed: 0 to 0\)"),
        (f"protocol.{'9' * 5000}.until.time=3", "no such index .*allowed: 0 to 0"),
        ("geometry.void.0.x=1 um", "there is no 'void' to change"),
        ("include.0=a.toml", "unknown key"),
    ],
)
def test_refused(override: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        apply_overrides(data(), [override])


@pytest.mark.parametrize("given", [{"protocol": 3}, {"protocol": "text"}, {"protocol": [[]]}])
def test_broken_data_below_an_override_is_an_error_too(given: dict) -> None:
    with pytest.raises(ConfigurationError):
        apply_overrides(given, ["protocol.0.until.time=1 h"])
