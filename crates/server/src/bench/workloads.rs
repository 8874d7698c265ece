//! The workloads: start, message, idle, fanout, read, flow.

use std::{cell::Cell, rc::Rc, time::Duration};

use anyhow::{Context, Result, bail};
use memchr::memmem::Finder;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until},
};

use super::{
    rest::{Http, get},
    run::{Board, Measured, Window, measure},
    speak::{Chat, Protocol, Speaker, is_event},
    target::Target,
    wire::Connection,
};

/// Chats that are started at the same time while a measurement is prepared.
const AT_ONCE: usize = 64;
/// Events that a fanout keeps on their way.
const IN_FLIGHT: u64 = 4;

/// A connection with its chat.
type Seat = (Connection, Chat);

/// W1: connect, start a chat, be acknowledged, leave.
pub(super) async fn start(target: &Target, clients: usize, window: Window) -> Result<Measured> {
    measure("start", target, window, |board| {
        (0..clients).map(|_| starting(target.speaker.clone(), board.clone())).collect()
    })
    .await
}

async fn starting(speaker: Speaker, board: Board) -> Result<()> {
    while board.goes_on() {
        let since = Instant::now();
        let mut connection = speaker.connect().await?;
        speaker.start(&mut connection).await?;
        board.done(since);
        connection.close().await?;
    }
    Ok(())
}

/// W7: connect, start a chat, hear what the flow says: it has read the context, asked the CRM and taken its way.
pub(super) async fn flow(target: &Target, clients: usize, window: Window) -> Result<Measured> {
    let deployment = target.flow_deployment.clone().context("flows are measured on a Waybill with its demo.json")?;
    let speaker = Speaker { deployment_id: deployment, ..target.speaker.clone() };
    measure("flow", target, window, |board| (0..clients).map(|_| greeted(speaker.clone(), board.clone())).collect())
        .await
}

async fn greeted(speaker: Speaker, board: Board) -> Result<()> {
    while board.goes_on() {
        let since = Instant::now();
        let mut connection = speaker.connect().await?;
        speaker.start(&mut connection).await?;
        speaker.hear(&mut connection).await?;
        board.done(since);
        connection.close().await?;
    }
    Ok(())
}

/// W2: one message outstanding in each of many chats.
pub(super) async fn message(target: &Target, clients: usize, window: Window) -> Result<Measured> {
    let seats = seats(&target.speaker, clients).await?;
    measure("message", target, window, |board| {
        seats.into_iter().map(|seat| saying(target.speaker.clone(), seat, board.clone())).collect()
    })
    .await
}

async fn saying(speaker: Speaker, (mut connection, mut chat): Seat, board: Board) -> Result<()> {
    let mut room = Vec::new();
    while board.goes_on() {
        let since = Instant::now();
        speaker.say(&mut connection, &mut chat, &mut room).await?;
        board.done(since);
    }
    Ok(())
}

/// W2 at a fixed rate, whatever the server does: latencies count from the moment at which a message was due, so a server
/// that stalls is not spared the messages that it kept from being sent.
pub(super) async fn message_at(target: &Target, clients: usize, rate: f64, window: Window) -> Result<Measured> {
    let seats = seats(&target.speaker, clients).await?;
    let every = Duration::from_secs_f64(clients as f64 / rate);
    let measured = measure("messageAtRate", target, window, |board| {
        let first = Instant::now();
        let due = move |index: usize| first + every.mul_f64(index as f64 / clients as f64);
        let seats = seats.into_iter().enumerate();
        seats.map(|(index, seat)| saying_at(target.speaker.clone(), seat, board.clone(), due(index), every)).collect()
    })
    .await?;
    Ok(Measured { rate: Some(rate), ..measured })
}

async fn saying_at(
    speaker: Speaker,
    (mut connection, mut chat): Seat,
    board: Board,
    mut due: Instant,
    every: Duration,
) -> Result<()> {
    let mut room = Vec::new();
    while due < board.end {
        sleep_until(due).await;
        speaker.say(&mut connection, &mut chat, &mut room).await?;
        board.done(due);
        due += every;
    }
    Ok(())
}

