//! What a run belongs to, on the command line: its parent, and the runs that it comes after.

use anyhow::{Context as _, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use weir_client::{After, AfterOutcome, OnFailure, OnParentEnd, Parent, RunName, RunRequest};
use weir_core::trace::TraceContext;

#[derive(Debug, clap::Args)]
pub(crate) struct FamilyArgs {
    /// The run that asks for this one: its id if it is in the same queue, or POOL/QUEUE/ID [default: inside a run, that run]
    #[arg(long, value_name = "RUN")]
    parent: Option<RunName>,
    /// It has no parent, though it is asked for inside a run
    #[arg(long, visible_alias = "detach", conflicts_with = "parent")]
    no_parent: bool,
    /// What becomes of it where its parent ends without success [default: propagate, so it is cancelled]
    #[arg(long, value_name = "POLICY", value_parser = on_parent_end(), ignore_case = true)]
    on_parent_end: Option<OnParentEnd>,
    /// What becomes of its parent where it ends without success [default: detach, so nothing]
    #[arg(long, value_name = "POLICY", value_parser = on_failure(), ignore_case = true)]
    on_failure: Option<OnFailure>,
    /// Wait for this run to end; its id if it is in the same queue, or POOL/QUEUE/ID; more than one may be given
    #[arg(long, value_name = "RUN", value_delimiter = ',')]
    after: Vec<RunName>,
    /// How those runs have to end [default: success]
    #[arg(long, value_name = "OUTCOME", value_parser = after_outcome(), ignore_case = true, requires = "after")]
    after_outcome: Option<AfterOutcome>,
    /// Inside a run: which
    #[arg(long, hide = true, env = "WEIR_RUN_ID", default_value = "")]
    inside_run: String,
    /// Inside a run: its pool
    #[arg(long, hide = true, env = "WEIR_POOL", default_value = "")]
    inside_pool: String,
    /// Inside a run: its queue
    #[arg(long, hide = true, env = "WEIR_QUEUE", default_value = "")]
    inside_queue: String,
    /// The trace of whoever calls
    #[arg(long, hide = true, env = "TRACEPARENT", default_value = "")]
    traceparent: String,
}

fn on_parent_end() -> impl clap::builder::TypedValueParser<Value = OnParentEnd> {
    PossibleValuesParser::new(["propagate", "detach"]).map(|word| {
        if word.eq_ignore_ascii_case("detach") {
            OnParentEnd::Detach
        } else {
            OnParentEnd::Propagate
        }
    })
}

fn on_failure() -> impl clap::builder::TypedValueParser<Value = OnFailure> {
    PossibleValuesParser::new(["detach", "fail-parent"]).map(|word| {
        if word.eq_ignore_ascii_case("fail-parent") {
            OnFailure::FailParent
        } else {
            OnFailure::Detach
        }
    })
}

fn after_outcome() -> impl clap::builder::TypedValueParser<Value = AfterOutcome> {
    PossibleValuesParser::new(["success", "failure", "any"]).map(|word| {
        match word.to_ascii_lowercase().as_str() {
            "failure" => AfterOutcome::Failure,
            "any" => AfterOutcome::Any,
            _ => AfterOutcome::Success,
        }
    })
}

impl FamilyArgs {
    /// Puts what was given into a request.
    pub(crate) fn request(&self, request: RunRequest) -> anyhow::Result<RunRequest> {
        let parent = match &self.parent {
            Some(named) => Some(named.clone()),
            None => self.around()?.filter(|_| !self.no_parent),
        };
        let Some(parent) = parent else {
            if self.on_parent_end.is_some() || self.on_failure.is_some() {
                bail!(
                    "--on-parent-end and --on-failure are for runs that have a parent: say which with --parent RUN"
                );
            }
            let after = self.after();
            return Ok(RunRequest { after, ..request });
        };
        let parent = Parent {
            run: parent,
            on_parent_end: self.on_parent_end.unwrap_or_default(),
            on_failure: self.on_failure.unwrap_or_default(),
        };
        Ok(RunRequest {
            parent: Some(parent),
            after: self.after(),
            ..request
        })
    }

    /// The trace that what is submitted goes on with, if the caller is in one.
    pub(crate) fn traceparent(&self) -> Option<String> {
        TraceContext::parse(&self.traceparent).map(|_valid| self.traceparent.clone())
    }

    fn after(&self) -> Option<After> {
        (!self.after.is_empty()).then(|| After {
            runs: self.after.clone(),
            outcome: self.after_outcome.unwrap_or_default(),
        })
    }

    /// The run inside which this is called.
    fn around(&self) -> anyhow::Result<Option<RunName>> {
        let parts = [&self.inside_pool, &self.inside_queue, &self.inside_run];
        if self.no_parent || parts.iter().any(|part| part.is_empty()) {
            return Ok(None);
        }
        let [pool, queue, run] = parts;
        let name: Result<RunName, _> = format!("{pool}/{queue}/{run}").parse();
        name.map(Some).context(
            "WEIR_POOL, WEIR_QUEUE and WEIR_RUN_ID say inside which run this is called, and name none: unset them, or say --no-parent",
        )
    }
}
