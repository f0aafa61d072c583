// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A window with the checksums of all files in a folder, as threads compute them: hasher [FOLDER]
//
// What comes out of the channel of results is the list. The bar has the latest progress, the first button
// clears and sets an event before which the workers stop, the other cancels. Nothing of this ever waits.

class Row : Object {
  public string name;
  public int64 size;
  public string checksum;
}

// The work, which knows nothing of windows.
class Job {
  const int MAX_WORKERS = 4;

  public string folder;
  public Ts.Channel files = new Ts.Channel (64);     // to do; bounded, so that nobody runs far ahead
  public Ts.Channel results = new Ts.Channel (256);  // done; bounded too: the workers wait for a slow window
  public Ts.Channel progress = new Ts.Channel.full (1, typeof (double), Ts.Overflow.DROP_OLDEST);
  public Ts.Event may_run = new Ts.Event ();         // set, the workers pass; cleared, they wait
  public Cancellable cancellable = new Cancellable (); // of everything

  private Mutex mutex = Mutex ();
  private int n_workers = int.min ((int) get_num_processors (), MAX_WORKERS);
  private int64 n_bytes;
  private int64 n_bytes_done;

  public Job (string folder) {
    this.folder = folder;
    may_run.set ();
  }

  public void start () {
    new Thread<bool> ("find", find);
    for (int i = n_workers; i > 0; i--) {
      new Thread<bool> ("hash", work);
    }
  }

  // The one who looks for files
  private bool find () {
    var paths = new GenericArray<string> ();

    find_files (folder, paths);
    try {
      foreach (unowned var path in paths) {
        files.send (path, cancellable);
      }
    } catch (Error e) {
      // cancelled
    }
    files.close ();
    return true;
  }

  private void find_files (string directory, GenericArray<string> paths) {
    try {
      var dir = Dir.open (directory);
      string? name;

      while ((name = dir.read_name ()) != null && !cancellable.is_cancelled ()) {
        var path = Path.build_filename (directory, name);

        if (FileUtils.test (path, FileTest.IS_SYMLINK)) {
          continue;
        } else if (FileUtils.test (path, FileTest.IS_DIR)) {
          find_files (path, paths);
        } else if (FileUtils.test (path, FileTest.IS_REGULAR)) {
          var info = Posix.Stat ();

          Posix.stat (path, out info);
          n_bytes += info.st_size;
          paths.add (path);
        }
      }
    } catch (FileError e) {
      // what cannot be opened has no files for us
    }
  }

  // A worker
  private bool work () {
    try {
      while (true) {
        var path = (string) files.receive (cancellable);

        results.send (hash (path), cancellable);
      }
    } catch (Error e) {
      // no more files, or cancelled
    }
    mutex.lock ();
    var last = --n_workers == 0;
    mutex.unlock ();
    if (last) {
      results.close ();
      progress.close ();
    }
    return true;
  }

  private Row hash (string path) throws Error {
    var row = new Row ();
    var checksum = new Checksum (ChecksumType.SHA256);
    var file = FileStream.open (path, "rb");
    var block = new uint8[65536];
    size_t n = 0;

    row.name = Filename.display_name (path.substring (folder.length + 1));
    if (file == null) {
      row.checksum = strerror (errno);
      return row;
    }
    // Each block passes the gate, and each wait ends when the job is cancelled.
    do {
      may_run.wait (cancellable);
      n = file.read (block);
      checksum.update (block, n);
      row.size += (int64) n;
      report (n);
    } while (n == block.length);
    row.checksum = checksum.get_string ();
    return row;
  }

  private void report (size_t n) throws Error {
    mutex.lock ();
    n_bytes_done += (int64) n;
    var done = (double) n_bytes_done / (double) int64.max (n_bytes, 1);
    mutex.unlock ();
    progress.send (done);
  }
}

class Window : Gtk.ApplicationWindow {
  private delegate string Describe (Row row);

  private Job job;
  private Ts.ListModel rows;
  private Gtk.ProgressBar bar;
  private Gtk.Label status;
  private SimpleAction pause = new SimpleAction.stateful ("pause", null, false);
  private SimpleAction cancel = new SimpleAction ("cancel", null);
  private bool closing;

