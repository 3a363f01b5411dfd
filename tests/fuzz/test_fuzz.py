"""Damaged input files are used or refused; see `fuzz_inputs` for what counts as a finding."""

import pytest
from fuzz_inputs import fuzz


@pytest.mark.parametrize(
    ("seed", "count"), [(3, 400), pytest.param(1, 10_000, marks=pytest.mark.long)]
)
def test_damaged_inputs_are_used_or_refused(seed: int, count: int) -> None:
    fuzzer = fuzz(seed, count)
    assert not fuzzer.findings, "\n".join(fuzzer.findings[:3])
    kinds = {what.partition(":")[0] for what, number in fuzzer.found.items() if number}
    assert len(kinds) == 7
    assert all(fuzzer.found[f"{kind}: refused"] for kind in kinds)
    assert all(fuzzer.found[f"{kind}: used"] for kind in kinds)
