//! Delivery under pressure (P4): hundreds follow their own conversations while memory holds next to nothing of them.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, task, time::Duration};

use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet, time::timeout};
use waybill_model::{ConversationId, MessageKind, OrganizationId, conversation::Source};
use waybill_server::{
    service::{Entry, Guest, GuestMessage},
    wiring::{Bell, Bus, InProcessBus, Listener, Scope, Whisper},
};
use waybill_testkit::{TestServer, TestServerBuilder};

use crate::support::{Socket, text};

const GUESTS: usize = 200;
/// Messages that a guest sends before it looks for the first echo.
const AT_ONCE: usize = 4;
/// Longer than anything takes here: what is not there by then never comes.
const NEVER: Duration = Duration::from_secs(60);

/// Nearly every read comes from the file, and one thread reads it.
fn forgetful() -> TestServerBuilder {
    TestServer::builder().without_rate_limits().store(|store| {
        store.readers = 1;
        store.log_bytes = 16 << 10;
        store.conversation_bytes = 16 << 10;
    })
}

/// Guests who all speak at the same time; each must hear itself, whole and in order.
async fn speak_all_at_once(server: &TestServer, rounds: usize) {
    let mut guests = JoinSet::new();
    for number in 0..GUESTS {
        let mut socket = Socket::open(server, "open").await;
        guests.spawn(async move {
            socket.start(json!({"crmCustomerId": format!("CRM-{number}")})).await;
            for round in 0..rounds {
                let said: Vec<_> = (0..AT_ONCE).map(|message| format!("{number}/{round}/{message}")).collect();
                for (message, words) in said.iter().enumerate() {
                    let mut frame = text(words);
                    // With its own id, as our client sends it: the server has to know the conversation's earlier ones.
                    let id = format!("{number:08x}-0000-4000-8000-{round:04x}{message:08x}");
                    frame["message"]["metadata"] = json!({"id": id});
                    socket.send(frame).await;
                }
                for words in &said {
                    assert_eq!(socket.next().await["body"]["text"], *words);
                }
            }
        });
    }
    while let Some(ended) = timeout(NEVER, guests.join_next()).await.expect("somebody hears nothing any more") {
        ended.expect("everybody hears everything");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p4_hundreds_of_sockets_and_a_stream_lose_nothing_while_memory_is_short() {
    let server = forgetful().start().await;
    let client = server.integrator().await;
    let mut stream = client.events("/api/v2/events", None).await.unwrap();
    let reading = tokio::spawn(async move {
        let mut numbers = HashMap::<String, u64>::new();
        let mut messages = 0;
        while messages < GUESTS * AT_ONCE * 3 {
            let event = stream.next().await.unwrap().expect("the stream goes on");
            let event: Value = serde_json::from_str(&event.data).unwrap();
            messages += usize::from(event["type"] == "conversation:message");
            let last = numbers.entry(event["conversationId"].to_string()).or_default();
            assert_eq!(event["conversationSeq"], *last + 1, "{event}");
            *last += 1;
        }
    });
    speak_all_at_once(&server, 3).await;
    timeout(NEVER, reading).await.expect("the stream tells everything").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p4_hundreds_of_sockets_lose_nothing_when_every_bell_is_lost_and_memory_is_short() {
    let server = forgetful().drop_bells().start().await;
    speak_all_at_once(&server, 1).await;
}

/// A doorbell that can be watched.
struct WatchedBus {
    inner: InProcessBus,
    rung: watch::Sender<u64>,
}

impl Bus for WatchedBus {
    fn ring(&self, bell: Bell) {
        self.inner.ring(bell);
        self.rung.send_modify(|rung| *rung = bell.seq.max(*rung));
    }

    fn whisper(&self, organization_id: OrganizationId, conversation_id: ConversationId, whisper: Whisper) {
        self.inner.whisper(organization_id, conversation_id, whisper);
    }

    fn listen(&self, scope: Scope) -> Box<dyn Listener> {
        self.inner.listen(scope)
    }
}

fn said(text: &str) -> GuestMessage {
    GuestMessage {
        kind: MessageKind::Text,
        text: text.to_owned(),
        content: None,
        tracing_id: None,
        client_id: None,
        attributes: Vec::new(),
        source: Source::default(),
    }
}

#[tokio::test]
async fn p4_what_was_committed_is_rung_though_its_caller_has_gone() {
    let (rung, mut heard) = watch::channel(0);
    let server = TestServer::builder().bus(Arc::new(WatchedBus { inner: InProcessBus::new(), rung })).start().await;
    let service = server.service();
    let entry = Entry {
        deployment_id: server.deployment("open").to_string(),
        organization_id: None,
        region: None,
        origin: None,
        address: [127, 0, 0, 1].into(),
    };
    let guest = Guest::new(service.enter(&entry).await.unwrap(), "a token").unwrap();
    service.add_guest_message(&guest, said("first")).await.unwrap();
    let before = *heard.borrow_and_update();
    {
        let mut second = Box::pin(service.add_guest_message(&guest, said("second")));
        assert!(begin(&mut second).is_pending(), "the commit is under way");
    }
    timeout(NEVER, heard.wait_for(|rung| *rung > before)).await.expect("the bell rings").unwrap();
}

/// Polls once.
fn begin<F: Future>(future: &mut Pin<Box<F>>) -> task::Poll<F::Output> {
    future.as_mut().poll(&mut task::Context::from_waker(task::Waker::noop()))
}
