//! Creates a pool and a queue, submits a run, watches it to its end, and prints its output.
//!
//! It needs a broker with a scheduler and a process worker, such as `weir up` starts:
//! `cargo run -p weir-client --example submit_and_watch -- nats://127.0.0.1:4222 local`

use std::{error::Error, io::Write, process::ExitCode};

use weir_client::{
    Client, ConnectOptions, JsonObject, PoolSpec, PoolType, QueueKey, RunRequest, StateType,
    Submission,
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments
        .next()
        .unwrap_or_else(|| "nats://127.0.0.1:4222".to_owned());
    let pool = arguments.next().unwrap_or_else(|| "local".to_owned());
    let mut out = std::io::stdout().lock();

    let client = Client::connect(
        ConnectOptions::new(url)
            .name("submit-and-watch")
            .author("example"),
    )
    .await?;
    // It does no harm if the pool is there already.
    client
        .create_pool(PoolSpec::new(pool.parse()?, PoolType::Process))
        .await?;

    let request = RunRequest {
        job_variables: JsonObject::parse(r#"{"command": "python3 -c 'print(6 * 7)'"}"#)?,
        tags: vec!["example".parse()?],
        ..RunRequest::default()
    };
    let queue = QueueKey::new(pool.parse()?, "default".parse()?);
    let submitted = client.submit(Submission::to_queue(queue, request)).await?;
    writeln!(out, "submitted {}", submitted.run)?;

    let mut watch = client.watch(&submitted.run).await?;
    let mut end = None;
    while let Some(run) = watch.next().await? {
        writeln!(out, "{}", run.state_name)?;
        end = Some(run.state);
    }
    for line in client.last_output(&submitted.run, None, 20).await? {
        writeln!(out, "> {}", String::from_utf8_lossy(&line.bytes))?;
    }
    Ok(if end == Some(StateType::Completed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
