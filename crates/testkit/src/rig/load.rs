//! Guests and API clients that write until the server is gone, and remember what was acknowledged.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::{
    compare::CRM_KEY,
    dice::Dice,
    integrator::{Integrator, Place},
    process::Running,
    record::{Chat, Fate, Record, Start, What, Write, Writer},
    site::Site,
    socket::Socket,
};

/// Chats that API clients may write into at the moment.
#[derive(Debug, Clone, Default)]
pub struct Open(Arc<Mutex<Vec<(String, Place)>>>);

impl Open {
    fn add(&self, crm: &str, place: Place) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((crm.to_owned(), place));
    }

    fn remove(&self, crm: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(one, _)| one != crm);
    }

    fn pick(&self, dice: &mut Dice) -> Option<(String, Place)> {
        dice.pick(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).cloned()
    }
}

/// Where and how long to write.
#[derive(Debug, Clone)]
pub struct Target {
    site: Site,
    address: std::net::SocketAddr,
    integrator: Integrator,
    open: Open,
    /// Set by whoever ends the server, just before: a connection lost earlier is a fault of its own.
    over: Arc<AtomicBool>,
}

impl Target {
    /// Writes to this server.
    ///
    /// # Errors
    /// When the HTTP client can't be made.
    pub fn new(site: &Site, server: &Running, open: &Open) -> Result<Self> {
        Ok(Self {
            site: site.clone(),
            address: server.address(),
            integrator: Integrator::new(&server.base_url(), &site.access_token)?,
            open: open.clone(),
            over: Arc::default(),
        })
    }

    /// From now on lost connections are expected.
    pub fn announce_the_end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    fn excuse(&self, error: anyhow::Error, who: &str) -> Result<()> {
        if self.over.load(Ordering::SeqCst) {
            return Ok(());
        }
        Err(error.context(format!("{who} lost its server before it was killed")))
    }
}

/// A guest: one chat after another.
#[derive(Debug)]
pub struct Guest {
    number: usize,
    dice: Dice,
    chats: usize,
    tags: usize,
    current: Option<Chat>,
    /// Writes of the current chat that are not sent again: later they would stand behind what came after them.
    given_up: BTreeSet<usize>,
    finished: Vec<Chat>,
}

impl Guest {
    /// A guest whose doings depend on the dice alone.
    #[must_use]
    pub fn new(number: usize, dice: Dice) -> Self {
        Self { number, dice, chats: 0, tags: 0, current: None, given_up: BTreeSet::new(), finished: Vec::new() }
    }

    /// Everything that it did.
    pub fn chats(&self) -> impl Iterator<Item = &Chat> {
        self.finished.iter().chain(&self.current)
    }

    /// Writes until the server is gone.
    ///
    /// # Errors
    /// When the server goes too early, or refuses what it must take.
    pub async fn run(&mut self, target: &Target) -> Result<()> {
        loop {
            match self.chat(target).await {
                Ok(()) => {}
                Err(Stop::Lost(error)) => return target.excuse(error, "a guest"),
                Err(Stop::Fault(error)) => return Err(error),
            }
        }
    }

    /// One chat from its start, or from where a crash left it, to its end.
    async fn chat(&mut self, target: &Target) -> Result<(), Stop> {
        let mut socket = lost(Socket::open(target.address, &target.site.deployment_id).await)?;
        self.take_up(target, &mut socket).await?;
        let (crm, place) = {
            let chat = self.current.as_ref().context("a chat has begun")?;
            let id = chat.start.conversation_id().context("it has an id")?;
            (chat.start.crm.clone(), lost(target.integrator.place(id).await)?)
        };
        target.open.add(&crm, place);
        let steps = 2 + self.dice.below(10);
        let mut outcome = Ok(());
        for _ in 0..steps {
            outcome = self.step(&mut socket).await;
            if outcome.is_err() {
                break;
            }
        }
        target.open.remove(&crm);
        outcome?;
        self.finished.extend(self.current.take());
        Ok(())
    }

