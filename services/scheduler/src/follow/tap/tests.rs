//! The tap, beside a log that is read and readers that are slow.

use std::time::Duration;

use weir_core::{
    event::{Body, Voice},
    ids::QueueKey,
    request::{Request, RunRequest},
    time::Timestamp,
};
use weir_log::{Append, CellLog as _, Entry, Memory, QueueLog as _};

use super::*;

const SOON: Duration = Duration::from_mins(1);

fn stream() -> QueueStream {
    QueueStream {
        key: QueueKey::new("p".parse().unwrap(), "q".parse().unwrap()),
        incarnation: 1,
    }
}

/// What is kept for who is slow.
const FEW: usize = 64;

fn keeping_few() -> Tap {
    let tap = Tap::default();
    let offering = Offering::keeping(FEW);
    tap.0.lock().unwrap().insert(stream(), offering);
    tap
}

struct Scene {
    log: Memory,
    tap: Tap,
    /// How far whoever offers has come, and what it has read behind that.
    offered: Seq,
    unoffered: Vec<Record>,
    last: Seq,
    brought: mpsc::Receiver<Followed>,
    reader: tokio::task::JoinSet<()>,
}

impl Scene {
    async fn new() -> Self {
        let log = Memory::new(|| Timestamp(1));
        log.create_cell().await.unwrap();
        log.create_queue(&stream(), 1 << 30).await.unwrap();
        let (sender, brought) = mpsc::channel(4);
        let (tap, mut reader) = (keeping_few(), tokio::task::JoinSet::new());
        let (own, offering) = (log.clone(), tap.of(&stream()));
        reader.spawn(async move {
            let mut after = Seq(0);
            read(&own, &stream(), &offering, &mut after, &sender).await;
        });
        Self {
            log,
            tap,
            offered: Seq(0),
            unoffered: Vec::new(),
            last: Seq(0),
            brought,
            reader,
        }
    }

    fn record(seq: u64) -> Record {
        Record {
            seq: Seq(seq),
            at: Timestamp(1),
            body: Body::Malformed {
                voice: Voice::Report,
                detail: format!("record {seq}"),
            },
        }
    }

    async fn append(&mut self) {
        let request = Request::Run(Arc::new(RunRequest::default()));
        let append = Append {
            entry: Entry::Request {
                run_id: format!("run-{}", self.last.0).parse().unwrap(),
                payload: weir_proto::encode_request(&request),
                traceparent: None,
            },
            fence: None,
            msg_id: None,
        };
        self.last = self.log.append(&stream(), append).await.unwrap().seq;
        self.unoffered.push(Self::record(self.last.0));
    }

    /// Hands on what has been read since the last time, or leaves it out.
    fn offer(&mut self, leave_out: bool) {
        let records = std::mem::take(&mut self.unoffered);
        let follows = self.offered;
        if let Some(last) = records.last() {
            self.offered = last.seq;
            if !leave_out {
                let event = TailEvent::Records(records);
                self.tap.of(&stream()).offer(follows, &event);
            }
        }
    }

    async fn until(&mut self, last: u64) -> Vec<Record> {
        let mut all: Vec<Record> = Vec::new();
        while all.last().is_none_or(|record| record.seq.0 < last) {
            let brought = tokio::time::timeout(SOON, self.brought.recv()).await;
            match brought.expect("it comes soon") {
                Some(Followed::Queue(_, TailEvent::Records(records))) => all.extend(records),
                Some(Followed::Queue(_, TailEvent::CaughtUp)) => {}
                other => panic!("{other:?}"),
            }
        }
        all
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_is_left_out_or_missed_each_record_comes_once_and_in_order() {
    for seed in 0..200 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut scene = Scene::new().await;
        let (mut seen, mut wanted) = (Vec::new(), 0);
        for _ in 0..random.u32(1..30) {
            for _ in 0..random.u32(0..6) {
                scene.append().await;
            }
            if random.bool() {
                let leave_out = random.u32(0..4) == 0;
                scene.offer(leave_out);
            }
            // More than is kept for who is slow.
            if random.u32(0..20) == 0 {
                for _ in 0..=FEW {
                    scene.append().await;
                    scene.offer(false);
                }
            }
            for _ in 0..random.u32(0..8) {
                tokio::task::yield_now().await;
            }
        }
        scene.append().await;
        scene.offer(false);
        wanted += scene.last.0;
        seen.extend(scene.until(wanted).await);
        let seqs: Vec<u64> = seen.iter().map(|record| record.seq.0).collect();
        assert_eq!(seqs, (1..=wanted).collect::<Vec<_>>(), "seed {seed}");
        scene.reader.abort_all();
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_handed_on_is_not_read() {
    let mut scene = Scene::new().await;
    scene.append().await;
    scene.append().await;
    scene.until(2).await;
    // These are in no log.
    let made_up: Vec<Record> = (3..=5).map(Scene::record).collect();
    let offering = scene.tap.of(&stream());
    offering.offer(Seq(2), &TailEvent::Records(made_up.clone()));
    assert_eq!(scene.until(5).await, made_up);
    let more = vec![Scene::record(6)];
    offering.offer(Seq(5), &TailEvent::Records(more.clone()));
    assert_eq!(scene.until(6).await, more);
}

#[tokio::test(start_paused = true)]
async fn what_is_read_from_the_past_in_large_batches_is_not_kept_for_anybody() {
    let tap = Tap::default();
    let offering = tap.of(&stream());
    let offers = offering.taken();
    let many: Vec<Record> = (1..=RECORDS_MAX as u64 + 1).map(Scene::record).collect();
    offering.offer(Seq(0), &TailEvent::Records(many));
    assert_eq!(offers.take(Seq(0), TOGETHER_MAX).len(), 0);
    let few = vec![Scene::record(RECORDS_MAX as u64 + 2)];
    let follows = Seq(RECORDS_MAX as u64 + 1);
    offering.offer(follows, &TailEvent::Records(few));
    assert!(offers.has_hole(Seq(0)));
    assert_eq!(offers.take(follows, TOGETHER_MAX).len(), 1);
}

#[test]
fn whoever_is_slow_costs_so_much_and_no_more_and_what_is_kept_is_without_a_hole() {
    let offering = Offering::keeping(FEW);
    let offers = offering.taken();
    let last = 10 * FEW as u64;
    for seq in 1..=last {
        let record = vec![Scene::record(seq)];
        offering.offer(Seq(seq - 1), &TailEvent::Records(record));
    }
    assert!(offers.has_hole(Seq(0)));
    let begins = (0..last).find(|seq| offers.goes_on(Seq(*seq))).unwrap();
    let mut records = Vec::new();
    let mut after = Seq(begins);
    for offered in offers.take(after, usize::MAX) {
        offered.news(&mut after, &mut records);
    }
    let seqs: Vec<u64> = records.iter().map(|record| record.seq.0).collect();
    assert_eq!(seqs, (begins + 1..=last).collect::<Vec<_>>());
    assert!((1..=FEW).contains(&seqs.len()), "{}", seqs.len());
}

#[test]
fn nothing_is_kept_for_who_has_gone() {
    let offering = Offering::keeping(FEW);
    drop(offering.taken());
    let one = TailEvent::Records(vec![Scene::record(1)]);
    offering.offer(Seq(0), &one);
    assert_eq!(offering.takers.lock().unwrap().len(), 0);
}
