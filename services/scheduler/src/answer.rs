//! The control API: what only a folded state can answer. Standbys answer too, and say how far they have folded.

use std::{cmp::Reverse, collections::BTreeSet};

use bytes::Bytes;
use weir_core::{
    api::{Answerer, RunFilter, RunList, RunView, ScheduleList},
    ids::{QueueKey, RunId, RunKey, SchedulerName},
    state::Run,
    time::Timestamp,
};
use weir_log::{Log, traits::ApiFault};
use weir_proto::{
    DecodeError,
    api::{self, LimitList, PoolList, QueueList, RunRef, WorkerList},
};

use crate::service::Scheduler;

/// Runs in an answer where the question names no bound, and the most that it may ask for.
const RUNS_DEFAULT: usize = 200;
const RUNS_MAX: usize = 10_000;

/// Why a run waits. Only the leader knows all of it, so a standby asks the leader.
pub(crate) const WHY: &str = "run.why";

/// The same, of one scheduler by name: it answers itself.
pub(crate) fn why_of(scheduler: &SchedulerName) -> String {
    format!("why.{scheduler}")
}

/// An endpoint without a scheduler's name.
pub(crate) fn noun(endpoint: &str) -> &str {
    if endpoint.starts_with("why.") {
        WHY
    } else {
        endpoint
    }
}

/// What is served by a scheduler of this name.
pub(crate) fn endpoints(name: &SchedulerName) -> BTreeSet<String> {
    [
        "run.list",
        "run.get",
        WHY,
        "pool.list",
        "queue.list",
        "worker.list",
        "limit.list",
        "schedule.list",
        "cell.status",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([why_of(name)])
    .collect()
}

/// The answer to one request: in JSON where the request was JSON, as protobuf otherwise.
pub(crate) fn answer<L: Log>(
    scheduler: &Scheduler<L>,
    endpoint: &str,
    payload: &[u8],
) -> Result<Bytes, ApiFault> {
    let json = payload.trim_ascii_start().first() == Some(&b'{');
    match endpoint {
        "run.list" | "run.get" | WHY => about_runs(scheduler, endpoint, payload, json),
        _ if endpoint == why_of(&scheduler.name) => about_runs(scheduler, WHY, payload, json),
        "pool.list" | "queue.list" | "worker.list" | "limit.list" => {
            lists(scheduler, endpoint, payload, json)
        }
        "schedule.list" => {
            let filter = api::decode_schedule_filter(payload).map_err(|error| bad(&error))?;
            let list = ScheduleList {
                schedules: scheduler.schedule_views(&filter),
                from: scheduler.answerer(),
            };
            Ok(in_kind(
                json,
                &list,
                api::encode_schedule_list,
                api::schedule_list_json,
            ))
        }
        "cell.status" => {
            let from = scheduler.answerer();
            Ok(in_kind(
                json,
                &from,
                api::encode_answerer,
                api::answerer_json,
            ))
        }
        _ => Err(ApiFault {
            code: 404,
            message: format!("there is no endpoint {endpoint}"),
        }),
    }
}

fn bad(error: &DecodeError) -> ApiFault {
    ApiFault {
        code: 400,
        message: error.to_string(),
    }
}

fn about_runs<L: Log>(
    scheduler: &Scheduler<L>,
    endpoint: &str,
    payload: &[u8],
    json: bool,
) -> Result<Bytes, ApiFault> {
    if endpoint == "run.list" {
        let filter = api::decode_run_filter(payload).map_err(|error| bad(&error))?;
        let list = scheduler.list(&filter);
        return Ok(in_kind(
            json,
            &list,
            api::encode_run_list,
            api::run_list_json,
        ));
    }
    let question = api::decode_run_ref(payload).map_err(|error| bad(&error))?;
    let found = scheduler.find(&question);
    if endpoint == WHY {
        let (key, run) = the_one(&question.run_id, found)?;
        return Ok(in_kind(
            json,
            &scheduler.why(key, run),
            api::encode_why,
            api::why_json,
        ));
    }
    let runs = found
        .into_iter()
        .map(|(key, run)| scheduler.run_view(key, run))
        .collect();
    let list = RunList {
        runs,
        more: 0,
        from: scheduler.answerer(),
    };
    Ok(in_kind(
        json,
        &list,
        api::encode_run_list,
        api::run_list_json,
    ))
}

fn lists<L: Log>(
    scheduler: &Scheduler<L>,
    endpoint: &str,
    payload: &[u8],
    json: bool,
) -> Result<Bytes, ApiFault> {
    let pool = api::decode_list_filter(payload)
        .map_err(|error| bad(&error))?
        .pool;
    let (pool, from) = (pool.as_ref(), scheduler.answerer());
    Ok(match endpoint {
        "pool.list" => {
            let list = PoolList {
                pools: scheduler.pools(),
                from,
            };
            in_kind(json, &list, api::encode_pool_list, api::pool_list_json)
        }
        "queue.list" => {
            let list = QueueList {
                queues: scheduler.queues(pool),
                from,
            };
            in_kind(json, &list, api::encode_queue_list, api::queue_list_json)
        }
        "limit.list" => {
            let list = LimitList {
                limits: scheduler.limits(),
                from,
            };
            in_kind(json, &list, api::encode_limit_list, api::limit_list_json)
        }
        _ => {
            let list = WorkerList {
                workers: scheduler.workers(pool),
                from,
            };
            in_kind(json, &list, api::encode_worker_list, api::worker_list_json)
        }
    })
}

fn in_kind<T>(
    json: bool,
    value: &T,
    protobuf: impl Fn(&T) -> Bytes,
    text: impl Fn(&T) -> String,
) -> Bytes {
    if json {
        text(value).into()
    } else {
        protobuf(value)
    }
}

fn the_one<'a>(
    run_id: &RunId,
    found: Vec<(RunKey, &'a Run)>,
) -> Result<(RunKey, &'a Run), ApiFault> {
    let queues: Vec<String> = found.iter().map(|(key, _)| key.queue.to_string()).collect();
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(run), None) => Ok(run),
        (None, _) => Err(ApiFault {
            code: 404,
            message: format!("there is no run {run_id}"),
        }),
        (Some(_), Some(_)) => Err(ApiFault {
            code: 409,
            message: format!(
                "run {run_id} is in several queues ({}): name --pool and --queue",
                queues.join(", ")
            ),
        }),
    }
}

