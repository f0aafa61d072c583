/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The front of a channel without a limit (ts-store.c): the first items are in a block with a lock of its own,
 * from which receivers take without the channel's lock. That lock comes after the channel's. Items that
 * come back are before all others; while there are any the front is shut for those with its lock alone.
 *
 * What is done under one lock, and concerns what only that lock guards, is one step.
 *
 * What must hold: each item is received once, or is inside at the end; nobody takes an item while an older
 * one has come back; nobody is parked beside an item; no deadlock.
 *
 * Scenarios: SENDERS, RECEIVERS, ITEMS (for each sender), GIVE_BACK. BREAK_... takes one step out.
 */

#ifndef SENDERS
#define SENDERS 1
#endif
#ifndef RECEIVERS
#define RECEIVERS 2
#endif
#ifndef ITEMS
#define ITEMS 3
#endif
#define ALL    (SENDERS * ITEMS)
#define NOBODY 255
#define BLOCK  2

bool channel_lock, front_lock;
chan store = [ALL] of { byte };    /* behind the front */
chan front = [ALL] of { byte };
chan returned = [ALL] of { byte }; /* in order */
chan parked = [RECEIVERS] of { byte };
bool shut;
bool giving_back;                  /* has not returned yet */
byte handed[RECEIVERS] = NOBODY;
bool woken[RECEIVERS];
bool received[ALL];
byte n_received, n_sent, n_made, n_done;

inline lock (which)
{
  atomic { !which -> which = true }
}

inline unlock (which)
{
  which = false
}

inline got (item)
{
  assert (!received[item]);
  received[item] = true;
  n_received++
}

proctype sender ()
{
  byte item, who, i;

  for (i : 1 .. ITEMS)
    {
      lock (channel_lock);
      who = NOBODY;
      d_step
        {
          item = n_made;
          n_made++;
          if
          :: len (parked) > 0 -> parked ? who; handed[who] = item
          :: else -> store ! item
          fi
        }
      unlock (channel_lock);
      if
      :: who != NOBODY -> woken[who] = true
      :: else
      fi
    }
  n_done++
}

/* With the front's lock alone */
inline take_from_front ()
{
  item = NOBODY;
  if
  :: len (front) > 0 ->
#ifndef BREAK_UNLOCKED
     lock (front_lock);
#endif
     if
#ifdef BREAK_SHUT
     :: len (front) > 0 ->
#else
     :: !shut && len (front) > 0 ->
#endif
        front ? <item>;
        assert (len (returned) == 0 || giving_back);
        front ? _
     :: else
     fi;
#ifndef BREAK_UNLOCKED
     unlock (front_lock)
#endif
  :: else
  fi
}

inline fill ()
{
#ifndef BREAK_FILL
  if
  :: len (front) == 0 ->
#else
  if
  :: true ->
     do
     :: len (front) > 0 -> front ? _ /* a new block in place of the old one */
     :: else -> break
     od;
#endif
     do
     :: len (store) > 0 && len (front) < BLOCK -> store ? item; front ! item
     :: else -> break
     od;
     item = NOBODY
#ifndef BREAK_FILL
  :: else
#endif
  fi
}

inline pop_through_front ()
{
  lock (front_lock);
  d_step
    {
      fill ();
      if
      :: len (front) > 0 -> front ? item
      :: else
      fi
    }
  unlock (front_lock)
}

inline set_shut (value)
{
  lock (front_lock);
  shut = value;
  unlock (front_lock)
}

/* With the channel's lock */
inline take_slowly ()
{
#ifdef BREAK_ORDER
  lock (front_lock);
  lock (channel_lock);
  unlock (front_lock);
#else
  lock (channel_lock);
#endif
  item = NOBODY;
  if
  :: len (returned) > 0 ->
     returned ? item;
     if
     :: len (returned) == 0 -> set_shut (false)
     :: else
     fi
  :: else ->
#ifdef BREAK_LOOK
     if
     :: len (front) > 0 -> pop_through_front () /* as if there was nothing behind it */
     :: else
     fi
#else
     pop_through_front ()
#endif
  fi;
  if
  :: item == NOBODY -> parked ! me
  :: else
  fi;
  unlock (channel_lock)
}

inline give_back ()
{
  lock (channel_lock);
  giving_back = true;
  returned !! item; /* sorted: older items have smaller numbers */
#ifndef BREAK_NOT_SHUT
  set_shut (true);
#endif
  giving_back = false;
  unlock (channel_lock)
}

proctype receiver (byte me)
{
  byte item;
  bool gave_back;

  do
  :: n_received < ALL ->
     take_from_front ();
     if
     :: item == NOBODY -> take_slowly ()
     :: else
     fi;
     if
     :: item == NOBODY ->
end_parked:
        woken[me];
        d_step { woken[me] = false; item = handed[me]; handed[me] = NOBODY }
     :: else
     fi;
#ifdef GIVE_BACK
     if
     :: me == 0 && !gave_back && len (parked) == 0 -> gave_back = true; give_back ()
     :: else -> atomic { got (item) }
     fi
#else
     atomic { got (item) }
#endif
  :: else -> break
  od;
  n_done++
}

/* When nothing moves, nobody may be parked beside an item, and none may be left. */
proctype judge ()
{
  timeout ->
  assert (len (parked) == 0 || len (store) + len (front) + len (returned) == 0);
  assert (n_received == ALL);
  assert (!channel_lock && !front_lock)
}

init
{
  byte i;

  atomic
    {
      for (i : 1 .. SENDERS) { run sender () }
      for (i : 0 .. RECEIVERS - 1) { run receiver (i) }
      run judge ()
    }
}
