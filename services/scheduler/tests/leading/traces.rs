//! The runs' traces are handed over whole, whoever is killed and whoever does not take them.

mod losses;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{sync::watch, task::JoinSet};
use weir_core::{
    cell::CellState,
    event::OutcomeClass,
    ids::Seq,
    state::StateName,
    trace::{Span, SpanId, TracedQueue, Value},
};
use weir_log::{CellLog, Leases, QueueLog, Tail, TailEvent};
use weir_runtime::CancellationToken;
use weir_scheduler::{
    Because, NotAccepted, Period, RebuildError, Sending, SpanSink, TraceProgress, Tracer,
    rebuild_traces,
};

use crate::cell::Cell;

/// What becomes of what is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Takes,
    Refuses,
    /// And wants not to be asked again for so long.
    RefusesFor(Duration),
    /// It takes no request with a span of this name, however often it is asked.
    RefusesOne(&'static str),
    /// It takes the spans and never says so.
    TakesAndIsSilent,
}

/// Takes spans and keeps them.
#[derive(Debug)]
struct Collector {
    mood: Mutex<Mood>,
    taken: Mutex<Vec<Span>>,
    largest: Mutex<usize>,
    tries: watch::Sender<u64>,
}

impl Collector {
    fn new(mood: Mood) -> Arc<Self> {
        Arc::new(Self {
            mood: Mutex::new(mood),
            taken: Mutex::default(),
            largest: Mutex::default(),
            tries: watch::Sender::new(0),
        })
    }
    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
    fn taken(&self) -> Vec<Span> {
        self.taken.lock().unwrap().clone()
    }
    /// Each span once. One that came twice was the same both times.
    fn distinct(&self) -> BTreeMap<SpanId, Span> {
        let mut distinct: BTreeMap<SpanId, Span> = BTreeMap::new();
        for span in self.taken() {
            let known = distinct.entry(span.span_id).or_insert_with(|| span.clone());
            assert_eq!(*known, span);
        }
        distinct
    }
    async fn until_tries(&self, cell: &Cell, wanted: u64) {
        let mut tries = self.tries.subscribe();
        let within = tries.wait_for(|tries| *tries >= wanted);
        let within = cell.clock.timeout(Duration::from_mins(10), within).await;
        assert!(within.is_ok(), "nobody tried");
    }
}

impl SpanSink for Collector {
    fn export<'a>(&'a self, spans: &'a [Span]) -> Sending<'a> {
        let mood = *self.mood.lock().unwrap();
        {
            let mut largest = self.largest.lock().unwrap();
            *largest = spans.len().max(*largest);
        }
        let has_one =
            matches!(mood, Mood::RefusesOne(name) if spans.iter().any(|span| span.name == name));
        let refuses = matches!(mood, Mood::Refuses | Mood::RefusesFor(_));
        if !refuses && !has_one {
            self.taken.lock().unwrap().extend_from_slice(spans);
        }
        self.tries.send_modify(|tries| *tries += 1);
        Box::pin(async move {
            match mood {
                Mood::Takes => Ok(()),
                Mood::Refuses => Err(NotAccepted {
                    detail: "not today".to_owned(),
                    because: Because::NotNow,
                    after: None,
                }),
                Mood::RefusesFor(after) => Err(NotAccepted {
                    detail: "not so soon".to_owned(),
                    because: Because::NotNow,
                    after: Some(after),
                }),
                Mood::RefusesOne(_) if !has_one => Ok(()),
                Mood::RefusesOne(_) => Err(NotAccepted {
                    detail: "not this one".to_owned(),
                    because: Because::Content,
                    after: None,
                }),
                Mood::TakesAndIsSilent => std::future::pending().await,
            }
        })
    }
}

/// A tracer that runs.
struct Running {
    task: JoinSet<()>,
    stop: CancellationToken,
    progress: watch::Receiver<TraceProgress>,
}

impl Running {
    fn start(cell: &Cell, name: &str, sink: &Arc<Collector>) -> Self {
        let sink: Arc<dyn SpanSink> = Arc::<Collector>::clone(sink);
        let (log, clock) = (cell.log.clone(), cell.clock.clone());
        let tracer = Tracer::new(log, name.parse().unwrap(), sink, clock).unwrap();
        let (stop, progress) = (CancellationToken::new(), tracer.progress());
        let mut task = JoinSet::new();
        let token = stop.clone();
        task.spawn(async move { tracer.run(token).await.unwrap() });
        Self {
            task,
            stop,
            progress,
        }
    }
    async fn until(&mut self, cell: &Cell, what: &str, wanted: impl FnMut(&TraceProgress) -> bool) {
        let within = self.progress.wait_for(wanted);
        let within = cell.clock.timeout(Duration::from_mins(10), within).await;
        assert!(within.is_ok(), "did not happen: {what}");
    }
    /// A kill: its futures are dropped where they stand.
    async fn kill(mut self) {
        self.task.shutdown().await;
    }
    async fn stop(mut self) {
        self.stop.cancel();
        while let Some(ended) = self.task.join_next().await {
            ended.unwrap();
        }
    }
}

