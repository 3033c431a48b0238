//! What looks on: dashboards, alert rules and the files of the local stack, as far as they can be held without Grafana,
//! Tempo and the collector, which no test here can have. A metric or span that is called otherwise fails here.

#[path = "observability/alerts.rs"]
mod alerts;
#[path = "observability/compose.rs"]
mod compose;
#[path = "observability/configs.rs"]
mod configs;
#[path = "observability/dashboards.rs"]
mod dashboards;
#[path = "observability/image.rs"]
mod image;
#[path = "observability/queries.rs"]
mod queries;
#[path = "observability/traceql.rs"]
mod traceql;
