//! One look at each attempt that something has changed for, or whose time has come.

use std::time::Duration;

use weir_log::Log;

use super::{
    Key, Observer,
    decide::{Step, View},
    standing::{Stand, Standing},
};
use crate::kubernetes::submit;

impl<L: Log> Observer<L> {
    pub(super) fn look_after(&mut self) {
        let now = self.clock.monotonic();
        while let Some((at, key)) = self.timers.first().cloned() {
            if at > now {
                break;
            }
            self.timers.remove(&(at, key.clone()));
            self.dirty.insert(key);
        }
        for key in std::mem::take(&mut self.dirty) {
            self.look_after_one(&key, now);
        }
        let followed = u64::try_from(self.scene.len());
        self.followed.set(followed.unwrap_or(u64::MAX));
    }

    fn look_after_one(&mut self, key: &Key, now: Duration) {
        let standing = self.standing(key);
        let Some((_, doing)) = self.scene.get_mut(key) else {
            return;
        };
        if let Standing::Submitted(stand) = &standing {
            if !is_here(self.uid.as_deref(), stand) {
                tracing::warn!(
                    run = %key.run(), attempt = %key.attempt, infrastructure = stand.infrastructure,
                    "this attempt is in another cluster than the one that this worker follows; it is left alone"
                );
                self.scene.remove(key);
                return;
            }
            doing.read_back(stand.last_n, stand.fence);
            self.read_output(key, now);
        } else {
            self.read_output(key, now);
            if let Some((_, doing)) = self.scene.get_mut(key) {
                doing.end_output(now, None);
            }
        }
        let Some((seen, doing)) = self.scene.get_mut(key) else {
            return;
        };
        let view = View {
            standing: &standing,
            seen,
            doing,
            now,
            wall: self.clock.now(),
        };
        let Step {
            tell,
            call,
            wake,
            settled,
        } = view.step();
        if settled && doing.is_idle() {
            self.scene.remove(key);
            return;
        }
        if let Some(at) = wake {
            self.timers.insert((at, key.clone()));
        }
        if let (Standing::Submitted(stand), Some(what)) = (&standing, tell) {
            self.tell(key, stand, what);
        }
        if let Some(call) = call {
            self.call(key, call, now);
        }
    }
}

/// Whether an attempt is in this cluster, as its submission says.
fn is_here(uid: Option<&str>, stand: &Stand) -> bool {
    uid.is_some_and(|uid| submit::is_in(uid, &stand.infrastructure))
}
