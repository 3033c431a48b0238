//! What goes over the control API, of every shape.

use proptest::{collection::vec, option::of, prelude::*, sample};
use weir_core::{
    api::{
        Answerer, FamilyView, LimitView, PoolView, QueueView, RunFilter, RunList, RunView,
        ScheduleFilter, ScheduleList, ScheduleView, StreamView, Why, WhyClause, WorkerView,
    },
    family::{AfterOutcome, OnFailure, OnParentEnd},
    ids::{Attempt, Epoch, Seq},
    schedule::Overlap,
    state::{StateName, StateType},
    wait::spent as spent_until,
};
use weir_proto::api::{PoolList, WorkerList};

use crate::{
    basic::{
        any_queue_key, at, deployment, label, limit_key, parsed, run_key, span, tag, text, token,
    },
    cells::pool_type,
    limits::{start_rate, waits},
    requests::{any_cycle, passed_over},
};

pub(crate) fn any_answerer() -> impl Strategy<Value = Answerer> {
    let queues = vec((any_queue_key(), any::<u64>().prop_map(Seq)), 0..3);
    (
        token(),
        any::<bool>(),
        any::<u64>(),
        any::<u64>(),
        queues,
        vec(text(), 0..3),
    )
        .prop_map(
            |(scheduler, leads, epoch, cell, queues, impediments)| Answerer {
                scheduler,
                leads,
                epoch: Epoch(epoch),
                cell: Seq(cell),
                queues,
                impediments,
            },
        )
}
pub(crate) fn any_filter() -> impl Strategy<Value = RunFilter> {
    let names = (of(label()), of(label()), of(token()), of(deployment()));
    (
        names,
        vec(sample::select(&StateType::ALL[..]), 0..4),
        vec(tag(), 0..3),
        any::<u32>(),
        of(run_key()),
    )
        .prop_map(
            |((pool, queue, run_id, deployment), states, tags, limit, parent)| RunFilter {
                pool,
                queue,
                run_id,
                deployment,
                states,
                tags,
                limit,
                parent,
            },
        )
}
fn family() -> impl Strategy<Value = FamilyView> {
    let policies = (
        sample::select(&OnParentEnd::ALL[..]),
        sample::select(&OnFailure::ALL[..]),
        sample::select(&AfterOutcome::ALL[..]),
    );
    let runs = (of(run_key()), any::<u64>(), vec(run_key(), 0..3));
    (runs, policies).prop_map(
        |((parent, children, after), (on_parent_end, on_failure, after_outcome))| FamilyView {
            parent,
            on_parent_end,
            on_failure,
            children,
            after,
            after_outcome,
        },
    )
}
fn run_view() -> impl Strategy<Value = RunView> {
    let what = (
        run_key(),
        of(deployment()),
        of(text()),
        vec(tag(), 0..3),
        any::<i32>(),
    );
    let state = (
        sample::select(&StateName::ALL[..]),
        text(),
        text(),
        any::<u32>(),
    );
    let times = (at(), any::<u64>(), of(at()), of(at()), of(at()), of(at()));
    let end = (
        of(any::<i32>()),
        of(any::<i32>()),
        of(token()),
        text(),
        vec(limit_key(), 0..3),
        any::<u32>(),
        any::<bool>(),
    );
    (what, state, times, end, family()).prop_map(
        |(
            (key, deployment, name, tags, priority),
            (state_name, reason, message, attempt),
            (requested_at, request_seq, claimed_at, started_at, ended_at, due),
            (exit_code, signal, worker, infrastructure, holds, other_requests, cancel_requested),
            family,
        )| RunView {
            key,
            deployment,
            name,
            tags,
            priority,
            state: state_name.state(),
            state_name,
            reason,
            message,
            attempt: Attempt(attempt),
            requested_at,
            request_seq: Seq(request_seq),
            claimed_at,
            started_at,
            ended_at,
            due,
            exit_code,
            signal,
            worker,
            infrastructure,
            holds,
            other_requests,
            cancel_requested,
            state_since: requested_at,
            family,
            scheduled_time: due,
            start_by: ended_at,
        },
    )
}
pub(crate) fn any_run_list() -> impl Strategy<Value = RunList> {
    (vec(run_view(), 0..3), any::<u64>(), any_answerer()).prop_map(|(runs, more, from)| RunList {
        runs,
        more,
        from,
    })
}
fn limit_view() -> impl Strategy<Value = LimitView> {
    (limit_key(), any::<u64>(), of(any::<u32>())).prop_map(|(limit, used, value)| LimitView {
        limit,
        used,
        value,
    })
}
pub(crate) fn any_why() -> impl Strategy<Value = Why> {
    let clause = prop_oneof![
        (limit_view(), vec(run_key(), 0..3), 1..=u32::MAX).prop_map(|(limit, holders, needs)| {
            WhyClause::Limit {
                limit,
                holders,
                needs,
            }
        }),
        (limit_key(), start_rate(), at()).prop_map(|(limit, rate, opens_at)| WhyClause::Rate {
            limit,
            rate,
            opens_at,
        }),
        limit_key().prop_map(|limit| WhyClause::Kept { limit }),
        (vec(run_key(), 0..3), at(), any::<bool>(), any::<bool>()).prop_map(
            |(runs, since, yielded, goes_on)| WhyClause::Awaits {
                runs,
                since,
                yielded,
                goes_on,
            }
        ),
        (any_cycle(), any::<u32>()).prop_map(|(links, runs)| WhyClause::Cycle { links, runs }),
        any::<u64>().prop_map(|runs| WhyClause::Behind { runs }),
        any::<u32>().prop_map(|online| WhyClause::NoWorker { online }),
        at().prop_map(|at| WhyClause::Due { at }),
        (
            run_key(),
            of(sample::select(&StateName::ALL[..])),
            sample::select(&AfterOutcome::ALL[..])
        )
            .prop_map(|(run, state, wanted)| WhyClause::After { run, state, wanted }),
        text().prop_map(|reason| WhyClause::Closed { reason }),
        Just(WhyClause::Now),
    ];
    let spent = (of(any::<u64>()), waits(), at());
    (run_view(), vec(clause, 0..4), any_answerer(), spent).prop_map(
        |(run, clauses, from, (before, waits, until))| Why {
            run,
            clauses,
            spent: spent_until(&waits, until),
            until: waits.last().map(|wait| wait.from.clone()),
            before,
            from,
        },
    )
}
pub(crate) fn any_schedule_filter() -> impl Strategy<Value = ScheduleFilter> {
    (of(deployment()), of(label()), of(label())).prop_map(|(deployment, pool, queue)| {
        ScheduleFilter {
            deployment,
            pool,
            queue,
        }
    })
}

