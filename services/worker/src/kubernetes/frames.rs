//! Cuts the body of an answer that goes on and on into lines.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use kube::client::Body;

use super::call::{Failure, chain};

/// An answer that is read line by line.
pub(super) struct Frames {
    body: Body,
    rest: BytesMut,
    /// How much of `rest` is known to have no line end.
    looked: usize,
    max: usize,
}

impl Frames {
    /// Lines longer than `max` bytes are cut there.
    pub(super) fn new(body: Body, max: usize) -> Self {
        Self {
            body,
            rest: BytesMut::new(),
            looked: 0,
            max,
        }
    }

    /// The next line without its end, and whether its end was seen; `None` after the last one. Cancel safe.
    pub(super) async fn next(&mut self) -> Result<Option<(Bytes, bool)>, Failure> {
        loop {
            if let Some(at) = self.rest[self.looked..].iter().position(|it| *it == b'\n') {
                let mut line = self.rest.split_to(self.looked + at + 1);
                line.truncate(self.looked + at);
                self.looked = 0;
                return Ok(Some((line.freeze(), true)));
            }
            self.looked = self.rest.len();
            if self.rest.len() >= self.max {
                self.looked = 0;
                return Ok(Some((self.rest.split_to(self.max).freeze(), false)));
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.rest.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => return Err(Failure::transient(chain(&error))),
                None if self.rest.is_empty() => return Ok(None),
                None => {
                    self.looked = 0;
                    return Ok(Some((self.rest.split().freeze(), false)));
                }
            }
        }
    }
}
