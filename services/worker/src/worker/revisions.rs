//! Renders jobs: the revisions of the pool and the deployment that a claim names, laid over each other with the request.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use serde_json::Value;
use weir_core::{
    cell::{CellBody, ConfigObject, DeploymentConfig, PoolConfig, PoolType},
    event::Claimed,
    ids::{InstallationId, QueueStream, Revision, RunKey, Seq},
    json::JsonObject,
    kubernetes::JobPolicy,
    parameters::overlaid,
    request::RunRequest,
    template::{Resolved, Secrets, Template},
    trace::attempt_traceparent,
};
use weir_log::CellLog;
use weir_runtime::{Backoff, Clock};

use super::lease::Live;
use crate::executor::{Ended, Job};

/// How many revisions are remembered.
const REVISIONS_MAX: usize = 256;
/// How long a revision that a claim names may be missing on the replica that is asked.
const MISSING_MAX: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
enum Object {
    Pool(Arc<Pool>),
    Deployment(Arc<DeploymentConfig>),
}

#[derive(Debug)]
struct Pool {
    kind: PoolType,
    /// The template, or what is wrong with it. Pools of type null have none that matters.
    template: Result<Template, String>,
    policy: Option<Arc<JobPolicy>>,
}

/// Revisions as they were read, by position.
#[derive(Debug, Default)]
pub(super) struct Revisions {
    /// The installation of weir: the runs' traces are named by it.
    pub(super) installation: OnceLock<InstallationId>,
    known: Mutex<BTreeMap<Revision, Object>>,
}

/// A claim with all that is needed to start it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready<'a> {
    pub(super) run: &'a RunKey,
    pub(super) incarnation: u32,
    pub(super) claim_seq: Seq,
    pub(super) claimed: &'a Claimed,
    pub(super) request: &'a RunRequest,
    pub(super) traceparent: Option<&'a str>,
    pub(super) session: &'a Live,
}

impl Revisions {
    /// The job of a claim, or the end of an attempt that cannot be started.
    pub(super) async fn job<L: CellLog>(
        &self,
        log: &L,
        clock: &Clock,
        ready: Ready<'_>,
    ) -> Result<Job, Ended> {
        let Ready {
            run,
            incarnation,
            claim_seq,
            claimed,
            request,
            traceparent: _,
            session,
        } = ready;
        let pool = match self.object(log, clock, claimed.pool_revision).await {
            Some(Object::Pool(pool)) => pool,
            Some(Object::Deployment(_)) | None => {
                return Err(missing("pool", claimed.pool_revision));
            }
        };
        let deployment = match claimed.deployment_revision {
            None => None,
            Some(revision) => match self.object(log, clock, revision).await {
                Some(Object::Deployment(deployment)) => Some(deployment),
                Some(Object::Pool(_)) | None => return Err(missing("deployment", revision)),
            },
        };
        let deployment = deployment.as_deref();
        let (rendered, secrets) = render(&pool, deployment, request)?;
        let entrypoint = deployment.and_then(|deployment| deployment.entrypoint.clone());
        let manifest = request.manifest.as_ref();
        Ok(Job {
            run: run.clone(),
            attempt: claimed.attempt,
            incarnation,
            claim_seq,
            deployment: deployment.map(|deployment| deployment.name.clone()),
            name: request.name.clone().or_else(|| claimed.name.clone()),
            manifest: manifest.map(|manifest| Value::Object(manifest.to_map())),
            policy: pool.policy.clone(),
            entrypoint,
            submit_within: claimed.submit_within,
            session: session.id.clone(),
            kind: pool.kind,
            rendered,
            secrets,
            env: match pool.kind {
                PoolType::Null => BTreeMap::new(),
                PoolType::Process | PoolType::Kubernetes => {
                    environment(self.installation.get(), &ready, deployment)
                }
            },
            timeout: claimed.timeout,
        })
    }

