//! When runs are to be made by themselves, as the file says it.

use anyhow::{anyhow, bail};
use serde_json::{Map, Value};
use weir_client::{JsonObject, bounds};

use super::{
    form::{Entry, Schedule},
    written::Flag,
};

impl Schedule {
    /// All that it says. What Prefect's own templates leave where there is none is empty.
    fn fields(&self) -> Map<String, Value> {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.as_object().cloned().unwrap_or_default()
    }

    fn check(&self, place: &str) -> anyhow::Result<()> {
        let said = [
            self.cron.is_some(),
            self.interval.is_some(),
            self.rrule.is_some(),
        ];
        match said.iter().filter(|said| **said).count() {
            1 => Ok(()),
            0 => bail!("{place}: it does not say when: write one of cron, interval and rrule"),
            _ => bail!("{place}: write one of cron, interval and rrule, not several"),
        }
    }
}

impl Entry {
    /// Takes the schedules out.
    pub(super) fn take_schedules(&mut self) -> anyhow::Result<Vec<JsonObject>> {
        // In Prefect a paused deployment makes no runs by schedule; whoever asks for one gets it.
        let paused = self.paused == Some(Flag(true));
        let one = self.schedule.take();
        let one = one.filter(|schedule| !schedule.fields().is_empty());
        let many = self.schedules.take();
        if one.is_some() && many.is_some() {
            bail!("it says both schedule and schedules: leave schedule out");
        }
        let mut kept = Vec::new();
        for (n, schedule) in many.iter().flatten().enumerate() {
            let fields = schedule.fields();
            if !fields.is_empty() {
                schedule.check(&format!("schedules[{n}]"))?;
                kept.push(JsonObject::from(&fields));
            }
        }
        if let Some(one) = one {
            one.check("schedule")?;
            kept.push(JsonObject::from(&one.fields()));
        }
        for (n, schedule) in kept.iter_mut().enumerate() {
            if paused {
                let mut fields = schedule.to_map();
                fields.insert("active".to_owned(), false.into());
                *schedule = JsonObject::from(&fields);
            }
            weir_calendar::Schedule::parse(schedule)
                .map_err(|fault| anyhow!("schedules[{n}].{}: {}", fault.field, fault.message))?;
        }
        let most = bounds::SCHEDULES_MAX;
        if kept.len() > most {
            bail!("schedules: it lists {}: use at most {most}", kept.len());
        }
        Ok(kept)
    }
}
