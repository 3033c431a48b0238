//! What deletions do at their place in the cell log.

use super::{super::*, *};
use crate::ids::QueueName;

fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
fn key(queue: &str) -> QueueKey {
    QueueKey::new(name("k8s"), name::<QueueName>(queue))
}
fn pool() -> ConfigObject {
    ConfigObject::Pool(PoolConfig::new(name("k8s"), PoolType::Null))
}
fn queue(queue: &str) -> ConfigObject {
    ConfigObject::Queue(QueueConfig {
        key: key(queue),
        description: String::new(),
        concurrency_limit: None,
        priority: std::num::NonZeroU32::MIN,
        max_bytes: QUEUE_MAX_BYTES_DEFAULT,
        paused: false,
        start_rate: None,
        weight: std::num::NonZeroU32::MIN,
    })
}
fn life(queue: &str, incarnation: u32) -> QueueStream {
    QueueStream {
        key: key(queue),
        incarnation,
    }
}

/// Folds records at positions of their own.
#[derive(Default)]
struct Log(CellState);

impl Log {
    fn new() -> Self {
        let mut log = Self::default();
        log.say(CellBody::Epoch {
            epoch: Epoch(1),
            leader: name("one"),
        });
        log
    }
    fn say(&mut self, body: CellBody) -> Revision {
        let seq = Seq(self.0.applied().0 + 1);
        let at = Timestamp(i64::try_from(seq.0).unwrap());
        self.0.apply(CellRecord { seq, at, body });
        Revision(seq.0)
    }
    fn write(&mut self, object: ConfigObject) -> Revision {
        let author = "ann".to_owned();
        self.say(CellBody::Config { author, object })
    }
    fn open(&mut self, queue: QueueStream) {
        let epoch = Epoch(1);
        self.say(CellBody::QueueOpened { queue, epoch });
    }
    fn close(&mut self, queue: QueueStream) -> Revision {
        self.say(CellBody::QueueClosed {
            queue,
            epoch: Epoch(1),
            last: Seq(0),
        })
    }
}

#[test]
fn a_queue_goes_only_when_it_is_closed_and_comes_back_as_another_life() {
    let mut log = Log::new();
    log.write(pool());
    log.write(queue("high"));
    log.open(life("high", 1));
    let what = Deletion::Queue(key("high"));
    let deleted = log.write(ConfigObject::Deletion(what.clone()));
    assert!(log.0.queue(&key("high")).is_some(), "its runs may go on");
    assert_eq!(log.0.deleting(&key("high")).unwrap().revision, deleted);
    // Whoever writes it anew before it is gone, and deletes it twice, changes nothing but what is written over.
    let late = log.write(queue("high"));
    assert!(log.0.deleting(&key("high")).is_some());
    assert_eq!(log.0.last_written(&what), late);
    let again = log.write(ConfigObject::Deletion(what.clone()));
    assert_eq!(log.0.deleting(&key("high")).unwrap().revision, deleted);
    log.close(life("high", 1));
    assert!(log.0.queue(&key("high")).is_none());
    assert!(log.0.deleting(&key("high")).is_none());
    let mark = log.0.deletion(&what).unwrap();
    assert_eq!((mark.revision, mark.author.as_str()), (deleted, "ann"));
    assert_eq!(log.0.last_written(&what), again);
    assert_eq!(log.0.lives(&key("high")), [life("high", 1)]);
    let anew = log.write(queue("high"));
    assert_eq!(log.0.deletion(&what), None);
    assert_eq!(log.0.last_written(&what), anew);
    assert_eq!(
        log.0.unopened().collect::<Vec<_>>(),
        [life("high", 2)],
        "the next life has a stream of its own"
    );
    log.open(life("high", 2));
    assert_eq!(
        log.0.lives(&key("high")),
        [life("high", 2), life("high", 1)]
    );
}

#[test]
fn a_pool_goes_with_the_last_of_its_queues() {
    let mut log = Log::new();
    log.write(pool());
    for queue_name in ["default", "high"] {
        log.write(queue(queue_name));
        log.open(life(queue_name, 1));
    }
    let deleted = log.write(ConfigObject::Deletion(Deletion::Pool(name("k8s"))));
    for queue_name in ["default", "high"] {
        assert_eq!(
            log.0.deleting(&key(queue_name)).unwrap().revision,
            deleted,
            "all in one record"
        );
    }
    // A queue that somebody made meanwhile goes the same way.
    log.write(queue("late"));
    assert!(log.0.deleting(&key("late")).is_some());
    log.open(life("late", 1));
    log.write(pool());
    assert!(
        log.0.deleting_pool(&name("k8s")).is_some(),
        "it cannot be made anew while it goes"
    );
    for queue_name in ["default", "high", "late"] {
        assert!(log.0.pool(&name("k8s")).is_some());
        log.close(life(queue_name, 1));
    }
    assert!(log.0.pool(&name("k8s")).is_none());
    log.write(pool());
    assert!(log.0.pool(&name("k8s")).is_some());
    assert!(log.0.deleting_pool(&name("k8s")).is_none());
    log.write(queue("high"));
    assert!(log.0.deleting(&key("high")).is_none());
}

#[test]
fn a_pool_without_queues_goes_at_once_and_what_is_not_there_cannot_be_deleted() {
    let mut log = Log::new();
    let what = Deletion::Pool(name("k8s"));
    log.write(ConfigObject::Deletion(what.clone()));
    assert_eq!(log.0.deletion(&what), None);
    assert_eq!(log.0.anomalies(), (0, 1));
    log.write(pool());
    log.write(ConfigObject::Deletion(what.clone()));
    assert!(log.0.pool(&name("k8s")).is_none());
    assert!(log.0.deletion(&what).is_some());
}
