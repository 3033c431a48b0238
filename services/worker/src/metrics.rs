//! What a worker counts and measures. The names, and what they mean, stand here and nowhere else.

weir_runtime::metrics! {
    /// What each worker tells of itself.
    pub WORKER by "each worker";
    ATTEMPTS: Gauge = "weir_worker_attempts" ["pool"], "Attempts that it holds.";
    ATTEMPTS_MAX: Gauge = "weir_worker_attempts_max" ["pool"], "How many it holds at most.";
    ENDED: Counter = "weir_worker_attempts_ended_total" ["pool", "outcome"], "Attempts that it was done with: by the class of their end, `let-go` where another worker follows them, `not-begun`, `refused` where another attempt stood in its place.";
    SESSION: Gauge = "weir_worker_session" ["pool"], "1 while it has a session with the broker.";
    SESSIONS_LOST: Counter = "weir_worker_sessions_lost_total" ["pool"], "Sessions that could not be renewed in time.";
}

weir_runtime::metrics! {
    /// What a worker of a pool of type kubernetes tells of its cluster.
    pub KUBERNETES by "each worker of a pool of type kubernetes";
    REQUESTS: Counter = "weir_kubernetes_requests_total" ["verb", "resource", "code"], "Requests to the API server, by the status of the answer; `none` where there was none.";
    REQUEST: Histogram = "weir_kubernetes_request_seconds" ["verb", "resource"], "How long the answers took; of a watch or a log, its head.";
    THROTTLED: Counter = "weir_kubernetes_throttled_total" [], "Answers that asked for fewer requests (429).";
    WAITED: Histogram = "weir_kubernetes_turn_seconds" [], "How long requests waited for their turn.";
    PACE: Gauge = "weir_kubernetes_requests_max" [], "How many requests there may be at once: fewer while the API server struggles.";
    OBSERVES: Gauge = "weir_kubernetes_observer_active" ["pool"], "1 while it is the one that follows the pool's Jobs.";
    FOLLOWED: Gauge = "weir_kubernetes_jobs_followed" ["pool"], "Attempts whose Jobs it follows.";
    SILENCE: Gauge = "weir_kubernetes_observer_silence_seconds" ["pool"], "How long it has heard nothing of Jobs or pods: no list, no event, no bookmark of a watch.";
}
