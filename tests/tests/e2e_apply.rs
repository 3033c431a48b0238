//! The whole set-up lives in files: applied, it is as they say, applied again, nothing changes; a file that is changed,
//! taken away or half applied.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

use std::{fmt::Write as _, fs, path::PathBuf, time::Duration};

use serde_json::{Value, json};
use weir_tests::harness::{Program, Said, Stack, until};

const SOON: Duration = Duration::from_secs(30);

const FILES: [(&str, &str); 4] = [
    ("pools.yaml", include_str!("e2e_apply/pools.yaml")),
    ("template.json", include_str!("e2e_apply/template.json")),
    ("limits.yml", include_str!("e2e_apply/limits.yml")),
    ("etl/weir.yaml", include_str!("e2e_apply/etl/weir.yaml")),
];

/// A folder with the files, as a checkout has it, and a stack without anything.
struct Checkout {
    stack: Stack,
    folder: PathBuf,
}

impl Checkout {
    fn new() -> Self {
        let stack = Stack::start_with(&[("STAGE", "test")]);
        let folder = stack.path("checkout");
        fs::create_dir_all(folder.join("etl")).unwrap();
        fs::create_dir_all(folder.join(".github")).unwrap();
        // What is hidden belongs to other programs.
        fs::write(folder.join(".github/workflow.yaml"), "on: [push]").unwrap();
        for (name, text) in FILES {
            fs::write(folder.join(name), text).unwrap();
        }
        Self { stack, folder }
    }

    fn scheduler(&self) -> Program {
        let scheduler = self.stack.scheduler("s1");
        self.stack.led_by("s1", SOON);
        scheduler
    }

    fn apply(&self, flags: &str) -> Said {
        let folder = self.folder.display();
        self.stack.weir(&format!("apply -f {folder} {flags}"))
    }

    /// Replaces a text that stands in a file once.
    #[track_caller]
    fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.folder.join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from} in {name}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    #[track_caller]
    fn inspect(&self, object: &str) -> Value {
        self.stack.weir(&format!("{object} -o json")).ok().json()
    }

    /// How often the configuration has been written, told by the last revision of each object.
    fn revisions(&self) -> Vec<Value> {
        let lists = [
            "work-pool",
            "work-queue",
            "concurrency-limit",
            "gcl",
            "deployment",
        ];
        let lists = lists.map(|list| self.inspect(&format!("{list} ls")));
        let objects = lists.iter().flat_map(|list| list.as_array().unwrap());
        objects
            .map(|one| one["written"]["revision"].clone())
            .collect()
    }
}

/// The lines of a plan that say what becomes of an object.
fn changes(said: &Said) -> Vec<String> {
    let out = said.out();
    let lines = out.lines().filter(|line| !line.starts_with(' '));
    lines.map(str::to_owned).collect()
}

#[test]
fn a_set_up_is_made_of_files_and_runs() {
    let checkout = Checkout::new();
    let stack = &checkout.stack;
    let plan = checkout.apply("--dry-run --detailed-exitcode").exits(2);
    assert_eq!(changes(&plan).len(), 12, "{}", plan.out());
    stack.weir("work-pool ls").exits(7);

    let _scheduler = checkout.scheduler();
    let applied = checkout.apply("").ok();
    assert_eq!(
        changes(&applied),
        changes(&plan),
        "what was shown is what is done"
    );
    let pool = checkout.inspect("work-pool inspect etl");
    assert_eq!(pool["description"], "loads of test");
    assert_eq!(pool["concurrencyLimit"], 4);
    assert_eq!(pool["onLostWorker"], "HOLD");
    let template = &pool["baseJobTemplate"]["job_configuration"];
    assert_eq!(template["env"]["TABLE"], "{{ table }}");
    let queue = checkout.inspect("work-queue inspect bulk --pool etl");
    assert_eq!(
        (&queue["priority"], &queue["maxBytes"]),
        (&json!(2), &json!("67108864"))
    );
    let limit = checkout.inspect("concurrency-limit inspect customer:*");
    assert_eq!(limit["concurrencyLimit"], 2);
    let limit = checkout.inspect("gcl inspect db-connections");
    assert_eq!(limit["concurrencyLimit"], 20);

    let _worker = stack.worker("w1", "--pool etl --limit 4");
    let run = "deployment run load/orders --id orders-1 --watch";
    stack.weir(run).ok();
    stack
        .weir("run logs orders-1")
        .ok()
        .saying(&["loads orders"]);
}

