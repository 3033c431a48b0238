//! How a command is started, what it gets, and what is told of it.

use std::{collections::BTreeMap, path::Path};

use weir_worker::keeper::frame::Directory;

use crate::kept::{Kept, job, shell};

#[test]
fn an_exit_code_is_told() {
    assert_eq!(
        Kept::start(shell("exit 0")).until_gone().end(),
        (Some(0), None, None)
    );
    assert_eq!(
        Kept::start(shell("exit 7")).until_gone().end(),
        (Some(7), None, None)
    );
}

#[test]
fn a_signal_that_is_not_ours_is_told_as_the_commands_own_end() {
    let story = Kept::start(shell("kill -SEGV $$")).until_gone();
    assert_eq!(story.end(), (None, Some(11), None));
}

#[test]
fn output_is_brought_as_it_is_in_both_streams() {
    let story =
        Kept::start(shell(r"printf 'a\377\000b\nno line end'; printf 'oh' >&2")).until_gone();
    assert_eq!(story.stdout, b"a\xff\x00b\nno line end");
    assert_eq!(story.stderr, b"oh");
}

#[test]
fn ten_megabytes_come_through_whole() {
    let story = Kept::start(shell("head -c 10000000 /dev/zero | tr '\\0' x")).until_gone();
    assert_eq!(story.stdout.len(), 10_000_000);
    assert!(story.stdout.iter().all(|byte| *byte == b'x'));
}

#[test]
fn the_environment_is_exactly_what_was_given() {
    let mut job = job(&["/usr/bin/env"]);
    job.env = BTreeMap::from([
        ("A".to_owned(), "1".to_owned()),
        ("PATH".to_owned(), "/bin".to_owned()),
    ]);
    let story = Kept::start(job).until_gone();
    assert_eq!(story.text(), "A=1\nPATH=/bin\n");
}

#[test]
fn standard_input_is_empty_and_no_descriptor_of_the_keeper_is_inherited() {
    const SCRIPT: &str = "cat; ls /proc/self/fd | tr '\\n' ' '";
    let plain = std::process::Command::new("sh")
        .args(["-c", SCRIPT])
        .stdin(std::process::Stdio::null())
        .output();
    let story = Kept::start(shell(SCRIPT)).until_gone();
    assert_eq!(
        story.text(),
        String::from_utf8(plain.unwrap().stdout).unwrap()
    );
}

#[test]
fn a_temporary_directory_is_the_runs_own_and_goes_with_it() {
    let story = Kept::start(shell("pwd; touch left-behind; mkdir -p a/b")).until_gone();
    let text = story.text();
    let path = Path::new(text.trim());
    assert!(
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("weir-keeper-test-"),
        "{text}"
    );
    assert!(!path.exists(), "{text}");
}

#[test]
fn a_given_directory_is_where_the_command_runs() {
    let mut job = shell("pwd");
    job.directory = Directory::Given("/usr".to_owned());
    assert_eq!(Kept::start(job).until_gone().text(), "/usr\n");
}

#[test]
fn a_directory_that_is_missing_is_named() {
    let mut job = shell("true");
    job.directory = Directory::Given("/nowhere/at/all".to_owned());
    let story = Kept::start(job).until_gone();
    let failure = story.failure.expect("it failed");
    assert_eq!(failure.reason, "WorkingDirectoryNotFound");
    assert!(
        failure.message.contains("/nowhere/at/all"),
        "{}",
        failure.message
    );
    assert_eq!((story.pid, story.end), (None, None));
}

#[test]
fn a_command_that_is_missing_is_named_with_the_path_that_was_searched() {
    let failure = Kept::start(job(&["no-such-command-here", "x"]))
        .until_gone()
        .failure
        .expect("it failed");
    assert_eq!(failure.reason, "CommandNotFound");
    assert!(
        failure.message.contains("no-such-command-here"),
        "{}",
        failure.message
    );
    assert!(
        failure.message.contains("/usr/local/bin:/usr/bin:/bin"),
        "{}",
        failure.message
    );
    let failure = Kept::start(job(&["/no/such/file"]))
        .until_gone()
        .failure
        .expect("it failed");
    assert_eq!(failure.reason, "CommandNotFound");
}

#[test]
fn a_file_that_may_not_be_executed_says_so() {
    let failure = Kept::start(job(&["/etc/passwd"]))
        .until_gone()
        .failure
        .expect("it failed");
    assert_eq!(failure.reason, "NotExecutable");
    assert!(failure.message.contains("chmod +x"), "{}", failure.message);
}
