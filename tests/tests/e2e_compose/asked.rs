//! Prometheus, asked as Grafana asks it: over its HTTP interface.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A Prometheus at an address.
#[derive(Clone, Debug)]
pub(crate) struct Prometheus(pub(crate) String);

impl Prometheus {
    /// The samples that a query gives now: labels and value. `Err` is what Prometheus says is wrong.
    pub(crate) fn query(&self, query: &str) -> Result<Vec<(Value, f64)>, String> {
        let answer = self.get(&format!("/api/v1/query?query={}", escaped(query)))?;
        let data = &answer["data"];
        if data["resultType"] == "scalar" {
            return Ok(vec![(Value::Null, number(&data["result"][1]))]);
        }
        let samples = data["result"].as_array().cloned().unwrap_or_default();
        let sample = |sample: Value| (sample["metric"].clone(), number(&sample["value"][1]));
        Ok(samples.into_iter().map(sample).collect())
    }

    /// The one value of a query that gives one.
    pub(crate) fn value(&self, query: &str) -> Option<f64> {
        match self.query(query).ok()?.as_slice() {
            [(_, value)] => Some(*value),
            _ => None,
        }
    }

    /// The data of an API path.
    pub(crate) fn data(&self, path: &str) -> Result<Value, String> {
        self.get(path).map(|answer| answer["data"].clone())
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        let body = http_get(&self.0, path).map_err(|error| error.to_string())?;
        let answer: Value =
            serde_json::from_str(&body).map_err(|error| format!("{error}: {body}"))?;
        if answer["status"] == "success" {
            Ok(answer)
        } else {
            Err(answer["error"].as_str().unwrap_or(&body).to_owned())
        }
    }
}

/// The body of an answer, of whatever status.
pub(crate) fn http_get(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    Ok(body.unwrap_or_default().to_owned())
}

/// For a query string.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes everything");
        }
    }
    out
}

fn number(value: &Value) -> f64 {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(f64::NAN)
}
