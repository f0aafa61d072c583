# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Python's rows of the benchmarks: each measures something. What, is nobody's business here."""

import importlib.util
import math
import pathlib

import tap
from support import TestCase

PATH = pathlib.Path(__file__).resolve().parents[2] / 'benchmarks' / 'python.py'


class Benchmarks(TestCase):
    def test_each_row_measures(self):
        spec = importlib.util.spec_from_file_location('benchmark', PATH)
        benchmark = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(benchmark)
        benchmark.N_ITEMS = benchmark.N_CALLS = 20
        for row, (implementations, measure) in benchmark.ROWS.items():
            self.assertIn('tschan', implementations)
            for name, implementation in implementations.items():
                with self.subTest(row=row, name=name):
                    nanoseconds = measure(implementation)
                    self.assertTrue(0 < nanoseconds and math.isfinite(nanoseconds))


if __name__ == '__main__':
    tap.main()
