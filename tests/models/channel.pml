/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How a channel parks senders and receivers: ts-channel-steps.c with the waiter of ts-waiter.c.
 *
 * A party is a sender with one item, whose number is its own, or a receiver. Each attempts, parks and
 * sleeps; some may run out of time, be cancelled, or (receivers) give back what they got. A waiter is
 * on its party's stack: once that has left, nobody may claim or wake it. The channel is closed when
 * nothing else can happen any more, or at any moment.
 *
 * What is done under the channel's lock is one step here. What others can do meanwhile is to claim a
 * waiter of their own, and that they may as well have done before.
 *
 * What must hold: everybody gets away (no invalid end state); an accepted item is received or left
 * inside, once; a refused one is nowhere; nobody sleeps beside what it waits for; the queues are empty
 * at the end.
 *
 * Scenarios: CAPACITY, SENDERS, RECEIVERS, GIVE_UP (time-outs), CANCEL, GIVE_BACK, CLOSE_EARLY.
 * BREAK_... takes one step out: then something of this must fail, or the model would prove nothing.
 */

#ifndef CAPACITY
#define CAPACITY 0
#endif
#ifndef SENDERS
#define SENDERS 2
#endif
#ifndef RECEIVERS
#define RECEIVERS 2
#endif

#define PARTIES (SENDERS + RECEIVERS)
#define NOBODY  255

mtype = { NONE, WON, TIMED_OUT, CANCELLED };  /* what stands in a claim */
mtype = { OPEN, SUCCESS, CLOSED, GAVE_UP };   /* how it ended */

mtype claim[PARTIES] = NONE;
mtype outcome[PARTIES] = OPEN;
byte  value[PARTIES] = NOBODY;           /* what was handed to a receiver */
bool  woken[PARTIES];
bool  gone[PARTIES];                     /* the stack frame is */
bool  received[SENDERS];                 /* each item */
bool  connected[PARTIES];                /* the cancellable has a handler */
bool  handling[PARTIES];                 /* which runs now */
byte  n_done;

bool  closed;
chan  senders = [SENDERS] of { byte };
chan  receivers = [RECEIVERS] of { byte };
chan  store = [SENDERS] of { byte };
chan  returned = [SENDERS] of { byte };  /* what came back; it leaves first */

#define LENGTH    (len (store) + len (returned))
#define HAS_ROOM  (LENGTH < CAPACITY)

