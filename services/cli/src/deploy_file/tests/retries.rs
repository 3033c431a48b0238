//! Retries, schemas of parameters and names of runs.

use std::num::NonZeroU32;

use weir_core::retry::RetryPolicy;

use super::*;

/// The delay in milliseconds, and the policy.
#[track_caller]
fn retries(written: &str) -> (u128, Option<RetryPolicy>) {
    let (deployment, remarks) = one(&format!("{{name: a/b, pool: p, {written}}}"));
    assert_eq!(remarks, []);
    let policy = deployment.retry_policy.as_deref().cloned();
    (deployment.retry_delay.as_millis(), policy)
}

#[test]
fn a_plain_delay_needs_no_policy() {
    assert_eq!(retries("retries: 2"), (10_000, None));
    assert_eq!(retries("retry_delay: 0.5"), (500, None));
    assert_eq!(retries("retry_delay: [1m]"), (60_000, None));
    assert_eq!(
        retries("retry_backoff_factor: 1, retry_jitter: 0"),
        (10_000, None)
    );
}

#[test]
fn everything_about_retries_is_in_the_policy() {
    let written = "retry_delay: [1, 5m], retry_backoff_factor: '{{ $LIMIT }}', retry_jitter: 0.29, \
                   max_retry_delay: 1h, retry_on: [exit:64-78, oomkilled], no_retry_on: exit:65";
    let policy = RetryPolicy {
        delays: vec![Duration::from_secs(1), Duration::from_mins(5)],
        factor: NonZeroU32::new(7).expect("it is not 0"),
        jitter_percent: 29,
        delay_max: Some(Duration::from_hours(1)),
        on: ["exit:64-78", "OOMKilled"]
            .map(|text| text.parse().expect("a failure"))
            .to_vec(),
        not_on: vec!["exit:65".parse().expect("a failure")],
    };
    assert_eq!(retries(written), (1_000, Some(policy)));
    let (_, policy) = retries("retry_jitter_factor: 1");
    assert_eq!(policy.map(|policy| policy.jitter_percent), Some(100));
}

#[test]
fn a_deployment_may_be_paused_when_its_runs_do_not_start() {
    let after = |written: &str| {
        one(&format!("{{name: a/b, pool: p, {written}}}"))
            .0
            .pause_after_failed_starts
    };
    assert_eq!(after("pause_after_failed_starts: 5"), NonZeroU32::new(5));
    assert_eq!(after("pause_after_failed_starts: 0"), None);
}

#[test]
fn the_placeholders_of_a_runs_name_wait_for_the_run() {
    for key in ["run_name", "flow_run_name"] {
        let (deployment, remarks) = one(&format!(
            "name: a/b\npool: p\n{key}: '{{{{ $ENV }}}} {{{{ parameters.day }}}} {{{{ $NOT_SET }}}}'\n"
        ));
        assert_eq!(
            deployment.run_name.as_deref(),
            Some("prod {{ parameters.day }} ")
        );
        assert_eq!(warned(&remarks), [key]);
    }
    let (deployment, _) = one("{name: a/b, pool: p, run_name: ''}");
    assert_eq!(deployment.run_name, None);
}

#[test]
fn a_schema_stands_in_the_file_or_beside_it() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it is ours");
    };
    std::fs::create_dir(folder.path().join("schemas")).expect("it is ours");
    write(
        "schemas/day.json",
        r#"{"type": "object", "x": "{{ $ENV }}"}"#,
    );
    write("day.yaml", "type: object\nrequired: [day]\n");
    write("broken.json", "{");
    write("list.yaml", "[1]");
    let schema = |written: &str| {
        let text = format!("{{name: a/b, pool: p, {written}}}");
        let (config, remarks) = all_in(folder.path(), &text)?.remove(0);
        let schema = config
            .parameter_schema
            .map(|schema| schema.as_str().to_owned());
        Ok::<_, String>((schema.unwrap_or_default(), remarks.len()))
    };
    let taken = |text: &str, remarks: usize| Ok((text.to_owned(), remarks));
    assert_eq!(
        schema("parameter_schema: {type: object}"),
        taken(r#"{"type":"object"}"#, 0)
    );
    assert_eq!(
        schema("parameter_schema: {title: 'of {{ $ENV }}'}, enforce_parameter_schema: true"),
        taken(r#"{"title":"of prod"}"#, 0)
    );
    assert_eq!(
        schema("parameter_openapi_schema: schemas/day.json"),
        taken(r#"{"type":"object","x":"{{ $ENV }}"}"#, 0),
        "what stands beside the file is taken as it is"
    );
    assert_eq!(
        schema("parameter_schema: '{{ $NOT_SET }}day.yaml'"),
        taken(r#"{"required":["day"],"type":"object"}"#, 1)
    );
    assert_eq!(
        schema("parameter_schema: {type: object}, enforce_parameter_schema: false"),
        taken("", 1)
    );
    assert_eq!(schema("enforce_parameter_schema: true"), taken("", 1));
    assert_eq!(schema("enforce_parameter_schema: no"), taken("", 0));
    for (written, words) in [
        ("broken.json", "broken.json cannot be used"),
        (
            "list.yaml",
            "parameter_schema: it is a list, not a JSON schema",
        ),
    ] {
        let error = schema(&format!("parameter_schema: {written}")).expect_err("it is wrong");
        assert!(error.contains(words), "{error}");
    }
    let big = format!("parameter_schema: {{title: {}}}", "x".repeat(256 * 1024));
    let error = schema(&big).expect_err("it is too large");
    assert!(error.contains("use at most 262144"), "{error}");
}
