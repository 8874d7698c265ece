//! A consumer of the log, as an integrator would write one: what an event does is kept in a file, and the cursor too.

use std::{collections::HashSet, fs, io::Write as _, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::{sync::watch, time::timeout};
use waybill_client::{EventStream, NotificationStream};
use waybill_testkit::{RestClient, rig::dice::Dice};

use crate::Address;

/// The shortest life of a consumer, in milliseconds.
const SHORTEST_LIFE: u64 = 10;
/// So many events are kept before the cursor is: after a break the ones since then are told again.
const CURSOR_EVERY: u64 = 7;

/// Where it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Server-sent events.
    Events,
    /// The socket of a notification channel.
    Notifications,
}

/// What it is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Goes on after its cursor and passes over doubles.
    Careful,
    /// Begins with what happens now.
    ForgetsItsCursor,
    /// Takes every telling for another event.
    KeepsDoubles,
}

/// One event as it was told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) conversation: String,
    pub(crate) number: u64,
    /// What a writer called this write.
    pub(crate) mark: Option<String>,
    cursor: String,
}

pub(crate) struct Consumer {
    source: Source,
    habit: Habit,
    channel: Option<String>,
    file: Option<PathBuf>,
    token: String,
    address: Address,
    kills: u64,
    doubles: u64,
}

enum Open {
    Events(Box<EventStream>),
    Notifications(Box<NotificationStream>),
}

impl Consumer {
    pub(crate) fn new(
        source: Source,
        habit: Habit,
        channel: Option<String>,
        file: PathBuf,
        token: String,
        address: Address,
    ) -> Self {
        Self { source, habit, channel, file: Some(file), token, address, kills: 0, doubles: 0 }
    }

    /// Somebody who just reads the event stream.
    pub(crate) fn reader(token: String, address: Address) -> Self {
        let (source, habit) = (Source::Events, Habit::Careful);
        Self { source, habit, channel: None, file: None, token, address, kills: 0, doubles: 0 }
    }

    pub(crate) const fn source(&self) -> Source {
        self.source
    }

    pub(crate) const fn habit(&self) -> Habit {
        self.habit
    }

    pub(crate) const fn kills(&self) -> u64 {
        self.kills
    }

    pub(crate) const fn doubles(&self) -> u64 {
        self.doubles
    }

