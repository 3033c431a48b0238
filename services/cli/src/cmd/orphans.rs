//! `weir worker orphans`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use weir_client::{PoolName, PoolType};
use weir_core::kubernetes::Owner;
use weir_worker::kubernetes::{
    Deleted,
    orphans::{self, Orphan, Why},
};

use super::worker;
use crate::{
    context::Context,
    exit::{Exit, not_found},
    settings::Settings,
    table::Table,
    view::time,
};

#[derive(Debug, Args)]
pub(crate) struct Orphans {
    /// The pool, of type kubernetes
    #[arg(short, long)]
    pool: PoolName,
    /// The kubeconfig file [default: KUBECONFIG, else the pod's service account, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Delete them, with their pods
    #[arg(long)]
    delete: bool,
}

pub(crate) async fn run(context: &Context, args: Orphans) -> anyhow::Result<Exit> {
    let Orphans {
        pool,
        kubeconfig,
        context: kube_context,
        delete,
    } = args;
    let settings = Settings::load(context)?.worker.kubernetes;
    let client = context.client().await?;
    let cell = client.cell().await?;
    let Some(held) = cell.pool(&pool) else {
        return Err(not_found(format!("there is no work pool {pool}")));
    };
    anyhow::ensure!(
        held.value.kind == PoolType::Kubernetes,
        "work pool {pool} is of type {}: only pools of type kubernetes have Jobs",
        held.value.kind.as_str()
    );
    let cluster = worker::cluster(context, settings, kubeconfig, kube_context).await?;
    let found = orphans::orphans(&cluster, client.log(), &cell, &pool).await?;
    if context.out.is_json() {
        let all: Vec<_> = found.iter().map(told).collect();
        context.out.json(&json!({"orphans": all}).to_string())?;
    } else {
        let none = "every Job of this pool is known to its log";
        context.out.table(&table(context, &found), none)?;
    }
    if !delete {
        return Ok(Exit::Ok);
    }
    let mut exit = Exit::Ok;
    for orphan in &found {
        let name = format!("{}/{}", orphan.namespace, orphan.name);
        match orphans::delete(&cluster, orphan).await {
            Ok(Deleted::Ordered) => context.out.note(&format!("Job {name} is deleted"))?,
            Ok(Deleted::Absent) => context.out.note(&format!("Job {name} was gone already"))?,
            Err(failure) => {
                context
                    .out
                    .warning(&format!("Job {name} cannot be deleted: {failure}"))?;
                exit = Exit::Error;
            }
        }
    }
    Ok(exit)
}

fn table(context: &Context, found: &[Orphan]) -> Table {
    let mut table = Table::new(&["NAMESPACE", "JOB", "AGE", "SAYS IT IS", "WHY"]);
    for orphan in found {
        let age = orphan.created.map_or_else(
            || "-".to_owned(),
            |created| time::span(context.clock.now().since(created)),
        );
        table.row([
            orphan.namespace.as_str().into(),
            orphan.name.as_str().into(),
            age.into(),
            orphan
                .claims
                .as_ref()
                .map_or_else(|| "-".to_owned(), says)
                .into(),
            words(orphan.why).into(),
        ]);
    }
    table
}

fn says(owner: &Owner) -> String {
    format!("{} attempt {}", owner.run, owner.attempt)
}

fn words(why: Why) -> &'static str {
    match why {
        Why::NoAttempt => "its annotations name no attempt",
        Why::NoQueue => "its queue is gone",
        Why::Unheard => "the queue's log has never heard of it",
    }
}

fn told(orphan: &Orphan) -> serde_json::Value {
    let claims = orphan.claims.as_ref();
    json!({
        "namespace": orphan.namespace,
        "name": orphan.name,
        "uid": orphan.uid,
        "createdAt": orphan.created.map(time::utc),
        "pool": claims.map(|owner| owner.run.queue.pool.as_str()),
        "queue": claims.map(|owner| owner.run.queue.queue.as_str()),
        "runId": claims.map(|owner| owner.run.run_id.as_str()),
        "attempt": claims.map(|owner| owner.attempt.0),
        "why": orphan.why.as_str(),
    })
}
