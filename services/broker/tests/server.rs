//! A real server, provisioned into a fresh cache folder: found, started, stopped and killed.

use std::env::var_os;
use std::fs;
use std::path::Path;
use std::process::{Command as StdCommand, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use weir_broker::{
    Binary, Cluster, ClusterConfig, Fsync, PINNED, Permit, Server, ServerConfig, Sources,
    StartError, Want,
};

/// Long enough for a machine that is busy with other tests.
const LONG: Duration = Duration::from_mins(2);

/// The server that all tests here share; the first one fetches it.
async fn pinned() -> Binary {
    find(Sources::from_environment()).await
}

async fn find(sources: Sources) -> Binary {
    let found = tokio::task::spawn_blocking(move || sources.find(&Want::pinned())).await;
    found
        .expect("the search does not panic")
        .expect("a server is found or fetched")
}

/// The INFO line with which a server greets.
async fn greeting(port: u16) -> String {
    let read = async {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).await?;
        Ok::<_, std::io::Error>(line)
    };
    timeout(LONG, read)
        .await
        .expect("it greets in time")
        .expect("it takes a connection")
}

fn is_running(pid: u32) -> bool {
    // A zombie has an empty command line.
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

#[tokio::test]
async fn a_fresh_machine_gets_a_server_that_runs_and_comes_back() {
    let permit = Permit::acquire().await.unwrap();
    let folder = TempDir::new().unwrap();
    let sources = Sources {
        weir_nats_server: None,
        path: None,
        cache_dir: folder.path().join("cache"),
    };
    let binary = find(sources).await;
    assert_eq!(binary.version, PINNED);
    let mut config = ServerConfig::new(&binary.path, folder.path().join("store"));
    config.sync = Fsync::Always;
    let mut server = Server::start(config).await.unwrap();
    let (url, first) = (server.url(), server.pid().unwrap());
    assert_eq!(url, format!("nats://127.0.0.1:{}", server.port()));
    let greeting_text = greeting(server.port()).await;
    assert!(
        greeting_text.contains("\"version\":\"2.15.1\"")
            && greeting_text.contains("\"jetstream\":true"),
        "{greeting_text}"
    );

    let status = server.stop().await.unwrap().unwrap();
    assert!(!is_running(first) && server.pid().is_none(), "{status}");
    server.restart().await.unwrap();
    let second = server.pid().unwrap();
    assert_eq!((server.url(), second == first), (url.clone(), false));
    server.kill().await.unwrap();
    assert!(!is_running(second));
    server.restart().await.unwrap();
    assert!(greeting(server.port()).await.starts_with("INFO "));

    let third = server.pid().unwrap();
    drop(server);
    // The folder is free when the dropped server is dead.
    let mut next = Server::start(ServerConfig::new(&binary.path, folder.path().join("store")))
        .await
        .unwrap();
    assert!(!is_running(third));
    next.kill().await.unwrap();
    drop(permit);
}

#[tokio::test]
async fn an_end_by_itself_is_reported() {
    let permit = Permit::acquire().await.unwrap();
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(ServerConfig::new(pinned().await.path, folder.path()))
        .await
        .unwrap();
    let pid = server.pid().unwrap().to_string();
    assert!(
        StdCommand::new("kill")
            .args(["-KILL", &pid])
            .status()
            .unwrap()
            .success()
    );
    let status = timeout(LONG, server.ended()).await.unwrap().unwrap();
    assert!(!status.success());
    server.restart().await.unwrap();
    assert!(server.stop().await.unwrap().is_some());
    drop(permit);
}

#[tokio::test]
async fn a_port_in_use_is_named_with_the_option_to_choose_another() {
    let permit = Permit::acquire().await.unwrap();
    let folder = TempDir::new().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut config = ServerConfig::new(pinned().await.path, folder.path());
    config.port = Some(port);
    let error = Server::start(config).await.unwrap_err();
    assert!(
        matches!(error, StartError::PortInUse { port: named } if named == port),
        "{error}"
    );
    assert!(error.to_string().contains("--port"), "{error}");
    drop(permit);
}

#[tokio::test]
async fn a_configuration_that_is_refused_is_shown() {
    let permit = Permit::acquire().await.unwrap();
    let folder = TempDir::new().unwrap();
    let mut config = ServerConfig::new(pinned().await.path, folder.path());
    config.extra = vec!["max_payload: \"much\"".to_owned()];
    let error = Server::start(config).await.unwrap_err();
    assert!(matches!(error, StartError::Exited { .. }), "{error}");
    assert!(error.to_string().contains("nats-server.conf:9"), "{error}");
    drop(permit);
}

#[tokio::test]
async fn a_server_that_is_never_ready_is_killed_at_the_deadline() {
    let folder = TempDir::new().unwrap();
    let mut config = ServerConfig::new("/bin/sh", folder.path());
    // Not a server at all: it says something else and stays.
    let program = folder.path().join("slow");
    fs::write(
        &program,
        "#!/bin/sh\necho still reading >&2\nexec sleep 3600\n",
    )
    .unwrap();
    fs::set_permissions(
        &program,
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    config.binary = program;
    config.ready_within = Duration::from_millis(300);
    let error = Server::start(config).await.unwrap_err();
    assert!(matches!(error, StartError::NotReady { .. }), "{error}");
    assert!(error.to_string().contains("still reading"), "{error}");
}

#[tokio::test]
async fn what_is_no_program_is_an_error_that_names_it() {
    let folder = TempDir::new().unwrap();
    let error = Server::start(ServerConfig::new("/nowhere/nats-server", folder.path()))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/nats-server cannot be run"),
        "{error}"
    );
}

const HELD: &str = "WEIR_BROKER_TEST_HOLD_IN";

/// Runs itself as a second process, which starts a server and is killed in a way that runs no
/// `Drop`. The next start on the same store waits for the lock that the orphan holds.
#[tokio::test]
async fn a_server_ends_after_its_owner_was_killed() {
    if let Some(folder) = var_os(HELD) {
        let server = Server::start(ServerConfig::new(pinned().await.path, folder))
            .await
            .unwrap();
        fs::write(server.store_dir().join("held"), "").unwrap();
        let kill_us = StdCommand::new("kill")
            .args(["-KILL", &std::process::id().to_string()])
            .status();
        unreachable!("{kill_us:?} {server:?}");
    }
    let permit = Permit::acquire().await.unwrap();
    let folder = TempDir::new().unwrap();
    let owner = StdCommand::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_server_ends_after_its_owner_was_killed"])
        .env(HELD, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!owner.success() && folder.path().join("held").exists());
    let orphan = pid_of(folder.path());
    let mut next = Server::start(ServerConfig::new(pinned().await.path, folder.path()))
        .await
        .unwrap();
    assert!(!is_running(orphan));
    next.kill().await.unwrap();
    drop(permit);
}

fn pid_of(store: &Path) -> u32 {
    let text =
        fs::read_to_string(store.join("nats-server.pid")).expect("the server has written it");
    text.trim().parse().expect("it is a number")
}

#[tokio::test]
async fn a_cluster_loses_a_server_and_gets_it_back() {
    let permit = Permit::acquire().await.unwrap();
    let folder = TempDir::new().unwrap();
    let config = ClusterConfig::new(pinned().await.path, folder.path());
    let mut cluster = Cluster::start(config).await.unwrap();
    let urls = cluster.urls();
    assert_eq!(urls.len(), 3);
    let lost = cluster.servers()[1].pid().unwrap();
    cluster.kill(1).await.unwrap();
    assert!(!is_running(lost));
    cluster.wait_current().await.unwrap();
    cluster.restart(1).await.unwrap();
    assert_eq!(cluster.urls(), urls);
    for server in cluster.servers() {
        assert!(
            greeting(server.port())
                .await
                .contains("\"cluster\":\"weir\"")
        );
    }
    cluster.stop().await.unwrap();
    assert!(
        cluster
            .servers()
            .iter()
            .all(|server| server.pid().is_none())
    );
    drop(permit);
}
