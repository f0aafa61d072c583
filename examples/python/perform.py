# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Threads without a main loop use what GIO has for main loops.

One runner does it for all: it reads a file, resolves a name, and talks to programs, one of which
takes too long, while another is no longer wanted.
"""

import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import gi

gi.require_version('Ts', '1')
from gi.repository import Gio, GLib, Ts  # noqa: E402

RUNNER = Ts.Runner('gio')


def read_file(path):
    file = Gio.File.new_for_path(path)
    result = RUNNER.perform(file.load_contents_async)
    return f'file: {len(file.load_contents_finish(result)[1])} bytes'


def resolve_name():
    resolver = Gio.Resolver.get_default()
    result = RUNNER.perform(resolver.lookup_by_name_async, 'localhost', timeout=10)
    loopback = resolver.lookup_by_name_finish(result)[0].get_is_loopback()
    return f'name: localhost is {"a" if loopback else "no"} loopback address'


def talk(process, **patience):
    result = RUNNER.perform(process.communicate_utf8_async, None, **patience)
    return process.communicate_utf8_finish(result)[1].strip()


def run_program():
    process = Gio.Subprocess.new(['echo', 'hello'], Gio.SubprocessFlags.STDOUT_PIPE)
    return f'subprocess: it says {talk(process)}'


def give_up(**patience):
    """The program that is too slow, or not wanted any more: says why the wait has ended."""
    process = Gio.Subprocess.new(['sleep', '100'], Gio.SubprocessFlags.STDOUT_PIPE)
    try:
        return talk(process, **patience)
    except TimeoutError:
        return 'timed out'
    except GLib.Error as error:
        cancelled = error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)
        return 'cancelled' if cancelled else error.message
    finally:
        process.force_exit()
        process.wait()


def main():
    with tempfile.NamedTemporaryFile() as file, ThreadPoolExecutor(3) as threads, RUNNER:
        file.write(b'fourteen bytes')
        file.flush()
        for report in (threads.submit(read_file, file.name), threads.submit(resolve_name),
                       threads.submit(run_program)):
            print(report.result())
        print('sleeper:', give_up(timeout=0.05))
        cancellable = Gio.Cancellable()
        timer = threading.Timer(0.02, cancellable.cancel)
        timer.start()
        print('stopped:', give_up(cancellable=cancellable))
        timer.join()


if __name__ == '__main__':
    main()
