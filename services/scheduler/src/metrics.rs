//! What a scheduler counts and measures. The names, and what they mean, stand here and nowhere else.

weir_runtime::metrics! {
    /// What is true of the whole cell, told by its leader alone.
    pub LEADER by "the leader";
    RUNS: Gauge = "weir_runs" ["pool", "queue", "state", "state_name"], "Runs in each state, of those that are remembered. State name `Late`: they wait, and were to start longer ago than `late-after`.";
    DEPTH: Gauge = "weir_queue_depth" ["pool", "queue"], "Runs that could be claimed now if there were room.";
    OLDEST: Gauge = "weir_queue_oldest_waiting_seconds" ["pool", "queue"], "How long the oldest of the runs that could be claimed has waited for it; 0 where there is none.";
    PAUSED: Gauge = "weir_queue_paused" ["pool", "queue"], "1 where the queue or its pool is paused.";
    IMPEDED: Gauge = "weir_queue_impeded" ["pool", "queue"], "1 where nothing can be decided: the stream is full, its log cannot be read, the leader is not in force yet. `weir work-queue inspect` says why.";
    STREAM: Gauge = "weir_queue_stream_bytes" ["pool", "queue"], "What the queue's stream takes.";
    STREAM_MAX: Gauge = "weir_queue_stream_max_bytes" ["pool", "queue"], "The bound of the queue's stream at the moment.";
    USED: Gauge = "weir_limit_slots_in_use" ["kind", "limit"], "Slots that are held, of each limit: kind `pool`, `queue` (its name is POOL/QUEUE), `deployment`, `tag` or `named`.";
    SLOTS: Gauge = "weir_limit_slots" ["kind", "limit"], "The value of each limit; what is unlimited has none.";
    IN_CYCLES: Gauge = "weir_runs_in_cycles" ["pool", "queue"], "Runs that wait for each other, so that none of them can go on by itself. `weir why` names them.";
    YIELDED: Gauge = "weir_runs_yielded" ["pool", "queue"], "Runs that are under way and hold no slots, while their programs wait for other runs.";
    WORKERS: Gauge = "weir_pool_workers" ["pool"], "Workers that are online and take claims.";
    CAPACITY: Gauge = "weir_pool_worker_capacity" ["pool"], "How many attempts these workers hold at most.";
    REQUESTS: Counter = "weir_requests_total" ["pool", "queue"], "Requests for runs that were read.";
    CLAIMS: Counter = "weir_claims_total" ["pool", "queue"], "Attempts that were claimed.";
    ENDED: Counter = "weir_runs_ended_total" ["pool", "queue", "state"], "Runs that ended.";
    LAPSED: Counter = "weir_runs_lapsed_total" ["pool", "queue"], "Runs that ended because they had not started in time.";
    SCHEDULED: Counter = "weir_scheduled_runs_total" ["pool", "queue"], "Runs that were asked for because a schedule was due.";
    PASSED_OVER: Counter = "weir_schedule_passed_over_total" ["pool", "queue", "reason"], "Times of schedules that made no run: `overlap` (an earlier run had not ended) `missed` (nobody led, for longer than the catch-up window) or `late` (a run would have been later than its deployment lets it be).";
    RETRIES: Counter = "weir_retries_total" ["pool", "queue"], "Attempts that will follow one that failed.";
    REJECTIONS: Counter = "weir_rejections_total" ["pool", "queue", "reason"], "Requests that were rejected, by the code of the reason.";
    REVOCATIONS: Counter = "weir_revocations_total" ["pool", "queue", "cause"], "Attempts that were taken back: `not-taken`, `cancel`, `worker-lost`, `not-submitted`, `not-started` or `ran-too-long`.";
    WORKERS_LOST: Counter = "weir_workers_lost_total" ["pool"], "Workers that held attempts and whose lease ran out.";
    WAITED: Histogram = "weir_run_wait_seconds" ["pool", "queue"], "From the request, or from its scheduled time or when a later attempt was due, to the claim.";
    TAKE: Histogram = "weir_run_take_seconds" ["pool", "queue"], "From the claim to the worker's word that it has it.";
    SUBMIT: Histogram = "weir_run_submit_seconds" ["pool", "queue"], "From the claim until a Job was made; of pools of type kubernetes.";
    START: Histogram = "weir_run_start_seconds" ["pool", "queue"], "From when the Job was made, or the process was taken, until it ran.";
    EXECUTION: Histogram = "weir_run_execution_seconds" ["pool", "queue"], "From the start of an attempt to its end.";
    DURATION: Histogram = "weir_run_duration_seconds" ["pool", "queue"], "From the request, or from the scheduled time where that is later, to the end of the run.";
    HANDOVER: Histogram = "weir_slot_handover_seconds" ["pool", "queue"], "From a slot that came free while runs waited for it to the claim that took it.";
}

weir_runtime::metrics! {
    /// What each scheduler tells of itself.
    pub SCHEDULER by "each scheduler";
    LEADS: Gauge = "weir_scheduler_leads" [], "1 while it leads, as far as it knows.";
    EPOCH: Gauge = "weir_scheduler_epoch" [], "The number of the latest leadership that it knows of.";
    READY: Gauge = "weir_scheduler_ready" [], "1 while /readyz says so.";
    LAG: Gauge = "weir_log_lag_records" ["log"], "Records of a queue's log that are stored and that it has not folded; looked at with the streams' sizes, by a standby every 10 seconds.";
    DELAY: Gauge = "weir_log_delay_seconds" ["log"], "From when the record that was folded last was stored until it was folded: `cell`, `sessions`, or POOL/QUEUE.";
    FOLDED: Counter = "weir_scheduler_records_total" [], "Records that were folded.";
    STEP: Histogram = "weir_scheduler_step_seconds" [], "One round of the one task that reads, folds and decides.";
    FLIGHTS: Gauge = "weir_scheduler_decisions_in_flight" [], "Decisions that are sent and not read back.";
    API: Counter = "weir_api_requests_total" ["endpoint"], "Questions to the control API that it answered.";
    TRACE_EMITS: Gauge = "weir_trace_emitter_active" [], "1 while it is the one that makes the runs' traces.";
    TRACE_LAG: Gauge = "weir_trace_emitter_lag_seconds" [], "How long ago the oldest record was stored of which the spans have not been accepted; 0 where there is none.";
    TRACE_BEHIND: Gauge = "weir_trace_emitter_lag_records" [], "Records of which the spans have not been accepted.";
    TRACE_DROPPED: Counter = "weir_trace_emitter_dropped_spans_total" [], "Spans of runs that the collector refuses for good because of what is in them (HTTP 400).";
    TRACE_GAP: Counter = "weir_trace_emitter_lost_records_total" [], "Records that were cut away before their spans were made.";
}
