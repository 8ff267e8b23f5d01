//! What comes through a channel, as something to read from: for a reader that may wait, on a thread where it may.

use std::io::{self, BufRead, Read};

use tokio::sync::mpsc;

/// Reads until the channel is closed.
pub(in crate::probe::nmap) struct Chunks {
    channel: mpsc::UnboundedReceiver<Vec<u8>>,
    chunk: Vec<u8>,
    read: usize,
}

impl Chunks {
    pub(in crate::probe::nmap) fn new(channel: mpsc::UnboundedReceiver<Vec<u8>>) -> Self {
        Self {
            channel,
            chunk: Vec::new(),
            read: 0,
        }
    }
}

impl Read for Chunks {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Chunks {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.read == self.chunk.len() {
            let Some(chunk) = self.channel.blocking_recv() else {
                return Ok(&[]);
            };
            (self.chunk, self.read) = (chunk, 0);
        }
        Ok(&self.chunk[self.read..])
    }

    fn consume(&mut self, length: usize) {
        self.read = (self.read + length).min(self.chunk.len());
    }
}
