//! Every subject reads back as itself.

use proptest::prelude::*;
use weir_core::ids::DeploymentName;

use super::*;

fn subjects() -> impl Strategy<Value = Subject> {
    let label = "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?";
    let token = "[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";
    let key = (label, label).prop_map(|(pool, queue)| key(&pool, &queue).unwrap());
    let run = (key.clone(), token).prop_map(|(queue, id)| RunKey {
        queue,
        run_id: id.parse().unwrap(),
    });
    let voice = prop::sample::select(RunVoice::ALL.to_vec());
    let deployment = "[^/\\p{C}]{1,99}/[^/\\p{C}]{1,99}"
        .prop_filter_map("white space at an end", |text| {
            text.parse::<DeploymentName>().ok()
        });
    prop_oneof![
        (run.clone(), voice.clone()).prop_map(|(run, voice)| Subject::Run(run, voice)),
        (run.clone(), voice).prop_map(|(run, voice)| Subject::Live(run, voice)),
        (key.clone(), 0..LANES).prop_map(|(key, lane)| Subject::Epoch(key, Lane(lane))),
        label.prop_map(|pool| Subject::Cell(CellSubject::Pool(pool.parse().unwrap()))),
        key.clone()
            .prop_map(|key| Subject::Cell(CellSubject::Queue(key))),
        deployment.prop_map(|name| Subject::Cell(CellSubject::Deployment(name))),
        Just(Subject::Cell(CellSubject::Epoch)),
        Just(Subject::Cell(CellSubject::Queues)),
        Just(Subject::Cell(CellSubject::Barrier)),
        Just(Subject::Cell(CellSubject::Worker(
            "local".parse().unwrap(),
            "worker_1".parse().unwrap()
        ))),
        Just(Subject::Lease),
        label.prop_map(|pool| Subject::Observer(pool.parse().unwrap())),
        Just(Subject::Tracer),
        (key.clone(), 1..u32::MAX)
            .prop_map(|(key, incarnation)| Subject::Traced(QueueStream { key, incarnation })),
        (label, token).prop_map(|(p, w)| Subject::Session(p.parse().unwrap(), w.parse().unwrap())),
        (run, any::<u32>()).prop_map(|(run, attempt)| Subject::Output(run, Attempt(attempt))),
        "[a-z]{1,9}\\.[a-z]{1,9}".prop_map(Subject::Api),
    ]
}

proptest! {
    #[test]
    fn every_subject_reads_back_as_itself(subject in subjects()) {
        let text = subject.to_string();
        prop_assert!(text.split('.').all(|token| !token.is_empty()), "{}", text);
        prop_assert!(!text.contains([' ', '*', '>', '\t', '\r', '\n']), "{}", text);
        prop_assert_eq!(text.parse::<Subject>().unwrap(), subject);
    }

    #[test]
    fn whatever_parses_has_one_spelling(text in "weir\\.(run|log|epoch|cell|worker)(\\.[a-z0-9+=A-F]{1,8}){1,5}") {
        if let Ok(subject) = text.parse::<Subject>() {
            let again: Subject = subject.to_string().parse().unwrap();
            prop_assert_eq!(again, subject);
        }
    }
}

#[test]
fn the_quick_reader_of_a_queue_agrees_with_the_full_one() {
    let subjects = QueueSubjects::new(&key("k8s-pool", "high").unwrap());
    for voice in RunVoice::ALL {
        let run_id: RunId = "nightly-7".parse().unwrap();
        let text = subjects.run(&run_id, voice);
        let run = RunKey {
            queue: subjects.key().clone(),
            run_id: run_id.clone(),
        };
        assert_eq!(text.parse::<Subject>().unwrap(), Subject::Run(run, voice));
        assert_eq!(subjects.parse(&text), QueueSubject::Run(run_id, voice));
    }
    assert_eq!(
        subjects.parse("weir.epoch.k8s-pool.high.31"),
        QueueSubject::Epoch(Lane(31))
    );
    for (bad, voice) in [
        ("weir.run.k8s-pool.high.-x.request", Voice::Request),
        ("weir.run.k8s-pool.high.~.report", Voice::Report),
        ("weir.epoch.k8s-pool.high.32", Voice::Epoch),
        ("weir.epoch.k8s-pool.high.01", Voice::Epoch),
    ] {
        assert!(
            matches!(subjects.parse(bad), QueueSubject::Illegal(found, _) if found == voice),
            "{bad}"
        );
    }
}

#[test]
fn stream_names_read_back() {
    for incarnation in [1, 2, 17] {
        let stream = QueueStream {
            key: key("a-b", "c").unwrap(),
            incarnation,
        };
        assert_eq!(parse_stream_name(&stream.stream_name()), Some(stream));
    }
    for name in [
        "weir_cell",
        "weir_lease",
        "weir_logs",
        "weir_a_b_1",
        "weir_a_b_02",
        "weir_A_b",
        "other",
    ] {
        assert_eq!(parse_stream_name(name), None, "{name}");
    }
}
