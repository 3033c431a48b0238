//! The Dockerfile by its text: nothing that the classic builder does not know, and a final stage with little in it.

use std::{fs, process::Command};

use weir_tests::deploy::{text, top};

/// Instructions of the Dockerfile, comments left out and continued lines put together.
fn instructions() -> Vec<String> {
    let file = text("deploy/docker/Dockerfile");
    let lines = file
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let joined = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let whole = joined
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    whole.filter(|line| !line.is_empty()).collect()
}

/// Those of the final stage.
fn last_stage() -> Vec<String> {
    let all = instructions();
    let from = all
        .iter()
        .rposition(|line| line.starts_with("FROM "))
        .expect("there is one");
    all[from..].to_vec()
}

#[test]
fn the_classic_builder_knows_every_instruction() {
    let first = text("deploy/docker/Dockerfile")
        .lines()
        .next()
        .unwrap_or_default()
        .replace(' ', "");
    assert!(
        !first.starts_with("#syntax") && !first.starts_with("#check"),
        "{first}"
    );
    for line in instructions() {
        let (word, rest) = line.split_once(' ').expect("an instruction has arguments");
        let known = [
            "FROM",
            "ARG",
            "ENV",
            "WORKDIR",
            "COPY",
            "RUN",
            "USER",
            "EXPOSE",
            "ENTRYPOINT",
            "CMD",
        ];
        assert!(known.contains(&word), "{line}");
        assert!(!rest.contains("<<"), "a here-document: {line}");
        let flags: Vec<&str> = rest
            .split(' ')
            .take_while(|word| word.starts_with("--"))
            .collect();
        let known = |flag: &&&str| {
            word == "COPY" && (flag.starts_with("--from=") || flag.starts_with("--chown="))
        };
        assert!(flags.iter().all(|flag| known(&flag)), "{line}");
    }
}

#[test]
fn dependencies_are_built_before_sources_come() {
    let all = instructions();
    let at = |start: &str| all.iter().position(|line| line.starts_with(start));
    let dependencies = at("RUN cargo build").expect("a build of the dependencies");
    let sources = at("COPY services").expect("the sources");
    let manifests = at("COPY --from=manifests").expect("the manifests");
    assert!(
        manifests < dependencies && dependencies < sources,
        "{all:#?}"
    );
    let builds = all.iter().filter(|line| line.contains("cargo build"));
    assert!(
        builds.clone().count() == 2 && builds.into_iter().all(|line| line.contains("--locked")),
        "{all:#?}"
    );
}

#[test]
fn the_final_stage_is_nobodys_and_has_the_program() {
    let stage = last_stage();
    assert!(
        stage[0].starts_with("FROM debian:") && stage[0].contains("-slim"),
        "{stage:#?}"
    );
    assert!(stage.contains(&"USER 65532:65532".to_owned()), "{stage:#?}");
    assert!(
        stage.contains(&"COPY --from=build /out/weir /usr/local/bin/weir".to_owned()),
        "{stage:#?}"
    );
    assert!(
        stage.contains(&"ENTRYPOINT [\"/usr/local/bin/weir\"]".to_owned()),
        "{stage:#?}"
    );
    let user = stage
        .iter()
        .position(|line| line.starts_with("USER"))
        .expect("a user");
    assert!(
        stage[user..].iter().all(|line| !line.starts_with("RUN")),
        "{stage:#?}"
    );
}

#[test]
fn the_compiler_is_the_one_that_the_workspace_asks_for() {
    let manifest: toml::Table = text("Cargo.toml").parse().expect("TOML");
    let version = manifest["workspace"]["package"]["rust-version"]
        .as_str()
        .expect("a version");
    let builders = instructions()
        .into_iter()
        .filter(|line| line.starts_with("FROM rust:"));
    let builders: Vec<String> = builders.collect();
    assert_eq!(builders.len(), 2);
    for line in builders {
        assert!(
            line.starts_with(&format!("FROM rust:{version}-slim-bookworm ")),
            "{line}"
        );
    }
}

#[test]
fn what_is_copied_is_in_the_context() {
    let ignored = text(".dockerignore");
    let kept: Vec<&str> = ignored
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    for line in instructions() {
        let Some(rest) = line.strip_prefix("COPY ") else {
            continue;
        };
        let mut words: Vec<&str> = rest.split(' ').collect();
        if words[0].starts_with("--from") || words == [".", "."] {
            continue;
        }
        words.pop();
        for source in words {
            let is_in = kept
                .iter()
                .any(|kept| source == *kept || source.starts_with(&format!("{kept}/")));
            assert!(is_in, "{source} is kept out of the context: {ignored}");
        }
    }
}

/// The stage `manifests`, run here: what it leaves is a workspace that cargo can read with its lock file, and the empty
/// sources give every target of the program and its crates a file.
#[test]
fn the_bare_manifests_are_a_workspace() {
    let context = tempfile::tempdir().expect("there is a temporary folder");
    let mut copy = Command::new("cp");
    copy.arg("-r")
        .args(["Cargo.toml", "Cargo.lock", "proto", "services", "tests"])
        .arg(context.path())
        .current_dir(top());
    assert!(copy.status().is_ok_and(|status| status.success()));
    let all = instructions();
    let run = all
        .iter()
        .find_map(|line| line.strip_prefix("RUN find"))
        .expect("the stage that makes stubs");
    let mut strip = Command::new("sh");
    strip
        .arg("-ec")
        .arg(format!("find{run}"))
        .current_dir(context.path());
    assert!(strip.status().is_ok_and(|status| status.success()), "{run}");
    let left = fs::read(context.path().join("services/core/src/lib.rs")).expect("a stub");
    assert_eq!(left, b"fn main() {}\n");
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--locked", "--offline", "--package", "weir"])
        .current_dir(context.path());
    let read = tree.output().expect("cargo can be run");
    let said = String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{said}");
    let program = context.path().join("services/cli/src/main.rs");
    assert_eq!(fs::read(program).expect("a stub"), b"fn main() {}\n");
}