fn schedule_view() -> impl Strategy<Value = ScheduleView> {
    let what = (
        deployment(),
        parsed("[a-z~][a-z0-9]{0,16}"),
        any_queue_key(),
    );
    let how = (
        any::<bool>(),
        text(),
        sample::select(&Overlap::ALL[..]),
        vec(token(), 0..3),
    );
    let times = (of(at()), of(at()), of(at()), of(passed_over()));
    (what, how, times).prop_map(
        |(
            (deployment, key, queue),
            (active, fault, overlap, unended),
            (next, waits, last, passed_over),
        )| ScheduleView {
            deployment,
            key,
            queue,
            active,
            fault,
            overlap,
            next,
            waits,
            unended,
            last,
            passed_over,
        },
    )
}

pub(crate) fn any_schedule_list() -> impl Strategy<Value = ScheduleList> {
    (vec(schedule_view(), 0..3), any_answerer())
        .prop_map(|(schedules, from)| ScheduleList { schedules, from })
}

fn queue_view() -> impl Strategy<Value = QueueView> {
    let stream = (any::<u64>(), any::<u64>(), any::<u64>()).prop_map(
        |(bytes, request_bound, hard_bound)| StreamView {
            bytes,
            request_bound,
            hard_bound,
        },
    );
    let numbers = (any::<u32>(), any::<u64>(), any::<u64>(), any::<u64>());
    (
        any_queue_key(),
        numbers,
        limit_view(),
        of(at()),
        of(stream),
        (text(), any::<bool>()),
    )
        .prop_map(
            |(key, (priority, waiting, live, ended), limit, oldest_waiting, stream, told)| {
                let (status, drained) = told;
                QueueView {
                    key,
                    priority,
                    limit,
                    waiting,
                    live,
                    ended,
                    oldest_waiting,
                    stream,
                    status,
                    drained,
                }
            },
        )
}
pub(crate) fn any_pool_list() -> impl Strategy<Value = PoolList> {
    let pool = (
        label(),
        pool_type(),
        limit_view(),
        vec(queue_view(), 0..2),
        any::<u32>(),
        any::<u64>(),
    )
        .prop_map(|(name, kind, limit, queues, workers, capacity)| PoolView {
            name,
            kind,
            limit,
            queues,
            workers,
            capacity,
        });
    (vec(pool, 0..3), any_answerer()).prop_map(|(pools, from)| PoolList { pools, from })
}
pub(crate) fn any_worker_list() -> impl Strategy<Value = WorkerList> {
    let who = (
        token(),
        label(),
        vec(label(), 0..3),
        any::<bool>(),
        any::<bool>(),
    );
    let worker = (who, any::<u32>(), any::<u32>(), text(), at(), span()).prop_map(
        |((name, pool, queues, online, draining), capacity, in_use, version, seen_at, lease)| {
            WorkerView {
                name,
                pool,
                queues,
                online,
                draining,
                capacity,
                in_use,
                version,
                seen_at,
                lease,
                lost: capacity / 2,
            }
        },
    );
    (vec(worker, 0..3), any_answerer()).prop_map(|(workers, from)| WorkerList { workers, from })
}