    /// Lives and is killed, again and again, until it is told to stop.
    pub(crate) async fn live(mut self, mut dice: Dice, longest: u64, mut stopped: watch::Receiver<bool>) -> Self {
        while !*stopped.borrow() {
            let life = Duration::from_millis(SHORTEST_LIFE + dice.below(longest));
            let alive = self.consume(None);
            tokio::select! {
                // Dropped wherever it stands: what it had in memory alone is gone, its connection too.
                _ = timeout(life, alive) => {}
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
            self.kills += 1;
        }
        self
    }

    /// Reads on to the last event of the log.
    pub(crate) async fn catch_up(&mut self, patience: Duration, last: &str) -> Result<()> {
        if self.habit == Habit::ForgetsItsCursor {
            return Ok(());
        }
        timeout(patience, self.consume(Some(last))).await.context("a consumer does not catch up")?
    }

    /// The whole log without a break, up to the write with this mark.
    pub(crate) async fn read_all(&mut self, patience: Duration, mark: &str) -> Result<Vec<Told>> {
        let address = self.address.borrow().clone().context("the server is down")?;
        let mut open = self.open(&address, None).await?;
        let mut all: Vec<Told> = Vec::new();
        while all.last().is_none_or(|told| told.mark.as_deref() != Some(mark)) {
            let told = timeout(patience, next(&mut open)).await.context("the log is not told to its end")??;
            all.push(told.context("the stream ended")?);
        }
        Ok(all)
    }

    /// Consumes until `last` was kept, or until something breaks.
    async fn consume(&mut self, last: Option<&str>) -> Result<()> {
        let file = self.file.clone().context("a reader keeps nothing")?;
        let (mut kept, mut cursor) = read_file(&file)?;
        if kept.last().map(String::as_str) == last && last.is_some() {
            return Ok(());
        }
        let mut known: HashSet<String> = kept.drain(..).collect();
        loop {
            let address = self.address.wait_for(Option::is_some).await?.clone();
            let Some(address) = address else { continue };
            let mut open = match self.open(&address, cursor.as_deref()).await {
                Ok(open) => open,
                Err(_) => {
                    // The server died under us: the next one has another address.
                    tokio::task::yield_now().await;
                    if self.address.borrow().as_ref() == Some(&address) {
                        timeout(Duration::from_millis(50), self.address.changed())
                            .await
                            .map_or(Ok(()), |moved| moved)?;
                    }
                    continue;
                }
            };
            let mut since = 0;
            while let Ok(Some(told)) = next(&mut open).await {
                let is_new = known.insert(told.id.clone());
                if !is_new {
                    self.doubles += 1;
                }
                if is_new || self.habit == Habit::KeepsDoubles {
                    append(&file, &format!("event {}\n", told.id))?;
                }
                since += 1;
                if since % CURSOR_EVERY == 0 {
                    append(&file, &format!("cursor {}\n", told.cursor))?;
                }
                if last == Some(told.id.as_str()) {
                    return Ok(());
                }
            }
            (_, cursor) = read_file(&file)?;
        }
    }

    async fn open(&self, address: &str, cursor: Option<&str>) -> Result<Open> {
        let after = match (self.habit, cursor) {
            (Habit::ForgetsItsCursor, _) => None,
            (Habit::Careful | Habit::KeepsDoubles, None) => Some("beginning"),
            (Habit::Careful | Habit::KeepsDoubles, Some(cursor)) => Some(cursor),
        };
        Ok(match &self.channel {
            None => {
                let client = RestClient::anonymous(address)?.with_token(&self.token);
                let path =
                    after.map_or_else(|| "/api/v2/events".to_owned(), |after| format!("/api/v2/events?cursor={after}"));
                Open::Events(Box::new(client.events(&path, None).await?))
            }
            Some(channel) => {
                let uri = format!("{}/channels/{channel}", address.replacen("http", "ws", 1));
                Open::Notifications(Box::new(NotificationStream::open(&uri, after).await?))
            }
        })
    }

    /// The events that it kept, in the order in which it kept them.
    pub(crate) fn kept(&self) -> Result<Vec<String>> {
        Ok(read_file(self.file.as_deref().context("a reader keeps nothing")?)?.0)
    }
}

async fn next(open: &mut Open) -> Result<Option<Told>> {
    match open {
        Open::Events(stream) => loop {
            let Some(event) = stream.next().await? else { return Ok(None) };
            if let Some(told) = told_by_event(&event.data, event.id)? {
                return Ok(Some(told));
            }
        },
        Open::Notifications(stream) => {
            let event = stream.next().await?;
            let cursor = event.metadata.cursor.clone().context("a frame without cursor")?;
            told(&event.body()?, cursor).map(Some)
        }
    }
}

/// What has no id is not stored.
fn told_by_event(data: &str, id: Option<String>) -> Result<Option<Told>> {
    match id {
        Some(cursor) => told(&serde_json::from_str(data)?, cursor).map(Some),
        None => Ok(None),
    }
}

fn told(event: &Value, cursor: String) -> Result<Told> {
    let text = |name: &str| event[name].as_str().map(str::to_owned).with_context(|| format!("an event without {name}"));
    let data = &event["data"];
    let changed = data["changes"].as_array().and_then(|changes| changes.iter().find(|change| change["key"] == "mark"));
    let mark = data["customData"]["mark"].as_str().or_else(|| changed.and_then(|change| change["new"].as_str()));
    Ok(Told {
        id: text("id")?,
        conversation: text("conversationId")?,
        number: event["conversationSeq"].as_u64().context("an event without conversationSeq")?,
        mark: mark.map(str::to_owned),
        cursor,
    })
}

/// Events and the last cursor of a consumer's file.
fn read_file(file: &std::path::Path) -> Result<(Vec<String>, Option<String>)> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error.into()),
    };
    let (mut events, mut cursor) = (Vec::new(), None);
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("event", id)) => events.push(id.to_owned()),
            Some(("cursor", text)) => cursor = Some(text.to_owned()),
            _ => bail!("a consumer's file has the line {line}"),
        }
    }
    Ok((events, cursor))
}

/// One write for one line: a death leaves whole lines.
fn append(file: &std::path::Path, line: &str) -> Result<()> {
    fs::File::options().create(true).append(true).open(file)?.write_all(line.as_bytes())?;
    Ok(())
}
