//! What users and operators do: requests good and bad, cancels at every moment, limits changed under way.

mod asks;
mod deploys;
mod waits;

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use bytes::Bytes;
use weir_core::{
    cell::{
        CellBody, ConfigObject, Deletion, DeploymentConfig, PoolConfig, PoolType, QueueConfig,
        TagLimitConfig, hard_bound,
    },
    ids::{QueueKey, QueueStream, RunId, RunKey, Seq, Tag},
    json::JsonObject,
    request::{Request, RunRequest},
};
use weir_log::{Append, CellAppend, CellFence, Entry};

use super::{
    endings::Endings,
    families::Families,
    net::{Net, Packet},
    schedules::Schedules,
    sharing::Sharing,
    timing::Timing,
};
use waits::Programs;

const TEMPLATE: &str = r#"{"job_configuration":{},"variables":{"type":"object","properties":{}}}"#;
const MAX_BYTES: u64 = 1 << 30;
const TAGS: [&str; 3] = ["db", "gpu", "api"];

/// The users of a cell.
#[derive(Debug)]
pub(super) struct Users {
    pub(super) net: Net,
    pub(super) random: fastrand::Rng,
    pub(super) pools: Vec<String>,
    pub(super) queues: Vec<QueueKey>,
    /// Queues that somebody makes later.
    pub(super) to_come: Vec<QueueKey>,
    runs: Vec<RunKey>,
    submitted: u32,
    /// The deployments, as they were written last.
    deployed: Vec<DeploymentConfig>,
    /// Apart from the rest, so that a seed does what it did before there were deletions.
    deletions: fastrand::Rng,
    sharing: Sharing,
    endings: Endings,
    families: Families,
    timing: Timing,
    programs: Programs,
    pub(super) schedules: Schedules,
}

impl Users {
    /// `world` is the seed of the whole history, `seed` that of the users in it.
    pub(super) fn new(net: Net, world: u64, seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self {
            deletions: fastrand::Rng::with_seed(!seed),
            sharing: Sharing::new(seed),
            endings: Endings::new(seed),
            families: Families::new(seed),
            timing: Timing::new(world, seed),
            programs: Programs::new(seed),
            schedules: Schedules::new(world, seed),
            net,
            random,
            pools: Vec::new(),
            queues: Vec::new(),
            to_come: Vec::new(),
            runs: Vec::new(),
            submitted: 0,
            deployed: Vec::new(),
        }
    }

    /// Makes pools and queues.
    pub(super) fn set_up(&mut self) {
        for pool in 0..self.random.u32(1..=2) {
            let name = format!("pool-{pool}");
            self.pools.push(name.clone());
            let limit = self.limit();
            self.set_pool(&name, limit);
            for queue in 0..self.random.u32(1..=3) {
                let key = QueueKey::new(
                    name.parse().expect("legal"),
                    format!("q{queue}").parse().expect("legal"),
                );
                if queue > 0 && self.random.u32(0..4) == 0 {
                    self.to_come.push(key);
                } else {
                    self.make_queue(key);
                }
            }
        }
        self.set_schedules();
    }

    fn limit(&mut self) -> Option<u32> {
        match self.random.u32(0..10) {
            0 => Some(0),
            1..=2 => None,
            _ => Some(self.random.u32(1..=4)),
        }
    }

    pub(super) fn write(&mut self, name: &str, object: ConfigObject) {
        let last = self
            .net
            .state()
            .check
            .written
            .get(name)
            .copied()
            .unwrap_or(Seq(0));
        let body = CellBody::Config {
            author: "user".to_owned(),
            object,
        };
        let packet = Packet::Cell(CellAppend {
            body,
            fence: CellFence::Own(last),
            msg_id: None,
        });
        self.net
            .deliver(&packet)
            .expect("nobody else writes configuration");
    }

    pub(super) fn set_pool(&mut self, name: &str, concurrency_limit: Option<u32>) {
        let pool = PoolConfig {
            concurrency_limit,
            base_job_template: JsonObject::parse(TEMPLATE).expect("legal"),
            fair_share: self.sharing.fair_share(),
            start_rate: self.sharing.start_rate(),
            ..PoolConfig::new(name.parse().expect("legal"), PoolType::Null)
        };
        self.write(&format!("pool {name}"), ConfigObject::Pool(pool));
    }

    /// Publishers do not know of it and go on.
    fn delete_queue(&mut self) {
        let at = self.deletions.usize(0..self.queues.len());
        let Some(key) = self.queues.get(at).cloned() else {
            return;
        };
        if !self.net.state().check.deleted.contains_key(&key) {
            let what = Deletion::Queue(key.clone());
            self.write(&format!("queue {key}"), ConfigObject::Deletion(what));
        }
    }

    pub(super) fn set_queue(&mut self, key: &QueueKey, concurrency_limit: Option<u32>) {
        if self.net.state().check.deleted.contains_key(key) {
            return;
        }
        let queue = QueueConfig {
            key: key.clone(),
            description: String::new(),
            concurrency_limit,
            priority: NonZeroU32::new(self.random.u32(1..=3)).unwrap_or(NonZeroU32::MIN),
            max_bytes: MAX_BYTES,
            paused: false,
            start_rate: None,
            weight: self.sharing.weight(),
        };
        self.write(&format!("queue {key}"), ConfigObject::Queue(queue));
    }

