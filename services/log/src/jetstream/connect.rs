//! Getting a connection and keeping it: options, the lowest server version, what the broker forbids.

use std::{
    collections::VecDeque,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_nats::{
    Client, ConnectErrorKind, ConnectOptions, Event, ServerAddr, ServerError,
    jetstream::context::ContextBuilder,
};
use tokio::{sync::watch, task::JoinSet};

use super::{Inner, JetStream, StreamSettings, api::ApiError};
use crate::error::LogError;

/// The lowest version of nats-server that weir works with: older ones can check a fence against the wrong subject.
pub const MIN_SERVER_VERSION: (u32, u32, u32) = (2, 14, 4);

/// How long an append waits for its acknowledgement.
pub(super) const PUBLISH_TIMEOUT: Duration = Duration::from_secs(5);
/// Appends in flight over all streams: well above all lanes of some hundred queues, for a publisher that reaches it waits.
const IN_FLIGHT_MAX: usize = 32_768;
const RECONNECT_FIRST: Duration = Duration::from_millis(50);
const RECONNECT_MAX: Duration = Duration::from_secs(2);

/// How to reach the broker.
#[derive(Clone, Debug)]
pub struct ConnectSettings {
    /// One URL or several with commas between: `nats://[user:password@]host[:port]`, `tls://…`.
    pub url: String,
    /// A creds file.
    pub creds: Option<PathBuf>,
    /// The connection's name, which the broker shows to its operators.
    pub name: String,
    /// The prefix of the inboxes, where the broker's permissions ask for one of our own. `_INBOX` when absent.
    pub inbox_prefix: Option<String>,
    /// Whether to wait for a broker that cannot be reached at first. Without, that is an error at once.
    pub retry_initial: bool,
    /// How long one try to connect may take.
    pub connect_timeout: Duration,
    /// How streams are made, where they are not there yet.
    pub streams: StreamSettings,
}

impl ConnectSettings {
    /// The defaults, for this URL and name.
    pub fn new(url: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            creds: None,
            name: name.into(),
            inbox_prefix: None,
            retry_initial: false,
            connect_timeout: Duration::from_secs(5),
            streams: StreamSettings::default(),
        }
    }
}

/// What the broker has lately forbidden: it tells the connection, not the publisher, whose append only times out.
#[derive(Debug, Default)]
pub(super) struct Denied(Mutex<VecDeque<String>>);

impl Denied {
    const KEPT: usize = 256;

    fn note(&self, error: &str) {
        // `Permissions Violation for Publish to "weir.run.p.q.r.claim"`
        let Some((_, subject)) = error.split_once("Publish to \"") else {
            return;
        };
        let subject = subject.split('"').next().unwrap_or(subject).to_owned();
        let mut subjects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if subjects.len() >= Self::KEPT {
            subjects.pop_front();
        }
        subjects.push_back(subject);
    }
    /// Whether a publish to this subject was forbidden; asked once for each.
    pub(super) fn take(&self, subject: &str) -> bool {
        let mut subjects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = subjects.iter().position(|denied| denied == subject);
        found.is_some_and(|at| subjects.remove(at).is_some())
    }
}

impl JetStream {
    /// Connects and checks the server's version and that JetStream is enabled.
    ///
    /// # Errors
    /// [`LogError::Unavailable`] when no server can be reached (unless `retry_initial`), [`LogError::Refused`] when it
    /// does not let us in, is too old, or has no JetStream.
    pub async fn connect(settings: ConnectSettings) -> Result<Self, LogError> {
        let (connects, connected) = watch::channel(0_u64);
        let denied = Arc::new(Denied::default());
        let client = client(&settings, connects, Arc::clone(&denied)).await?;
        await_server(&client, connected.clone()).await?;
        check_version(&client)?;
        let mut version_watch = JoinSet::new();
        version_watch.spawn(watch_version(client.clone(), connected.clone()));
        let context = ContextBuilder::new()
            .timeout(PUBLISH_TIMEOUT)
            .max_ack_inflight(IN_FLIGHT_MAX)
            .build(client.clone());
        let streams = settings.streams;
        let inner = Inner {
            client,
            context,
            streams,
            connected,
            denied,
            _version_watch: version_watch,
        };
        let log = Self {
            inner: Arc::new(inner),
        };
        log.check_jetstream(&shown(&settings.url)).await?;
        Ok(log)
    }

