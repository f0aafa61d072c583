// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// To be compiled into a program: a binding cannot hold code.

namespace Ts {
  /**
   * Holds a lock, or a permit of a semaphore. It is given back by release(), or else when the guard
   * goes: at the end of its block, also if that is left by an error or a return.
   */
  public class Guard {
    private Lock? held;
    private Semaphore? acquired;

    /** Blocks until the lock is there. */
    public Guard (Lock to_hold, Cancellable? cancellable = null) throws Ts.Error, IOError {
      to_hold.acquire (cancellable);
      held = to_hold;
    }

    public async Guard.wait (Lock to_hold, Cancellable? cancellable = null)
        throws Ts.Error, IOError {
      yield to_hold.acquire_async (cancellable);
      held = to_hold;
    }

    /** Blocks until there is a permit. */
    public Guard.permit (Semaphore semaphore, Cancellable? cancellable = null)
        throws Ts.Error, IOError {
      semaphore.acquire (cancellable);
      acquired = semaphore;
    }

    public async Guard.wait_permit (Semaphore semaphore, Cancellable? cancellable = null)
        throws Ts.Error, IOError {
      yield semaphore.acquire_async (cancellable);
      acquired = semaphore;
    }

    /** Gives back what is held, if it still is. */
    public void release () {
      try {
        if (held != null) {
          held.release ();
        }
        if (acquired != null) {
          acquired.release ();
        }
      } catch (Ts.Error error) {
        critical ("%s", error.message); // somebody else has released it
      }
      held = null;
      acquired = null;
    }

    ~Guard () {
      release ();
    }
  }
}