  public Window (Gtk.Application app, string folder) {
    Object (application: app, default_width: 900, default_height: 520);

    title = "Checksums of %s".printf (Filename.display_basename (folder));
    job = new Job (folder);
    rows = new Ts.ListModel (job.results);
    add_actions ();
    titlebar = new_header ();
    var box = new Gtk.Box (Gtk.Orientation.VERTICAL, 0);
    box.append (new_list ());
    box.append (new Gtk.Separator (Gtk.Orientation.HORIZONTAL));
    box.append (new_footer ());
    child = box;

    job.progress.add_watch (on_progress, Priority.DEFAULT_IDLE);
    rows.notify["n-items"].connect (() => show_status ());
    rows.notify["finished"].connect (on_finished);
    close_request.connect (on_close_request);
    job.start ();
  }

  // What the window shows

  private void show_status () {
    string state;

    if (!rows.finished) {
      state = job.may_run.is_set () ? "" : " · paused";
    } else {
      state = job.cancellable.is_cancelled () ? " · cancelled" : " · done";
    }
    status.label = "%u files%s".printf (rows.n_items, state);
  }

  private bool on_progress (Ts.Channel channel, Value fraction) {
    bar.fraction = (double) fraction;
    return Source.CONTINUE;
  }

  private void on_finished () {
    pause.set_enabled (false);
    cancel.set_enabled (false);
    show_status ();
    if (closing) {
      destroy ();
    }
  }

  // What can be done

  private void add_actions () {
    pause.change_state.connect ((paused) => {
      pause.set_state (paused);
      if (paused.get_boolean ()) {
        job.may_run.clear ();
      } else {
        job.may_run.set ();
      }
      show_status ();
    });
    cancel.activate.connect (() => job.cancellable.cancel ());
    add_action (pause);
    add_action (cancel);
  }

  // The window goes when the last worker has ended.
  private bool on_close_request () {
    closing = true;
    job.cancellable.cancel ();
    return !rows.finished;
  }

  // Widgets

  private Gtk.Widget new_header () {
    var header = new Gtk.HeaderBar ();

    header.pack_start (new Gtk.ToggleButton () { label = "Pause", action_name = "win.pause" });
    header.pack_start (new Gtk.Button () { label = "Cancel", action_name = "win.cancel" });
    return header;
  }

  private Gtk.Widget new_list () {
    var view = new Gtk.ColumnView (new Gtk.NoSelection (rows));

    view.add_css_class ("data-table");
    view.append_column (new_column ("File", (row) => row.name, -1, null, 0));
    view.append_column (new_column ("Size", (row) => format_size (row.size), 100, "numeric", 1));
    view.append_column (new_column ("SHA-256", (row) => row.checksum, 400, "monospace", 0));
    return new Gtk.ScrolledWindow () { child = view, vexpand = true };
  }

  private static Gtk.ColumnViewColumn new_column (string title, owned Describe describe, int width,
                                                  string? style, float xalign) {
    var factory = new Gtk.SignalListItemFactory ();

    factory.setup.connect ((cell) => {
      var label = new Gtk.Label (null) { xalign = xalign, ellipsize = Pango.EllipsizeMode.MIDDLE };

      if (style != null) {
        label.add_css_class (style);
      }
      ((Gtk.ListItem) cell).child = label;
    });
    factory.bind.connect ((cell) => {
      var item = (Gtk.ListItem) cell;

      ((Gtk.Label) item.child).label = describe ((Row) item.item);
    });
    return new Gtk.ColumnViewColumn (title, factory) { fixed_width = width, expand = width < 0 };
  }

  private Gtk.Widget new_footer () {
    var footer = new Gtk.Box (Gtk.Orientation.HORIZONTAL, 12) {
      margin_start = 12, margin_end = 12, margin_top = 6, margin_bottom = 6
    };

    status = new Gtk.Label ("");
    status.add_css_class ("numeric");
    bar = new Gtk.ProgressBar () { hexpand = true, valign = Gtk.Align.CENTER };
    footer.append (status);
    footer.append (bar);
    return footer;
  }
}

int main (string[] args) {
  var app = new Gtk.Application (null, ApplicationFlags.NON_UNIQUE);
  var folder = args.length > 1 ? args[1] : Environment.get_current_dir ();

  app.activate.connect (() => new Window (app, folder).present ());
  return app.run (args[0:1]);
}