/// Everything that the queue's log gives.
async fn expected(cell: &Cell) -> BTreeMap<SpanId, Span> {
    let mut installed = CellState::default();
    for record in cell.log.read_cell(Seq(0)).await.unwrap() {
        installed.apply(record);
    }
    let installation = installed.installation().cloned();
    assert!(installation.is_some(), "somebody has led");
    let mut traced = TracedQueue::new(installation, cell.queue.clone());
    let mut tail = cell.log.tail(&cell.queue, Seq(0)).await.unwrap();
    let mut spans = BTreeMap::new();
    while let TailEvent::Records(records) = tail.next().await.unwrap() {
        for record in records {
            spans.extend(
                traced
                    .apply(record)
                    .into_iter()
                    .map(|span| (span.span_id, span)),
            );
        }
    }
    spans
}

async fn until_all_is_taken(cell: &Cell, sink: &Collector) {
    let expected = expected(cell).await;
    let mut tries = sink.tries.subscribe();
    let whole = async {
        while sink.distinct() != expected {
            tries.changed().await.unwrap();
        }
    };
    let within = cell.clock.timeout(Duration::from_mins(10), whole).await;
    assert!(
        within.is_ok(),
        "not all spans came, or others: {:#?}",
        sink.distinct()
    );
}

fn text<'a>(span: &'a Span, key: &str) -> &'a str {
    let found = span.all_attributes().find(|(known, _)| *known == key);
    match found {
        Some((_, Value::Text(text))) => text,
        Some((_, Value::Word(word))) => word,
        Some((_, Value::Int(_) | Value::Bool(_) | Value::Texts(_))) | None => "",
    }
}

/// Each run is one complete trace.
fn check_whole(sink: &Collector, runs: usize) {
    let distinct = sink.distinct();
    let traces: BTreeSet<_> = distinct.values().map(|span| span.trace_id).collect();
    let roots = distinct
        .values()
        .filter(|span| span.parent.is_none())
        .count();
    assert_eq!((traces.len(), roots), (runs, runs));
    for span in distinct.values() {
        let there = |parent: SpanId| distinct.contains_key(&parent);
        assert!(span.parent.is_none_or(there), "no parent: {span:#?}");
    }
}

/// Runs of these names live from request to end.
async fn live(cell: &mut Cell, names: &[String]) {
    for name in names {
        // Its worker stays online.
        cell.worker(10).await;
        cell.run(name).await;
        let claim = cell.until_claimed(name, 1).await;
        cell.take(name, 1, claim).await;
        cell.finish(name, 1, claim, OutcomeClass::Completed).await;
        cell.until_state(name, StateName::Completed).await;
        // Time goes by, so that batches are handed over in between.
        tokio::time::advance(Duration::from_millis(100)).await;
    }
}

fn names(letter: char, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{letter}{n}")).collect()
}

async fn led() -> Cell {
    let mut cell = Cell::new(None).await;
    let _leader = cell.schedule("one");
    cell.worker(10).await;
    cell
}

