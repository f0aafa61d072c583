// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Methods whose result is a value: C returns it by an argument and says whether it did, which in
// Vala is an error already. Methods with a priority, or an argument for a second result: here it
// comes last, or first, so that the other one can be left out.

namespace Ts {
  public sealed class Barrier : GLib.Object {
    public bool wait ([CCode (pos = 1.5)] out uint index = null, [CCode (pos = 1.2)] GLib.Cancellable? cancellable = null) throws Ts.Error, GLib.IOError;
    public bool wait_until (int64 deadline, [CCode (pos = 2.5)] out uint index = null, [CCode (pos = 2.2)] GLib.Cancellable? cancellable = null) throws Ts.Error, GLib.IOError;
    public async bool wait_async (GLib.Cancellable? cancellable = null, out uint index = null) throws Ts.Error, GLib.IOError;
  }

  public sealed class Channel : GLib.Object {
    [CCode (cname = "ts_channel_receive")]
    public GLib.Value receive (GLib.Cancellable? cancellable = null) throws Ts.Error, GLib.IOError;
    [CCode (cname = "ts_channel_receive_until")]
    public GLib.Value receive_until (int64 deadline, GLib.Cancellable? cancellable = null) throws Ts.Error, GLib.IOError;
    [CCode (cname = "ts_channel_try_receive")]
    public GLib.Value try_receive () throws Ts.Error;
    [CCode (cname = "ts_channel_receive_async", finish_name = "ts_channel_receive_finish")]
    public async GLib.Value receive_async (GLib.Cancellable? cancellable = null) throws Ts.Error, GLib.IOError;
    [CCode (cname = "ts_channel_add_watch_full")]
    public uint add_watch ([CCode (pos = 1.5)] owned Ts.ChannelFunc func, [CCode (pos = 1.2)] int priority = GLib.Priority.DEFAULT);
    [CCode (cname = "g_object_ref")]
    public Ts.Channel iterator ();
    [CCode (cname = "ts_channel_next")]
    public GLib.Value? next_value ();
  }

  public sealed class Event : GLib.Object {
    [CCode (cname = "ts_event_add_watch_full")]
    public uint add_watch ([CCode (pos = 1.5)] owned Ts.EventFunc func, [CCode (pos = 1.2)] int priority = GLib.Priority.DEFAULT);
  }

  public sealed class Future : GLib.Object {
    [CCode (cname = "ts_future_wait")]
    public GLib.Value wait (GLib.Cancellable? cancellable = null) throws GLib.Error;
    [CCode (cname = "ts_future_wait_until")]
    public GLib.Value wait_until (int64 deadline, GLib.Cancellable? cancellable = null) throws GLib.Error;
    [CCode (cname = "ts_future_wait_async", finish_name = "ts_future_wait_finish")]
    public async GLib.Value wait_async (GLib.Cancellable? cancellable = null) throws GLib.Error;
  }

  public sealed class Item : GLib.Object {
    public unowned GLib.Value? value { get; }
  }

  public sealed class Port : GLib.Object {
    [CCode (cname = "ts_port_finish")]
    public GLib.Value finish (int64 token) throws GLib.Error;
  }

  public sealed class Runner : GLib.Object {
    [CCode (cname = "ts_runner_invoke_full")]
    public bool invoke ([CCode (pos = 1.5)] owned Ts.RunnerFunc func, [CCode (pos = 1.2)] int priority = GLib.Priority.DEFAULT) throws Ts.Error;
    [CCode (cname = "ts_runner_call")]
    public GLib.Value call ([CCode (delegate_target_pos = 1.33333, destroy_notify_pos = 1.66667)] owned Ts.CallFunc func, GLib.Cancellable? cancellable = null) throws GLib.Error;
    [CCode (cname = "ts_runner_call_until")]
    public GLib.Value call_until ([CCode (delegate_target_pos = 1.33333, destroy_notify_pos = 1.66667)] owned Ts.CallFunc func, int64 deadline, GLib.Cancellable? cancellable = null) throws GLib.Error;
    [CCode (cname = "ts_runner_call_async", finish_name = "ts_runner_call_finish")]
    public async GLib.Value call_async ([CCode (delegate_target_pos = 1.33333, destroy_notify_pos = 1.66667)] owned Ts.CallFunc func, GLib.Cancellable? cancellable = null) throws GLib.Error;
  }

  public sealed class Select : GLib.Object {
    [CCode (cname = "ts_select_oncev")]
    public static int once ([CCode (array_length_pos = 1.5, array_length_type = "gsize")] Ts.Channel[] channels, [CCode (pos = 3)] out GLib.Value value, [CCode (pos = 2)] GLib.Cancellable? cancellable = null) throws Ts.Error, GLib.IOError;
  }

  public sealed class Semaphore : GLib.Object {
    [CCode (cname = "ts_semaphore_add_watch_full")]
    public uint add_watch ([CCode (pos = 1.5)] owned Ts.SemaphoreFunc func, [CCode (pos = 1.2)] int priority = GLib.Priority.DEFAULT);
  }

  [CCode (cheader_filename = "tschan/tschan.h", instance_pos = 3.9)]
  public delegate void RunnerStartFunc (GLib.Cancellable? cancellable, [CCode (scope = "async")] owned GLib.AsyncReadyCallback callback);
}