    async fn check_jetstream(&self, url: &str) -> Result<(), LogError> {
        if self
            .client()
            .try_server_info()
            .is_some_and(|info| info.jetstream)
        {
            return Ok(());
        }
        // A server without JetStream of its own may reach one that has it.
        match self.api("INFO", &serde_json::Value::Null).await {
            Err(ApiError::NoResponders) => Err(LogError::Refused {
                detail: format!(
                    "JetStream is not enabled on the server at {url}; start it with `nats-server -js`"
                ),
            }),
            Err(ApiError::Server(error)) if error.err_code == 10_039 => Err(LogError::Refused {
                detail: format!("JetStream is not enabled for this account on the server at {url}"),
            }),
            // A role that may not ask is no sign against it.
            Ok(_) | Err(ApiError::Server(_) | ApiError::Unavailable(_)) => Ok(()),
        }
    }
}

async fn client(
    settings: &ConnectSettings,
    connects: watch::Sender<u64>,
    denied: Arc<Denied>,
) -> Result<Client, LogError> {
    let refused = |detail: String| LogError::Refused { detail };
    let servers: Vec<ServerAddr> = settings
        .url
        .split(',')
        .map(|url| url.trim().parse())
        .collect::<Result<_, _>>()
        .map_err(|error| {
            refused(format!(
                "{:?} is not the URL of a NATS server: {error}",
                shown(&settings.url)
            ))
        })?;
    let mut options = match &settings.creds {
        Some(path) => ConnectOptions::with_credentials_file(path)
            .await
            .map_err(|error| {
                refused(format!(
                    "the creds file {} cannot be used: {error}",
                    path.display()
                ))
            })?,
        None => ConnectOptions::new(),
    };
    options = options
        .name(&settings.name)
        .connection_timeout(settings.connect_timeout)
        .ping_interval(Duration::from_secs(10))
        .max_reconnects(None)
        .reconnect_delay_callback(reconnect_delay)
        .event_callback(move |event| {
            on_event(&event, &connects, &denied);
            std::future::ready(())
        });
    if let Some(prefix) = &settings.inbox_prefix {
        options = options.custom_inbox_prefix(prefix);
    }
    if settings.retry_initial {
        options = options.retry_on_initial_connect();
    }
    options.connect(servers).await.map_err(|error| {
        let url = shown(&settings.url);
        let unreachable = || LogError::Unavailable {
            detail: format!(
                "cannot reach NATS at {url}: {error}; start a local stack with `weir up` or pass --nats-url"
            ),
        };
        match error.kind() {
            ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => refused(format!(
                "NATS at {url} does not let us in: {error}; pass --creds, NATS_CREDS or a URL with user and password"
            )),
            ConnectErrorKind::ServerParse => refused(format!("{url} is not the URL of a NATS server: {error}")),
            ConnectErrorKind::Dns
            | ConnectErrorKind::TimedOut
            | ConnectErrorKind::Tls
            | ConnectErrorKind::Io
            | ConnectErrorKind::MaxReconnects => unreachable(),
        }
    })
}

/// Doubles from 50 ms to 2 s, each with up to half of it added at random: a hundred workers must not come at once.
fn reconnect_delay(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).min(10)).unwrap_or(10);
    let delay = RECONNECT_FIRST
        .saturating_mul(1 << doublings)
        .min(RECONNECT_MAX);
    delay + jitter(delay / 2)
}

/// A random span below `most`.
pub(super) fn jitter(most: Duration) -> Duration {
    let part = getrandom::u32().unwrap_or(u32::MAX / 2);
    most.mul_f64(f64::from(part) / f64::from(u32::MAX))
}

