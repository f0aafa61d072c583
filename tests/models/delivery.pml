/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How a main loop gets its results: ts-result.c and ts-dispatcher.c.
 *
 * A loop starts two waits and iterates. Another thread releases two waiters, one cancels the first
 * wait, one makes another source of the loop ready. The loop ends when it has been told everything,
 * or (DESTROY) at any moment with its context: then what is pending is abandoned.
 *
 * What must hold: the loop does not sleep on (no invalid end state); each result is called back at
 * most once, and exactly once if the context stays; each is dropped exactly once, and nobody touches
 * it after that; each release is delivered, given back or still there.
 *
 * BREAK_... takes one step out: then something of this must fail.
 */

#define RESULTS 2

mtype = { NONE, WON, CANCELLED, ABANDONED };   /* what stands in a claim */
mtype = { AWAKE, KICKED, SLEEPING };           /* the dispatcher's state */

/* Bits of @stage */
#define IS_STARTED    1
#define IS_WOKEN      2
#define IS_ABANDONED  4

mtype claim[RESULTS] = NONE;
byte  stage[RESULTS];
byte  called[RESULTS];
bool  dropped[RESULTS];

bool  cancelled;             /* the cancellable of the first */
bool  connected[RESULTS];
bool  handling[RESULTS];     /* its handler runs */

byte  releases;              /* what the object has to give */
byte  delivered, given_back;
chan  waiters = [RESULTS] of { byte };

mtype state = AWAKE;
bool  readable;              /* the descriptor */
bool  alive = true;          /* the context */
chan  pending = [RESULTS] of { byte };
chan  ready = [RESULTS] of { byte };

bool  flag, seen;            /* of another source */
byte  n_done;

inline try_claim (r, what)
{
  assert (!dropped[r]);
  d_step
    {
      won = (claim[r] == NONE);
      if
      :: won -> claim[r] = what
      :: else
      fi
    }
}

inline set_stage (r, bits)
{
  d_step
    {
      assert (!dropped[r]);
      before = stage[r];
      stage[r] = before | (bits)
    }
}

inline kick ()
{
#ifdef BREAK_KICK
  was = state;
#else
  d_step { was = state; state = KICKED }
#endif
  if
  :: was == SLEEPING -> readable = true
  :: else
  fi
}

/* Under the dispatcher's lock, then without. */
inline push (r)
{
  atomic
    {
      first = false;
      if
      :: alive ->
         assert (!dropped[r]);
         if
         :: pending ?? [eval (r)] -> pending ?? eval (r)
         :: !(pending ?? [eval (r)])
         fi;
         first = (len (ready) == 0);
         ready ! r
#ifdef BREAK_ALIVE
      :: else -> ready ! r
#else
      :: else
#endif
      fi
    }
  if
  :: first -> kick ()
  :: else
  fi
}

inline disconnect_handler (r)
{
  connected[r] = false;
  !handling[r]
}

/* After this no object and no cancellable knows it. */
inline disconnect (r)
{
  disconnect_handler (r);
  if
  :: claim[r] == CANCELLED || claim[r] == ABANDONED ->
     atomic
       {
         if
         :: waiters ?? [eval (r)] -> waiters ?? eval (r)
         :: !(waiters ?? [eval (r)])
         fi
       }
  :: else
  fi
}

inline drop (r)
{
  d_step
    {
      assert (!dropped[r]);
      dropped[r] = true;
      if
      :: claim[r] == WON && called[r] == 0 -> given_back++
      :: else
      fi
    }
}

/* Whoever has won the claim, in any thread */
inline wake (r)
{
  set_stage (r, IS_WOKEN);
#ifdef BREAK_LATE_READ
  assert (!dropped[r]);
#endif
  if
  :: before & IS_ABANDONED -> disconnect (r); drop (r)
#ifdef BREAK_STARTED
  :: !(before & IS_ABANDONED) -> push (r)
#else
  :: !(before & IS_ABANDONED) && (before & IS_STARTED) -> push (r)
#endif
  :: else
  fi
}

inline start (r)
{
  pending ! r;
  atomic
    {
      over = (releases > 0);
      if
      :: over -> releases--
      :: else -> waiters ! r
      fi
    }
  bits = IS_STARTED;
  if
  :: over -> try_claim (r, WON); bits = IS_STARTED | IS_WOKEN
  :: else ->
     atomic
       {
         if
         :: r == 0 && !cancelled -> connected[r] = true
         :: else
         fi
       }
     if
     :: r == 0 && !connected[r] && cancelled ->
        try_claim (r, CANCELLED);
        if
        :: won -> wake (r)
        :: else
        fi
     :: else
     fi
  fi;
  set_stage (r, bits);
#ifdef BREAK_START_LOOK
  if
  :: bits & IS_WOKEN -> push (r)
#else
  if
  :: (before | bits) & IS_WOKEN -> push (r)
#endif
  :: else
  fi
}