    /// The stream first, so that publishing works with no scheduler.
    fn make_queue(&mut self, key: QueueKey) {
        self.net
            .create_queue(&stream(&key), hard_bound(MAX_BYTES))
            .expect("an empty log takes queues");
        let limit = self.limit();
        self.set_queue(&key, limit);
        self.queues.push(key);
    }

    /// Somebody does something.
    pub(super) fn act(&mut self) {
        if self.deletions.u32(0..150) == 0 {
            self.delete_queue();
        }
        if let Some(limit) = self.sharing.named_limit() {
            self.write("limit db-connections", limit);
        }
        self.programs_say();
        self.change_lateness();
        if self.timing.deploys() {
            self.deploy_and_submit();
        }
        if let Some(retry) = self.endings.another() {
            self.retry(&retry);
        }
        match self.random.u32(0..100) {
            0..=64 => self.submit(),
            65..=79 => self.cancel(),
            80..=82 => self.repeat(),
            83..=84 => self.set_priority(),
            85..=89 => self.submit_bad(),
            90..=91 => self.deploy_and_submit(),
            92 => self.limit_tag(),
            93..=95 => {
                let (pool, limit) = (self.random.usize(0..self.pools.len()), self.limit());
                let name = self.pools.get(pool).cloned().unwrap_or_default();
                self.set_pool(&name, limit);
            }
            96..=98 => {
                let (queue, limit) = (self.queue(), self.limit());
                self.set_queue(&queue, limit);
            }
            _ => {
                if let Some(key) = self.to_come.pop() {
                    self.make_queue(key);
                }
            }
        }
    }

    fn queue(&mut self) -> QueueKey {
        let at = self.random.usize(0..self.queues.len());
        self.queues
            .get(at)
            .cloned()
            .expect("every pool has a queue")
    }

    fn publish(&mut self, run: &RunKey, payload: Bytes, bad: bool) {
        if bad {
            self.net
                .state()
                .check
                .expected
                .entry(run.clone())
                .or_default()
                .may_be_rejected = true;
        }
        let entry = Entry::Request {
            run_id: run.run_id.clone(),
            payload,
            traceparent: None,
        };
        let append = Append {
            entry,
            fence: None,
            msg_id: None,
        };
        // A full queue says so to the publisher, who gives up here.
        drop(self.net.deliver(&Packet::Queue(stream(&run.queue), append)));
    }

    fn encoded(&mut self, request: &Request) -> Bytes {
        if self.random.bool() {
            weir_proto::encode_request(request)
        } else {
            weir_proto::encode_request_json(request).into()
        }
    }

    fn new_run(&mut self) -> RunKey {
        self.submitted += 1;
        let run_id: RunId = format!("r{}", self.submitted).parse().expect("legal");
        let run = RunKey {
            queue: self.queue(),
            run_id,
        };
        self.runs.push(run.clone());
        run
    }

    /// Most runs have none; what has several may name one twice and in any order.
    fn tags(&mut self) -> Vec<Tag> {
        let count = [0, 0, 0, 1, 1, 2, 3][self.random.usize(0..7)];
        let tag = |random: &mut fastrand::Rng| TAGS[random.usize(0..TAGS.len())];
        (0..count)
            .map(|_| tag(&mut self.random).parse().expect("legal"))
            .collect()
    }

    /// Never to 0: what waits for such a limit at the end would wait for ever.
    fn limit_tag(&mut self) {
        let tag = TAGS[self.random.usize(0..TAGS.len())];
        let object = ConfigObject::TagLimit(TagLimitConfig {
            tag: tag.parse().expect("legal"),
            concurrency_limit: self.above_zero(),
            start_rate: None,
        });
        self.write(&format!("tag {tag}"), object);
    }

    fn above_zero(&mut self) -> Option<u32> {
        (self.random.u32(0..4) > 0).then(|| self.random.u32(1..=3))
    }

    fn request(&mut self) -> RunRequest {
        let mut ms = |most: u64| Duration::from_millis(self.random.u64(0..=most));
        let (retry_delay, timeout) = (ms(3_000), ms(3_000) + Duration::from_millis(1));
        let known = self.known();
        RunRequest {
            priority: self.random.i32(-1..=2),
            retries: self.random.bool().then(|| self.random.u32(0..=3)),
            retry_delay: Some(retry_delay),
            timeout: (self.random.u32(0..4) == 0).then_some(timeout),
            tags: self.tags(),
            retry_policy: self.endings.policy(),
            limits: self.sharing.slots(),
            fairness_key: self.sharing.key(),
            parent: self.families.parent(&known),
            after: self.families.after(&known),
            scheduled_time: self.timing.scheduled(self.net.now()),
            max_lateness: self.timing.lateness(),
            ..RunRequest::default()
        }
    }

    fn submit(&mut self) {
        let (run, request) = (self.new_run(), self.request());
        let payload = self.encoded(&Request::Run(Arc::new(request)));
        self.publish(&run, payload, false);
    }

    fn submit_bad(&mut self) {
        let run = self.new_run();
        let payload = match self.random.u32(0..4) {
            0 => Bytes::from_static(b"{\"no\": \"such field\"}"),
            1 => Bytes::from_static(b"\xff\xff\xff"),
            2 => Bytes::from_static(b"{\"deployment\": \"nobody/knows\"}"),
            _ => Bytes::from_static(b"{\"jobVariables\": {\"no\": \"such variable\"}}"),
        };
        self.publish(&run, payload, true);
    }
}

/// The first life of a queue.
pub(super) fn stream(key: &QueueKey) -> QueueStream {
    QueueStream {
        key: key.clone(),
        incarnation: 1,
    }
}
