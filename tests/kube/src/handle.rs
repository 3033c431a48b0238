//! One request, from its head to its answer: who asks, which fault it meets, what it does, and the record of it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::{Request as HttpRequest, body::Incoming};
use serde_json::Value;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    api::{Call, Content, Reply, remove},
    faults::Effect,
    kubelet::LogQuery,
    object::Meta,
    payload::Payload,
    rbac::{Account, refusal, subject},
    record::Request,
    route::{Attributes, Query},
    shared::Shared,
    status::Failure,
    watch,
    world::World,
};

/// What the API server reads of a body.
const BODY_MAX: usize = 3 << 20;

/// The connection is cut in place of an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut, as ordered")]
pub(crate) struct Cut;

/// Who sent a request.
enum Sender {
    Known(Account),
    Anonymous,
    Stranger,
}

impl Sender {
    fn user(&self) -> &str {
        match self {
            Self::Known(account) => &account.user,
            Self::Anonymous => "system:anonymous",
            Self::Stranger => "",
        }
    }
}

fn sender(world: &World, headers: &HeaderMap) -> Sender {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    match value.strip_prefix("Bearer ").map(str::trim) {
        None | Some("") => Sender::Anonymous,
        Some(token) => world
            .accounts
            .get(token)
            .cloned()
            .map_or(Sender::Stranger, Sender::Known),
    }
}

/// Whether the sender may do it at all.
fn admit(world: &World, sender: &Sender, it: &Attributes) -> Result<(), Failure> {
    let may = match sender {
        Sender::Stranger => return Err(Failure::unauthorized()),
        Sender::Anonymous => false,
        Sender::Known(account) => account.may(it),
    };
    if it.other.is_some() || (may && world.rbac_loaded) {
        return Ok(());
    }
    let message = format!(
        "{} is forbidden: {}",
        subject(it),
        refusal(sender.user(), it)
    );
    let mut details = serde_json::json!({ "kind": it.resource });
    for (key, value) in [("name", &it.name), ("group", &it.group)] {
        if !value.is_empty() {
            details[key] = value.as_str().into();
        }
    }
    Err(Failure::new(403, "Forbidden", message).with(details))
}

async fn read(request: HttpRequest<Incoming>) -> Result<Call, Failure> {
    let (head, body) = request.into_parts();
    let query = Query::parse(head.uri.query().unwrap_or_default());
    let text = |name| {
        head.headers
            .get(name)
            .and_then(|it: &HeaderValue| it.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let attributes = Attributes::of(&head.method, head.uri.path(), &query);
    let body = match Limited::new(body, BODY_MAX).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_too_long_or_cut) => return Err(Failure::body_too_large(BODY_MAX)),
    };
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (content_type, accept) = (text(header::CONTENT_TYPE), text(header::ACCEPT));
    Ok(Call {
        attributes,
        query,
        content_type,
        accept,
        body,
        json,
    })
}

