//! The history of configuration: what changed, when and by whom, and what was in force at a position of the log.

use std::time::Duration;

use serde_json::{Value, json};
use weir_core::event::{Body, Claim};
use weir_tests::harness::{History, Pool, until};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn every_revision_names_its_author_and_what_it_changed() {
    let pool = Pool::new("told");
    let stack = &pool.stack;
    stack
        .weir("work-pool set-concurrency-limit told 3 --os-user bob")
        .ok();
    let as_ann = stack.url().replacen("nats://", "nats://ann:secret@", 1);
    stack
        .weir(&format!(
            "work-pool pause told --nats-url {as_ann} --os-user bob"
        ))
        .ok();
    let history = stack.weir("work-pool history told -o json").ok().json();
    let of = |field: &str| -> Vec<&Value> {
        let all = history.as_array().unwrap();
        all.iter().map(|revision| &revision[field]).collect()
    };
    assert_eq!(
        of("what"),
        [&json!("created"), &json!("changed"), &json!("changed")]
    );
    let author = of("author")[1].as_str().unwrap();
    assert!(author.starts_with("bob@") && author.len() > 4, "{author}");
    assert_eq!(of("author")[2], "ann");
    assert_eq!(
        of("changes")[1..],
        [
            &json!([{"field": "concurrencyLimit", "from": null, "to": 3}]),
            &json!([{"field": "paused", "from": false, "to": true}])
        ]
    );
    stack.weir("work-pool history told").ok().saying(&[
        "concurrencyLimit none → 3",
        "paused false → true",
        "ann",
    ]);
    stack
        .weir("work-queue history default --pool told")
        .ok()
        .saying(&["created"]);
    stack
        .weir("work-queue history nowhere --pool told")
        .exits(7);
    stack.weir("deployment history etl/nowhere").exits(7);
    stack.weir("concurrency-limit create told-tag 2").ok();
    stack.weir("concurrency-limit create told-tag 4").ok();
    stack.weir("concurrency-limit delete told-tag").ok();
    stack
        .weir("concurrency-limit history told-tag")
        .ok()
        .saying(&["concurrencyLimit 2", "concurrencyLimit 2 → 4", "deleted"]);
}

/// The claims say what was in force, by themselves; what is told of their positions is the same.
#[test]
fn what_was_in_force_at_a_position_is_what_the_claim_there_says() {
    let pool = Pool::new("forced");
    let stack = &pool.stack;
    let _worker = stack.worker("forced", "--pool forced --limit 8");
    for limit in [2, 5, 3] {
        stack
            .weir(&format!("concurrency-limit create forced-tag {limit}"))
            .ok();
        // In force from the first decision that rests on it: wait until the leader has read it.
        until("the scheduler knows the limit", SOON, || {
            let said = stack.weir("concurrency-limit ls").ok().out();
            said.contains(&format!("0/{limit}")).then_some(())
        });
        let id = format!("forced-{limit}");
        pool.publish(
            &id,
            r#"{"tags":["forced-tag"],"jobVariables":{"command":"true"}}"#,
        )
        .stored();
        stack.run_is(&id, "Completed", SOON);
        until("its slot is free", SOON, || {
            let said = stack.weir("concurrency-limit ls").ok().out();
            said.contains(&format!("0/{limit}")).then_some(())
        });
    }
    let history = History::read(stack.url(), "forced");
    let mut told = 0;
    for id in history.runs() {
        for record in history.of(id.as_str()) {
            let Body::Claim { decided, .. } = &record.body else {
                continue;
            };
            let Claim::Claimed(claimed) = &decided.what else {
                continue;
            };
            let slot = claimed
                .slots
                .iter()
                .find(|slot| slot.limit.to_string().contains("forced-tag"));
            let value = slot.and_then(|slot| slot.value);
            let line = format!(
                "concurrency-limit inspect forced-tag --at forced/default:{} -o json",
                record.seq
            );
            let said = stack.weir(&line).ok().json();
            assert_eq!(said["concurrencyLimit"], json!(value), "{id}");
            told += 1;
        }
    }
    assert_eq!(told, 3);
    stack
        .weir("work-pool inspect forced --at forced/default:1")
        .exits(1)
        .saying(&["nothing was in force at forced/default:1"]);
    stack
        .weir("work-pool inspect forced --at forced")
        .exits(2)
        .saying(&["POOL/QUEUE:SEQ"]);
}