#[tokio::test(start_paused = true)]
async fn every_run_is_one_trace_and_nothing_is_handed_over_twice() {
    let mut cell = led().await;
    let sink = Collector::new(Mood::Takes);
    let first = Running::start(&cell, "one", &sink);
    live(&mut cell, &names('a', 20)).await;
    until_all_is_taken(&cell, &sink).await;
    first.stop().await;
    // Another one goes on where this one has stopped.
    let second = Running::start(&cell, "two", &sink);
    live(&mut cell, &names('b', 20)).await;
    until_all_is_taken(&cell, &sink).await;
    second.stop().await;
    check_whole(&sink, 40);
    assert_eq!(sink.taken().len(), sink.distinct().len());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_under_way_shows_what_it_has_behind_it() {
    let mut cell = led().await;
    let sink = Collector::new(Mood::Takes);
    let _tracer = Running::start(&cell, "one", &sink);
    cell.run("a").await;
    let claim = cell.until_claimed("a", 1).await;
    cell.take("a", 1, claim).await;
    sink.until_tries(&cell, 1).await;
    let names: Vec<_> = sink.taken().iter().map(|span| span.name).collect();
    assert!(
        names.contains(&"queued") && !names.contains(&"flow_run"),
        "{names:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn who_wants_not_to_be_asked_for_a_while_is_not() {
    let mut cell = led().await;
    let pause = Duration::from_mins(2);
    let sink = Collector::new(Mood::RefusesFor(pause));
    let _tracer = Running::start(&cell, "one", &sink);
    live(&mut cell, &names('a', 1)).await;
    sink.until_tries(&cell, 1).await;
    let first = cell.clock.monotonic();
    sink.until_tries(&cell, 4).await;
    let since = cell.clock.monotonic().saturating_sub(first);
    assert!(since >= 3 * pause, "{since:?}");
    sink.is(Mood::Takes);
    until_all_is_taken(&cell, &sink).await;
    check_whole(&sink, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_accepted_waits_in_the_log_and_not_in_memory() {
    let mut cell = led().await;
    let sink = Collector::new(Mood::Refuses);
    let mut tracer = Running::start(&cell, "one", &sink);
    live(&mut cell, &names('a', 1_200)).await;
    sink.until_tries(&cell, 20).await;
    tracer
        .until(&cell, "it is seen to be behind", |progress| {
            progress.lag_records > 1_200 && progress.oldest.is_some()
        })
        .await;
    assert_eq!(sink.taken(), []);
    sink.is(Mood::Takes);
    until_all_is_taken(&cell, &sink).await;
    tracer
        .until(&cell, "it has caught up", |progress| {
            progress.lag_records == 0 && progress.oldest.is_none() && progress.accepted > 0
        })
        .await;
    check_whole(&sink, 1_200);
    let largest = *sink.largest.lock().unwrap();
    assert!(largest < 2_050, "{largest} spans at once");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_killed_anywhere_no_span_is_missing_and_each_is_the_same() {
    for (mood, tries) in [
        (Mood::Takes, 1),
        (Mood::Takes, 2),
        (Mood::Refuses, 1),
        (Mood::Refuses, 3),
        (Mood::TakesAndIsSilent, 1),
        (Mood::TakesAndIsSilent, 3),
    ] {
        let mut cell = led().await;
        let sink = Collector::new(Mood::Takes);
        let first = Running::start(&cell, "first", &sink);
        let standby = Running::start(&cell, "standby", &sink);
        live(&mut cell, &names('a', 15)).await;
        sink.is(mood);
        let before = *sink.tries.borrow();
        live(&mut cell, &names('b', 15)).await;
        sink.until_tries(&cell, before + tries).await;
        first.kill().await;
        sink.is(Mood::Takes);
        live(&mut cell, &names('c', 15)).await;
        until_all_is_taken(&cell, &sink).await;
        check_whole(&sink, 45);
        standby.stop().await;
    }
}

/// Both were sure that it was their turn.
#[tokio::test(start_paused = true)]
async fn of_two_that_overlap_one_position_stands() {
    let mut cell = led().await;
    let sink = Collector::new(Mood::Takes);
    let mut first = Running::start(&cell, "first", &sink);
    first
        .until(&cell, "it is its turn", |progress| progress.active)
        .await;
    let (held, _) = cell.log.tracer().await.unwrap().unwrap();
    cell.log.drop_tracer(held).await.unwrap();
    let second = Running::start(&cell, "second", &sink);
    live(&mut cell, &names('a', 15)).await;
    until_all_is_taken(&cell, &sink).await;
    check_whole(&sink, 15);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_past_period_is_made_again_as_it_was() {
    let mut cell = led().await;
    let sink = Collector::new(Mood::Takes);
    let tracer = Running::start(&cell, "one", &sink);
    live(&mut cell, &names('a', 10)).await;
    let from = cell.clock.now();
    live(&mut cell, &names('b', 10)).await;
    let to = cell.clock.now();
    live(&mut cell, &names('c', 10)).await;
    until_all_is_taken(&cell, &sink).await;
    tracer.stop().await;
    let again = Collector::new(Mood::Takes);
    let period = Period { from, to };
    let told = rebuild_traces(&cell.log, &cell.clock, &*again, period)
        .await
        .unwrap();
    let (first, again) = (sink.distinct(), again.distinct());
    assert!(again.iter().all(|(id, span)| first.get(id) == Some(span)));
    let within = |span: &&Span| (from..to).contains(&span.end);
    assert_eq!(again.len(), first.values().filter(within).count());
    assert_eq!((told.runs, told.spans), (10, again.len() as u64));
    let refuses = Collector::new(Mood::Refuses);
    let error = rebuild_traces(&cell.log, &cell.clock, &*refuses, period).await;
    assert!(matches!(error, Err(RebuildError::Sink(_))), "{error:?}");
}
