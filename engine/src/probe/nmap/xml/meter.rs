//! A reader that ends with an error when one piece of a document is too long, so that no garbage fills the memory.

use std::io::{self, BufRead, Read};

/// The longest tag, text or comment, in bytes.
const LONGEST: usize = 1 << 20;

/// One piece of the document is too long.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a piece of the document is too long")]
pub(super) struct TooLong;

/// Counts what is taken for one piece.
pub(super) struct Meter<R> {
    inner: R,
    left: usize,
}

impl<R> Meter<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            left: LONGEST,
        }
    }

    /// The next piece begins.
    pub(super) fn begin(&mut self) {
        self.left = LONGEST;
    }
}

impl<R: BufRead> Read for Meter<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Meter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(TooLong));
        }
        let available = self.inner.fill_buf()?;
        let length = available.len().min(self.left);
        Ok(&available[..length])
    }

    fn consume(&mut self, length: usize) {
        self.left = self.left.saturating_sub(length);
        self.inner.consume(length);
    }
}
