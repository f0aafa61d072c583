// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// To be compiled into a program: a binding cannot hold code, and a generic class is code.

namespace Ts {
  /**
   * A channel whose items are all of one type: a class, an interface, string, int, bool or a boxed
   * type. For other types use a type that has a nullable form, such as int64? or double?.
   */
  public class TypedChannel<T> : GLib.Object {
    /** The channel itself, for everything that is not here. */
    public Channel channel { get; private set; }

    public TypedChannel (int capacity = 0, Overflow overflow = Overflow.WAIT, string? name = null) {
      channel = new Channel.full (capacity, typeof (T), overflow, name);
    }

    public void send (T item, Cancellable? cancellable = null) throws Ts.Error, IOError {
      channel.send (pack (item), cancellable);
    }

    public async void send_async (T item, Cancellable? cancellable = null)
        throws Ts.Error, IOError {
      yield channel.send_async (pack (item), cancellable);
    }

    public void try_send (T item) throws Ts.Error {
      channel.try_send (pack (item));
    }

    public T receive (Cancellable? cancellable = null) throws Ts.Error, IOError {
      return unpack (channel.receive (cancellable));
    }

    public async T receive_async (Cancellable? cancellable = null) throws Ts.Error, IOError {
      return unpack (yield channel.receive_async (cancellable));
    }

    public T try_receive () throws Ts.Error {
      return unpack (channel.try_receive ());
    }

    public bool close () {
      return channel.close ();
    }

    public Iterator<T> iterator () {
      return new Iterator<T> (channel);
    }

    /** Receives until the channel is closed and empty. */
    public class Iterator<T> {
      private Channel channel;
      private Value? value;

      internal Iterator (Channel channel) {
        this.channel = channel;
      }

      public bool next () {
        value = channel.next_value ();
        return value != null;
      }

      public T get () {
        return unpack<T> (value);
      }
    }

    private static Value pack<T> (T item) {
      var type = typeof (T);
      var value = Value (type);

      if (type.is_object ()) {
        value.set_object ((Object) item);
      } else if (type == typeof (string)) {
        value.set_string ((string) item);
      } else if (type == typeof (int)) {
        value.set_int ((int) item);
      } else if (type == typeof (bool)) {
        value.set_boolean ((bool) item);
      } else if (type == typeof (int64)) {
        value.set_int64 (*(int64*) item);
      } else if (type == typeof (double)) {
        value.set_double (*(double*) item);
      } else {
        value.set_boxed ((void*) item);
      }
      return value;
    }

    private static T unpack<T> (Value value) {
      var type = typeof (T);

      if (type.is_object ()) {
        return (T) value.get_object ();
      } else if (type == typeof (string)) {
        return (T) value.get_string ();
      } else if (type == typeof (int)) {
        return (T) value.get_int ();
      } else if (type == typeof (bool)) {
        return (T) value.get_boolean ();
      } else if (type == typeof (int64)) {
        int64? number = value.get_int64 ();
        return (T) number;
      } else if (type == typeof (double)) {
        double? number = value.get_double ();
        return (T) number;
      }
      return (T) value.get_boxed ();
    }
  }
}
