//! Bodies of answers: whole ones, and ones that a future writes as long as the client reads.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

type Writer = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The lines that a writer may be ahead of its client, as the API server has it.
const BUFFER: usize = 10;

/// The body of an answer.
pub(crate) enum Payload {
    Whole(Option<Bytes>),
    Written {
        writer: Option<Writer>,
        lines: mpsc::Receiver<Bytes>,
    },
}

impl Payload {
    /// A body that a future writes. It lives and dies with the connection.
    pub(crate) fn written<F: Future<Output = ()> + Send + 'static>(
        write: impl FnOnce(mpsc::Sender<Bytes>) -> F,
    ) -> Self {
        let (out, lines) = mpsc::channel(BUFFER);
        Self::Written {
            writer: Some(Box::pin(write(out))),
            lines,
        }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|it| Ok(Frame::data(it)))),
            Self::Written { writer, lines } => {
                if let Some(future) = writer
                    && future.as_mut().poll(context).is_ready()
                {
                    *writer = None;
                }
                lines
                    .poll_recv(context)
                    .map(|it| it.map(|line| Ok(Frame::data(line))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |it| it.len() as u64))
            }
            Self::Written { .. } => SizeHint::default(),
        }
    }
}
