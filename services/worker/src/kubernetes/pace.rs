//! How many calls of a worker are under way at one API server: fewer when it struggles, more again when it does not.
//!
//! An API server that is overloaded answers late, with 429 or with 5xx, and everybody who then goes on at the same rate
//! makes it worse. So the number of calls at once is halved when an answer says so, and grows by one for each whole round
//! of answers that do not (additive increase, multiplicative decrease, as TCP does it). Long streams (watches, logs) are
//! not counted: they cost the server little.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// See the module. Cheap to clone; all clones share one number.
#[derive(Clone, Debug)]
pub struct Pace {
    room: Arc<Semaphore>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    max: u32,
    /// How many calls there may be at once; at least 1, at most `max`.
    now: u32,
    /// Permits that are still out although there is no room for them any more.
    excess: u32,
    /// Good answers since the last change.
    good: u32,
    /// Counts the decreases. A call that began before the last one says nothing about the pace that is in force.
    generation: u64,
}

/// The right to make one call. Dropped without a word, as of a call that was given up, it changes nothing.
#[derive(Debug)]
pub struct Turn {
    permit: Option<OwnedSemaphorePermit>,
    state: Arc<Mutex<State>>,
    room: Arc<Semaphore>,
    generation: u64,
}

impl Pace {
    /// Starts at `max`, the most that there ever are at once.
    pub fn new(max: NonZeroU32) -> Self {
        let max = max.get().min(10_000);
        Self {
            room: Arc::new(Semaphore::new(usize::try_from(max).unwrap_or(usize::MAX))),
            state: Arc::new(Mutex::new(State {
                max,
                now: max,
                excess: 0,
                good: 0,
                generation: 0,
            })),
        }
    }

    /// How many calls there may be at once for now.
    pub fn now(&self) -> u32 {
        locked(&self.state).now
    }

    /// Waits for a turn, first come, first served. Cancel safe.
    pub async fn turn(&self) -> Turn {
        let permit = Arc::clone(&self.room)
            .acquire_owned()
            .await
            .expect("nobody closes the semaphore");
        Turn {
            permit: Some(permit),
            state: Arc::clone(&self.state),
            room: Arc::clone(&self.room),
            generation: locked(&self.state).generation,
        }
    }
}

impl Turn {
    /// The server answered as one that has time.
    pub fn good(self) {
        let mut state = locked(&self.state);
        state.good += 1;
        if state.good >= state.now && state.now < state.max {
            state.good = 0;
            state.now += 1;
            if state.excess > 0 {
                state.excess -= 1;
            } else {
                self.room.add_permits(1);
            }
        }
    }

    /// The server said that it has too much to do, or did not answer.
    pub fn bad(self) {
        let mut state = locked(&self.state);
        if self.generation != state.generation {
            return;
        }
        let halved = (state.now / 2).max(1);
        state.excess += state.now - halved;
        state.now = halved;
        state.good = 0;
        state.generation += 1;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(permit) = self.permit.take() else {
            return;
        };
        let mut state = locked(&self.state);
        if state.excess > 0 {
            state.excess -= 1;
            permit.forget();
        }
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn pace(max: u32) -> Pace {
        Pace::new(NonZeroU32::new(max).unwrap())
    }

    async fn turns(pace: &Pace, count: u32) -> Vec<Turn> {
        let mut turns = Vec::new();
        for _ in 0..count {
            turns.push(pace.turn().await);
        }
        turns
    }

    #[tokio::test]
    async fn there_are_never_more_turns_than_the_pace_allows() {
        let pace = pace(2);
        let held = turns(&pace, 2).await;
        assert!(pace.turn().now_or_never().is_none());
        drop(held);
        assert!(pace.turn().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_bad_answer_halves_the_pace_and_one_burst_of_them_counts_once() {
        let pace = pace(16);
        for turn in turns(&pace, 16).await {
            turn.bad();
        }
        assert_eq!(pace.now(), 8);
        let held = turns(&pace, 8).await;
        assert!(pace.turn().now_or_never().is_none());
        for turn in held {
            turn.bad();
        }
        assert_eq!(pace.now(), 4);
        for _ in 0..10 {
            pace.turn().await.bad();
        }
        assert_eq!(pace.now(), 1, "one call is always allowed");
        assert!(pace.turn().now_or_never().is_some());
    }

    #[tokio::test]
    async fn it_grows_by_one_for_each_round_of_good_answers_up_to_its_bound() {
        let pace = pace(4);
        pace.turn().await.bad();
        assert_eq!(pace.now(), 2);
        for _ in 0..2 {
            pace.turn().await.good();
        }
        assert_eq!(pace.now(), 3);
        for _ in 0..100 {
            pace.turn().await.good();
        }
        assert_eq!(pace.now(), 4);
        let held = turns(&pace, 4).await;
        assert!(pace.turn().now_or_never().is_none());
        drop(held);
    }

    #[tokio::test]
    async fn turns_that_are_out_when_the_pace_is_halved_are_worked_off_first() {
        let pace = pace(4);
        let mut held = turns(&pace, 4).await;
        held.pop().unwrap().bad();
        assert_eq!(pace.now(), 2);
        drop(held.pop());
        assert!(
            pace.turn().now_or_never().is_none(),
            "two are still out, and two is the pace"
        );
        drop(held.pop());
        assert!(pace.turn().now_or_never().is_some());
    }
}
