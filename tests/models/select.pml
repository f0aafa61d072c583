/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Selects that face each other: ts-select-wait.c over channels of capacity 0.
 *
 * A party has two cases, each of which sends into a channel or receives from it, and one claim for
 * both. It attempts them one after the other, then parks them in the order of the channels; a case
 * that turns out to be possible on the way makes it claim itself, leave all queues, and begin again.
 *
 * What is done under a channel's lock is one step. What must hold: of each party one case happens, or
 * none; to each send belongs one receive; nobody claims or wakes a party that has left; everybody gets
 * away; nobody sleeps beside what it waits for; and nobody makes the others begin again for ever (no
 * cycle without progress).
 *
 * Scenarios: one of FACING, CROSSED, SAME, ALONE, THIRD; and GIVE_UP, CLOSE_EARLY.
 * BREAK_... takes one step out: then something of this must fail.
 */

#define NOBODY 255

/* What stands in a claim, if it is not one plus the case that has won */
#define NONE      0
#define AGAIN     100
#define TIMED_OUT 101

#ifdef FACING   /* one sends into either, the other receives from either */
#define PARTIES        2
#define SENDS(p, i)    ((p) == 0)
#define CHANNEL(p, i)  (i)
#endif
#ifdef CROSSED  /* each sends into one and receives from the other */
#define PARTIES        2
#define SENDS(p, i)    ((p) == (i))
#define CHANNEL(p, i)  (i)
#endif
#ifdef SAME     /* each sends into and receives from one and the same */
#define PARTIES        2
#define SENDS(p, i)    ((i) == 0)
#define CHANNEL(p, i)  0
#endif
#ifdef ALONE    /* one does both on one and the same, the other only receives from it, twice */
#define PARTIES        2
#define SENDS(p, i)    ((p) == 0 && (i) == 0)
#define CHANNEL(p, i)  0
#endif
#ifdef THIRD    /* one sends into either, one receives from either, one from the second only */
#define PARTIES        3
#define SENDS(p, i)    ((p) == 0)
#define CHANNEL(p, i)  ((p) == 2 -> 1 : (i))
#endif

byte claim[PARTIES];
bool parked[2 * PARTIES];  /* each case: in the queue of its channel */
byte happened[PARTIES];
bool gave_up[PARTIES];
bool woken[PARTIES];
bool gone[PARTIES];        /* the stack frame is */
byte n_sent, n_received;
bool closed;
byte n_done;

#define PARKED(p, i)  parked[2 * (p) + (i)]

/* Case @k of @p waits for what case @i of @q does. */
#define MEETS(p, k, q, i) \
  (PARKED (p, k) && CHANNEL (p, k) == CHANNEL (q, i) && SENDS (p, k) != SENDS (q, i))

inline try_claim (who, what)
{
  assert (!gone[who]);
  d_step
    {
      won = (claim[who] == NONE);
      if
      :: won -> claim[who] = what
      :: else
      fi
    }
}

inline wake (who)
{
  d_step
    {
      if
      :: who != NOBODY -> assert (!gone[who]); woken[who] = true
      :: else
      fi
    }
}

inline count (who, what)
{
  happened[who]++;
  if
  :: SENDS (who, what) -> n_sent++
  :: else -> n_received++
  fi
}

/* Under the lock of its channel: @over says whether case @i has happened, @partner with whom. Those
 * who have been claimed by others leave the queue on the way. */
inline attempt (i)
{
  partner = NOBODY;
  over = closed;
  for (q : 0 .. PARTIES - 1)
    {
      for (k : 0 .. 1)
        {
          if
          :: !over && MEETS (q, k, me, i) ->
             PARKED (q, k) = false;
             try_claim (q, k + 1);
             if
             :: won -> partner = q; over = true; count (q, k); count (me, i)
             :: else
             fi
          :: else
          fi
        }
    }
}

/* Under the lock of its channel: parks case @i, or says that it may be possible now. */
inline park (i)
{
  over = closed;
#ifndef BREAK_LOOK_AGAIN
  for (q : 0 .. PARTIES - 1)
    {
      for (k : 0 .. 1)
        {
#ifdef BREAK_SELF
          over = over || MEETS (q, k, me, i) && claim[q] == NONE
#else
          over = over || q != me && MEETS (q, k, me, i) && claim[q] == NONE
#endif
        }
    }
#endif
  if
  :: !over -> PARKED (me, i) = true
  :: else
  fi
}

inline unpark_all ()
{
  PARKED (me, 0) = false;
  PARKED (me, 1) = false
}

#ifdef BREAK_ORDER
#define ORDERED(i)  (me == 1 -> 1 - (i) : (i))
#else
#define ORDERED(i)  (i)
#endif

proctype party (byte me)
{
  byte i, k, q, partner;
  bool over, won;

begin:
  i = 0;
  do
  :: i < 2 ->
     atomic { attempt (i) }
     wake (partner);
     if
     :: over -> goto leave
     :: else -> i++
     fi
  :: else -> break
  od;

  i = 0;
  do
  :: i < 2 ->
     atomic { park (ORDERED (i)) }
     if
     :: !over -> i++
     :: else ->
#ifdef BREAK_CLAIM_SELF
        goto begin
#else
        try_claim (me, AGAIN);
        if
        :: !won -> break
        :: else
        fi;
#ifdef BREAK_RESET
        claim[me] = NONE;
        unpark_all ();
#else
        unpark_all ();
        claim[me] = NONE;
#endif
        goto begin
#endif
     fi
  :: else -> break
  od;

  if
  :: woken[me]
#ifdef GIVE_UP
  :: me == 0 ->
     try_claim (me, TIMED_OUT);
     (won || woken[me])
#endif
  fi;
  gave_up[me] = claim[me] == TIMED_OUT;
#ifndef BREAK_SETTLE
  unpark_all ();
#endif

leave:
progress:
  gone[me] = true;
  assert (happened[me] <= 1 && !(happened[me] == 1 && gave_up[me]));
  n_done++
}

#define WAITS(p, k) (PARKED (p, k) && claim[p] == NONE)
#define BESIDE(p, k, q, i) (p != q && WAITS (p, k) && WAITS (q, i) && MEETS (p, k, q, i))
#define MET(p, q) \
  (BESIDE (p, 0, q, 0) || BESIDE (p, 0, q, 1) || BESIDE (p, 1, q, 0) || BESIDE (p, 1, q, 1))

/* When nothing else can happen any more, or at any moment */
proctype closer ()
{
  byte p, k;
  bool won, to_wake[PARTIES];

#ifndef CLOSE_EARLY
  timeout ->
  assert (!MET (0, 1));
#endif
  atomic
    {
      closed = true;
      for (p : 0 .. PARTIES - 1)
        {
          for (k : 0 .. 1)
            {
              if
              :: PARKED (p, k) ->
                 PARKED (p, k) = false;
                 try_claim (p, k + 1);
                 to_wake[p] = to_wake[p] || won
              :: else
              fi
            }
        }
    }
  for (p : 0 .. PARTIES - 1)
    {
      if
      :: to_wake[p] -> wake (p)
      :: else
      fi
    }

  n_done == PARTIES;
  assert (n_sent == n_received);
  for (p : 0 .. PARTIES - 1)
    {
      assert (!PARKED (p, 0) && !PARKED (p, 1))
    }
}

init
{
  byte p;

  atomic
    {
      for (p : 0 .. PARTIES - 1) { run party (p) }
      run closer ()
    }
}
