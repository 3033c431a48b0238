//! The second opinion on limits: a reader of the log in another language, which shares no code with weir at all.

use std::{collections::BTreeMap, process::Stdio};

use serde_json::Value;

use super::{python::Script, stack::Stack};

/// What `count_limits.py` has counted.
#[derive(Debug, Clone)]
pub struct Count {
    /// Runs that were requested.
    pub requested: u64,
    /// Runs that held slots at some time and gave them back.
    pub ended: u64,
    /// The most slots that were ever held at once, of each limit that any claim or request names.
    peaks: BTreeMap<String, u64>,
}

impl Count {
    /// Counts the whole log of some pools under these limits, such as `{"pool seed": 50, "tag five": 5}`.
    ///
    /// # Panics
    /// When a limit was passed at any position, or is still held at the end.
    #[track_caller]
    pub fn of(stack: &Stack, pools: &[&str], limits: &Value) -> Self {
        let mut command = Script("count_limits.py").command();
        command.arg(stack.url()).arg(limits.to_string()).args(pools);
        let ended = command.stdin(Stdio::null()).output();
        let ended = ended.expect("the reader can be started");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "the reader does not end: {said}");
        let count: Value =
            serde_json::from_slice(&ended.stdout).expect("the reader prints one object");
        let faults = count["faults"].as_array().expect("it lists what is wrong");
        let first: Vec<&Value> = faults.iter().take(10).collect();
        assert!(
            first.is_empty(),
            "{} faults under {limits}: {first:#?}",
            faults.len()
        );
        let number = |value: &Value| value.as_u64().expect("it counts");
        let peaks = count["peaks"].as_object().expect("it tells the peaks");
        Self {
            requested: number(&count["requested"]),
            ended: number(&count["ended"]),
            peaks: peaks
                .iter()
                .map(|(limit, peak)| (limit.clone(), number(peak)))
                .collect(),
        }
    }

    /// The most slots of a limit that were ever held at once.
    #[track_caller]
    pub fn peak(&self, limit: &str) -> u64 {
        let peak = self.peaks.get(limit);
        assert!(peak.is_some(), "nobody names {limit}: {:?}", self.peaks);
        *peak.expect("just asserted")
    }
}