/// W3: memory and processor time of chats in which nothing happens.
pub(super) async fn idle(target: &Target, clients: usize, window: Window) -> Result<Measured> {
    // What the first chats bring up for good is not charged to the many.
    let first = seats(&target.speaker, AT_ONCE).await?;
    let before = target.stat()?.context("the memory of a process that is not known: give --pid")?;
    let mut seats = seats(&target.speaker, clients).await?;
    seats.iter_mut().for_each(|(connection, _)| connection.rest());
    sleep(window.warm).await;
    let after = target.stat()?.context("the server is gone")?;
    let still = Window { warm: Duration::ZERO, ..window };
    let measured = measure("idle", target, still, |board| {
        let end = board.end;
        vec![async move {
            sleep_until(end).await;
            drop((first, seats));
            Ok(())
        }]
    })
    .await?;
    let grown = after.resident.saturating_sub(before.resident) as f64 / 1_024.0;
    Ok(Measured { clients, kib_per_connection: Some(grown / clients as f64), ..measured })
}

/// W4: every event goes to many subscribers; a few events are on their way at any time. Waybill's subscribers follow the
/// organization's event stream, a peer's follow one conversation.
pub(super) async fn fanout(target: &Target, subscribers: usize, window: Window) -> Result<Measured> {
    let speaker = &target.speaker;
    let mut seats = seats(speaker, usize::try_from(IN_FLIGHT)?).await?;
    if speaker.protocol != Protocol::Waybill {
        // One conversation, said in from several connections.
        let chat = seats[0].1.clone();
        for seat in &mut seats {
            seat.1.conversation_id.clone_from(&chat.conversation_id);
        }
    }
    let conversation_id = seats[0].1.conversation_id.clone();
    let mut readers = Vec::with_capacity(subscribers);
    for _ in 0..subscribers {
        readers.push(subscriber(target, &conversation_id).await?);
    }
    let flow = Rc::new(Flow { delivered: Cell::new(0), said: Cell::new(0), moved: Notify::new() });
    measure("fanout", target, window, |board| {
        let mut clients: Vec<std::pin::Pin<Box<dyn Future<Output = Result<()>>>>> = Vec::new();
        for connection in readers {
            clients.push(Box::pin(listening(speaker.protocol, connection, board.clone(), Rc::clone(&flow))));
        }
        for seat in seats {
            clients.push(Box::pin(feeding(speaker.clone(), seat, board.clone(), Rc::clone(&flow), subscribers as u64)));
        }
        clients
    })
    .await
}

/// How far a fanout is.
struct Flow {
    delivered: Cell<u64>,
    said: Cell<u64>,
    moved: Notify,
}

async fn subscriber(target: &Target, conversation_id: &str) -> Result<Connection> {
    let speaker = &target.speaker;
    match speaker.protocol {
        Protocol::Waybill => {
            let token = target.access_token.as_deref().context("no token for the event stream")?;
            let request = get(speaker.address, "/api/v2/events", Some(token));
            Http::open(speaker.address).await?.stream(&request).await
        }
        Protocol::Plain | Protocol::Socketio => {
            let mut connection = speaker.connect().await?;
            speaker.subscribe(&mut connection, conversation_id).await?;
            Ok(connection)
        }
    }
}

async fn listening(protocol: Protocol, mut connection: Connection, board: Board, flow: Rc<Flow>) -> Result<()> {
    let mut counter = Counter::new();
    while board.goes_on() {
        let arrived = match protocol {
            Protocol::Waybill => tokio::select! {
                bytes = connection.some() => counter.count(bytes?),
                () = sleep_until(board.end) => 0,
            },
            Protocol::Plain | Protocol::Socketio => tokio::select! {
                frame = connection.next_text() => u64::from(is_event(protocol, frame?)),
                () = sleep_until(board.end) => 0,
            },
        };
        if arrived > 0 {
            flow.delivered.set(flow.delivered.get() + arrived);
            flow.moved.notify_waiters();
            board.count(arrived);
        }
    }
    Ok(())
}

