//! The endpoint is asked over a real socket, as a probe would.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::Tasks;

const DEADLINE: Duration = Duration::from_secs(10);

struct Running {
    tasks: Tasks,
    address: SocketAddr,
}

async fn running(health: &Health) -> Running {
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into())
        .await
        .expect("loopback has a free port");
    let address = server.address().expect("it is bound");
    let mut tasks = Tasks::new();
    let (health, meter) = (health.clone(), Meter::new());
    meter.single(&crate::metrics::process::MEMORY).set(7);
    tasks.spawn("health", |stop| server.run(health, meter, stop));
    Running { tasks, address }
}

impl Running {
    async fn send(&self, bytes: &[u8]) -> String {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.expect("it listens");
            stream.write_all(bytes).await.expect("it reads");
            let mut answer = String::new();
            stream
                .read_to_string(&mut answer)
                .await
                .expect("it answers and closes");
            answer
        };
        tokio::time::timeout(DEADLINE, exchange)
            .await
            .expect("it answers in time")
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let answer = self
            .send(format!("GET {path} HTTP/1.1\r\nhost: weir\r\n\r\n").as_bytes())
            .await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        (status, body.trim_end().to_owned())
    }

    async fn stop(self) {
        self.tasks.stop_token().cancel();
        self.tasks
            .join(DEADLINE)
            .await
            .expect("it stops when it is told to");
    }
}

#[tokio::test]
async fn readiness_follows_the_parts_and_lists_why_not() {
    let health = Health::new();
    let (scheduler, worker) = (health.part("scheduler"), health.part("worker"));
    let running = running(&health).await;

    scheduler.not_ready(["queue local/high is full", "the broker does not answer"]);
    let (status, body) = running.get("/readyz").await;
    assert_eq!(status, 503);
    assert_eq!(
        body,
        r#"{"ready":false,"reasons":{"scheduler":["queue local/high is full","the broker does not answer"],"worker":["is starting"]}}"#
    );

    scheduler.ready();
    worker.ready();
    assert_eq!(
        running.get("/readyz").await,
        (200, r#"{"ready":true,"reasons":{}}"#.to_owned())
    );

    drop(worker);
    assert_eq!(
        running.get("/readyz").await,
        (
            503,
            r#"{"ready":false,"reasons":{"worker":["has ended"]}}"#.to_owned()
        )
    );
    running.stop().await;
}

#[tokio::test]
async fn a_program_that_is_not_ready_is_alive_all_the_same() {
    let health = Health::new();
    let _scheduler = health.part("scheduler");
    let running = running(&health).await;
    assert_eq!(running.get("/livez").await.0, 200);
    running.stop().await;
}

#[tokio::test]
async fn anything_else_is_not_found() {
    let running = running(&Health::new()).await;
    assert_eq!(running.get("/").await.0, 404);
    assert_eq!(running.get("/readyz/more").await.0, 404);
    let posted = running
        .send(b"POST /livez HTTP/1.1\r\nhost: weir\r\ncontent-length: 0\r\n\r\n")
        .await;
    assert!(posted.starts_with("HTTP/1.1 404 "), "{posted}");
    running.stop().await;
}

#[tokio::test]
async fn what_is_no_http_or_has_too_many_headers_is_refused_and_the_next_is_served() {
    let running = running(&Health::new()).await;
    assert!(
        running
            .send(b"\x16\x03\x01 hello\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 400 ")
    );
    let many = "x-a: b\r\n".repeat(HEADERS_MAX + 1);
    let answer = running
        .send(format!("GET /livez HTTP/1.1\r\n{many}\r\n").as_bytes())
        .await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_eq!(running.get("/livez").await.0, 200);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn silent_connections_are_cut_so_that_others_get_their_turn() {
    let running = running(&Health::new()).await;
    let mut silent = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        silent.push(
            TcpStream::connect(running.address)
                .await
                .expect("it listens"),
        );
    }
    // Paused time runs on to the next deadline as soon as nothing else can happen.
    assert_eq!(running.get("/livez").await.0, 200);
    drop(silent);
    running.stop().await;
}

#[tokio::test]
async fn waiting_for_readiness_ends_when_the_last_part_is_ready() {
    let health = Health::new();
    let (one, two) = (health.part("one"), health.part("two"));
    one.ready();
    let waiting = health.clone();
    let mut tasks = Tasks::new();
    tasks.spawn("waiting", |_stop| async move {
        waiting.ready().await;
        Ok(())
    });
    assert!(!health.readiness().ready);
    two.ready();
    tasks.join(DEADLINE).await.expect("it ends");
    assert_eq!(
        health.readiness(),
        Readiness {
            ready: true,
            reasons: BTreeMap::new()
        }
    );
}

#[tokio::test]
async fn metrics_are_shown_in_the_text_format_of_prometheus() {
    let running = running(&Health::new()).await;
    let answer = running
        .send(b"GET /metrics HTTP/1.1\r\nhost: weir\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let kind = "content-type: text/plain; version=0.0.4; charset=utf-8\r\n";
    assert!(answer.contains(kind), "{answer}");
    assert!(
        answer.ends_with("\nprocess_resident_memory_bytes 7\n"),
        "{answer}"
    );
    running.stop().await;
}
