//! What the verbs work with: the connection, the output, the clock.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tracing::{debug, warn};
use weir_client::{Client, ConnectOptions};
use weir_log::{ConnectSettings, JetStream, LogError, StreamSettings};
use weir_runtime::{Clock, Telemetry};

use crate::{
    author, cli::Global, cmd::serve::process_name, local_stack, output::Output, settings::Settings,
};

/// Where the broker is if nobody says otherwise and no local stack runs.
const DEFAULT_URL: &str = "nats://127.0.0.1:4222";

/// What a verb works with.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) out: Output,
    pub(crate) clock: Clock,
    author: String,
    os_user: String,
    nats_url: Option<String>,
    creds: Option<PathBuf>,
    config: Option<PathBuf>,
    replicas: u8,
    no_prompt: bool,
}

/// Where the broker is, and how to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broker {
    pub(crate) url: String,
    pub(crate) creds: Option<PathBuf>,
}

impl Context {
    pub(crate) fn new(global: Global) -> Self {
        let Global {
            nats_url,
            creds,
            output,
            config,
            author,
            os_user,
            replicas,
            no_prompt,
            log: _,
            log_format: _,
        } = global;
        Self {
            out: Output::new(output),
            clock: Clock::system(),
            author,
            os_user,
            nats_url,
            creds,
            config,
            replicas,
            no_prompt,
        }
    }

    /// Whether somebody is there to be asked, and may be.
    pub(crate) fn may_ask(&self) -> bool {
        !self.no_prompt && self.out.is_conversation()
    }

    /// Who is written into configuration as its author.
    pub(crate) fn author(&self) -> String {
        let Broker { url, creds } = self.broker();
        author::author(&self.author, creds.as_deref(), &url, &self.os_user)
    }

    /// What this program tells of itself as the service of this name, as the settings say. Nothing is sent yet.
    pub(crate) fn telemetry(&self, service: &str) -> anyhow::Result<Telemetry> {
        let settings = Settings::load(self)?.telemetry;
        Telemetry::new(&settings, service, &process_name(), self.clock.clone())
            .context("cannot use the settings of telemetry")
    }

    /// The settings file, if one is named.
    pub(crate) fn config_file(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// The broker: as it is named, else that of a local stack that runs, else the usual place.
    pub(crate) fn broker(&self) -> Broker {
        let found = if self.nats_url.is_none() {
            local_stack::find()
        } else {
            None
        };
        if let Some(stack) = &found {
            debug!(url = %stack.url, pid = stack.pid, "using the local stack");
        }
        choose(self.nats_url.clone(), self.creds.clone(), found)
    }

    /// Connects to the log itself, as services do: one that starts before its broker waits for it.
    pub(crate) async fn log(&self, name: &str) -> anyhow::Result<JetStream> {
        self.services_broker(name).connect().await
    }

    /// How a service of this name reaches the broker.
    pub(crate) fn services_broker(&self, name: &str) -> ServicesBroker {
        let Broker { url, creds } = self.broker();
        let streams = StreamSettings {
            replicas: self.replicas.into(),
            ..StreamSettings::default()
        };
        ServicesBroker(ConnectSettings {
            creds,
            streams,
            ..ConnectSettings::new(url, name)
        })
    }

    /// Connects.
    pub(crate) async fn client(&self) -> anyhow::Result<Client> {
        let Broker { url, creds } = self.broker();
        let mut options = ConnectOptions::new(url)
            .name("weir-cli")
            .author(self.author())
            .replicas(self.replicas.into());
        options.creds = creds;
        Ok(Client::connect(options).await?)
    }
}

/// The broker as a service uses it: whoever starts before it waits for it.
pub(crate) struct ServicesBroker(ConnectSettings);

impl ServicesBroker {
    pub(crate) async fn connect(self) -> anyhow::Result<JetStream> {
        let url = self.0.url.clone();
        let connected = match JetStream::connect(self.0.clone()).await {
            Err(error @ LogError::Unavailable { .. }) => {
                warn!(%error, "waits for the broker");
                let patient = ConnectSettings {
                    retry_initial: true,
                    ..self.0
                };
                JetStream::connect(patient).await
            }
            connected => connected,
        };
        connected.with_context(|| format!("cannot use the NATS server at {url}"))
    }
}

fn choose(
    url: Option<String>,
    creds: Option<PathBuf>,
    stack: Option<local_stack::LocalStack>,
) -> Broker {
    match (url, stack) {
        (Some(url), _) => Broker { url, creds },
        (None, Some(stack)) => Broker {
            url: stack.url,
            creds: creds.or(stack.creds),
        },
        (None, None) => Broker {
            url: DEFAULT_URL.to_owned(),
            creds,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_broker_goes_before_a_local_stack_and_that_before_the_usual_place() {
        let stack = || local_stack::LocalStack {
            url: "nats://127.0.0.1:9".to_owned(),
            pid: 1,
            data: PathBuf::new(),
            creds: Some("stack.creds".into()),
        };
        let named = choose(Some("nats://x".to_owned()), None, Some(stack()));
        assert_eq!(
            named,
            Broker {
                url: "nats://x".to_owned(),
                creds: None
            }
        );
        let local = choose(None, None, Some(stack()));
        assert_eq!(
            local,
            Broker {
                url: "nats://127.0.0.1:9".to_owned(),
                creds: Some("stack.creds".into())
            }
        );
        assert_eq!(choose(None, None, None).url, DEFAULT_URL);
    }
}
