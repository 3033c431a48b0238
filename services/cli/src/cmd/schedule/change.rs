//! Changing the schedules of a deployment.

use serde_json::{Map, Value};
use weir_client::{DeploymentName, Fault, FaultCode, JsonObject};

use super::{Create, Which, key};
use crate::{cmd::pool::said, context::Context, exit::Exit, value};

pub(super) async fn create(context: &Context, create: Create) -> anyhow::Result<Exit> {
    let (name, replace) = (create.name.clone(), create.replace);
    let schedule = fields(create)?;
    let told = key(&schedule);
    edit(context, &name, |held| {
        if !replace && held.iter().any(|other| key(other) == told) {
            let message =
                format!("there is a schedule {told} already: delete it, or use --replace");
            return Err(Fault::new(FaultCode::InvalidField, "slug", message));
        }
        let kept = if replace { &[][..] } else { held };
        Ok(kept.iter().cloned().chain([schedule.clone()]).collect())
    })
    .await?;
    context.out.line(&told)?;
    Ok(Exit::Ok)
}

fn fields(create: Create) -> anyhow::Result<JsonObject> {
    let Create {
        name: _,
        cron,
        interval,
        rrule,
        anchor_date,
        timezone,
        day_or,
        active,
        slug,
        parameters,
        overlap_policy,
        catchup_window,
        replace: _,
    } = create;
    let mut fields = Map::new();
    let texts = [
        ("cron", cron),
        ("rrule", rrule),
        ("anchor_date", anchor_date),
        ("timezone", timezone),
        ("slug", slug),
        ("overlap_policy", overlap_policy),
        ("catchup_window", catchup_window),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            fields.insert(field.to_owned(), text.into());
        }
    }
    if let Some(interval) = interval {
        let seconds = interval.parse::<i64>();
        fields.insert(
            "interval".to_owned(),
            seconds.map_or_else(|_text| interval.into(), Value::from),
        );
    }
    if let Some(day_or) = day_or {
        fields.insert("day_or".to_owned(), day_or.into());
    }
    if !active {
        fields.insert("active".to_owned(), false.into());
    }
    if !parameters.is_empty() {
        let parameters = value::object(None, &parameters)?;
        fields.insert("parameters".to_owned(), parameters.to_map().into());
    }
    Ok(JsonObject::from(&fields))
}

pub(super) async fn activate(
    context: &Context,
    which: Which,
    active: bool,
) -> anyhow::Result<Exit> {
    let Which { name, schedule } = which;
    edit(context, &name, |held| {
        let mut schedules = held.to_vec();
        let one = found(&mut schedules, &name, &schedule)?;
        let mut fields = one.to_map();
        fields.remove("active");
        if !active {
            fields.insert("active".to_owned(), false.into());
        }
        *one = JsonObject::from(&fields);
        Ok(schedules)
    })
    .await
}

pub(super) async fn delete(context: &Context, which: Which) -> anyhow::Result<Exit> {
    let Which { name, schedule } = which;
    edit(context, &name, |held| {
        let mut schedules = held.to_vec();
        found(&mut schedules, &name, &schedule)?;
        schedules.retain(|other| key(other) != schedule);
        Ok(schedules)
    })
    .await
}

pub(super) async fn clear(context: &Context, name: DeploymentName) -> anyhow::Result<Exit> {
    edit(context, &name, |_held| Ok(Vec::new())).await
}

fn found<'a>(
    schedules: &'a mut [JsonObject],
    deployment: &DeploymentName,
    given: &str,
) -> Result<&'a mut JsonObject, Fault> {
    let found = schedules.iter_mut().find(|schedule| key(schedule) == given);
    found.ok_or_else(|| {
        let message = format!(
            "it has no schedule {given}: list them with `weir deployment schedule ls {deployment}`"
        );
        Fault::new(FaultCode::InvalidField, "", message)
    })
}

async fn edit(
    context: &Context,
    name: &DeploymentName,
    edit: impl Fn(&[JsonObject]) -> Result<Vec<JsonObject>, Fault>,
) -> anyhow::Result<Exit> {
    let client = context.client().await?;
    let saved = client.edit_schedules(name, edit).await?;
    context
        .out
        .note(&said(&format!("deployment {name}"), saved))?;
    Ok(Exit::Ok)
}
