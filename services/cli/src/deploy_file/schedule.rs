//! When runs are to be made by themselves, as the file says it.

use anyhow::bail;

use super::form::{Entry, Schedule};

impl Schedule {
    /// What Prefect's own templates leave where there is none.
    fn is_empty(&self) -> bool {
        serde_json::to_value(self)
            .is_ok_and(|value| value.as_object().is_some_and(serde_json::Map::is_empty))
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
    pub(super) fn take_schedules(&mut self) -> anyhow::Result<Vec<Schedule>> {
        let one = self.schedule.take().filter(|schedule| !schedule.is_empty());
        let many = self.schedules.take();
        if one.is_some() && many.is_some() {
            bail!("it says both schedule and schedules: leave schedule out");
        }
        if let Some(one) = one {
            one.check("schedule")?;
            return Ok(vec![one]);
        }
        let mut many = many.unwrap_or_default();
        many.retain(|schedule| !schedule.is_empty());
        for (n, schedule) in many.iter().enumerate() {
            schedule.check(&format!("schedules[{n}]"))?;
        }
        Ok(many)
    }
}
