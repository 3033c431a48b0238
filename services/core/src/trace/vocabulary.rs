//! Every name that a run's trace uses. `deploy/TRACES.md` shows these tables, and a test holds the two together: what is
//! queried in a dashboard stands here or nowhere.

use super::span::Key;

/// A name with what it stands for, as the docs show it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name.
    pub name: &'static str,
    /// Where it is found: on which spans, or below which.
    pub on: &'static str,
    /// What it means.
    pub means: &'static str,
}

macro_rules! table {
    ($(#[$doc:meta])* $all:ident: $type:ty; $($name:ident = $text:literal, $on:literal, $means:literal;)*) => {
        $(#[doc = $means] pub const $name: $type = $text;)*
        $(#[$doc])*
        pub const $all: &[Entry] = &[$(Entry { name: $name, on: $on, means: $means }),*];
    };
}

table! {
    /// The names of spans.
    SPANS: &'static str;
    FLOW_RUN = "flow_run", "root, or below the publisher's span",
        "The whole run, from its request to its end. It comes when the run has ended; its parts may come before it.";
    RERUN = "rerun", "flow_run",
        "The run once more, after somebody asked for another attempt of what had ended; to its next end.";
    QUEUED = "queued", "flow_run, rerun",
        "It waits to be claimed; one for each attempt, also for one that never comes.";
    WAIT_LIMIT = "wait for limit", "queued", "A concurrency limit has too few slots free.";
    WAIT_RATE = "wait for start rate", "queued", "A start rate allows no further start yet.";
    WAIT_PAUSED = "wait while paused", "queued", "The pool, queue or deployment is paused.";
    WAIT_KEPT = "wait for kept slots", "queued",
        "Slots are free and kept: for a run that needs several and was passed over too often, or one that gave its own back while it waited.";
    WAIT_WORKER = "wait for worker", "queued", "No worker with room serves the queue.";
    WAIT_DUE = "wait for due time", "queued", "Its time has not come.";
    WAIT_AFTER = "wait for other runs", "queued", "Runs that it is to come after have not ended.";
    WAIT_QUEUE = "wait for queue", "queued", "A new leader has not fenced and folded the queue.";
    WAIT_DECISION = "wait for decision", "queued", "The scheduler decides.";
    WAIT_LEADER = "wait before leader", "queued",
        "What the leader that claimed it cannot tell, because it did not lead yet.";
    RETRY_BACKOFF = "retry backoff", "flow_run, rerun",
        "From the end of a failed attempt to when the next one is due, or to the run's end.";
    ATTEMPT = "attempt", "flow_run, rerun",
        "One attempt, from its claim until nothing of it is left: as long as it holds its slots, but for the time in which it has given them back.";
    DISPATCH = "dispatch", "attempt",
        "From the claim until the infrastructure is made (processes: until it runs).";
    PENDING = "pending infrastructure", "attempt", "The infrastructure is made and does not run yet.";
    EXECUTION = "execution", "attempt",
        "It runs. The run's own code has this span as its parent, by `TRACEPARENT`.";
    STOPPING = "stopping", "attempt", "From the order to stop it until it has ended.";
    CLEANUP = "cleanup", "attempt", "It has ended, and something of it is left.";
}

table! {
    /// The names of events.
    EVENTS: &'static str;
    EVENT_CANCEL = "weir.cancel.requested", "flow_run, rerun", "Somebody asked for a cancel.";
    EVENT_LEADER = "weir.leader.changed", "flow_run, rerun", "Another scheduler leads from here on.";
    EVENT_PRIORITY = "weir.priority.changed", "queued", "The run has another priority.";
    EVENT_TAKEN = "weir.taken", "dispatch", "A worker has taken the attempt.";
    EVENT_SCHEDULED = "weir.infrastructure.scheduled", "pending infrastructure", "Its pod was put on a node.";
    EVENT_WAITING = "weir.infrastructure.waiting", "dispatch, pending infrastructure",
        "It cannot start yet, and why.";
    EVENT_AWAITS = "weir.runs.awaited", "execution",
        "Its program waits for other runs from here on.";
    EVENT_YIELDED = "weir.slots.yielded", "execution",
        "It holds no slots from here on, while it waits for other runs.";
    EVENT_REGRANTED = "weir.slots.regranted", "execution",
        "It has its slots again, and goes on.";
    EVENT_CYCLE = "weir.cycle.found", "execution",
        "The runs that it waits for wait for it, in the end.";
}

table! {
    /// The names of attributes.
    ATTRIBUTES: Key;
    RUN_ID = "weir.run.id", "all", "The run's id, unique in its queue.";
    POOL = "weir.pool", "all", "The work pool.";
    QUEUE = "weir.queue", "all", "The work queue, within its pool.";
    DEPLOYMENT = "weir.deployment", "all", "The deployment, `FLOW/NAME`; absent without one.";
    ATTEMPT_N = "weir.attempt", "all but flow_run, rerun",
        "Which attempt, from 1; of a wait, the one that it is for.";
    INCARNATION = "weir.queue.incarnation", "flow_run, rerun",
        "Which life of the queue; absent in its first.";
    RUN_NAME = "weir.run.name", "flow_run, rerun", "The run's name for people, where it has one.";
    RUN_TAGS = "weir.run.tags", "flow_run, rerun", "The tags of the request.";
    RUN_PRIORITY = "weir.run.priority", "flow_run, rerun, weir.priority.changed", "The run's priority.";
    RUN_STATE = "weir.run.state", "flow_run, rerun",
        "The name of the state that it ended in, such as `Completed`, `TimedOut`, `Rejected`.";
    RUN_STATE_TYPE = "weir.run.state_type", "flow_run, rerun", "That state's type, such as `Failed`.";
    RUN_REASON = "weir.run.reason", "flow_run, rerun", "Why it ended so, as a code; absent for none.";
    RUN_MESSAGE = "weir.run.message", "flow_run, rerun", "Why it ended so, for people; absent for none.";
    RUN_ATTEMPTS = "weir.run.attempts", "flow_run, rerun", "How many attempts were claimed until then.";
    RUN_AGAIN = "weir.run.again", "rerun", "How often another attempt had been asked for, from 1.";
    RUN_OTHER_REQUESTS = "weir.run.other_requests", "flow_run, rerun",
        "Requests under the same id with other content, which changed nothing; absent for none.";
    RUN_PARENT = "weir.run.parent", "flow_run, rerun",
        "The run that asked for it, as `POOL/QUEUE/RUN_ID`; absent without one.";
    RUN_AFTER = "weir.run.after", "flow_run, rerun",
        "The runs that it comes after, as `POOL/QUEUE/RUN_ID`; absent without any.";
    LINK_KIND = "weir.link", "links of flow_run", "What the other span is: `parent`.";
    WAIT_CAUSE = "weir.wait.cause", "wait …",
        "`limit`, `rate`, `paused`, `kept`, `worker`, `due`, `after`, `queue`, `decision` or `before_leader`.";
    WAIT_ON = "weir.wait.on", "wait …",
        "What it waits for, such as `pool etl`, `queue etl/urgent`, `deployment etl/nightly`, `tag db` or `limit gpu`.";
    WAIT_ON_KIND = "weir.wait.on.kind", "wait …", "`pool`, `queue`, `deployment`, `tag` or `limit`.";
    WAIT_ON_VALUE = "weir.wait.on.value", "wait for limit", "The limit's value in force.";
    WAIT_PARTS = "weir.wait.parts", "wait …",
        "Parts of one cause that were merged because there were too many; the span is as long as all of them together.";
    WORKER = "weir.worker", "attempt, dispatch, execution, weir.taken", "The worker that holds the attempt.";
    SESSION = "weir.session", "attempt, weir.taken", "Which start of that worker.";
    HELD = "weir.limits", "attempt", "The limits that it holds slots of.";
    EPOCH = "weir.leader.epoch", "attempt, weir.leader.changed",
        "The leadership that claimed it, or that begins.";
    LEADER = "weir.leader", "weir.leader.changed", "The scheduler that leads.";
    RESULT = "weir.attempt.result", "attempt, execution",
        "`Completed`, `Failed`, `Signaled`, `TimedOut`, `StartFailed`, `Stopped`, `Lost`, `Crashed`; or `Revoked` and `HandedBack`, which count as no try.";
    REASON = "weir.reason", "attempt, execution, dispatch, pending infrastructure, weir.infrastructure.waiting",
        "Why, as a code, such as `OOMKilled` or `ImagePullBackOff`.";
    MESSAGE = "weir.message", "attempt, execution, weir.infrastructure.waiting", "Why, for people.";
    SIGNAL = "weir.exit.signal", "attempt, execution", "The signal that ended it, where one did.";
    REVOKED = "weir.revoke.cause", "attempt, dispatch, stopping",
        "Why the scheduler took it back: `NotTaken`, `Cancel`, `WorkerLost`, `NotSubmitted`, `NotStarted`, `RanTooLong`, `QueueClosed`.";
    STOP = "weir.stop.cause", "stopping", "`Cancel` where it was cancelled, else `Revoked`.";
    CANCEL_REASON = "weir.cancel.reason", "weir.cancel.requested", "The user's words; absent for none.";
    CANCEL_GRACE_MS = "weir.cancel.grace_ms", "weir.cancel.requested", "The grace that was asked for, in ms.";
    START_UNKNOWN = "weir.start.unknown", "execution",
        "It ran, and nobody has told since when: the span has no length. Absent where it is not so.";
    EVENTS_DROPPED = "weir.events.dropped", "any with events", "Events beyond the first 32 of the span; absent for none.";
    INFRASTRUCTURE = "weir.infrastructure", "attempt, execution, pending infrastructure",
        "What it is called where it runs, where it is neither a process nor a Job.";
    PROCESS_PID = "process.pid", "attempt, execution", "Processes: the process id.";
    HOST_NAME = "host.name", "attempt, execution", "Processes: the host.";
    EXIT_CODE = "process.exit.code", "attempt, execution", "The exit code, where there was one.";
    K8S_CLUSTER = "k8s.cluster.uid", "attempt, execution, pending infrastructure",
        "Kubernetes: the uid of the cluster's `kube-system`.";
    K8S_NAMESPACE = "k8s.namespace.name", "attempt, execution, pending infrastructure",
        "Kubernetes: the Job's namespace.";
    K8S_JOB = "k8s.job.name", "attempt, execution, pending infrastructure", "Kubernetes: the Job.";
    K8S_POD = "k8s.pod.name", "execution, weir.infrastructure.scheduled", "Kubernetes: the pod, where it was told.";
    K8S_NODE = "k8s.node.name", "execution, weir.infrastructure.scheduled", "Kubernetes: its node, where it was told.";
    ERROR_TYPE = "error.type", "any that is an error",
        "What went wrong, of few values: a reason, or a failure as retry policies write it, such as `exit:2`.";
    PIPELINE_NAME = "cicd.pipeline.name", "flow_run, rerun", "The deployment; absent without one.";
    PIPELINE_RUN_ID = "cicd.pipeline.run.id", "flow_run, rerun", "The run's id.";
    PIPELINE_RESULT = "cicd.pipeline.result", "flow_run, rerun",
        "`success`, `failure`, `error` (it could not run, or its infrastructure failed), `timeout` or `cancellation`.";
    CICD_WORKER = "cicd.worker.name", "attempt", "The worker that holds the attempt.";
    MESSAGING_SYSTEM = "messaging.system", "flow_run", "`nats`.";
    MESSAGING_OPERATION_TYPE = "messaging.operation.type", "flow_run", "`process`.";
    MESSAGING_OPERATION_NAME = "messaging.operation.name", "flow_run", "`run`.";
    MESSAGING_DESTINATION = "messaging.destination.template", "flow_run",
        "`weir.run.{pool}.{queue}.{run}.request`.";
    MESSAGING_MESSAGE_ID = "messaging.message.id", "flow_run", "The run's id.";
}
