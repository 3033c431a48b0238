//! Writing configuration: work pools and work queues, by compare-and-set on the cell log.

mod check;
mod error;
mod spec;
mod wish;

use weir_core::{
    bounds,
    cell::{
        CellState, ConfigObject, Deletion, PoolType, QUEUE_MAX_BYTES_DEFAULT, default_queue,
        hard_bound,
    },
    ids::{PoolName, QueueKey, Revision, Seq},
    template::{DEFAULT_KUBERNETES_TEMPLATE, DEFAULT_PROCESS_TEMPLATE},
};
use weir_log::{AppendError, CellAppend, CellFence, LogError, traits::Log};

use self::wish::{wished_pool, wished_queue};
pub(crate) use self::{
    check::{check_max_bytes, check_policy, check_pool_spans, check_template, readable},
    wish::not_going,
};
pub use self::{
    error::{ConfigError, Differences},
    spec::{Change, LimitChange, PoolSpec, PoolUpdate, QueueSpec, QueueUpdate},
};
use crate::{
    Client, ReadCellError,
    retry::{append_surely, message_id},
};

/// How often a lost compare-and-set is begun anew.
const TRIES: u32 = 64;
/// The template of a pool whose runs are nothing at all: it lets the two variables of their executor pass.
const NULL_TEMPLATE: &str = r#"{"job_configuration":{},"variables":{"type":"object","properties":{"sleep":{"type":"integer","minimum":0,"description":"Milliseconds until it ends; 0 when absent."},"exit_code":{"type":"integer","description":"How it ends; 0 when absent."}}}}"#;

/// The base job template that a pool of this type gets when nobody brings one, as JSON text.
pub fn default_base_job_template(kind: PoolType) -> &'static str {
    match kind {
        PoolType::Process => DEFAULT_PROCESS_TEMPLATE,
        PoolType::Kubernetes => DEFAULT_KUBERNETES_TEMPLATE,
        PoolType::Null => NULL_TEMPLATE,
    }
}

/// What a write of configuration has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    Created(Revision),
    /// It is changed.
    Updated(Revision),
    /// It was so already.
    Unchanged(Revision),
}

/// What a writer wants once it has seen the configuration.
pub(crate) enum Wish {
    /// It is so already.
    Keep(Revision),
    /// Write this over that revision.
    Write(Box<ConfigObject>, Revision),
    /// Write this, which is new; over that revision if something of that name was deleted, else 0.
    Make(Box<ConfigObject>, Revision),
}

impl<L: Log> Client<L> {
    /// Creates a work pool, and its queue `default`. Creates the cell's own streams first where there are none.
    /// Where the pool exists and differs in nothing that is named, nothing is written.
    ///
    /// # Errors
    /// When it exists and differs, when the template is not usable, or when the broker refuses.
    pub async fn create_pool(&self, spec: PoolSpec) -> Result<Saved, ConfigError> {
        let what = format!("work pool {}", spec.name);
        let made = self.log.create_cell().await;
        made.map_err(|source| ConfigError::Stream {
            what: "the cell".to_owned(),
            source,
        })?;
        let saved = self.save(&what, |cell| wished_pool(cell, &spec)).await?;
        self.create_queue(QueueSpec::new(QueueKey::new(spec.name, default_queue())))
            .await?;
        Ok(saved)
    }

    /// Changes a work pool.
    ///
    /// # Errors
    /// When there is no such pool, when the template is not usable, or when the broker refuses.
    pub async fn update_pool(
        &self,
        name: &PoolName,
        update: &PoolUpdate,
    ) -> Result<Saved, ConfigError> {
        self.save(&format!("work pool {name}"), |cell| {
            let held = cell
                .pool(name)
                .ok_or_else(|| ConfigError::UnknownPool(name.clone()))?;
            not_going(cell, &Deletion::Pool(name.clone()))?;
            let mut value = held.value.clone();
            update.concurrency_limit.apply(&mut value.concurrency_limit);
            value.paused = update.paused.unwrap_or(value.paused);
            update.start_rate.apply(&mut value.start_rate);
            update.fair_share.apply(&mut value.fair_share);
            value.on_lost_worker = update.on_lost_worker.unwrap_or(value.on_lost_worker);
            update.submit_timeout.apply(&mut value.submit_timeout);
            update.start_timeout.apply(&mut value.start_timeout);
            check_pool_spans(value.submit_timeout, value.start_timeout)?;
            update.policy.apply(&mut value.policy);
            check_policy(value.kind, value.policy.as_deref())?;
            if let Some(description) = &update.description {
                value.description = bounds::bounded_text(description);
            }
            if let Some(template) = &update.base_job_template {
                check_template(value.kind, template)?;
                value.base_job_template = template.clone();
            }
            Ok(if value == held.value {
                Wish::Keep(held.revision)
            } else {
                Wish::Write(Box::new(ConfigObject::Pool(value)), held.revision)
            })
        })
        .await
    }