    async fn object<L: CellLog>(
        &self,
        log: &L,
        clock: &Clock,
        revision: Revision,
    ) -> Option<Object> {
        if let Some(known) = self.recall(revision) {
            return Some(known);
        }
        let since = clock.monotonic();
        let mut backoff = Backoff::new(Duration::from_millis(5), Duration::from_secs(1));
        loop {
            match log.cell_record(Seq(revision.0)).await {
                Ok(Some(record)) => return self.learn(revision, record.body),
                Ok(None) if clock.monotonic().saturating_sub(since) > MISSING_MAX => return None,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, %revision, "a configuration revision cannot be read; trying again");
                }
            }
            clock.sleep(backoff.next_delay()).await;
        }
    }

    fn recall(&self, revision: Revision) -> Option<Object> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&revision)
            .cloned()
    }

    fn learn(&self, revision: Revision, body: CellBody) -> Option<Object> {
        let object = match body {
            CellBody::Config {
                object:
                    ConfigObject::Pool(PoolConfig {
                        kind,
                        base_job_template,
                        policy,
                        ..
                    }),
                ..
            } => {
                let template =
                    Template::parse(base_job_template.as_str()).map_err(|error| error.to_string());
                Object::Pool(Arc::new(Pool {
                    kind,
                    template,
                    policy,
                }))
            }
            CellBody::Config {
                object: ConfigObject::Deployment(deployment),
                ..
            } => Object::Deployment(Arc::new(*deployment)),
            CellBody::Config {
                object:
                    ConfigObject::Queue(_)
                    | ConfigObject::TagLimit(_)
                    | ConfigObject::NamedLimit(_)
                    | ConfigObject::Deletion(_),
                ..
            }
            | CellBody::Epoch { .. }
            | CellBody::QueueOpened { .. }
            | CellBody::QueueClosed { .. }
            | CellBody::Barrier { .. }
            | CellBody::WorkerForgotten { .. }
            | CellBody::Malformed { .. } => return None,
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        while known.len() >= REVISIONS_MAX {
            known.pop_first();
        }
        known.insert(revision, object.clone());
        Some(object)
    }
}

fn missing(what: &str, revision: Revision) -> Ended {
    Ended::not_started(
        "ConfigMissing",
        format!("the claim names revision {revision} of the {what}, which is not in the cell log"),
    )
}

fn render(
    pool: &Pool,
    deployment: Option<&DeploymentConfig>,
    request: &RunRequest,
) -> Result<(Value, Secrets), Ended> {
    let deployed = deployment.map(|deployment| &deployment.job_variables);
    match pool.kind {
        PoolType::Null => Ok((
            Value::Object(overlaid(
                deployed.unwrap_or(&JsonObject::empty()),
                &request.job_variables,
            )),
            Secrets::default(),
        )),
        // It says all there is to say.
        PoolType::Kubernetes if request.manifest.is_some() => Ok((Value::Null, Secrets::default())),
        PoolType::Process | PoolType::Kubernetes => {
            let template = pool.template.as_ref().map_err(|error| {
                let text = format!("the pool's base job template cannot be used: {error}");
                Ended::not_started("InvalidTemplate", text)
            })?;
            let deployed = deployed.map(JsonObject::to_map).unwrap_or_default();
            let variables: Resolved = template
                .check(&deployed, &request.job_variables.to_map())
                .map_err(|error| Ended::not_started("InvalidVariable", error.to_string()))?;
            // A manifest has another place for the command than a process has.
            let entrypoint = deployment
                .and_then(|deployment| deployment.entrypoint.as_deref())
                .filter(|_| pool.kind == PoolType::Process);
            let rendered = template
                .render_run(&variables, entrypoint)
                .map_err(|error| Ended::not_started("InvalidJob", error.to_string()))?;
            Ok((rendered, template.secrets().clone()))
        }
    }
}

fn environment(
    installation: Option<&InstallationId>,
    ready: &Ready<'_>,
    deployment: Option<&DeploymentConfig>,
) -> BTreeMap<String, String> {
    let Ready {
        run,
        incarnation,
        claim_seq: _,
        claimed,
        request,
        traceparent,
        session,
    } = ready;
    let parameters = match deployment {
        Some(deployment) if !deployment.parameters.is_empty() => {
            JsonObject::from(&overlaid(&deployment.parameters, &request.parameters))
                .as_str()
                .to_owned()
        }
        // As the publisher wrote them: 9007199254740993 and 1.10 stay what they are.
        Some(_) | None => request.parameters.as_str().to_owned(),
    };
    let deployment = deployment
        .map(|deployment| deployment.name.to_string())
        .unwrap_or_default();
    let name = request.name.as_ref().or(claimed.name.as_ref());
    let mut env = BTreeMap::from(
        [
            ("WEIR_RUN_ID", run.run_id.to_string()),
            ("WEIR_RUN_NAME", name.cloned().unwrap_or_default()),
            ("WEIR_ATTEMPT", claimed.attempt.to_string()),
            ("WEIR_POOL", run.queue.pool.to_string()),
            ("WEIR_QUEUE", run.queue.queue.to_string()),
            ("WEIR_DEPLOYMENT", deployment),
            ("WEIR_PARAMETERS", parameters),
            ("WEIR_SESSION", session.id.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    let stream = QueueStream {
        key: run.queue.clone(),
        incarnation: *incarnation,
    };
    let (run_id, attempt) = (&run.run_id, claimed.attempt);
    let traceparent = attempt_traceparent(installation, &stream, run_id, attempt, *traceparent);
    env.insert("TRACEPARENT".to_owned(), traceparent);
    env
}
