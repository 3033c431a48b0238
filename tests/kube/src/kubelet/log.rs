//! The output of containers, as `pods/NAME/log` gives it.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::{
    clock::nano_stamp,
    kubelet::{Container, State},
    object::{Key, Meta},
    resource::Resource,
    route::Query,
    status::Failure,
    world::World,
};

/// What a client wants of a log.
#[derive(Clone, Debug)]
pub(crate) struct LogQuery {
    uid: String,
    container: Option<String>,
    timestamps: bool,
    since: Option<Timestamp>,
    tail: Option<usize>,
    limit: Option<usize>,
    pub(crate) follow: bool,
}

/// A part of a log.
#[derive(Debug)]
pub(crate) struct LogPart {
    pub(crate) text: Bytes,
    /// How many lines of the container were looked at by now.
    pub(crate) next: usize,
    /// When there may be more, in simulated time; `None` at the end of the log.
    pub(crate) again: Option<Duration>,
}

/// How often a followed log is looked at if nothing tells when the next line comes.
const LOOK: Duration = Duration::from_millis(200);

impl World {
    /// Checks that there is a log to read.
    pub(crate) fn open_log(&self, key: &Key, query: &Query) -> Result<LogQuery, Failure> {
        let Some(stored) = self.store.get(Resource::Pods, key) else {
            return Err(Failure::not_found(Resource::Pods, &key.1));
        };
        let container = query.get("container");
        let (uid, name) = (stored.value.uid(), &key.1);
        let shown = container.map(str::to_owned).or_else(|| {
            stored
                .value
                .text("/spec/containers/0/name")
                .map(str::to_owned)
        });
        let shown = shown.unwrap_or_default();
        let known = stored.value["spec"]["containers"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|it| it["name"] == *shown);
        if !known {
            return Err(Failure::bad_request(format!(
                "container {shown} is not valid for pod {name}"
            )));
        }
        let waiting = |why: &str| {
            let message =
                format!("container \"{shown}\" in pod \"{name}\" is waiting to start: {why}");
            Err(Failure::bad_request(message))
        };
        match self
            .held
            .get(uid)
            .and_then(|it| it.container(Some(&shown)))
            .map(|it| &it.state)
        {
            None => {
                return Err(Failure::bad_request(format!(
                    "pod {name} does not have a host assigned"
                )));
            }
            Some(State::Waiting("ImagePullBackOff" | "ErrImagePull", _)) => {
                return waiting("trying and failing to pull image");
            }
            Some(State::Waiting("InvalidImageName", _)) => return waiting("InvalidImageName"),
            Some(State::Waiting(reason, _)) => return waiting(reason),
            Some(State::Running { .. } | State::Ended(_)) => {}
        }
        let since = query
            .get("sinceTime")
            .and_then(|it| it.parse().ok())
            .or_else(|| {
                let seconds = query.number("sinceSeconds")?;
                self.clock
                    .wall()
                    .checked_sub(Duration::from_secs(seconds))
                    .ok()
            });
        let size = |key: &str| query.number(key).and_then(|it| usize::try_from(it).ok());
        Ok(LogQuery {
            uid: uid.to_owned(),
            container: Some(shown),
            timestamps: query.is("timestamps"),
            since,
            tail: size("tailLines"),
            limit: size("limitBytes"),
            follow: query.is("follow"),
        })
    }

    /// The lines from number `from` on that were written by now. `sent` bytes were given already.
    pub(crate) fn read_log(&self, query: &LogQuery, from: usize, sent: usize) -> LogPart {
        let over = LogPart {
            text: Bytes::new(),
            next: from,
            again: None,
        };
        let Some(held) = self.held.get(&query.uid) else {
            return over;
        };
        let Some(container) = held.container(query.container.as_deref()) else {
            return over;
        };
        let Some(start) = start(container) else {
            return over;
        };
        let written = container
            .lines
            .iter()
            .take_while(|(at, _)| start + *at <= self.now)
            .count();
        let skip = match query.tail {
            Some(tail) if from == 0 => written.saturating_sub(tail),
            _ => from,
        };
        let mut text = String::new();
        for (at, line) in container.lines.get(skip..written).unwrap_or_default() {
            let time = self.clock.at(start + *at);
            if query.since.is_some_and(|it| time < it) {
                continue;
            }
            if query.timestamps {
                text.push_str(&nano_stamp(time));
                text.push(' ');
            }
            text.push_str(line);
            text.push('\n');
        }
        let mut bytes = text.into_bytes();
        let left = query.limit.map_or(usize::MAX, |it| it.saturating_sub(sent));
        bytes.truncate(left);
        let again = match (&container.state, container.lines.get(written)) {
            (State::Running { .. }, Some((at, _))) => Some((start + *at).min(self.now + LOOK)),
            (State::Running { .. }, None) => Some(self.now + LOOK),
            (State::Waiting(..) | State::Ended(_), _) => None,
        };
        LogPart {
            again: again.filter(|_| left > bytes.len()),
            text: bytes.into(),
            next: written,
        }
    }

    /// A line of a running container, said by a test.
    pub(crate) fn say(&mut self, key: &Key, line: &str) -> bool {
        let now = self.now;
        let Some(uid) = self
            .store
            .get(Resource::Pods, key)
            .map(|it| it.value.uid().to_owned())
        else {
            return false;
        };
        let container = self
            .held
            .get_mut(&uid)
            .and_then(|it| it.containers.first_mut());
        let Some(container) = container else {
            return false;
        };
        let State::Running { since } = container.state else {
            return false;
        };
        let offset = now.saturating_sub(since);
        let at = container.lines.partition_point(|it| it.0 <= offset);
        container.lines.insert(at, (offset, line.to_owned()));
        true
    }
}

fn start(container: &Container) -> Option<Duration> {
    match &container.state {
        State::Running { since } => Some(*since),
        State::Ended(end) => end.started,
        State::Waiting(..) => None,
    }
}
