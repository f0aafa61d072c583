/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Who keeps a channel alive for a thread that blocks in it (ts_channel_hold() and _release(),
 * ts_channel_dispose()). In the first moment the thread has no reference, but is counted in the channel's
 * status. If the last reference goes meanwhile, the channel gets one in the name of all who are counted, and
 * is an orphan; the last of them drops it.
 *
 * An owner may drop the reference that a guest has come with as soon as it sees that the guest waits. A
 * passer-by has one of its own.
 *
 * What must hold: nobody touches the channel after it was finalized; it is, in the end, once.
 *
 * Scenarios: GUESTS, PASSER_BY, SLEEP (a guest may take a reference, too). BREAK_... takes one step out.
 */

#ifndef GUESTS
#define GUESTS 2
#endif

byte refs = 1;
byte blocked;       /* one word with the next */
bool orphaned;
byte finalized;
byte n_waiting;     /* seen by the owner, under the lock */
bool released[GUESTS];

inline touch ()
{
  assert (finalized == 0)
}

inline ref ()
{
  atomic { touch (); refs++ }
}

/* GLib disposes of an object that has one reference left, and looks again. */
inline unref ()
{
  touch ();
  atomic
    {
      disposes = (refs == 1);
      if
      :: !disposes -> refs--
      :: else -> refs++ /* by dispose() */
      fi
    }
  if
  :: disposes ->
     become_orphan ();
     if
     :: adopted /* the reference of dispose() stays, for those who are counted */
     :: else -> refs--
     fi;
     atomic
       {
         refs--;
         if
         :: refs == 0 -> finalized++
         :: else
         fi
       }
  :: else
  fi
}

inline become_orphan ()
{
  atomic
    {
      touch ();
#ifdef BREAK_ADOPT
      adopted = false
#else
      adopted = (blocked > 0 && !orphaned);
      if
      :: adopted -> orphaned = true
      :: else
      fi
#endif
    }
}

inline hold ()
{
  atomic { touch (); blocked++ }
}

inline release ()
{
#ifdef BREAK_RELEASE
  atomic { touch (); last = (blocked == 1 && orphaned) }
  atomic { touch (); blocked-- }
#else
  atomic { touch (); blocked--; last = (blocked == 0 && orphaned) }
#endif
  if
  :: last ->
#ifdef BREAK_KEEP
     skip
#else
     atomic { touch (); last = orphaned; orphaned = false }
     if
     :: last -> unref ()
     :: else
     fi
#endif
  :: else
  fi
}

proctype guest (byte me)
{
  bool disposes, adopted, last, referenced;

#ifdef BREAK_HOLD
  n_waiting++;
#else
  hold ();
  atomic { touch (); n_waiting++ } /* parks */
#endif
#ifdef SLEEP
  if
  :: !released[me] -> ref (); referenced = true
  :: true
  fi;
#endif
  released[me];
  touch (); /* its operation has the name of the channel, for a message */
#ifndef BREAK_HOLD
  release ();
#endif
  if
  :: referenced -> unref ()
  :: else
  fi
}

proctype owner ()
{
  bool disposes, adopted;
  byte i;

  n_waiting == GUESTS;
  if
  :: true -> for (i : 0 .. GUESTS - 1) { released[i] = true }; unref ()
  :: true -> unref (); for (i : 0 .. GUESTS - 1) { released[i] = true }
  fi
}

/* Blocks, too, with a reference of its own that somebody else drops for it. */
proctype passer_by ()
{
  bool disposes, adopted, last;

  hold ();
  touch ();
  release ();
  unref ()
}

proctype judge ()
{
  timeout -> assert (finalized == 1 && refs == 0)
}

init
{
  byte i;

  atomic
    {
      for (i : 0 .. GUESTS - 1) { run guest (i) }
#ifdef PASSER_BY
      refs++;
      run passer_by ();
#endif
      run owner ();
      run judge ()
    }
}
