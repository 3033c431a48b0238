//! `weir bench --kubernetes`: how many Jobs a second weir lets start in a cluster, and how many the same calls for the same
//! Jobs do without it, in turns.
//!
//! What stands against weir are the calls that it makes for a Job, by kube's own client and with as many at once: create, let
//! start, watch, read the output, set the TTL. Claims, limits, reports and the log are in weir's figure alone. For comparison
//! the two calls of the submission alone are measured too, with nobody who looks what becomes of the Jobs.

use std::{fs, num::NonZeroU32, path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use serde::Serialize;
use weir_client::{PoolType, QueueKey};
use weir_core::{ids::QueueStream, kubernetes::identity};
use weir_worker::{
    KubernetesExecutor,
    kubernetes::{
        Cluster, KubernetesConfig,
        ceiling::{self, Calls},
    },
};

use super::{
    percentiles::median,
    report::{per_second, round},
    stand::{Setting, Stand, pool},
};
use crate::{cmd::worker, context::Context, settings::Settings, table::Table, up::Services};

/// Of what the same calls reach without it, weir is to reach at least this.
const GOAL: f64 = 0.9;
/// How often it is looked how many have been let start.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// How long all Jobs of a round may take to be let start, or to go.
const WITHIN: Duration = Duration::from_mins(2);

#[derive(Debug, clap::Args)]
pub(super) struct ClusterArgs {
    /// Measure how many Jobs a second are let start in a cluster, beside the same calls without weir; ends with 1 below 0.9 of those
    #[arg(long, conflicts_with_all = ["runs", "idle", "hand_over", "scenario", "limit", "workers"])]
    pub(super) kubernetes: bool,
    /// The kubeconfig file [default: KUBECONFIG, else the pod's service account, else ~/.kube/config]
    #[arg(long, value_name = "FILE", requires = "kubernetes")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME", requires = "kubernetes")]
    context: Option<String>,
    /// How many Jobs each round has
    #[arg(
        long,
        value_name = "N",
        default_value = "2000",
        requires = "kubernetes"
    )]
    jobs: NonZeroU32,
    /// How many calls are under way at once
    #[arg(long, value_name = "N", default_value = "16", requires = "kubernetes")]
    concurrency: NonZeroU32,
}

/// What is to be measured, and where.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    cluster: Cluster,
    pub(super) jobs: NonZeroU32,
    concurrency: NonZeroU32,
    rounds: u32,
}

impl Plan {
    pub(super) async fn of(
        context: &Context,
        args: ClusterArgs,
        rounds: u32,
        mut settings: KubernetesConfig,
    ) -> anyhow::Result<Self> {
        settings.calls_max = args.concurrency;
        let cluster = worker::cluster(context, settings, args.kubeconfig, args.context).await?;
        Ok(Self {
            cluster,
            jobs: args.jobs,
            concurrency: args.concurrency,
            rounds,
        })
    }

    fn namespace(&self) -> &str {
        self.cluster
            .namespaces()
            .first()
            .map_or("default", String::as_str)
    }

    fn concurrency(&self) -> usize {
        usize::try_from(self.concurrency.get()).unwrap_or(usize::MAX)
    }
}

pub(super) async fn start(
    context: &Context,
    services: &mut Services,
    setting: Setting,
    settings: Settings,
    plan: &Plan,
) -> anyhow::Result<Stand> {
    let log = services.connect("weir-bench-worker").await?;
    let (cluster, clock) = (plan.cluster.clone(), context.clock.clone());
    let executor = || KubernetesExecutor::new(cluster.clone(), log.clone(), clock.clone());
    let kind = PoolType::Kubernetes;
    Stand::start_with(context, services, setting, settings, kind, executor).await
}

/// Medians of all rounds.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    jobs: u32,
    rounds: u32,
    concurrency: u32,
    /// Jobs let start by weir, from the first request on.
    weir_per_s: f64,
    /// The same calls for the same Jobs without weir.
    plain_per_s: f64,
    /// The two calls of a submission alone.
    bare_per_s: f64,
    /// The median of each round's `weir_per_s` over its `plain_per_s`.
    ratio: f64,
    goal: f64,
    /// The load of this machine at the end: processes that ran or wanted to, over one minute.
    load: f64,
}

