//! Changing the schedules of a deployment.

use anyhow::anyhow;
use serde_json::{Map, Value};
use weir_client::{DeploymentConfig, DeploymentName, Fault, FaultCode, Held, JsonObject};

use super::{Create, OneOrAll, Which, key, unknown};
use crate::{
    cmd::pool::said,
    context::Context,
    exit::{Exit, not_found},
    value,
};

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
        no_active,
        slug,
        parameters,
        overlap_policy,
        catchup_window,
        replace: _,
        yes: _,
    } = create;
    let (rrule, timezone) = rule(rrule, timezone)?;
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
        // Prefect's commands take seconds with a fraction.
        let whole = interval.strip_suffix(".0").unwrap_or(&interval);
        let seconds = whole.parse::<i64>();
        fields.insert(
            "interval".to_owned(),
            seconds.map_or_else(|_text| interval.as_str().into(), Value::from),
        );
    }
    if let Some(day_or) = day_or {
        fields.insert("day_or".to_owned(), day_or.into());
    }
    if !active || no_active {
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
    which: OneOrAll,
    active: bool,
) -> anyhow::Result<Exit> {
    let OneOrAll {
        name,
        schedule,
        all: _,
        yes: _,
    } = which;
    let (Some(name), Some(schedule)) = (name, schedule) else {
        return activate_all(context, active).await;
    };
    look_for(context, &name, &schedule).await?;
    edit(context, &name, |held| {
        let mut schedules = held.to_vec();
        let one = found(&mut schedules, &name, &schedule)?;
        *one = activated(one, active);
        Ok(schedules)
    })
    .await
}

async fn activate_all(context: &Context, active: bool) -> anyhow::Result<Exit> {
    let cell = context.client().await?.cell().await?;
    let other = |held: &&Held<DeploymentConfig>| {
        let schedules = &held.value.schedules;
        schedules.iter().any(|one| *one != activated(one, active))
    };
    let names: Vec<_> = cell.deployments().filter(other).collect();
    if names.is_empty() {
        let nothing = "there is nothing to change: no deployment has such a schedule";
        context.out.note(nothing)?;
    }
    for held in names {
        edit(context, &held.value.name, |schedules| {
            let all = schedules.iter().map(|one| activated(one, active));
            Ok(all.collect())
        })
        .await?;
    }
    Ok(Exit::Ok)
}

fn activated(schedule: &JsonObject, active: bool) -> JsonObject {
    let mut fields = schedule.to_map();
    fields.remove("active");
    if !active {
        fields.insert("active".to_owned(), false.into());
    }
    JsonObject::from(&fields)
}

/// A recurrence rule and its time zone, where the rule may be an object that names both.
fn rule(
    rrule: Option<String>,
    timezone: Option<String>,
) -> anyhow::Result<(Option<String>, Option<String>)> {
    let Some(text) = rrule.as_deref().filter(|text| text.starts_with('{')) else {
        return Ok((rrule, timezone));
    };
    let wrong = || {
        let example = r#"{"rrule": "FREQ=DAILY", "timezone": "Europe/Berlin"}"#;
        anyhow!("--rrule: use a rule such as FREQ=DAILY, or an object such as {example}")
    };
    let fields: Map<String, Value> = serde_json::from_str(text).map_err(|_json| wrong())?;
    let word = |key: &str| match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong()),
    };
    let is_known = fields
        .keys()
        .all(|key| ["rrule", "timezone"].contains(&key.as_str()));
    let text = word("rrule")?.filter(|_| is_known).ok_or_else(wrong)?;
    Ok((Some(text), timezone.or(word("timezone")?)))
}

pub(super) async fn delete(context: &Context, which: Which) -> anyhow::Result<Exit> {
    let Which {
        name,
        schedule,
        yes: _,
    } = which;
    look_for(context, &name, &schedule).await?;
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

/// The one that is meant; where it is gone, somebody else has deleted it since it was looked for.
fn found<'a>(
    schedules: &'a mut [JsonObject],
    deployment: &DeploymentName,
    given: &str,
) -> Result<&'a mut JsonObject, Fault> {
    let found = schedules.iter_mut().find(|schedule| key(schedule) == given);
    found.ok_or_else(|| Fault::new(FaultCode::InvalidField, "", unknown(deployment, given)))
}

async fn look_for(
    context: &Context,
    deployment: &DeploymentName,
    given: &str,
) -> anyhow::Result<()> {
    let cell = context.client().await?.cell().await?;
    let held = cell.deployment(deployment);
    let is_there = held.is_none_or(|held| {
        let mut schedules = held.value.schedules.iter();
        schedules.any(|schedule| key(schedule) == given)
    });
    if is_there {
        Ok(())
    } else {
        Err(not_found(unknown(deployment, given)))
    }
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