    /// Begins a chat, or goes on with the one that a crash interrupted: what has no answer yet is sent again, or given up.
    async fn take_up(&mut self, target: &Target, socket: &mut Socket) -> Result<(), Stop> {
        let interrupted = self.current.take();
        let given_up = interrupted.is_some() && self.dice.chance(25);
        let mut chat = match interrupted {
            Some(chat) if !given_up => chat,
            other => {
                self.finished.extend(other);
                self.new_chat()
            }
        };
        let is_new = chat.start.answer.is_none();
        if is_new {
            let started = start(target, socket, &mut chat.start).await;
            self.current = Some(chat);
            return started;
        }
        let token = chat.start.token.clone();
        let tracing_id = self.dice.uuid();
        let site = &target.site;
        let configure = json!({
            "action": "configureSession", "deploymentId": site.deployment_id, "token": token,
            "organizationId": site.organization_id, "startNew": false, "tracingId": tracing_id,
        });
        self.current = Some(chat);
        let answer = lost(socket.ask(&configure).await)?;
        fault(&answer, answer["class"] == "SessionResponse" && answer["body"]["newSession"] == false)?;
        self.repeat(socket, &token).await
    }

    /// Sends again, in order, what has no answer; gives up the rest.
    async fn repeat(&mut self, socket: &mut Socket, token: &str) -> Result<(), Stop> {
        let chat = self.current.as_mut().context("a chat goes on")?;
        for (index, write) in chat.writes.iter_mut().enumerate() {
            if write.fate != Fate::Unknown || self.given_up.contains(&index) {
                continue;
            }
            if self.dice.chance(30) {
                self.given_up.insert(index);
                continue;
            }
            let frame = frame_of(&write.what, token, &self.dice.uuid()).context("a guest's write")?;
            let answer = lost(socket.ask(&frame).await)?;
            write.fate = judge(&answer)?;
        }
        Ok(())
    }

    fn new_chat(&mut self) -> Chat {
        self.chats += 1;
        self.given_up.clear();
        let crm = format!("CRM-{}-{}-{}", self.number, self.chats, self.dice.text(6));
        let message = self.dice.chance(60).then(|| format!("hello of {crm}"));
        let start = Start {
            token: self.dice.text(43),
            start_token: self.dice.uuid(),
            custom_data: odd_context(&crm, &mut self.dice),
            crm,
            message,
            fate: Fate::Unknown,
            answer: None,
        };
        Chat { start, writes: Vec::new() }
    }

    /// One to three writes, sent together, then their answers.
    async fn step(&mut self, socket: &mut Socket) -> Result<(), Stop> {
        let chat = self.current.as_mut().context("a chat goes on")?;
        let token = chat.start.token.clone();
        let together = 1 + self.dice.below(3);
        let mut waiting = Vec::new();
        for _ in 0..together {
            self.tags += 1;
            let tag = format!("g{}-{}", self.number, self.tags);
            let what = if self.dice.chance(70) {
                What::Message { client_id: self.dice.uuid(), text: format!("{tag} {}", self.dice.text(20)) }
            } else {
                attributes("g", &tag, &mut self.dice)
            };
            let tracing_id = self.dice.uuid();
            let frame = frame_of(&what, &token, &tracing_id).context("a guest's write")?;
            // Remembered before it is sent: from here on it may have happened.
            chat.writes.push(Write { by: Writer::Guest, what, fate: Fate::Unknown });
            waiting.push((chat.writes.len() - 1, tracing_id));
            lost(socket.send(&frame).await)?;
        }
        while !waiting.is_empty() {
            let frame = lost(socket.receive().await)?;
            let Some(place) = waiting.iter().position(|(_, tracing_id)| frame["tracingId"] == **tracing_id) else {
                continue;
            };
            let (index, _) = waiting.remove(place);
            chat.writes[index].fate = judge(&frame)?;
        }
        Ok(())
    }
}

