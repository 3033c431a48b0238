//! That lines of Prefect's work with their first word changed, that wrong ones do not, and what the help says.

use clap::{CommandFactory, error::ErrorKind};

use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    let words = shell_words(line);
    Cli::try_read(words.into_iter().map(OsString::from))
}

/// Splits a line at white space, with single quotes as the shell has them.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("there is always a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Lines from Prefect's own documentation and help.
const PREFECTS: &[&str] = &[
    "prefect work-pool create my-pool --type process",
    "prefect work-pool create 'k8s-pool' -t kubernetes",
    "prefect work-pool create --type kubernetes my-k8s-pool --base-job-template template.json",
    "prefect work-pool create my-pool --type process --concurrency-limit 5 --description 'for tests'",
    "prefect work-pool ls",
    "prefect work-pool ls --verbose",
    "prefect work-pool inspect my-pool",
    "prefect work-pool inspect my-pool --output json",
    "prefect work-pool set-concurrency-limit my-pool 10",
    "prefect work-pool clear-concurrency-limit my-pool",
    "prefect work-pool update my-pool --base-job-template updated.json",
    "prefect work-pool update my-pool --concurrency-limit 3",
    "prefect work-pool get-default-base-job-template --type kubernetes",
    "prefect work-pool get-default-base-job-template -t process -f base.json",
    "prefect work-queue create high --pool my-pool --limit 5 --priority 1",
    "prefect work-queue create high -p my-pool -l 5 -q 1",
    "prefect work-queue set-concurrency-limit high 10 --pool my-pool",
    "prefect work-queue set-concurrency-limit --pool my-pool high 10",
    "prefect work-queue clear-concurrency-limit high -p my-pool",
    "prefect work-queue ls --pool my-pool",
    "prefect work-queue inspect high -p my-pool",
    "prefect worker start --pool my-pool",
    "prefect worker start -p my-pool -q high -q default --limit 4 --name w1 --type process",
    "prefect worker start --pool my-pool --work-queue high --work-queue low",
    "prefect deploy --all",
    "prefect deploy -n nightly",
    "prefect deploy --name deployment-1 --name deployment-2",
    "prefect deploy -n my-flow/* -n *dev/my-deployment -n dep*prod",
    "prefect --no-prompt deploy --name my-deployment",
    "prefect deploy --prefect-file prefect.yaml --name nightly --pool my-pool",
    "prefect deployment ls",
    "prefect deployment inspect etl/nightly",
    "prefect deployment run 'hello-world/my deployment' -p name=Marvin",
    "prefect deployment run etl/nightly --param day=2026-11-23 --param n=3 --watch",
    "prefect deployment run etl/nightly --params '{\"a\":1}' --tag db --job-variable image=x",
    "prefect deployment run etl/nightly -jv env.A=1 --flow-run-name tonight --watch --watch-timeout 600",
    "prefect deployment schedule create etl/nightly --cron '0 0 * * *' --timezone America/New_York",
    "prefect deployment schedule create etl/nightly --cron '0 0 1 * 1' --day_or",
    "prefect deployment schedule create etl/nightly --cron '0 0 1 * 1' --day_or false --active",
    "prefect deployment schedule create etl/nightly --interval 3600.0 --anchor-date 2027-01-31 --active true",
    "prefect deployment schedule create etl/nightly --rrule FREQ=DAILY --replace -y",
    "prefect deployment schedule create etl/nightly --interval 60 --no-active",
    "prefect deployment schedule ls etl/nightly -o json",
    "prefect deployment schedule pause etl/nightly a55a4804-9e3c-4042-8b59-b3b6b7618736",
    "prefect deployment schedule resume etl/nightly a55a4804-9e3c-4042-8b59-b3b6b7618736",
    "prefect deployment schedule pause --all",
    "prefect deployment schedule resume --all",
    "prefect deployment schedule delete etl/nightly a55a4804-9e3c-4042-8b59-b3b6b7618736 --accept-yes",
    "prefect deployment schedule clear etl/nightly -y",
    "prefect work-queue preview high --pool my-pool --hours 12",
    "prefect flow-run ls --limit 20 --state Running",
    "prefect flow-run ls --state-type FAILED --state-type CRASHED",
    "prefect flow-run inspect a55a4804-9e3c-4042-8b59-b3b6b7618736",
    "prefect flow-run logs a55a4804-9e3c-4042-8b59-b3b6b7618736 --tail -n 50",
    "prefect flow-run watch a55a4804-9e3c-4042-8b59-b3b6b7618736",
    "prefect flow-run cancel a55a4804-9e3c-4042-8b59-b3b6b7618736",
];

#[test]
fn prefects_lines_work_with_the_first_word_changed() {
    for line in PREFECTS {
        let line = line.replacen("prefect", "weir", 1);
        if let Err(error) = parse(&line) {
            panic!("{line}\n{error}");
        }
    }
}

#[test]
fn our_own_lines_work() {
    for line in [
        "weir work-queue update high --pool local --max-bytes 2GiB",
        "weir run submit --pool local --queue high --command 'python3 -c 1' --retries 2 --retry-delay 5s --timeout 1m",
        "weir run submit -p local -q high -j env={} --param a=1 --tag db --priority -5 --id r1 --name x --watch --logs",
        "weir run submit --deployment etl/nightly --wait",
        "weir run ls --state running --pool local --queue high --deployment etl/nightly --tag db --limit 3 -o json",
        "weir run cancel r1 --grace 30s --reason 'too late'",
        "weir run cancel local/high/r1 --force",
        "weir run logs r1 -f --attempt 2",
        "weir why r1 --pool local",
        "weir trace export --from 2h --endpoint http://127.0.0.1:4318",
        "weir worker ls",
        "weir scheduler start --health-addr 127.0.0.1:8080 --config weir.toml",
        "weir deploy -f weir.yaml",
        "weir deploy --all --strict -o json",
        "weir schema",
        "weir schema weir.yaml",
        "weir completions powershell",
        "weir --nats-url nats://x:1 --creds f -o json work-pool ls",
        "weir work-pool ls --nats-url nats://x:1 --creds f -o json",
    ] {
        if let Err(error) = parse(line) {
            panic!("{line}\n{error}");
        }
    }
}

