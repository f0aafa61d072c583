# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs the unittest cases of a program and tells of them in TAP."""

import faulthandler
import os
import re
import sys
import unittest

# Longer than this, a test hangs: every thread's stack is shown. Meson's own limit is above it.
WATCHDOG_SECONDS = (float(os.environ.get('TS_TEST_TIMEOUT', '200')) *
                    max(float(os.environ.get('TS_TEST_ITERATIONS', '1')) / 10, 1))


def iterations(count):
    """How many rounds to make where `count` are usual."""
    return max(int(count * float(os.environ.get('TS_TEST_ITERATIONS', '1'))), 1)


def _title(test):
    """E05 cancel during the wait, from test_e05_cancel_during_the_wait."""
    words = test.id().rsplit('.', 1)[-1]
    words = re.sub(r'^test_', '', words)
    words = re.sub(r'^[a-z]+[0-9]+(?=_)', lambda match: match.group().upper(), words)
    return f'{type(test).__name__}: {words.replace("_", " ")}'


class _Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self._failed_parts = False

    def _say(self, verdict, test, remark=''):
        print(f'{verdict} {self.testsRun} - {_title(test)}{remark}', flush=True)

    @staticmethod
    def _explain(text):
        for line in text.splitlines():
            print(f'# {line}')

    def startTest(self, test):
        super().startTest(test)
        self._failed_parts = False
        faulthandler.dump_traceback_later(WATCHDOG_SECONDS, exit=True)

    def stopTest(self, test):
        faulthandler.cancel_dump_traceback_later()
        super().stopTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say('not ok' if self._failed_parts else 'ok', test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failed_parts = True
            self._explain(f'{subtest}\n{self._exc_info_to_string(err, test)}')

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say('ok', test, f' # SKIP {reason}')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._explain(self._exc_info_to_string(err, test))
        self._say('not ok', test)

    def addError(self, test, err):
        super().addError(test, err)
        self._explain(self._exc_info_to_string(err, test))
        if isinstance(test, unittest.TestCase):
            self._say('not ok', test)
        else:
            print(f'Bail out! {test}', flush=True)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._say('not ok', test, ' # TODO')

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._say('ok', test, ' # TODO')


def main():
    """Runs the tests of the program; arguments choose those whose name contains one of them."""
    loader = unittest.TestLoader()
    if sys.argv[1:]:
        loader.testNamePatterns = [f'*{word}*' for word in sys.argv[1:]]
    suite = loader.loadTestsFromModule(sys.modules['__main__'])
    print(f'1..{suite.countTestCases()}', flush=True)
    result = _Result()
    suite.run(result)
    sys.stdout.flush()
    sys.exit(not result.wasSuccessful())
