//! What a program shows at `/metrics`, read as Prometheus reads it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use weir_runtime::metrics::Description;

use super::{program::Program, wait::until};

const SOON: Duration = Duration::from_secs(20);

/// All metrics that weir's programs have, in the order of `deploy/METRICS.md`.
pub fn described() -> Vec<&'static Description> {
    [
        weir_scheduler::metrics::LEADER,
        weir_scheduler::metrics::SCHEDULER,
        weir_worker::metrics::WORKER,
        weir_worker::metrics::KUBERNETES,
        weir_runtime::metrics::process::PROCESS,
    ]
    .concat()
}

/// One reading of one program.
#[derive(Clone, Debug, Default)]
pub struct Scrape {
    /// By name, each family's kind.
    kinds: BTreeMap<String, String>,
    /// Names, labels as they are written, values.
    samples: Vec<(String, String, f64)>,
}

impl Scrape {
    /// Reads a program that was started with `--health-addr 127.0.0.1:0`.
    ///
    /// # Panics
    /// When it does not answer, or in another form than Prometheus takes.
    #[track_caller]
    pub fn of(program: &Program) -> Self {
        let address = until("the health endpoint", SOON, || address(&program.output()));
        let answer = get(&address, "/metrics").expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        Self::read(body)
    }

    fn read(body: &str) -> Self {
        let mut read = Self::default();
        for line in body.lines() {
            if let Some(told) = line.strip_prefix("# TYPE ") {
                let (name, kind) = told.split_once(' ').expect("a name and its kind");
                let before = read.kinds.insert(name.to_owned(), kind.to_owned());
                assert_eq!(before, None, "{name} has two parts");
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').expect("a series and its value");
                let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
                let value = value.parse().expect("a number");
                let labels = labels.trim_end_matches('}').to_owned();
                read.samples.push((name.to_owned(), labels, value));
            }
        }
        read
    }

    /// Families by name, with the kind of each.
    pub fn kinds(&self) -> &BTreeMap<String, String> {
        &self.kinds
    }

    /// The names of the labels of a family; of a histogram without `le`.
    pub fn labels(&self, name: &str) -> BTreeSet<String> {
        let own = |sample: &str| {
            let rest = sample.strip_prefix(name);
            rest.is_some_and(|rest| matches!(rest, "" | "_sum"))
        };
        let of = self.samples.iter().filter(|(sample, ..)| own(sample));
        let pairs = of.flat_map(|(_, labels, _)| labels.split("\","));
        let names = pairs.filter_map(|pair| Some(pair.split_once("=\"")?.0.to_owned()));
        names.collect()
    }

    /// The sum of all series of this name that have each of these labels (`queue="default"`); `None` where there is none.
    pub fn sum(&self, name: &str, labels: &[&str]) -> Option<f64> {
        let values: Vec<f64> = self
            .samples
            .iter()
            .filter(|(sample, has, _)| {
                sample == name && labels.iter().all(|label| has.contains(label))
            })
            .map(|(.., value)| *value)
            .collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }
}

/// The address in the line `health endpoint address=…`.
fn address(log: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains("health endpoint"))?;
    let start = line.find("127.0.0.1:")?;
    let port: String = line[start + 10..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    Some(format!("127.0.0.1:{port}"))
}

fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    let asked = format!("GET {path} HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).ok()?;
    let mut said = String::new();
    stream.read_to_string(&mut said).ok()?;
    Some(said)
}
