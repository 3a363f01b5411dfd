"""Tables of profiles and nuclei as spreadsheets write them: the right numbers, or words."""

import codecs
from decimal import Decimal
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import tomli_w
from scenario_cases import data
from study_cases import COLUMN, write_study

from lithovoid.case.load import load_scenario, parse_scenario
from lithovoid.case.profile import read_profile
from lithovoid.hooks.replay import read_plan
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.csv_files import read_csv
from lithovoid.scenario.units import Unit
from lithovoid.study.schema import load_study

PLAIN = "depth [um],x_mg\n0,0.2\n2.5,0.1\n40,0.05\n"


def profile_of(folder: Path, content: str | bytes, name: str = "profile.csv") -> list[float]:
    """Return depths and magnesium of the table that the profile of `content` is read from."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    profile = read_profile(str(path))
    return [profile.deepest, *profile([0, 2.5, 40.0])]


RIGHT = [40.0, 0.2, 0.1, 0.05]

UNDERSTOOD = {
    "plain": PLAIN,
    "nanometres": "depth [nm],x_mg\n0,0.2\n2500,0.1\n40000,0.05\n",
    "metres": "depth [m],x_mg\n0,0.2\n2.5e-6,0.1\n4e-5,0.05\n",
    "micro sign": PLAIN.replace("[um]", "[\u00b5m]"),
    "small mu": PLAIN.replace("[um]", "[\u03bcm]"),
    "round brackets": PLAIN.replace("[um]", "(um)"),
    "slash": PLAIN.replace(" [um]", " / um"),
    "other order": "x_mg,depth [um]\n0.2,0\n0.1,2.5\n0.05,40\n",
    "capitals": PLAIN.replace("depth", "Depth").replace("x_mg", "X_Mg"),
    "unit of one": PLAIN.replace("x_mg", "x_mg [1]"),
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "decimal commas": PLAIN.replace(",", ";").replace(".", ","),
    "decimal commas and tabs": PLAIN.replace(",", "\t").replace(".", ","),
    "decimal commas in quotes": 'depth [um],x_mg\n"0","0,2"\n"2,5","0,1"\n"40","0,05"\n',
    "quotes": '"depth [um]","x_mg"\n"0","0.2"\n"2.5","0.1"\n"40","0.05"\n',
    "spaces": PLAIN.replace(",", " , "),
    "told": "sep=;\n" + PLAIN.replace(",", ";").replace(".", ","),
    "carriage returns": PLAIN.replace("\n", "\r\n"),
    "old carriage returns": PLAIN.replace("\n", "\r"),
    "no last line end": PLAIN.rstrip(),
    "empty last columns": PLAIN.replace("\n", ",,\n"),
    "empty rows": PLAIN.replace("\n", "\n,\n\n") + ",,,\n;\n".replace(";", ""),
    "empty first row": ";;\n" + PLAIN.replace(",", ";"),
    "comments": "# measured\n" + PLAIN.replace("\n40", "\n# a gap, here\n40"),
    "exponents": "depth [um];x_mg\n0;2,0E-01\n2,5E+00;1e-1\n4e1;5E-2\n",
    "printed minus": PLAIN.replace("\n0,", "\n\u22120,"),
}


@pytest.mark.parametrize("content", UNDERSTOOD.values(), ids=UNDERSTOOD)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_is_plain_is_understood(tmp_path: Path, content: str, encoding: str) -> None:
    assert profile_of(tmp_path, content.encode(encoding)) == RIGHT


@pytest.mark.parametrize("name", ["profile.CSV", "profile.tsv", "profile.txt"])
def test_tables_have_the_names_that_spreadsheets_give(tmp_path: Path, name: str) -> None:
    assert profile_of(tmp_path, PLAIN.replace(",", "\t").encode("utf-16"), name) == RIGHT


WAYS = list(
    product(
        (",", ";", "\t"),
        (".", ","),
        ("", '"'),
        ("\n", "\r\n", "\r"),
        ("nm", "um", "mm"),
        ("", ";;"),
    )
)
VALUES = (("0", "0.1234567890123456"), ("0.07", "1e-3"), ("1.1", "0.05"), ("1234.5", "0.1"))


@pytest.mark.parametrize(("separator", "mark", "quote", "end", "unit", "tail"), WAYS)
def test_numbers_are_exact_however_they_are_written(
    tmp_path: Path, separator: str, mark: str, quote: str, end: str, unit: str, tail: str
) -> None:
    if mark == separator:  # not to be told from two cells without quotes
        quote = '"'
    cells = [("depth [" + unit + "]", "x_mg"), *VALUES]
    rows = [[quote + cell.replace(".", mark) + quote for cell in row] for row in cells]
    tail = tail.replace(";", separator)
    path = tmp_path / "table.csv"
    path.write_bytes("".join(separator.join(row) + tail + end for row in rows).encode())
    table = read_csv(path)
    in_um = {"nm": "1e-3", "um": "1", "mm": "1e3"}[unit]
    depths = [float(Decimal(depth) * Decimal(in_um)) for depth, _ in VALUES]
    assert table.quantities("depth", Unit("um", "um")) == depths
    assert table.numbers("x_mg") == [float(x_mg) for _, x_mg in VALUES]


REFUSED = {
    "no header": ("0,0.2\n2.5,0.1\n40,0.05\n", "the names of the columns are missing"),
    "no header, whole": ("0;1\n2;1\n", "the names of the columns are missing"),
    "no header, exponents": ("0;1e-1\n2e0;1e-1\n", "the names of the columns are missing"),
    "header as a comment": (
        "# depth [nm],x_mg\n0,0.2\n40,0.1\n",
        "names of the columns are missing",
    ),
    "no unit": (PLAIN.replace(" [um]", ""), "column 'depth' needs its unit: write 'depth "),
    "unknown unit": (PLAIN.replace("[um]", "[mikrons]"), "unknown unit 'mikrons'"),
    "wrong unit": (PLAIN.replace("[um]", "[s]"), "wrong dimension"),
    "per cent": (PLAIN.replace("x_mg", "x_mg [%]"), "plain numbers, without a unit"),
    "other name": (PLAIN.replace("depth", "z"), "unknown column 'z'"),
    "third column": (PLAIN.replace("\n", ",1\n").replace("x_mg,1", "x_mg,error"), "column 'error'"),
    "names twice": (PLAIN.replace("x_mg", "depth [nm]"), "a name of its own"),
    "one column": ("depth [um]\n0\n4\n", "one column only"),
    "spaces only": (PLAIN.replace(",", " ").replace("depth ", "depth"), "one column only"),
    "decimal commas": ("depth [um],x_mg\n0,0,2\n2,5,0,1\n", "line 2: 3 cells .* semicolons"),
    "both marks": ("depth [um];x_mg\n0;0,2\n2.5;0,1\n", "decimal points and commas"),
    "thousands": ("depth [nm];x_mg\n0;0\n1,000;0\n", "1,000 may be 1000 or 1.000"),
    "thousands, too": ("depth [nm];x_mg\n0;0,2\n1.000,5;0,1\n", "no separators"),
    "incomplete": ("depth [um],x_mg\n0,0.2\n2\n", "line 3: a row is incomplete"),
    "empty cell": ("depth [um],x_mg\n0,0.2\n2,\n", "line 3, column 'x_mg': empty"),
    "words": ("depth [um],x_mg\n0,0.2\n# c\n2,much\n", "line 4, column 'x_mg': no number"),
    "not finite": ("depth [um],x_mg\n0,0.2\n2,nan\n", "must be finite"),
    "underscores": ("depth [um],x_mg\n0,0.2\n1_0,0.1\n", "not 1_0"),
    "comment behind": ("depth [um],x_mg\n0,0.2 # top\n2,0.1\n", "not a number"),
    "open quote": ('depth [um],x_mg\n0,"0.2\n2,0.1\n', "line"),
    "one row": ("depth [um],x_mg\n0,0.2\n", "two rows at least"),
    "falling": ("depth [um],x_mg\n2,0.2\n0,0.1\n", "must grow"),
    "empty": ("\n\n", "the table is empty"),
    "comments only": ("# depth [um],x_mg\n", "the table is empty"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_could_be_misread_is_refused(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words) as error:
        profile_of(tmp_path, content)
    assert "profile.csv" in str(error.value)


def test_a_profile_in_nanometres_is_that_in_micrometres(tmp_path: Path) -> None:
    (tmp_path / "nm.csv").write_text("depth [nm],x_mg\n0,0.2\n40000,0.1\n")
    scenario = parse_scenario(data(anode={"x_mg_profile": "nm.csv"}), tmp_path)
    assert scenario.anode.x_mg == 0.2
    (tmp_path / "um.csv").write_text("depth [nm],x_mg\n0,0.2\n40,0.1\n")
    with pytest.raises(ConfigurationError, match=r"ends at a depth of 0\.04 um"):
        parse_scenario(data(anode={"x_mg_profile": "um.csv"}), tmp_path)


@pytest.mark.parametrize("text", ["max(0,3 - z, 0.1)", "0,1 + z", "min(0,2)"])
def test_commas_in_formulae_are_no_decimal_commas(text: str) -> None:
    with pytest.raises(ConfigurationError, match="may be a number or two"):
        read_profile(text)


def test_nuclei_that_went_through_a_spreadsheet_are_replayed(tmp_path: Path) -> None:
    path = tmp_path / "nuclei.csv"
    table = "id;time [h];x [um];z [um];status;opened [s]\n0;0,5;1,25;0;accepted;\n"
    path.write_text(table + "1;0,1;3;0;accepted;720,5\n2;1;2;0;waiting;\n", encoding="utf-8-sig")
    plan = read_plan(path, 2)
    assert [nucleus.time for nucleus in plan] == [720.5, 1800.0]
    np.testing.assert_array_equal(plan[1].point, [1.25, 0.0])


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_scenarios_studies_and_materials_are_read_alike(tmp_path: Path, encoding: str) -> None:
    case = tmp_path / "case.toml"
    content = tomli_w.dumps(data(title="Züge in 5 µm")).replace("\n", "\r\n")
    case.write_bytes(content.encode(encoding))
    assert load_scenario(case).title == "Züge in 5 µm"
    study = write_study(tmp_path, COLUMN, axes=[{"anode.x_mg": [0.1]}])
    study.write_bytes(study.read_text(encoding="utf-8").encode(encoding))
    assert load_study(study).axes == [{"anode.x_mg": [0.1]}]
    material = tmp_path / "mine.toml"
    installed = files("lithovoid.materials") / "lithium-magnesium.toml"
    material.write_bytes(installed.read_text(encoding="utf-8").encode(encoding))
    mine = parse_scenario(data(anode={"material": "mine.toml"}), tmp_path)
    assert mine.anode.diffusivity == load_scenario(case).anode.diffusivity


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("title = 'Grün'".encode("latin-1"), r"not UTF-8 text \(byte 11 is 0xfc\)"),
        (codecs.BOM_UTF8 + b"a\xff", r"not UTF-8 text \(byte 4 is 0xff\)"),
        (codecs.BOM_UTF16_LE + b"a\0b", r"not UTF-16 text \(byte 4 is 0x62\)"),
        ("title".encode("utf-16-le"), r"UTF-16 without a byte order mark \(byte 1 is zero\)"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(
    tmp_path: Path, content: bytes, words: str
) -> None:
    for name, read in (("file.toml", load_scenario), ("file.csv", read_csv)):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ConfigurationError, match=words):
            read(path)