/* One compare-and-swap: the only way to a claim. */
inline try_claim (who, what, won)
{
  assert (!gone[who]);
#ifdef BREAK_CLAIM
  won = (claim[who] == NONE);
  if
  :: won -> claim[who] = what
  :: else
  fi
#else
  d_step
    {
      won = (claim[who] == NONE);
      if
      :: won -> claim[who] = what
      :: else
      fi
    }
#endif
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

/* The first in @queue that can still be had; those who have given up leave it on the way. */
inline claim_first (queue, who)
{
  who = NOBODY;
  do
  :: who == NOBODY && len (queue) > 0 ->
     queue ? other;
     try_claim (other, WON, won);
     if
     :: won -> who = other
     :: else
#ifdef BREAK_STALE
        -> break
#endif
     fi
  :: else -> break
  od
}

/* Under the lock: @over says whether it happened, @partner whom to wake afterwards. */
inline put (item)
{
  over = true;
  partner = NOBODY;
  if
  :: closed -> outcome[item] = CLOSED
  :: else ->
#ifdef BREAK_STORE_FIRST
     if
     :: !HAS_ROOM -> claim_first (receivers, partner)
     :: else
     fi;
#else
     claim_first (receivers, partner);
#endif
     if
     :: partner != NOBODY -> value[partner] = item; outcome[partner] = SUCCESS; outcome[item] = SUCCESS
     :: partner == NOBODY && HAS_ROOM -> store ! item; outcome[item] = SUCCESS
     :: else -> over = false
     fi
  fi
}

inline take (who)
{
  over = true;
  partner = NOBODY;
  if
  :: LENGTH > 0 ->
     if
     :: len (returned) > 0 -> returned ? value[who]
     :: else -> store ? value[who]
     fi;
     outcome[who] = SUCCESS;
#ifndef BREAK_REFILL
     if
     :: HAS_ROOM ->
        claim_first (senders, partner);
        if
        :: partner != NOBODY -> store ! partner; outcome[partner] = SUCCESS
        :: else
        fi
     :: else
     fi
#endif
  :: else ->
     claim_first (senders, partner);
     if
     :: partner != NOBODY -> value[who] = partner; outcome[partner] = SUCCESS; outcome[who] = SUCCESS
     :: partner == NOBODY && closed -> outcome[who] = CLOSED
     :: else -> over = false
     fi
  fi
}

inline give_back (item)
{
  atomic
    {
#ifdef BREAK_GIVE_BACK
      partner = NOBODY;
#else
      claim_first (receivers, partner);
#endif
      if
      :: partner != NOBODY -> value[partner] = item; outcome[partner] = SUCCESS
      :: else -> returned ! item
      fi
    }
  wake (partner)
}

/* Parked: sleeps until somebody has won the claim, and has left the waiter alone. */
inline sleep ()
{
  connected[me] = true;
  if
  :: woken[me]
#ifdef GIVE_UP
  :: me == 0 || me == SENDERS ->
     try_claim (me, TIMED_OUT, won);
#ifndef BREAK_LEAVE
     (won || woken[me])
#endif
#endif
  fi;
  connected[me] = false;
  !handling[me];
  if
  :: claim[me] != WON ->
     outcome[me] = GAVE_UP;
#ifndef BREAK_UNPARK
     atomic
       {
         if
         :: senders ?? [eval (me)] -> senders ?? eval (me)
         :: receivers ?? [eval (me)] -> receivers ?? eval (me)
         :: !(senders ?? [eval (me)] || receivers ?? [eval (me)])
         fi
       }
#endif
  :: else
  fi
}

#define SENDS (me < SENDERS)

inline attempt ()
{
  if
  :: SENDS -> put (me)
  :: else -> take (me)
  fi
}

/* A last look, and into the queue. */
inline park ()
{
#ifndef BREAK_LOOK_AGAIN
  attempt ();
#endif
  if
  :: !over && SENDS -> senders ! me
  :: !over && !SENDS -> receivers ! me
  :: else
  fi
}

proctype party (byte me)
{
  byte other, partner;
  bool over, won;

  atomic { attempt () }
  wake (partner);
  if
  :: !over ->
     atomic { park () }
     wake (partner);
     if
     :: !over -> sleep ()
     :: else
     fi
  :: else
  fi;
  gone[me] = true;

  if
  :: !SENDS && outcome[me] == SUCCESS -> assert (!received[value[me]]); received[value[me]] = true
#ifdef GIVE_BACK
  :: me == SENDERS && outcome[me] == SUCCESS -> outcome[me] = GAVE_UP; give_back (value[me])
#endif
  :: else
  fi;
  n_done++
}

#ifdef CANCEL
proctype canceller (byte who)
{
  bool won;

  atomic
    {
      if
      :: connected[who] -> handling[who] = true
      :: gone[who] -> goto end
      fi
    }
#ifdef BREAK_CANCEL
  claim[who] = CANCELLED;
  won = true;
#else
  try_claim (who, CANCELLED, won);
#endif
  if
  :: won ->
#ifndef BREAK_CANCEL_WAKE
     wake (who)
#endif
  :: else
  fi;
  handling[who] = false;
end:
  skip
}
#endif

inline fail_all (queue)
{
  do
  :: len (queue) > 0 ->
     claim_first (queue, partner);
     if
     :: partner != NOBODY -> outcome[partner] = CLOSED; failed[partner] = true
     :: else
     fi
  :: else -> break
  od
}

/* Nobody who can still be had waits beside what it waits for. */
#define WAITS(who, queue) (queue ?? [eval (who)] && claim[who] == NONE)
#define A_SENDER_WAITS    (WAITS (0, senders) || (SENDERS > 1 && WAITS (1, senders)))
#define A_RECEIVER_WAITS  (WAITS (SENDERS, receivers) || (RECEIVERS > 1 && WAITS (SENDERS + 1, receivers)))

inline check_items ()
{
  for (other : 0 .. SENDERS - 1)
    {
      assert (outcome[other] != OPEN);
      inside = store ?? [eval (other)] || returned ?? [eval (other)];
      assert (received[other] + inside == (outcome[other] == SUCCESS))
    }
}

proctype closer ()
{
  byte other, partner;
  bool won, inside, failed[PARTIES];

#ifndef CLOSE_EARLY
  timeout ->
  assert (!(A_RECEIVER_WAITS && (LENGTH > 0 || A_SENDER_WAITS)));
  assert (!(A_SENDER_WAITS && HAS_ROOM));
#endif
  atomic
    {
      closed = true;
      fail_all (receivers);
#ifndef BREAK_CLOSE
      fail_all (senders)
#endif
    }
  for (other : 0 .. PARTIES - 1)
    {
      if
      :: failed[other] -> wake (other)
      :: else
      fi
    }

  n_done == PARTIES;
  atomic
    {
      assert (len (senders) + len (receivers) == 0);
      check_items ()
    }
}

init
{
  byte i;

  atomic
    {
      for (i : 0 .. PARTIES - 1) { run party (i) }
      run closer ();
#ifdef CANCEL
      run canceller (0);
      run canceller (SENDERS);
#endif
    }
}