/// An API client that writes into the chats of guests.
#[derive(Debug)]
pub struct ApiClient {
    number: usize,
    dice: Dice,
    tags: usize,
    writes: Vec<(String, Write)>,
}

impl ApiClient {
    /// A client whose doings depend on the dice, and on which chats are open.
    #[must_use]
    pub const fn new(number: usize, dice: Dice) -> Self {
        Self { number, dice, tags: 0, writes: Vec::new() }
    }

    /// Its writes, each with the CRM id of its chat.
    pub fn writes(&self) -> impl Iterator<Item = &(String, Write)> {
        self.writes.iter()
    }

    /// Writes until the server is gone.
    ///
    /// # Errors
    /// When the server goes too early, or refuses what it must take.
    pub async fn run(&mut self, target: &Target) -> Result<()> {
        while !target.over.load(Ordering::SeqCst) {
            let Some((crm, place)) = target.open.pick(&mut self.dice) else {
                tokio::task::yield_now().await;
                continue;
            };
            match self.write(target, crm, &place).await {
                Ok(()) => {}
                Err(Stop::Lost(error)) => return target.excuse(error, "an API client"),
                Err(Stop::Fault(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn write(&mut self, target: &Target, crm: String, place: &Place) -> Result<(), Stop> {
        self.tags += 1;
        let tag = format!("a{}-{}", self.number, self.tags);
        let what = if self.dice.chance(50) {
            What::AgentMessage { text: format!("{tag} {}", self.dice.text(20)) }
        } else {
            attributes(&format!("a{}", self.number), &tag, &mut self.dice)
        };
        self.writes.push((crm, Write { by: Writer::Client(self.number), what: what.clone(), fate: Fate::Unknown }));
        let status = match &what {
            What::AgentMessage { text } => target.integrator.say(place, text).await,
            What::Attributes { values, .. } => target.integrator.put_metadata(place, values).await,
            What::Message { .. } => unreachable!("only guests send those"),
        };
        let status = lost(status)?;
        let (_, write) = self.writes.last_mut().context("it was just pushed")?;
        write.fate = match status.as_u16() {
            200..=299 => Fate::Acknowledged,
            500..=599 => Fate::Unknown,
            other => return Err(Stop::Fault(anyhow::anyhow!("an API client's write was answered {other}"))),
        };
        Ok(())
    }
}

/// Puts together what all of them remember.
#[must_use]
pub fn record<'a>(
    guests: impl IntoIterator<Item = &'a Guest>,
    clients: impl IntoIterator<Item = &'a ApiClient>,
) -> Record {
    let mut record = Record::default();
    for chat in guests.into_iter().flat_map(Guest::chats) {
        record.chats.insert(chat.start.crm.clone(), chat.clone());
    }
    for (crm, write) in clients.into_iter().flat_map(ApiClient::writes) {
        if let Some(chat) = record.chats.get_mut(crm) {
            chat.writes.push(write.clone());
        }
    }
    record
}

/// Sends a start, again if need be, and keeps its answer.
///
/// # Errors
/// When the connection is lost, or the answer is a fault.
async fn start(target: &Target, socket: &mut Socket, start: &mut Start) -> Result<(), Stop> {
    let answer = lost(socket.ask(&start_frame(&target.site, start)).await)?;
    if answer["class"] == "StartChatResponse" && answer["code"] == 200 {
        let body = &answer["body"];
        fault(&answer, body["customData"] == Value::Object(start.custom_data.clone()))?;
        start.fate = Fate::Acknowledged;
        start.answer = Some(body.clone());
        return Ok(());
    }
    start.fate = judge(&answer)?;
    Err(Stop::Lost(anyhow::anyhow!("a start was answered {}", answer["code"])))
}

/// The frame of a start; the same every time.
#[must_use]
pub fn start_frame(site: &Site, start: &Start) -> Value {
    let mut options = json!({ "customData": start.custom_data });
    if let Some(message) = &start.message {
        options["message"] = json!(message);
    }
    json!({
        "action": "startChat", "deploymentId": site.deployment_id, "organizationId": site.organization_id,
        "token": start.token, "startToken": start.start_token, "tracingId": format!("start-{}", start.crm),
        "api": "webMessagingClient", "options": options, "page": { "path": "/rig" }, "sdk": "2.0.0",
    })
}

/// Why a writer stops.
enum Stop {
    /// The server is not there any more.
    Lost(anyhow::Error),
    /// The server answers what it must not.
    Fault(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Fault(error)
    }
}

fn lost<T>(result: Result<T>) -> Result<T, Stop> {
    result.map_err(Stop::Lost)
}

fn fault(answer: &Value, is_right: bool) -> Result<(), Stop> {
    if is_right {
        return Ok(());
    }
    Err(Stop::Fault(anyhow::anyhow!("an answer that must not be: {answer}")))
}

/// What an answer to a write says. 503 says that it is not acknowledged, nothing more.
fn judge(answer: &Value) -> Result<Fate, Stop> {
    let ours = answer["class"] == "StructuredMessage" || answer["class"] == "SetContextResponse";
    match answer["code"].as_u64() {
        Some(200) if ours => Ok(Fate::Acknowledged),
        Some(503) => Ok(Fate::Unknown),
        _ => Err(Stop::Fault(anyhow::anyhow!("a write was answered: {answer}"))),
    }
}

fn frame_of(what: &What, token: &str, tracing_id: &str) -> Result<Value> {
    Ok(match what {
        What::Message { client_id, text } => json!({
            "action": "onMessage", "token": token, "tracingId": tracing_id,
            "message": { "type": "Text", "text": text, "metadata": { "id": client_id } },
        }),
        What::Attributes { values, .. } => json!({
            "action": "setContext", "token": token, "tracingId": tracing_id, "api": "webMessagingClient",
            "options": { "customData": values },
        }),
        What::AgentMessage { .. } => bail!("a guest is no agent"),
    })
}

/// Values under keys of one writer: a marker that no other write has, a counter, and a new key.
fn attributes(prefix: &str, tag: &str, dice: &mut Dice) -> What {
    let marker = format!("{prefix}_step");
    let mut values = Map::new();
    values.insert(marker.clone(), json!(tag));
    values.insert(format!("{prefix}_{}", tag.replace('-', "_")), odd_value(dice));
    What::Attributes { values, marker }
}

fn odd_context(crm: &str, dice: &mut Dice) -> Map<String, Value> {
    let mut context = Map::new();
    context.insert(CRM_KEY.to_owned(), json!(crm));
    for number in 0..dice.below(8) {
        context.insert(format!("key{number}"), odd_value(dice));
    }
    context
}

/// Values that careless systems lose or change.
fn odd_value(dice: &mut Dice) -> Value {
    match dice.below(12) {
        0 => json!(""),
        1 => json!(false),
        2 => json!(true),
        3 => json!(0),
        4 => json!(-1),
        5 => json!(9_007_199_254_740_991_u64),
        6 => json!(0.1),
        7 => json!("000123"),
        8 => json!("Zoë \u{1f642} \"quoted\" \\ back\tslash\n"),
        9 => json!("e\u{301} is not \u{e9}"),
        10 => json!(dice.text(60)),
        _ => json!("null"),
    }
}

/// Starts the same chat once more: the earlier answer must come (START1).
///
/// # Errors
/// When another answer comes.
pub async fn start_again(site: &Site, address: std::net::SocketAddr, start: &Start) -> Result<()> {
    let mut socket = Socket::open(address, &site.deployment_id).await?;
    let answer = socket.ask(&start_frame(site, start)).await?;
    let before = start.answer.as_ref().context("it was acknowledged")?;
    for field in ["conversationId", "sessionId", "participantId", "customData", "customer", "receipt", "revision"] {
        ensure!(answer["body"][field] == before[field], "`{field}` of a repeated start: {answer}");
    }
    Ok(())
}
