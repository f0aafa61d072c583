#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A window with the checksums of all files in a folder, as threads compute them: hasher.py [FOLDER]

What comes out of the channel of results is the list. The bar has the latest progress, the first button
clears and sets an event before which the workers stop, the other cancels. Nothing of this ever waits.
"""

import os
import sys
import threading
from pathlib import Path

import gi

gi.require_version('Gtk', '4.0')
gi.require_version('Ts', '1')
from gi.repository import Gio, GLib, GObject, Gtk, Pango, Ts  # noqa: E402

MAX_WORKERS = 4
BLOCK = 65536


class Row(GObject.Object):
    def __init__(self, name, size, checksum):
        super().__init__()
        self.name, self.size, self.checksum = name, size, checksum


class Job:
    """The work, which knows nothing of windows."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.files = Ts.Channel(64)  # to do; bounded, so that nobody runs far ahead
        self.results = Ts.Channel(256)  # done; bounded too: if the window is slow the workers wait
        self.progress = Ts.Channel(1, overflow=Ts.Overflow.DROP_OLDEST)  # only the latest counts
        self.may_run = Ts.Event()  # set, the workers pass; cleared, they wait
        self.may_run.set()
        self.cancellable = Gio.Cancellable()  # of everything
        self.lock = threading.Lock()
        self.n_workers = min(os.cpu_count(), MAX_WORKERS)
        self.n_bytes = self.n_bytes_done = 0

    def start(self):
        threading.Thread(target=self.find).start()
        for _ in range(self.n_workers):
            threading.Thread(target=self.work).start()

    def find(self):
        """The one who looks for files."""
        paths = [path for path in self.folder.rglob('*')
                 if path.is_file() and not path.is_symlink()]
        self.n_bytes = sum(path.stat().st_size for path in paths)
        with self.files:
            try:
                for path in paths:
                    self.files.send(path, self.cancellable)
            except GLib.Error:
                pass  # cancelled

    def work(self):
        """A worker."""
        try:
            while True:
                path = self.files.receive(self.cancellable)
                self.results.send(self.hash(path), self.cancellable)
        except GLib.Error:
            pass  # no more files, or cancelled
        with self.lock:
            self.n_workers -= 1
            last = self.n_workers == 0
        if last:
            self.results.close()
            self.progress.close()

    def hash(self, path):
        name = str(path.relative_to(self.folder))
        checksum = GLib.Checksum.new(GLib.ChecksumType.SHA256)
        size = 0
        try:
            with open(path, 'rb') as file:
                # Each block passes the gate, and each wait ends when the job is cancelled.
                while self.may_run.wait(self.cancellable) and (block := file.read(BLOCK)):
                    checksum.update(block)
                    size += len(block)
                    self.report(len(block))
        except OSError as error:
            return Row(name, size, error.strerror)
        return Row(name, size, checksum.get_string())

    def report(self, n):
        with self.lock:
            self.n_bytes_done += n
            done = self.n_bytes_done / max(self.n_bytes, 1)
        self.progress.send(done)


class Window(Gtk.ApplicationWindow):
    def __init__(self, app, folder):
        name = os.path.basename(os.path.abspath(folder))
        super().__init__(application=app, title=f'Checksums of {name}',
                         default_width=900, default_height=520)
        self.closing = False
        self.job = Job(folder)
        self.rows = Ts.ListModel(self.job.results)
        self.add_actions()
        self.set_titlebar(self.new_header())
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        box.append(self.new_list())
        box.append(Gtk.Separator())
        box.append(self.new_footer())
        self.set_child(box)

        self.job.progress.add_watch(GLib.PRIORITY_DEFAULT_IDLE, self.on_progress)
        self.rows.connect('notify::n-items', self.show_status)
        self.rows.connect('notify::finished', self.on_finished)
        self.connect('close-request', self.on_close_request)
        self.job.start()

    # What the window shows

    def show_status(self, *_):
        if not self.rows.is_finished():
            state = '' if self.job.may_run.is_set() else ' · paused'
        else:
            state = ' · cancelled' if self.job.cancellable.is_cancelled() else ' · done'
        self.status.set_text(f'{len(self.rows)} files{state}')

    def on_progress(self, _channel, fraction):
        self.bar.set_fraction(fraction)
        return GLib.SOURCE_CONTINUE

    def on_finished(self, *_):
        self.pause.set_enabled(False)
        self.cancel.set_enabled(False)
        self.show_status()
        if self.closing:
            self.destroy()

    # What can be done

    def add_actions(self):
        self.pause = Gio.SimpleAction.new_stateful('pause', None, GLib.Variant('b', False))
        self.pause.connect('change-state', self.change_paused)
        self.cancel = Gio.SimpleAction.new('cancel', None)
        self.cancel.connect('activate', lambda *_: self.job.cancellable.cancel())
        self.add_action(self.pause)
        self.add_action(self.cancel)

    def change_paused(self, action, paused):
        action.set_state(paused)
        if paused.get_boolean():
            self.job.may_run.clear()
        else:
            self.job.may_run.set()
        self.show_status()

    def on_close_request(self, *_):
        """The window goes when the last worker has ended."""
        self.closing = True
        self.job.cancellable.cancel()
        return not self.rows.is_finished()

    # Widgets

    def new_header(self):
        header = Gtk.HeaderBar()
        header.pack_start(Gtk.ToggleButton(label='Pause', action_name='win.pause'))
        header.pack_start(Gtk.Button(label='Cancel', action_name='win.cancel'))
        return header

    def new_list(self):
        view = Gtk.ColumnView(model=Gtk.NoSelection(model=self.rows))
        view.add_css_class('data-table')
        for column in (
            self.new_column('File', lambda row: row.name, expand=True),
            self.new_column('Size', lambda row: GLib.format_size(row.size), 100, 'numeric', 1),
            self.new_column('SHA-256', lambda row: row.checksum, 400, 'monospace'),
        ):
            view.append_column(column)
        return Gtk.ScrolledWindow(child=view, vexpand=True)

    @staticmethod
    def new_column(title, describe, width=-1, style=None, xalign=0, expand=False):
        def set_up(_factory, cell):
            label = Gtk.Label(xalign=xalign, ellipsize=Pango.EllipsizeMode.MIDDLE)
            if style:
                label.add_css_class(style)
            cell.set_child(label)

        def fill(_factory, cell):
            cell.get_child().set_text(describe(cell.get_item()))

        factory = Gtk.SignalListItemFactory()
        factory.connect('setup', set_up)
        factory.connect('bind', fill)
        return Gtk.ColumnViewColumn(title=title, factory=factory, fixed_width=width, expand=expand)

    def new_footer(self):
        self.status = Gtk.Label(css_classes=['numeric'])
        self.bar = Gtk.ProgressBar(hexpand=True, valign=Gtk.Align.CENTER)
        footer = Gtk.Box(spacing=12, margin_start=12, margin_end=12, margin_top=6, margin_bottom=6)
        footer.append(self.status)
        footer.append(self.bar)
        return footer


def main():
    app = Gtk.Application(flags=Gio.ApplicationFlags.NON_UNIQUE)
    folder = sys.argv[1] if len(sys.argv) > 1 else '.'
    app.connect('activate', lambda app: Window(app, folder).present())
    return app.run(sys.argv[:1])


if __name__ == '__main__':
    sys.exit(main())
