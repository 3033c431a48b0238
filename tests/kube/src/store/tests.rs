//! The history and its two ends: what can still be read of the past, and what cannot.

use serde_json::json;

use super::*;

fn object(name: &str, note: &str) -> Value {
    json!({ "metadata": { "name": name, "namespace": "runs", "note": note } })
}

fn names(objects: &[Arc<Stored>]) -> Vec<String> {
    objects
        .iter()
        .map(|it| {
            format!(
                "{}{}",
                it.value.name(),
                it.value["metadata"]["note"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn a_snapshot_shows_what_was_there() {
    let mut store = Store::new(100);
    for name in ["a", "b", "c"] {
        store.put(Resource::Jobs, object(name, "1"));
    }
    let then = store.revision();
    store.put(Resource::Jobs, object("b", "2"));
    store.remove(Resource::Jobs, &object("c", "").key());
    store.put(Resource::Jobs, object("d", "1"));
    let at = |revision, after: Option<&Key>| {
        names(
            &store
                .snapshot(Resource::Jobs, Some("runs"), revision, after)
                .unwrap(),
        )
    };
    assert_eq!(at(then, None), ["a1", "b1", "c1"]);
    assert_eq!(at(then, Some(&object("a", "").key())), ["b1", "c1"]);
    assert_eq!(at(store.revision(), None), ["a1", "b2", "d1"]);
    assert!(
        store
            .snapshot(Resource::Jobs, Some("other"), then, None)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn what_the_history_has_dropped_is_too_old() {
    let mut store = Store::new(2);
    let begin = store.revision();
    let first = store.cursor(Resource::Jobs, begin).unwrap();
    for note in ["1", "2", "3"] {
        store.put(Resource::Jobs, object("a", note));
    }
    assert!(
        store.changes(Resource::Jobs, first, 10).is_none(),
        "the watcher lost its place"
    );
    assert_eq!(
        store.cursor(Resource::Jobs, begin),
        Err(TooOld { oldest: begin + 1 })
    );
    assert!(store.snapshot(Resource::Jobs, None, begin, None).is_err());
    let last = store.cursor(Resource::Jobs, begin + 1).unwrap();
    assert_eq!(store.changes(Resource::Jobs, last, 10).unwrap().len(), 2);
}

#[test]
fn a_lost_cache_forgets_watches_and_a_compacted_store_lists_too() {
    let mut store = Store::new(100);
    store.put(Resource::Jobs, object("a", "1"));
    let then = store.revision();
    store.forget(false);
    assert!(store.cursor(Resource::Jobs, then).is_err());
    assert!(store.snapshot(Resource::Jobs, None, then, None).is_ok());
    store.forget(true);
    assert!(store.snapshot(Resource::Jobs, None, then, None).is_err());
    assert!(store.cursor(Resource::Jobs, store.revision()).is_ok());
}