impl<L: Log> Scheduler<L> {
    pub(crate) fn answerer(&self) -> Answerer {
        let mut impediments = self.health.sentences();
        for (key, queue) in &self.state.queues {
            impediments.extend(
                queue
                    .stopped()
                    .map(|stopped| format!("queue {key} is stopped: {stopped}")),
            );
        }
        Answerer {
            scheduler: self.name.clone(),
            leads: self.leader.is_some(),
            epoch: self
                .leader
                .as_ref()
                .map_or(self.state.cell.epoch().0, |leader| leader.epoch),
            cell: self.state.cell.applied(),
            queues: self
                .state
                .queues
                .iter()
                .map(|(key, queue)| (key.clone(), queue.applied()))
                .collect(),
            impediments,
        }
    }

    fn find(
        &self,
        RunRef {
            pool,
            queue,
            run_id,
        }: &RunRef,
    ) -> Vec<(RunKey, &Run)> {
        let asked = |key: &QueueKey| {
            pool.as_ref().is_none_or(|pool| *pool == key.pool)
                && queue.as_ref().is_none_or(|queue| *queue == key.queue)
        };
        let mut found: Vec<(RunKey, &Run)> = Vec::new();
        for (key, queue) in self.state.all_lives().filter(|(key, _)| asked(key)) {
            // Of a queue's lives the latest that knows the run is meant.
            if let Some(run) = queue.run(run_id)
                && !found.iter().any(|(seen, _)| seen.queue == *key)
            {
                let run_key = RunKey {
                    queue: key.clone(),
                    run_id: run_id.clone(),
                };
                found.push((run_key, run));
            }
        }
        found
    }

    fn list(&self, filter: &RunFilter) -> RunList {
        let RunFilter {
            pool,
            queue,
            run_id,
            deployment,
            states,
            tags,
            limit,
            parent,
        } = filter;
        let limit = if *limit == 0 {
            RUNS_DEFAULT
        } else {
            (*limit as usize).min(RUNS_MAX)
        };
        let mut matching: Vec<(Timestamp, &QueueKey, &RunId, &Run)> = Vec::new();
        for (key, folded) in self.state.all_lives() {
            if pool.as_ref().is_some_and(|pool| *pool != key.pool)
                || queue.as_ref().is_some_and(|queue| *queue != key.queue)
            {
                continue;
            }
            matching.extend(folded.runs().filter_map(|(id, run)| {
                let request = run.request.as_deref();
                let fits = run_id.as_ref().is_none_or(|run_id| run_id == id)
                    && (states.is_empty() || states.contains(&run.state_name().state()))
                    && parent.as_ref().is_none_or(|wanted| {
                        run.parent()
                            .is_some_and(|parent| parent.run.seen_from(key) == *wanted)
                    })
                    && deployment.as_ref().is_none_or(|name| {
                        request.and_then(|request| request.deployment.as_ref()) == Some(name)
                    })
                    && tags
                        .iter()
                        .all(|tag| request.is_some_and(|request| request.tags.contains(tag)));
                fits.then_some((run.requested_at, key, id, run))
            }));
        }
        let more = matching.len().saturating_sub(limit) as u64;
        matching.sort_unstable_by_key(|(at, key, id, _)| (Reverse(*at), *key, *id));
        matching.truncate(limit);
        let view = |(_, key, id, run): (Timestamp, &QueueKey, &RunId, &Run)| -> RunView {
            self.run_view(
                RunKey {
                    queue: key.clone(),
                    run_id: id.clone(),
                },
                run,
            )
        };
        RunList {
            runs: matching.into_iter().map(view).collect(),
            more,
            from: self.answerer(),
        }
    }
}