    /// Creates a work queue: its stream first, so that publishing works at once and without a scheduler.
    /// Where the queue exists and differs in nothing that is named, nothing is written.
    ///
    /// # Errors
    /// When there is no such pool, when the queue exists and differs, or when the broker refuses.
    pub async fn create_queue(&self, spec: QueueSpec) -> Result<Saved, ConfigError> {
        let what = format!("work queue {}", spec.key);
        check_max_bytes(spec.max_bytes)?;
        let cell = self.cell().await.map_err(ConfigError::Cell)?;
        wished_queue(&cell, &spec)?;
        let bound = cell
            .queue(&spec.key)
            .map_or(spec.max_bytes, |held| Some(held.value.max_bytes));
        let hard = hard_bound(bound.unwrap_or(QUEUE_MAX_BYTES_DEFAULT));
        let made = self
            .log
            .create_queue(&cell.present_life(&spec.key), hard)
            .await;
        made.map_err(|source| ConfigError::Stream {
            what: what.clone(),
            source,
        })?;
        let saved = self.save(&what, |cell| wished_queue(cell, &spec)).await?;
        // Its pool may have been deleted in the same moment, and then it goes with it.
        let cell = self.cell().await.map_err(ConfigError::Cell)?;
        not_going(&cell, &Deletion::Queue(spec.key))?;
        Ok(saved)
    }

    /// Changes a work queue. Another `max_bytes` is in force in its stream at once, no scheduler needed.
    ///
    /// # Errors
    /// When there is no such queue, or when the broker refuses.
    pub async fn update_queue(
        &self,
        key: &QueueKey,
        update: &QueueUpdate,
    ) -> Result<Saved, ConfigError> {
        let what = format!("work queue {key}");
        check_max_bytes(update.max_bytes)?;
        let saved = self.save(&what, |cell| {
            let held = cell
                .queue(key)
                .ok_or_else(|| ConfigError::UnknownQueue(key.clone()))?;
            not_going(cell, &Deletion::Queue(key.clone()))?;
            let mut value = held.value.clone();
            update.concurrency_limit.apply(&mut value.concurrency_limit);
            value.priority = update.priority.unwrap_or(value.priority);
            value.max_bytes = update.max_bytes.unwrap_or(value.max_bytes);
            update.start_rate.apply(&mut value.start_rate);
            value.weight = update.weight.unwrap_or(value.weight);
            value.paused = update.paused.unwrap_or(value.paused);
            if let Some(description) = &update.description {
                value.description = bounds::bounded_text(description);
            }
            Ok(if value == held.value {
                Wish::Keep(held.revision)
            } else {
                Wish::Write(Box::new(ConfigObject::Queue(value)), held.revision)
            })
        });
        let saved = saved.await?;
        if let Some(bound) = update.max_bytes {
            self.resize(key, bound)
                .await
                .map_err(|source| ConfigError::Stream { what, source })?;
        }
        Ok(saved)
    }

    /// Brings the stream's own bound to what the request bound asks for, but never below what is in it with a reserve.
    pub(crate) async fn resize(&self, key: &QueueKey, bound: u64) -> Result<(), LogError> {
        let cell = self.cell().await.map_err(ReadCellError::into_log_error)?;
        let stream = cell.present_life(key);
        let usage = self.log.usage(&stream).await?;
        let hard = hard_bound(bound);
        let reserve = hard.saturating_sub(bound);
        let wanted = hard.max(usage.bytes.saturating_add(reserve));
        if usage.bytes_max == wanted {
            return Ok(());
        }
        self.log.resize_queue(&stream, wanted).await
    }

    /// Reads the configuration, asks what is wished, and writes it if nobody was quicker; else begins anew.
    pub(crate) async fn save(
        &self,
        what: &str,
        wish: impl Fn(&CellState) -> Result<Wish, ConfigError>,
    ) -> Result<Saved, ConfigError> {
        for attempt in 0..TRIES {
            let (object, last, new) = match wish(&self.cell().await.map_err(ConfigError::Cell)?)? {
                Wish::Keep(revision) => return Ok(Saved::Unchanged(revision)),
                Wish::Write(object, last) => (object, last, false),
                Wish::Make(object, last) => (object, last, true),
            };
            // Once: all that is wished is in the first object too, and the time between reading and writing is short.
            if attempt == 0 {
                readable(what, &object)?;
            }
            let body = weir_core::cell::CellBody::Config {
                author: self.author.to_string(),
                object: *object,
            };
            let append = CellAppend {
                body,
                fence: CellFence::Own(Seq(last.0)),
                msg_id: Some(message_id().map_err(ConfigError::Random)?),
            };
            match append_surely(|| self.log.append_cell(append.clone())).await {
                Ok(appended) if new => {
                    return Ok(Saved::Created(Revision(appended.seq.0)));
                }
                Ok(appended) => return Ok(Saved::Updated(Revision(appended.seq.0))),
                // Others go first a little longer each time, so that two busy writers fall out of step.
                Err(AppendError::Fenced { .. }) => {
                    for _ in 0..attempt {
                        tokio::task::yield_now().await;
                    }
                }
                Err(source) => {
                    return Err(ConfigError::Append {
                        what: what.to_owned(),
                        source,
                    });
                }
            }
        }
        Err(ConfigError::Contended {
            what: what.to_owned(),
        })
    }
}
