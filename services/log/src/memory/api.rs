//! Request/reply in the in-memory log.

use std::{collections::BTreeSet, fmt, time::Duration};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::Memory;
use crate::{
    error::LogError,
    traits::{Api, ApiFault, Reply, Service},
    types::ApiRequest,
};

type Answer = Result<Bytes, ApiFault>;

/// Somebody who serves.
pub(super) struct Server {
    id: u64,
    endpoints: BTreeSet<String>,
    to: mpsc::UnboundedSender<ApiRequest<MemoryReply>>,
}

/// See [`Service`]. It stops serving when it is dropped.
pub struct MemoryService {
    memory: Memory,
    id: u64,
    from: mpsc::UnboundedReceiver<ApiRequest<MemoryReply>>,
}

/// See [`Reply`].
#[derive(Debug)]
pub struct MemoryReply(oneshot::Sender<Answer>);

impl fmt::Debug for MemoryService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryService")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Drop for MemoryService {
    fn drop(&mut self) {
        self.memory
            .state()
            .servers
            .retain(|server| server.id != self.id);
    }
}

impl Api for Memory {
    type Service = MemoryService;

    async fn serve(&self, endpoints: BTreeSet<String>) -> Result<MemoryService, LogError> {
        let (to, from) = mpsc::unbounded_channel();
        let mut state = self.state();
        state.servers_made += 1;
        let id = state.servers_made;
        state.servers.push(Server { id, endpoints, to });
        drop(state);
        Ok(MemoryService {
            memory: self.clone(),
            id,
            from,
        })
    }

    async fn call(
        &self,
        endpoint: &str,
        payload: Bytes,
        wait: Duration,
    ) -> Result<Answer, LogError> {
        let (to, from) = oneshot::channel();
        let request = ApiRequest {
            endpoint: endpoint.to_owned(),
            payload,
            reply: MemoryReply(to),
        };
        self.send(endpoint, request)?;
        let answered = tokio::time::timeout(wait, async {
            match from.await {
                Ok(answer) => answer,
                // A request that was dropped is never answered.
                Err(_) => std::future::pending().await,
            }
        });
        answered.await.map_err(|elapsed| LogError::Unavailable {
            detail: format!("no answer: {elapsed}"),
        })
    }
}

impl Memory {
    /// Hands the request to one of those who serve the endpoint, in turn.
    fn send(&self, endpoint: &str, request: ApiRequest<MemoryReply>) -> Result<(), LogError> {
        let mut state = self.state();
        let turn = state.calls;
        state.calls += 1;
        let serving: Vec<&Server> = state
            .servers
            .iter()
            .filter(|s| s.endpoints.contains(endpoint))
            .collect();
        let server = serving
            .get(turn % serving.len().max(1))
            .ok_or(LogError::NoResponders)?;
        server
            .to
            .send(request)
            .map_err(|_gone| LogError::NoResponders)
    }
}

impl Service for MemoryService {
    type Reply = MemoryReply;

    async fn next(&mut self) -> Option<ApiRequest<MemoryReply>> {
        self.from.recv().await
    }
}

impl Reply for MemoryReply {
    async fn answer(self, answer: Answer) {
        // Whoever asked may have given up.
        self.0.send(answer).ok();
    }
}