inline abandon (r)
{
#ifndef BREAK_ABANDON_CONNECTED
  disconnect_handler (r);
#endif
  try_claim (r, ABANDONED);
  if
  :: !won ->
     set_stage (r, IS_ABANDONED);
     won = ((before & IS_WOKEN) != 0)
  :: else
  fi;
  if
  :: won -> disconnect (r); drop (r)
  :: else
  fi
}

inline deliver (r)
{
  disconnect (r);
  called[r]++;
  if
  :: claim[r] == WON -> delivered++
  :: else
  fi;
  drop (r)
}

/* One iteration of a GMainContext with two sources. What GLib has called ready in prepare() is not
 * asked again in check(). */
inline iterate ()
{
  other_ready = flag;
#ifdef BREAK_SLEEP
  is_ready = (len (ready) > 0);
  kicked = false;
  state = SLEEPING;
#else
  d_step
    {
      kicked = (state == KICKED);
      if
      :: state == AWAKE -> state = SLEEPING
      :: else
      fi
    }
  is_ready = (len (ready) > 0);
#endif
  if
  :: kicked || is_ready -> state = AWAKE
  :: else
  fi;

  if
  :: is_ready || other_ready
#ifndef BREAK_KICKED_SLEEPS
  :: kicked
#endif
  :: readable
  fi;

  other_ready = other_ready || flag;
  if
  :: !is_ready ->
     readable = false;
     state = AWAKE;
     is_ready = (len (ready) > 0)
  :: else
  fi;

  if
  :: other_ready -> atomic { flag = false; seen = true }
  :: else
  fi;
  if
  :: is_ready ->
     burst = len (ready);
     do
     :: burst > 0 && len (ready) > 0 -> ready ? r; deliver (r); burst--
     :: else -> break
     od;
     if
     :: len (ready) > 0 -> kick ()
     :: else
     fi
  :: else
  fi
}

#define ALL_TOLD (called[0] > 0 && called[1] > 0 && seen)

proctype loop ()
{
  byte r, before, bits, burst;
  bool over, won, first, kicked, is_ready, other_ready;
  mtype was;

  start (0);
  start (1);
  do
  :: ALL_TOLD -> break
  :: !ALL_TOLD -> iterate ()
#ifdef DESTROY
  :: !ALL_TOLD -> break
#endif
  od;

  alive = false;
  do
#ifndef BREAK_PENDING
  :: len (pending) > 0 ->
     atomic { if :: pending ? r :: len (pending) == 0 -> r = RESULTS fi }
     if
     :: r < RESULTS -> abandon (r)
     :: else
     fi
  :: len (pending) == 0 && len (ready) > 0 -> ready ? r; abandon (r)
#else
  :: len (ready) > 0 -> ready ? r; abandon (r)
#endif
  :: else -> break
  od;

  n_done == 3;
  assert (dropped[0] && dropped[1] && called[0] <= 1 && called[1] <= 1);
  assert (len (waiters) == 0);
  assert (delivered + given_back + releases == RESULTS)
}

proctype releaser ()
{
  byte i, r, before;
  bool won, first;
  mtype was;

  for (i : 1 .. RESULTS)
    {
      atomic
        {
          won = false;
          do
          :: !won && len (waiters) > 0 -> waiters ? r; try_claim (r, WON)
          :: else -> break
          od;
          if
          :: !won -> releases++
          :: else
          fi
        }
      if
      :: won -> wake (r)
      :: else
      fi
    }
  n_done++
}

proctype canceller ()
{
  byte before;
  bool won, first;
  mtype was;

  atomic
    {
      cancelled = true;
      if
      :: connected[0] -> handling[0] = true
      :: else -> goto end
      fi
    }
  try_claim (0, CANCELLED);
  if
  :: won -> wake (0)
  :: else
  fi;
  handling[0] = false;
end:
  n_done++
}

proctype other_source ()
{
  mtype was;

  flag = true;
  kick ();
  n_done++
}

init
{
  atomic { run loop (); run releaser (); run canceller (); run other_source () }
}
