//! Reading server-sent events.

use std::collections::VecDeque;

use crate::ClientError;

/// One event of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentEvent {
    /// Its cursor; absent on what is not stored.
    pub id: Option<String>,
    /// Its type.
    pub event: Option<String>,
    /// Its body.
    pub data: String,
}

/// An open event stream.
#[derive(Debug)]
pub struct EventStream {
    response: reqwest::Response,
    reader: Reader,
}

impl EventStream {
    pub(crate) fn new(response: reqwest::Response) -> Self {
        Self { response, reader: Reader::default() }
    }

    /// The next event; `None` when the server ended the stream.
    ///
    /// # Errors
    /// `Http` when the connection breaks.
    pub async fn next(&mut self) -> Result<Option<SentEvent>, ClientError> {
        loop {
            if let Some(event) = self.reader.ready.pop_front() {
                return Ok(Some(event));
            }
            let Some(bytes) = self.response.chunk().await? else { return Ok(None) };
            self.reader.read(&bytes);
        }
    }

    /// The cursor of the last event that had one: where to go on after a break.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.reader.cursor.as_deref()
    }
}

/// Turns bytes into events, whatever way they were cut.
#[derive(Debug, Default)]
struct Reader {
    line: Vec<u8>,
    event: SentEvent,
    has_data: bool,
    cursor: Option<String>,
    ready: VecDeque<SentEvent>,
}

impl Reader {
    fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                self.take_line(String::from_utf8_lossy(&line).trim_end_matches('\r'));
            } else {
                self.line.push(*byte);
            }
        }
    }

    fn take_line(&mut self, line: &str) {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            if std::mem::take(&mut self.has_data) {
                self.ready.push_back(event);
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => {
                self.cursor = Some(value.to_owned());
                self.event.id = Some(value.to_owned());
            }
            "event" => self.event.event = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            // Comments keep the connection alive; `retry` is for browsers.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log4_events_are_read_however_their_bytes_are_cut() {
        let text =
            ": hello\n\nid: 1-7\nevent: conversation:start\ndata: {\"a\":\ndata: 1}\n\nevent: typing\ndata: {}\r\n\r\n";
        let expected = [
            SentEvent {
                id: Some("1-7".to_owned()),
                event: Some("conversation:start".to_owned()),
                data: "{\"a\":\n1}".to_owned(),
            },
            SentEvent { id: None, event: Some("typing".to_owned()), data: "{}".to_owned() },
        ];
        for cut in 1..text.len() {
            let mut reader = Reader::default();
            text.as_bytes().chunks(cut).for_each(|chunk| reader.read(chunk));
            assert_eq!(Vec::from(reader.ready), expected, "cut into pieces of {cut}");
            assert_eq!(reader.cursor.as_deref(), Some("1-7"));
        }
    }
}
