"""Total requirements of Miller and Blair (2009), Input-Output Analysis, 2nd edition.

Source: section 2.3 (two sectors) and section 3.3 (two regions, three and two sectors). The
transactions are the book's; the inverses are printed there to four decimals.
"""

import numpy as np
import pytest
from scipy.sparse import csc_array

from allanite.studies.tracing import total_requirements


def test_two_sectors_of_section_2_3():
    direct = np.array([[0.15, 0.25], [0.20, 0.05]])
    inverse = total_requirements(csc_array(direct), np.eye(2))
    assert inverse == pytest.approx(np.array([[1.2541, 0.3300], [0.2640, 1.1221]]), abs=5e-5)
    output = total_requirements(csc_array(direct), np.array([[600.0], [1500.0]]))
    # 0.85 x1 - 0.25 x2 = 600 and -0.20 x1 + 0.95 x2 = 1500.
    assert output[:, 0] == pytest.approx([1247.525, 1841.584], abs=1e-3)


TRANSACTIONS = np.array(
    [
        [150.0, 500.0, 50.0, 25.0, 75.0],
        [200.0, 100.0, 400.0, 200.0, 100.0],
        [300.0, 500.0, 50.0, 60.0, 40.0],
        [75.0, 100.0, 60.0, 200.0, 250.0],
        [50.0, 25.0, 25.0, 150.0, 100.0],
    ]
)
OUTPUT = np.array([1000.0, 2000.0, 1000.0, 1200.0, 800.0])
INVERSE = np.array(
    [
        [1.4234, 0.4652, 0.2909, 0.1917, 0.3041],
        [0.6346, 1.4237, 0.6707, 0.4092, 0.4558],
        [0.6383, 0.5369, 1.3363, 0.2501, 0.3108],
        [0.2672, 0.2000, 0.1973, 1.3406, 0.5473],
        [0.1468, 0.0908, 0.0926, 0.2155, 1.2538],
    ]
)


def test_two_regions_of_section_3_3():
    direct = csc_array(TRANSACTIONS / OUTPUT)
    assert total_requirements(direct, np.eye(5)) == pytest.approx(INVERSE, abs=6e-5)
    # New final demand of 100 for sector 1 of region r, none elsewhere.
    found = total_requirements(direct, np.array([[100.0], [0], [0], [0], [0]]))
    assert found[:, 0] == pytest.approx([142.34, 63.46, 63.83, 26.72, 14.68], abs=6e-3)


def test_final_demand_gives_back_the_output():
    final = (OUTPUT - TRANSACTIONS.sum(axis=1))[:, None]
    found = total_requirements(csc_array(TRANSACTIONS / OUTPUT), final)
    assert found[:, 0] == pytest.approx(OUTPUT, rel=1e-12)