async fn feeding(
    speaker: Speaker,
    (mut connection, mut chat): Seat,
    board: Board,
    flow: Rc<Flow>,
    subscribers: u64,
) -> Result<()> {
    let mut room = Vec::new();
    while board.goes_on() {
        while flow.said.get() * subscribers >= flow.delivered.get() + IN_FLIGHT * subscribers {
            tokio::select! {
                () = flow.moved.notified() => {}
                () = sleep_until(board.end) => return Ok(()),
            }
        }
        flow.said.set(flow.said.get() + 1);
        speaker.say(&mut connection, &mut chat, &mut room).await?;
    }
    Ok(())
}

/// Counts events in a stream that comes in pieces.
struct Counter {
    needle: Finder<'static>,
    /// The end of the last piece: an event's name may be cut in two.
    rest: Vec<u8>,
}

/// Stands once in each event of the stream.
const EVENT: &[u8] = b"event: conversation:message\n";

impl Counter {
    fn new() -> Self {
        Self { needle: Finder::new(EVENT), rest: Vec::new() }
    }

    fn count(&mut self, bytes: &[u8]) -> u64 {
        let kept = EVENT.len() - 1;
        self.rest.extend_from_slice(&bytes[..bytes.len().min(kept)]);
        let across = self.needle.find_iter(&self.rest).count();
        if bytes.len() >= kept {
            self.rest.clear();
            self.rest.extend_from_slice(&bytes[bytes.len() - kept..]);
        } else {
            let surplus = self.rest.len().saturating_sub(kept);
            self.rest.drain(..surplus);
        }
        (across + self.needle.find_iter(bytes).count()) as u64
    }
}

/// W5: reads of one conversation each, over connections that stay.
pub(super) async fn read(target: &Target, clients: usize, window: Window) -> Result<Measured> {
    /// How many conversations are read in turn.
    const CONVERSATIONS: usize = 1_000;
    let speaker = &target.speaker;
    let seats = seats(speaker, CONVERSATIONS).await?;
    let requests: Vec<Vec<u8>> = seats
        .into_iter()
        .map(|(_, chat)| match speaker.protocol {
            Protocol::Waybill => {
                let path = format!("/api/v2/conversations/{}", chat.conversation_id);
                get(speaker.address, &path, target.access_token.as_deref())
            }
            Protocol::Plain | Protocol::Socketio => {
                get(speaker.address, &format!("/conversations/{}", chat.conversation_id), None)
            }
        })
        .collect();
    let requests = Rc::new(requests);
    measure("read", target, window, |board| {
        (0..clients)
            .map(|client| {
                reading(speaker.clone(), board.clone(), Rc::clone(&requests), client * CONVERSATIONS / clients)
            })
            .collect()
    })
    .await
}

async fn reading(speaker: Speaker, board: Board, requests: Rc<Vec<Vec<u8>>>, from: usize) -> Result<()> {
    let mut http = Http::open(speaker.address).await?;
    for request in requests.iter().cycle().skip(from) {
        if !board.goes_on() {
            return Ok(());
        }
        let since = Instant::now();
        if http.ask(request).await?.is_empty() {
            bail!("an empty answer");
        }
        board.done(since);
    }
    Ok(())
}

/// Started chats with their connections, some at a time.
async fn seats(speaker: &Speaker, count: usize) -> Result<Vec<Seat>> {
    let left = Rc::new(Cell::new(count));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (speaker, left) = (speaker.clone(), Rc::clone(&left));
        tasks.spawn_local(async move {
            let mut seats = Vec::new();
            while let Some(less) = left.get().checked_sub(1) {
                left.set(less);
                let mut connection = speaker.connect().await?;
                let chat = speaker.start(&mut connection).await?;
                seats.push((connection, chat));
            }
            Ok(seats)
        });
    }
    let mut seats = Vec::with_capacity(count);
    while let Some(ended) = tasks.join_next().await {
        let more: Result<Vec<Seat>> = ended?;
        seats.extend(more?);
    }
    Ok(seats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_counted_however_the_stream_is_cut() {
        let stream = [b": heartbeat\n\n".as_slice(), b"id: 1\n", EVENT, b"data: {}\n\nid: 2\n", EVENT, EVENT].concat();
        for piece in 1..=stream.len() {
            let mut counter = Counter::new();
            let counted: u64 = stream.chunks(piece).map(|piece| counter.count(piece)).sum();
            assert_eq!(counted, 3, "pieces of {piece}");
        }
    }
}