#[test]
fn applied_twice_nothing_changes_and_a_change_is_told_before_it_is_made() {
    let checkout = Checkout::new();
    let _scheduler = checkout.scheduler();
    checkout.apply("").ok();
    let before = checkout.revisions();
    let again = checkout.apply("").ok().saying(&["nothing to change"]);
    assert_eq!(again.out(), "");
    checkout
        .apply("--prune")
        .ok()
        .saying(&["nothing to change"]);
    checkout.apply("--dry-run --detailed-exitcode --prune").ok();
    assert_eq!(checkout.revisions(), before, "not one is written again");

    checkout.edit(
        "pools.yaml",
        "concurrency_limit: 2, ",
        "concurrency_limit: 3, ",
    );
    checkout.edit("pools.yaml", "    on_lost_worker: hold\n", "");
    checkout.edit("etl/weir.yaml", "table: orders", "table: all-orders");
    let told = "~ work pool etl
    on_lost_worker: hold -> release
~ work queue etl/high
    concurrency_limit: 2 -> 3
~ deployment load/orders
    work_pool.job_variables.table: orders -> all-orders
";
    let dry = checkout.apply("--dry-run --detailed-exitcode").exits(2);
    assert_eq!(dry.out(), told);
    checkout.apply("--dry-run").ok();
    assert_eq!(
        checkout.revisions(),
        before,
        "nothing is changed by looking"
    );
    assert_eq!(checkout.apply("").ok().out(), told);
    assert_eq!(
        checkout.inspect("work-queue inspect high --pool etl")["concurrencyLimit"],
        3
    );
    checkout.apply("").ok().saying(&["nothing to change"]);

    // Who operates it may pause it; files do not overrule that.
    checkout.stack.weir("work-pool pause etl").ok();
    checkout.apply("").ok().saying(&["nothing to change"]);
    let json = checkout.apply("--dry-run -o json").ok().json();
    assert_eq!(json["changes"], json!([]));
}

#[test]
fn what_is_there_can_be_taken_into_files() {
    let checkout = Checkout::new();
    let stack = &checkout.stack;
    checkout.apply("").ok();
    let file = stack.path("exported.yaml");
    stack.weir(&format!("export -f {}", file.display())).ok();
    let exported = format!("apply -f {} --prune --dry-run", file.display());
    let again = stack.weir(&format!("{exported} --detailed-exitcode")).ok();
    again.saying(&["nothing to change"]);

    // Elsewhere it makes everything anew.
    let text = fs::read(&file).unwrap();
    drop(checkout);
    let stack = Stack::start();
    let file = stack.path("exported.yaml");
    fs::write(&file, text).unwrap();
    let apply = format!("apply -f {}", file.display());
    assert_eq!(changes(&stack.weir(&apply).ok()).len(), 12);
    let listed = stack.weir("deployment ls -o json").ok().json();
    assert_eq!(listed.as_array().unwrap().len(), 3);
}