pub(super) async fn run(context: &Context, stand: &Stand, plan: &Plan) -> anyhow::Result<Report> {
    let cell = stand.client().cell().await?;
    let installation = cell.installation().context("the cell has no leader yet")?;
    let selector = identity::selector(installation, Some(&pool()));
    let stream = cell.present_life(&QueueKey::new(pool(), "default".parse()?));
    let round = Round {
        stand,
        plan,
        selector,
        stream,
    };
    round.by_weir(0).await?;
    let namespace = plan.namespace();
    let manifests = ceiling::manifests(&plan.cluster, namespace, &round.selector).await?;
    round.clear().await?;
    let (mut by_weir, mut plainly, mut barely, mut ratios) = (vec![], vec![], vec![], vec![]);
    for n in 1..=plan.rounds {
        let weir = round.by_weir(n).await?;
        round.clear().await?;
        let same = round.without(&manifests, Calls::Followed).await?;
        let bare = round.without(&manifests, Calls::Bare).await?;
        context.out.note(&format!(
            "round {n}: {weir:.0} Jobs/s by weir, {same:.0} by the same calls: {:.3}; {bare:.0} by submissions alone",
            weir / same
        ))?;
        by_weir.push(weir);
        plainly.push(same);
        barely.push(bare);
        ratios.push(weir / same);
    }
    Ok(Report {
        jobs: plan.jobs.get(),
        rounds: plan.rounds,
        concurrency: plan.concurrency.get(),
        weir_per_s: self::round(median(by_weir), 1),
        plain_per_s: self::round(median(plainly), 1),
        bare_per_s: self::round(median(barely), 1),
        ratio: self::round(median(ratios), 3),
        goal: GOAL,
        load: load(),
    })
}

struct Round<'a> {
    stand: &'a Stand,
    plan: &'a Plan,
    selector: String,
    stream: QueueStream,
}

impl Round<'_> {
    /// Sends all requests of a round, and returns how many Jobs a second were let start.
    async fn by_weir(&self, n: u32) -> anyhow::Result<f64> {
        let Self {
            stand,
            plan,
            stream,
            ..
        } = self;
        let (clock, jobs) = (&stand.clock, plan.jobs.get());
        let request = serde_json::json!({"jobVariables": {
            "image": "busybox:1.36", "command": "true", "namespace": plan.namespace(),
        }});
        let request = Bytes::from(request.to_string());
        let requests = (0..jobs).map(|of| (stream.clone(), format!("r{n}-{of}"), request.clone()));
        let before = plan.cluster.let_start();
        let began = clock.monotonic();
        let all = async {
            let mut look = clock.ticks(LOOK_EVERY);
            while plan.cluster.let_start() - before < jobs.into() {
                look.tick().await;
            }
            clock.monotonic()
        };
        let (published, ended) =
            tokio::join!(stand.publish_all(requests), clock.timeout(WITHIN, all));
        published?;
        let Ok(ended) = ended else {
            let started = plan.cluster.let_start() - before;
            bail!("only {started} of {jobs} Jobs were let start within {WITHIN:?}");
        };
        let total = u64::from(n + 1) * u64::from(jobs);
        stand.all_ended(stream, total).await?;
        Ok(per_second(jobs.into(), ended.saturating_sub(began)))
    }

    /// Makes the calls without weir, and returns how many Jobs a second were let start.
    async fn without(&self, manifests: &[serde_json::Value], calls: Calls) -> anyhow::Result<f64> {
        let (cluster, namespace) = (&self.plan.cluster, self.plan.namespace());
        let (jobs, concurrency) = (manifests.to_vec(), self.plan.concurrency());
        let all = ceiling::submit_all(cluster, namespace, jobs, calls, concurrency);
        let all = Box::pin(all);
        let span = self.stand.clock.timeout(WITHIN, all).await;
        let span = span.with_context(|| format!("the Jobs do not end within {WITHIN:?}"))??;
        self.clear().await?;
        Ok(per_second(self.plan.jobs.get().into(), span))
    }

    /// Deletes what was made, and waits until it is gone.
    async fn clear(&self) -> anyhow::Result<()> {
        let (cluster, namespace) = (&self.plan.cluster, self.plan.namespace());
        let clear = async {
            let mut look = self.stand.clock.ticks(Duration::from_millis(100));
            while ceiling::clear(cluster, namespace, &self.selector, self.plan.concurrency())
                .await?
                > 0
            {
                look.tick().await;
            }
            anyhow::Ok(())
        };
        let cleared = self.stand.clock.timeout(WITHIN, clear).await;
        cleared.with_context(|| format!("the Jobs do not go within {WITHIN:?}"))?
    }
}

fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split_whitespace().next();
    first.and_then(|load| load.parse().ok()).unwrap_or_default()
}

impl Report {
    /// For people.
    pub(super) fn table(&self) -> Table {
        let mut table = Table::of_fields();
        table.field(
            "jobs",
            format!(
                "{} × {}, {} calls at once",
                self.rounds, self.jobs, self.concurrency
            ),
        );
        table.field("let start by weir", format!("{:.0} /s", self.weir_per_s));
        table.field("by the same calls", format!("{:.0} /s", self.plain_per_s));
        table.field("by submissions alone", format!("{:.0} /s", self.bare_per_s));
        table.field("ratio", format!("{:.3}, goal {:.1}", self.ratio, self.goal));
        table.field("load", format!("{:.2}", self.load));
        table
    }

    /// The goal that was missed, in words.
    pub(super) fn short_of(&self) -> Option<String> {
        (self.ratio < self.goal).then(|| {
            format!(
                "weir reaches {:.3} of what the same calls do without it; the goal is {:.1}",
                self.ratio, self.goal
            )
        })
    }
}