fn record(
    call: Option<&Call>,
    head: (String, String, String),
    user: &str,
    world: &mut World,
) -> usize {
    let (method, path, query) = head;
    let seq = world.requests_before + world.requests.len();
    let attributes = call.map(|it| it.attributes.clone()).unwrap_or_default();
    let writes = matches!(method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE");
    world.requests.push_back(Request {
        seq,
        at: world.clock.wall(),
        method,
        path,
        query,
        account: user.to_owned(),
        verb: attributes.verb,
        resource: attributes.full_resource(),
        group: attributes.group,
        namespace: attributes.namespace,
        name: attributes.name,
        status: None,
        body: call
            .filter(|_| writes)
            .map(|it| it.json.clone())
            .unwrap_or_default(),
    });
    while world.requests.len() > world.options.requests_max {
        world.requests.pop_front();
        world.requests_before += 1;
    }
    seq
}

/// Answers one request.
pub(crate) async fn handle(
    shared: Arc<Shared>,
    request: HttpRequest<Incoming>,
) -> Result<Response<Payload>, Cut> {
    let uri = request.uri();
    let head = (
        request.method().to_string(),
        uri.path().to_owned(),
        uri.query().unwrap_or_default().to_owned(),
    );
    let from = shared.with(|world| sender(world, request.headers()));
    let call = match read(request).await {
        Ok(call) => call,
        Err(failure) => {
            let seq = shared.with(|world| record(None, head, from.user(), world));
            return Ok(finish(&shared, seq, failed(&failure, None), None));
        }
    };
    let (seq, effect) = shared.with(|world| {
        let name = Some(call.attributes.name.as_str())
            .filter(|it| !it.is_empty())
            .unwrap_or(call.json.name());
        let effect = world.faults.meet(&call.attributes, from.user(), name);
        (record(Some(&call), head, from.user(), world), effect)
    });
    if let Some(failure) = before(effect.as_ref()).await? {
        return Ok(finish(&shared, seq, failed(&failure, None), effect));
    }
    let answer = shared.with(|world| {
        admit(world, &from, &call.attributes)?;
        world.serve(&call)
    });
    let warning = remove::warning(&call);
    let answer = match answer {
        Ok(Reply {
            content: Content::Late(wait, failure),
            ..
        }) => {
            sleep_until(Instant::now() + wait / shared.server_speed()).await;
            failed(&failure, warning)
        }
        Ok(mut reply) => {
            reply.warnings.extend(warning.map(str::to_owned));
            reply
        }
        Err(failure) if matches!(failure.code, 401 | 403) => failed(&failure, None),
        Err(failure) => failed(&failure, warning),
    };
    after(effect.as_ref()).await?;
    Ok(finish(&shared, seq, answer, effect))
}

/// What a fault does before the request is done.
async fn before(effect: Option<&Effect>) -> Result<Option<Failure>, Cut> {
    match effect {
        Some(Effect::Answer(code, retry_after)) => {
            return Ok(Some(Failure::trouble(*code, *retry_after)));
        }
        Some(Effect::CutBefore) => return Err(Cut),
        Some(Effect::NeverBefore) => std::future::pending().await,
        Some(Effect::DelayBefore(delay)) => sleep_until(Instant::now() + *delay).await,
        Some(
            Effect::DelayAfter(_)
            | Effect::CutAfter
            | Effect::NeverAfter
            | Effect::WatchEnds(_)
            | Effect::WatchDelays(_)
            | Effect::WatchRepeats
            | Effect::WatchSilent
            | Effect::WatchGone(_),
        )
        | None => {}
    }
    Ok(None)
}

/// What a fault does once it is done.
async fn after(effect: Option<&Effect>) -> Result<(), Cut> {
    match effect {
        Some(Effect::CutAfter) => Err(Cut),
        Some(Effect::NeverAfter) => std::future::pending().await,
        Some(Effect::DelayAfter(delay)) => {
            sleep_until(Instant::now() + *delay).await;
            Ok(())
        }
        Some(
            Effect::Answer(..)
            | Effect::DelayBefore(_)
            | Effect::CutBefore
            | Effect::NeverBefore
            | Effect::WatchEnds(_)
            | Effect::WatchDelays(_)
            | Effect::WatchRepeats
            | Effect::WatchSilent
            | Effect::WatchGone(_),
        )
        | None => Ok(()),
    }
}

fn failed(failure: &Failure, warning: Option<&str>) -> Reply {
    let mut reply = Reply::json(failure.code, &failure.body());
    reply.warnings.extend(warning.map(str::to_owned));
    reply.retry_after = failure.retry_after;
    reply
}

/// Puts the answer on the wire and into the record.
fn finish(
    shared: &Arc<Shared>,
    seq: usize,
    reply: Reply,
    effect: Option<Effect>,
) -> Response<Payload> {
    shared.with(|world| {
        let kept = seq.checked_sub(world.requests_before);
        if let Some(request) = kept.and_then(|at| world.requests.get_mut(at)) {
            request.status = Some(reply.status);
            let of = (request.verb, request.resource.clone(), reply.status);
            *world.answered.entry(of).or_default() += 1;
        }
    });
    let mut media = "application/json";
    let payload = match reply.content {
        Content::Json(bytes) => Payload::Whole(Some(bytes)),
        Content::Watch(plan) => {
            let shared = shared.clone();
            Payload::written(move |out| watch::run(shared, *plan, effect, out))
        }
        Content::Log(query) => {
            media = "text/plain";
            let shared = shared.clone();
            Payload::written(move |out| show_log(shared, *query, out))
        }
        Content::Late(..) => Payload::Whole(None),
    };
    let mut response = Response::new(payload);
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, private"),
    );
    for warning in reply.warnings {
        let text = format!("299 - {}", Value::from(warning));
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(header::WARNING, value);
        }
    }
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn show_log(shared: Arc<Shared>, query: LogQuery, out: mpsc::Sender<Bytes>) {
    let (mut from, mut sent) = (0, 0);
    loop {
        let part = shared.with(|world| world.read_log(&query, from, sent));
        from = part.next;
        sent += part.text.len();
        if !part.text.is_empty() && out.send(part.text).await.is_err() {
            return;
        }
        let Some(again) = part.again.filter(|_| query.follow) else {
            return;
        };
        // A look too often would only cost time; the end of the log may come before the next line.
        let at = shared
            .instant(again)
            .max(Instant::now() + Duration::from_millis(1));
        tokio::select! {
            () = sleep_until(at) => {}
            () = out.closed() => return,
        }
    }
}
