//! A lease on virtual time, over a record that one can look at, take away and keep answers of back.

use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;
use weir_core::time::Timestamp;

use super::*;

/// What stands where the lease is kept, and how the next calls go.
#[derive(Debug, Default)]
struct Board {
    seq: u64,
    holder: Option<&'static str>,
    /// The next writes are stored and their answers lost.
    mute: bool,
    /// Nothing is stored and all fails.
    down: bool,
    puts: u32,
}

#[derive(Clone, Debug)]
struct Seat {
    own: &'static str,
    board: Arc<Mutex<Board>>,
}

impl Place for Seat {
    const WHAT: &'static str = "seat";

    async fn found(&self) -> Result<Found, Trouble> {
        let board = self.board.lock().unwrap();
        if board.down {
            return Err("down".into());
        }
        Ok(match board.holder {
            None => Found::Free,
            Some(holder) if holder == self.own => Found::Ours(Seq(board.seq)),
            Some(_) => Found::Theirs,
        })
    }

    async fn put(&self, _ttl: Duration, last: Seq) -> Result<Option<Seq>, Trouble> {
        let mut board = self.board.lock().unwrap();
        board.puts += 1;
        if board.down {
            return Err("down".into());
        }
        let there = board.holder.map_or(Seq(0), |_| Seq(board.seq));
        if there != last {
            return Ok(None);
        }
        board.seq += 1;
        board.holder = Some(self.own);
        if board.mute {
            return Err("no answer".into());
        }
        Ok(Some(Seq(board.seq)))
    }

    async fn give_up(&self, last: Seq) -> Result<(), Trouble> {
        let mut board = self.board.lock().unwrap();
        if Seq(board.seq) == last {
            board.holder = None;
        }
        Ok(())
    }
}

/// One who keeps a lease.
struct Keeper {
    held: watch::Receiver<Option<Duration>>,
    stop: CancellationToken,
    task: JoinSet<()>,
}

fn keeper(own: &'static str, board: &Arc<Mutex<Board>>, clock: &Clock) -> Keeper {
    let (until, held) = watch::channel(None);
    let stop = CancellationToken::new();
    let board = Arc::clone(board);
    let seat = Seat { own, board };
    let mut task = JoinSet::new();
    task.spawn(keep(seat, clock.clone(), until, stop.clone()));
    Keeper { held, stop, task }
}

fn start() -> (Arc<Mutex<Board>>, Clock) {
    (Arc::default(), Clock::virtual_from(Timestamp(0)))
}

#[tokio::test(start_paused = true)]
async fn one_holds_it_and_the_next_has_it_when_that_one_stops() {
    let (board, clock) = start();
    let mut first = keeper("first", &board, &clock);
    gained(&mut first.held, &clock).await;
    let mut second = keeper("second", &board, &clock);
    clock.sleep(4 * BEAT).await;
    assert_eq!(*second.held.borrow(), None);
    assert!(now_held(&mut first.held, &clock).is_some());
    first.stop.cancel();
    first.task.join_next().await.unwrap().unwrap();
    let given_up = clock.monotonic();
    assert_eq!(*first.held.borrow(), None);
    gained(&mut second.held, &clock).await;
    // It need not wait for the record's own end.
    assert!(clock.monotonic() <= given_up.saturating_add(BEAT));
    lost(&mut first.held, &clock).await;
}

#[tokio::test(start_paused = true)]
async fn it_is_held_for_its_time_from_the_last_renewal_that_was_sent_and_answered() {
    let (board, clock) = start();
    let mut one = keeper("one", &board, &clock);
    gained(&mut one.held, &clock).await;
    board.lock().unwrap().down = true;
    let began = clock.monotonic();
    lost(&mut one.held, &clock).await;
    assert_eq!(clock.monotonic(), began.saturating_add(TTL));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_whose_answer_was_lost_is_found_again() {
    let (board, clock) = start();
    board.lock().unwrap().mute = true;
    let mut one = keeper("one", &board, &clock);
    clock.sleep(BEAT / 2).await;
    assert_eq!(*one.held.borrow(), None);
    board.lock().unwrap().mute = false;
    gained(&mut one.held, &clock).await;
    assert_eq!(board.lock().unwrap().puts, 2);
}

#[tokio::test(start_paused = true)]
async fn who_finds_another_there_believes_it_no_longer_than_it_was_told() {
    let (board, clock) = start();
    let mut one = keeper("one", &board, &clock);
    gained(&mut one.held, &clock).await;
    let until = *one.held.borrow();
    {
        let mut board = board.lock().unwrap();
        board.holder = Some("another");
        board.seq += 1;
    }
    clock.sleep(2 * BEAT).await;
    assert_eq!(*one.held.borrow(), until);
    lost(&mut one.held, &clock).await;
    assert_eq!(board.lock().unwrap().holder, Some("another"));
    assert_eq!(Some(clock.monotonic()), until);
}
