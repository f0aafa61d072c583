/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The short lock of ts-sync.c: one word with two halves. Who takes it swaps the whole word, and so wants it
 * no longer; who releases it stores only one half. Who has waited for a while sets the other half, and then
 * those who come back give way for a few looks.
 *
 * What must hold: one holder at a time; and whoever runs gets the lock, as long as all others do.
 *
 * Scenarios: THREADS, ROUNDS. BREAK_... takes one step out: then something of this must fail.
 */

#ifndef THREADS
#define THREADS 3
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif

bool held, wanted;
byte n_inside;

/* lock_try(): looks, then swaps what it has seen for "held". */
inline try ()
{
  atomic { seen_held = held; seen_wanted = wanted }
#ifdef BREAK_ZERO
  if
  :: seen_held || seen_wanted -> taken = false
#else
  if
  :: seen_held -> taken = false
#endif
  :: else ->
#ifdef BREAK_SWAP
     held = true;
     wanted = false;
     taken = true
#else
     atomic
       {
         if
         :: held == seen_held && wanted == seen_wanted -> held = true; wanted = false; taken = true
         :: else -> taken = false
         fi
       }
#endif
  fi
}

/* The quick way: only a word of zero will do. */
inline take_quickly ()
{
#ifdef BREAK_QUICK
  taken = !held && !wanted;
  if
  :: taken -> held = true
  :: else
  fi
#else
  atomic
    {
      taken = !held && !wanted;
      if
      :: taken -> held = true
      :: else
      fi
    }
#endif
}

inline give_way ()
{
  if
  :: wanted -> skip /* a moment */
  :: !wanted
  fi
}

inline take ()
{
  take_quickly ();
  if
  :: !taken -> give_way (); try ()
  :: else
  fi;
  do
  :: taken -> break
  :: else ->
     if
     :: !wanted -> wanted = true /* insists */
     :: true                     /* or yields, and looks again */
     fi;
     try ()
  od
}

inline release ()
{
  held = false
}

proctype user ()
{
  bool seen_held, seen_wanted, taken;
  byte round;

  for (round : 1 .. ROUNDS)
    {
      take ();
      n_inside++;
      assert (n_inside == 1);
      n_inside--;
      release ()
    }
}

init
{
  byte i;

  atomic { for (i : 1 .. THREADS) { run user () } }
}
