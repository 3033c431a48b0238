//! A stand-in of a cluster for the command line: it writes a kubeconfig, prints its path and serves until it is told
//! to stop; then it says how many requests it has answered. What its pods do is in their commands and annotations;
//! nothing is run.

use std::{
    env,
    error::Error,
    io::{self, Write},
    path::PathBuf,
};

use tokio::signal::unix::{SignalKind, signal};
use weir_kube_standin::{Options, Speed, Standin};

/// It makes and drops JSON by the megabyte, which is what this is good at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Nobody looks at them but by their number.
const REQUESTS_MAX: usize = 1000;

const USAGE: &str = "usage: kube-standin [--port N] [--speed N] [--namespace NAME]... [--kubeconfig FILE]\n\
                     --port        on 127.0.0.1; 0, the default, takes a free one\n\
                     --speed       how much faster than a real cluster, 1 to 1000000; default 100\n\
                     --namespace   beside `default`; without any: runs\n\
                     --kubeconfig  where to write it; default: kube-standin.yaml in the working folder\n";

struct Arguments {
    options: Options,
    kubeconfig: PathBuf,
}

/// Why it does not start.
#[derive(Debug, thiserror::Error)]
enum UsageError {
    #[error("{0} needs a value\n{USAGE}")]
    Missing(String),
    #[error("{0} is no number for {1}\n{USAGE}")]
    Number(String, String),
    #[error("{0} is not known\n{USAGE}")]
    Unknown(String),
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<Arguments, UsageError> {
    let mut options = Options {
        requests_max: REQUESTS_MAX,
        ..Options::default()
    };
    let mut namespaces = Vec::new();
    let mut kubeconfig = PathBuf::from("kube-standin.yaml");
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or_else(|| UsageError::Missing(word.clone()))
        };
        let wrong = |text: String| UsageError::Number(text, word.clone());
        match word.as_str() {
            "--port" => {
                let text = value()?;
                options.port = text.parse().map_err(|_not_a_port| wrong(text))?;
            }
            "--speed" => {
                let text = value()?;
                options.speed = Speed(text.parse().map_err(|_not_a_number| wrong(text))?);
            }
            "--namespace" => namespaces.push(value()?),
            "--kubeconfig" => kubeconfig = value()?.into(),
            _ => return Err(UsageError::Unknown(word)),
        }
    }
    if !namespaces.is_empty() {
        options.namespaces = namespaces;
    }
    Ok(Arguments {
        options,
        kubeconfig,
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = match arguments(env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => {
            writeln!(io::stderr(), "{error}")?;
            return Err("it was not started".into());
        }
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let standin = Standin::start(arguments.options).await?;
    std::fs::write(&arguments.kubeconfig, standin.kubeconfig("admin"))?;
    writeln!(io::stdout(), "{}", arguments.kubeconfig.display())?;
    io::stdout().flush()?;
    tokio::select! {
        _told = terminate.recv() => {}
        _told = interrupt.recv() => {}
    }
    std::fs::remove_file(&arguments.kubeconfig)?;
    for ((verb, resource, status), count) in standin.answered() {
        if writeln!(io::stdout(), "{count:>9}  {verb} {resource}: {status}").is_err() {
            // Nobody reads any more.
            break;
        }
    }
    Ok(())
}