fn on_event(event: &Event, connects: &watch::Sender<u64>, denied: &Denied) {
    match event {
        Event::Connected => {
            connects.send_modify(|count| *count += 1);
            tracing::debug!("connected to the broker");
        }
        Event::Disconnected => tracing::warn!("the connection to the broker is lost; trying again"),
        Event::LameDuckMode => {
            tracing::warn!("the broker is about to stop and asks its clients to leave");
        }
        Event::Draining | Event::Closed => {
            tracing::debug!(%event, "the connection to the broker ends");
        }
        Event::SlowConsumer(_) => {
            tracing::warn!(%event, "messages came faster than they were read and some were dropped");
        }
        Event::ServerError(error) => {
            if let ServerError::Other(text) = error {
                denied.note(text);
            }
            tracing::warn!(%error, "the broker complains");
        }
        Event::ClientError(error) => {
            tracing::warn!(%error, "the connection to the broker has an error");
        }
    }
}

/// With `retry_initial` the client is there before the connection is.
async fn await_server(
    client: &Client,
    mut connected: watch::Receiver<u64>,
) -> Result<(), LogError> {
    while client.try_server_info().is_none() {
        let closed = connected.changed().await.is_err();
        if closed {
            return Err(LogError::Unavailable {
                detail: "the connection was closed".to_owned(),
            });
        }
    }
    Ok(())
}

fn check_version(client: &Client) -> Result<(), LogError> {
    let Some(info) = client.try_server_info() else {
        return Ok(());
    };
    let (major, minor, patch) = MIN_SERVER_VERSION;
    match parse_version(&info.version) {
        Some(version) if version >= MIN_SERVER_VERSION => Ok(()),
        Some(_) | None => Err(LogError::Refused {
            detail: format!(
                "nats-server {} at {}:{} is too old: weir needs {major}.{minor}.{patch} or newer",
                info.version, info.host, info.port
            ),
        }),
    }
}

/// Another server of a cluster may be older than the first. The appends go on: the operator is told.
async fn watch_version(client: Client, mut connected: watch::Receiver<u64>) {
    while connected.changed().await.is_ok() {
        if let Err(error) = check_version(&client) {
            tracing::error!(%error, "connected to a broker that weir does not support");
        }
    }
}

/// The first three numbers of a version such as `2.15.0-dev`.
fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = text
        .trim_start_matches('v')
        .split(['.', '-', '+'])
        .map(str::parse);
    Some((
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
    ))
}

/// A URL as it may be shown: without user and password.
fn shown(url: &str) -> String {
    let one = |url: &str| match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        (None, Some((_, host))) => host.to_owned(),
        (_, None) => url.to_owned(),
    };
    url.split(',')
        .map(|url| one(url.trim()))
        .collect::<Vec<_>>()
        .join(",")
}

impl fmt::Display for ConnectSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (text, accepted) in [
            ("2.14.4", true),
            ("2.15.1", true),
            ("2.15.0-dev", true),
            ("3.0.0", true),
            ("2.14.3", false),
            ("2.9.25", false),
            ("", false),
        ] {
            let version = parse_version(text);
            assert_eq!(
                version.is_some_and(|version| version >= MIN_SERVER_VERSION),
                accepted,
                "{text}"
            );
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(
            shown("nats://me:secret@host:4222, nats://other"),
            "nats://host:4222,nats://other"
        );
        assert_eq!(shown("me:secret@host"), "host");
    }

    #[test]
    fn what_was_denied_is_found_once() {
        let denied = Denied::default();
        denied.note("Permissions Violation for Publish to \"weir.run.p.q.r.claim\"");
        assert!(!denied.take("weir.run.p.q.r.report"));
        assert!(denied.take("weir.run.p.q.r.claim"));
        assert!(!denied.take("weir.run.p.q.r.claim"));
    }
}