#[test]
fn what_no_file_names_goes_with_prune_when_its_runs_have_ended() {
    let checkout = Checkout::new();
    let stack = &checkout.stack;
    let _scheduler = checkout.scheduler();
    checkout.apply("").ok();
    // Nobody works there, so it waits.
    let submit = "run submit --pool etl --queue bulk --id waits -jv command=ls";
    stack.weir(submit).ok();
    checkout.edit(
        "pools.yaml",
        "      - {name: bulk, priority: 2, max_bytes: 64MiB, description: what can wait}\n",
        "",
    );
    checkout.edit("limits.yml", "  - {tag: db, limit: 5}\n", "");
    fs::remove_file(checkout.folder.join("etl/weir.yaml")).unwrap();

    let stays = checkout.apply("").ok();
    stays.saying(&[
        "nothing to change",
        "--prune",
        "work queue etl/bulk",
        "deployment load/orders",
    ]);
    checkout
        .apply("--cancel-runs")
        .exits(1)
        .saying(&["--prune"]);
    let refused = checkout.apply("--prune").exits(1);
    assert_eq!(
        changes(&refused),
        [
            "- deployment report/daily",
            "- deployment load/orders",
            "- deployment load/customers",
            "- concurrency limit of tag db",
            "- work queue etl/bulk",
        ]
    );
    refused.saying(&[
        "4 of 5 changes were made",
        "1 runs that have not ended",
        "--cancel-runs",
    ]);
    assert_eq!(checkout.inspect("deployment ls"), json!([]));
    let pruned = checkout.apply("--prune --cancel-runs -o json").ok().json();
    let changes = pruned["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "only what was left: {changes:?}");
    assert_eq!(
        (&changes[0]["name"], &changes[0]["result"]),
        (&json!("etl/bulk"), &json!("done"))
    );
    stack.weir("work-queue inspect bulk --pool etl").exits(7);
    stack.run_is("etl/bulk/waits", "Cancelled", SOON);
    checkout
        .apply("--prune")
        .ok()
        .saying(&["nothing to change"]);
}

#[test]
fn all_that_is_wrong_is_told_and_nothing_is_done() {
    let checkout = Checkout::new();
    let stack = &checkout.stack;
    checkout.apply("").ok();
    let before = checkout.revisions();
    checkout.edit("etl/weir.yaml", "table: orders", "tabel: orders");
    checkout.edit(
        "pools.yaml",
        "name: reports\n    type: process",
        "name: reports\n    type: kubernetes",
    );
    checkout.edit("limits.yml", "limit: 20", "limit: 21");
    checkout.apply("").exits(1).saying(&[
        "pools.yaml: work_pools[1] (work pool reports): type: it is process",
        "etl/weir.yaml: deployments[0] (deployment load/orders)",
        "tabel",
        "nothing was changed: 2 problems",
    ]);
    assert_eq!(checkout.revisions(), before);
    checkout.edit("limits.yml", "limit: 21", "limt: 21");
    checkout
        .apply("")
        .exits(1)
        .saying(&["limits.yml", "did you mean \"limit\"?"]);
    let twice = checkout.folder.join("pools.yaml");
    let copy = checkout.folder.join("copy.yaml");
    fs::copy(twice, &copy).unwrap();
    checkout.edit("limits.yml", "limt: 21", "limit: 21");
    checkout.apply("").exits(1).saying(&[
        "work pool etl is named twice",
        "copy.yaml: work_pools[0]",
        "pools.yaml: work_pools[0]",
    ]);
    let warned = stack.path("warned.yaml");
    fs::write(
        &warned,
        "work_pools: [{name: p, type: process, description: 'a {{ $NONE }}'}]",
    )
    .unwrap();
    let line = format!("apply -f {} --dry-run", warned.display());
    stack.weir(&line).ok().saying(&[
        "warning: file",
        "work_pools[0].description",
        "NONE is not set",
    ]);
    stack
        .weir(&format!("{line} --strict"))
        .exits(1)
        .saying(&["--strict"]);
}

/// So many deployments, and a limit for each.
const MANY: usize = 200;

#[test]
fn killed_in_the_middle_the_next_one_completes_it() {
    let checkout = Checkout::new();
    let stack = &checkout.stack;
    let mut text = "concurrency_limits:\n".to_owned();
    for n in 0..MANY {
        writeln!(text, "  - {{tag: 'many-{n}', limit: {n}}}").unwrap();
    }
    text.push_str("deployments:\n");
    for n in 0..MANY {
        writeln!(
            text,
            "  - {{name: many/d{n}, pool: etl, job_variables: {{command: 'true'}}}}"
        )
        .unwrap();
    }
    fs::write(checkout.folder.join("many.yaml"), text).unwrap();
    let all = 12 + 2 * MANY;
    for (round, sign) in [
        "created work pool",
        "created concurrency limit",
        "created deployment",
    ]
    .iter()
    .enumerate()
    {
        let line = format!("apply -f {}", checkout.folder.display());
        let killed = stack.begin(&format!("apply-{round}"), &line);
        killed.says(sign, SOON);
        killed.kill_9();
        let left = checkout.apply("--dry-run --detailed-exitcode").exits(2);
        let left = changes(&left).len();
        assert!(
            0 < left && left < all,
            "{left} of {all} were left after {sign:?}"
        );
    }
    let rest = changes(&checkout.apply("--dry-run").ok()).len();
    let applied = checkout.apply("").ok();
    assert_eq!(changes(&applied).len(), rest, "only what was left is done");
    checkout
        .apply("--prune")
        .ok()
        .saying(&["nothing to change"]);
    let deployments = checkout.inspect("deployment ls");
    assert_eq!(deployments.as_array().unwrap().len(), 3 + MANY);
    until("each queue takes requests", SOON, || {
        let submit = stack.weir("run submit --pool reports --queue default --id r1 -jv command=ls");
        (submit.code == 0).then_some(())
    });
}
