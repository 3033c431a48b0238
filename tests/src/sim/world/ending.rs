//! The end of a world: everything heals, everything comes to its end, and every scheduler says what it has folded.

use std::time::Duration;

use weir_core::time::Timestamp;

use super::{TICK, World};
use crate::sim::node::{End, Kind, Node, worker};

impl World {
    /// From here on nothing goes wrong any more, and there is a worker for everything.
    pub(super) fn heal(&mut self) {
        let now = self.net.now();
        self.healthy = true;
        self.net.state().say(format_args!("all heals"));
        self.full.clear();
        self.net.state().full.clear();
        for place in &mut self.places {
            place.again = place.again.min(now.after(Duration::from_secs(1)));
            if let Some(node) = &mut place.node {
                node.weather().clear();
                node.frozen_until = Timestamp::MIN;
            }
        }
        let pools = self.users.pools.clone();
        for (n, pool) in pools.into_iter().enumerate() {
            let config = worker(
                &format!("healer-{n}"),
                &pool,
                &[],
                4,
                Duration::from_secs(3),
            );
            self.place(format!("healer-{n}"), Kind::Worker(Box::new(config)));
            if self.random.bool() {
                self.users.set_pool(&pool, Some(2));
            }
        }
        if self.random.bool() {
            for key in self.users.queues.clone() {
                self.users.set_queue(&key, None);
            }
        }
    }

    /// Stops every scheduler, all at the same time, and hands out what each had folded.
    pub(super) fn stop_schedulers(&mut self) -> Vec<(String, Box<weir_core::state::State>)> {
        let mut left: Vec<Node> = self
            .places
            .iter_mut()
            .filter_map(|place| place.node.take())
            .collect();
        for node in &left {
            node.stop.cancel();
        }
        let mut folded = Vec::new();
        for _ in 0..1_000 {
            let now = self.net.now();
            for node in &mut left {
                node.live(now, TICK);
                if let Some(Ok(End::Scheduler(Ok(state)))) = node.ended() {
                    folded.push((node.name.clone(), state));
                }
            }
            left.retain(|node| {
                matches!(node.kind, Kind::Scheduler(_))
                    && !folded.iter().any(|(name, _)| *name == node.name)
            });
            if left.is_empty() {
                return folded;
            }
            self.net.set_now(now.after(TICK));
        }
        self.net
            .state()
            .broken("a scheduler does not stop when it is told to".to_owned());
        folded
    }
}