#[test]
fn what_is_wrong_is_a_usage_error() {
    for (line, kind) in [
        (
            "weir work-pool create my-pool",
            ErrorKind::MissingRequiredArgument,
        ),
        (
            "weir work-pool create My_Pool --type process",
            ErrorKind::ValueValidation,
        ),
        (
            "weir work-pool create p --type docker",
            ErrorKind::ValueValidation,
        ),
        (
            "weir work-pool update p",
            ErrorKind::MissingRequiredArgument,
        ),
        (
            "weir work-queue create high",
            ErrorKind::MissingRequiredArgument,
        ),
        (
            "weir work-queue create high --pool p --priority 0",
            ErrorKind::ValueValidation,
        ),
        ("weir run submit", ErrorKind::MissingRequiredArgument),
        ("weir deploy --all --name x", ErrorKind::ArgumentConflict),
        ("weir schema weir.toml", ErrorKind::InvalidValue),
        ("weir apply", ErrorKind::MissingRequiredArgument),
        (
            "weir apply -f x --detailed-exitcode",
            ErrorKind::MissingRequiredArgument,
        ),
        ("weir completions", ErrorKind::MissingRequiredArgument),
        (
            "weir run submit --deployment a/b --queue high",
            ErrorKind::MissingRequiredArgument,
        ),
        (
            "weir run cancel r1 --force --grace 3s",
            ErrorKind::ArgumentConflict,
        ),
        ("weir run ls --state Sleeping", ErrorKind::ValueValidation),
        ("weir run inspect not/a-run", ErrorKind::ValueValidation),
        ("weir deployment run nightly", ErrorKind::ValueValidation),
        ("weir work-poll ls", ErrorKind::InvalidSubcommand),
    ] {
        match parse(line) {
            Ok(_) => panic!("{line} should be wrong"),
            Err(error) => assert_eq!(error.kind(), kind, "{line}\n{error}"),
        }
    }
}

#[test]
fn a_keeper_is_told_by_its_first_word_alone() {
    let asked = |words: &[&str]| cmd::keeper::is_asked_for(words.iter().map(OsString::from));
    assert!(asked(&["weir", "keeper", "--whatever"]));
    assert!(!asked(&["weir", "run", "keeper"]));
    assert!(!asked(&["weir"]));
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

/// The help of a verb, such as `run submit`, without what depends on this machine's environment.
fn help(verb: &str) -> String {
    let mut command = Cli::command().term_width(100);
    command.build();
    for word in verb.split_whitespace() {
        command = command
            .find_subcommand(word)
            .expect("the verb exists")
            .clone();
    }
    command.render_long_help().to_string()
}

#[test]
fn the_help_lists_verbs_and_exit_codes() {
    insta::assert_snapshot!(help(""));
}

#[test]
fn the_help_of_submit_lists_what_a_run_may_say() {
    insta::assert_snapshot!(help("run submit"));
}

#[test]
fn the_help_of_deploy_says_which_are_deployed() {
    insta::assert_snapshot!(help("deploy"));
}

#[test]
fn the_help_of_apply_says_what_is_deleted() {
    insta::assert_snapshot!(help("apply"));
}

#[test]
fn the_help_of_work_pool_create_says_what_may_be_set() {
    insta::assert_snapshot!(help("work-pool create"));
}

#[test]
fn the_help_of_work_queue_delete_says_what_becomes_of_runs() {
    insta::assert_snapshot!(help("work-queue delete"));
}

#[test]
fn the_help_of_work_pool_drain_says_what_is_waited_for() {
    insta::assert_snapshot!(help("work-pool drain"));
}

#[test]
fn every_verb_says_what_it_does() {
    fn walk(command: &clap::Command, path: &str, mute: &mut Vec<String>) {
        for verb in command
            .get_subcommands()
            .filter(|verb| verb.get_name() != "help")
        {
            let path = format!("{path} {}", verb.get_name());
            if verb.get_about().is_none() {
                mute.push(path.clone());
            }
            for argument in verb
                .get_arguments()
                .filter(|argument| argument.get_help().is_none())
            {
                mute.push(format!("{path} {}", argument.get_id()));
            }
            walk(verb, &path, mute);
        }
    }
    let mut mute = Vec::new();
    walk(&Cli::command(), "weir", &mut mute);
    assert_eq!(mute, Vec::<String>::new());
}

#[test]
fn a_number_below_zero_is_refused_by_what_is_wrong_with_it() {
    for (line, told) in [
        (
            "weir run submit -p a -c true --max-lateness -5s",
            "write a span such as",
        ),
        (
            "weir run submit -p a -c true --in -5s",
            "write a span such as",
        ),
        ("weir run submit -p a -c true --retries -1", "-1"),
        (
            "weir run submit -p a -c true --at -1",
            "write a time such as",
        ),
        ("weir run cancel a/b/c --grace -1", "write a span such as"),
        (
            "weir work-pool create a --type process --concurrency-limit -1",
            "-1",
        ),
    ] {
        let error = parse(line).expect_err(line);
        assert_eq!(error.kind(), ErrorKind::ValueValidation, "{line}: {error}");
        assert!(error.to_string().contains(told), "{line}: {error}");
    }
    // What is no number is an option still.
    let error = parse("weir run submit -p --wait").expect_err("there is no pool");
    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
}
