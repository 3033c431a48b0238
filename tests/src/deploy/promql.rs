//! Whether a `PromQL` query can mean what it says: names and labels that there are, rates of what grows and of nothing else.
//!
//! Prometheus answers a query with a misspelt name or label without a word, with nothing. So this is where it is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use promql_parser::{
    label::METRIC_NAME,
    parser::{self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorSelector},
};

use super::metrics::Known;

/// Functions that make a rate of what only grows.
const RATES: [&str; 3] = ["rate", "irate", "increase"];

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a query asks for and gives.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The series that it asks for.
    pub series: BTreeSet<String>,
    /// The labels that its answer has.
    pub labels: BTreeSet<String>,
}

/// Reads a query and looks at all of it.
///
/// # Errors
/// All that is wrong with it.
pub fn check(query: &str, known: &Known) -> Result<Found, Vec<Fault>> {
    let parsed = parser::parse(query).map_err(|why| vec![Fault(why)])?;
    let mut look = Look {
        known,
        faults: Vec::new(),
        series: BTreeSet::new(),
    };
    let labels = look.at(&parsed, false);
    if look.faults.is_empty() {
        Ok(Found {
            series: look.series,
            labels,
        })
    } else {
        Err(look.faults)
    }
}

struct Look<'a> {
    known: &'a Known,
    faults: Vec<Fault>,
    series: BTreeSet<String>,
}

type Labels = BTreeSet<String>;

impl Look<'_> {
    fn fault(&mut self, what: String) {
        self.faults.push(Fault(what));
    }

    /// Looks at an expression; `rated` where a rate is made of it. Returns the labels of what it gives.
    fn at(&mut self, expr: &Expr, rated: bool) -> Labels {
        match expr {
            Expr::VectorSelector(selector) => self.at_selector(selector, rated),
            Expr::MatrixSelector(matrix) => self.at_selector(&matrix.vs, rated),
            Expr::Aggregate(aggregate) => self.at_aggregate(aggregate),
            Expr::Binary(binary) => self.at_binary(binary),
            Expr::Call(call) => self.at_call(call),
            Expr::Paren(inner) => self.at(&inner.expr, rated),
            Expr::Unary(inner) => self.at(&inner.expr, rated),
            Expr::Subquery(inner) => self.at(&inner.expr, rated),
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => Labels::new(),
        }
    }

    fn at_selector(&mut self, selector: &VectorSelector, rated: bool) -> Labels {
        let named = selector.matchers.matchers.iter();
        let named = named.filter(|matcher| matcher.name == METRIC_NAME);
        let name = selector
            .name
            .clone()
            .or_else(|| named.map(|matcher| matcher.value.clone()).next())
            .unwrap_or_default();
        let Some(series) = self.known.find(&name) else {
            self.fault(format!(
                "nobody shows {name:?} (a histogram has _bucket, _sum and _count)"
            ));
            return Labels::new();
        };
        for matcher in &selector.matchers.matchers {
            if matcher.name != METRIC_NAME && !series.labels.contains(&matcher.name) {
                self.fault(format!("{name} has no label {}", matcher.name));
            }
        }
        if series.grows && !rated {
            self.fault(format!(
                "{name} only grows: a rate or an increase of it says more"
            ));
        }
        if rated && !series.grows {
            self.fault(format!(
                "{name} is a gauge, and a rate of that means nothing"
            ));
        }
        self.series.insert(name);
        series.labels
    }

    fn at_aggregate(&mut self, aggregate: &AggregateExpr) -> Labels {
        let inner = self.at(&aggregate.expr, false);
        match &aggregate.modifier {
            None => Labels::new(),
            Some(LabelModifier::Include(labels)) => {
                let by: Labels = labels.labels.iter().cloned().collect();
                for label in by.difference(&inner) {
                    self.fault(format!(
                        "nothing below `by ({label})` has such a label: {inner:?}"
                    ));
                }
                by
            }
            Some(LabelModifier::Exclude(labels)) => {
                let without: Labels = labels.labels.iter().cloned().collect();
                inner.difference(&without).cloned().collect()
            }
        }
    }

    fn at_binary(&mut self, binary: &BinaryExpr) -> Labels {
        let sides = [self.at(&binary.lhs, false), self.at(&binary.rhs, false)];
        let matching = binary.modifier.as_ref();
        let matching = matching.and_then(|modifier| modifier.matching.as_ref());
        if let Some(LabelModifier::Include(on)) = matching {
            for label in &on.labels {
                if sides.iter().any(|side| !side.contains(label)) {
                    self.fault(format!(
                        "not both sides of `on ({label})` have it: {sides:?}"
                    ));
                }
            }
        }
        let [left, right] = sides;
        // A number on the left has no labels; then the answer has those of the right.
        if left.is_empty() { right } else { left }
    }

    fn at_call(&mut self, call: &Call) -> Labels {
        let rates = RATES.contains(&call.func.name);
        let mut labels = Labels::new();
        for argument in &call.args.args {
            labels.extend(self.at(argument, rates));
        }
        if call.func.name == "histogram_quantile" && !labels.remove("le") {
            self.fault("a quantile needs buckets by `le`".to_owned());
        }
        labels
    }
}

/// A query with Grafana's variables replaced: its own by what it would put there, the board's by `value`.
pub(super) fn expanded(query: &str, values: &BTreeMap<String, String>) -> String {
    let mut text = query
        .replace("$__rate_interval", "1m")
        .replace("$__range", "1h");
    // Longer names first: one may begin with another.
    let mut names: Vec<&String> = values.keys().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        text = text.replace(&format!("${name}"), &values[name]);
    }
    text
}
