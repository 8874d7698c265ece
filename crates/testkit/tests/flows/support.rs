//! What the tests of flows share: a server that may ask this machine, flows bound to deployments, chats and their records.

use serde_json::{Value, json};
use waybill_model::{CredentialKind, Event, EventBody, FlowExit, FlowRecord, FlowStep, Permission};
use waybill_server::service::{Caller, CredentialWish, FlowWish, StreamItem, StreamStart};
use waybill_testkit::{GuestClient, NewMessage, StartChat, TestServer, TestServerBuilder};

use crate::target::{Answer, PATIENCE, Received, Target};

/// A secret that must show up nowhere but at the target.
pub(crate) const TOKEN: &str = "crm-token-7f3a9";

pub(crate) struct Rig {
    pub(crate) server: TestServer,
    pub(crate) target: Target,
}

/// A server that may send to this machine.
pub(crate) fn builder(target: &Target) -> TestServerBuilder {
    let url = target.url.clone();
    TestServer::builder().without_rate_limits().config(move |config| {
        config.outbound.allow_this_machine();
        config.flows.env.insert("CRM_URL".to_owned(), url);
    })
}

impl Rig {
    /// A target that answers like this, and a server that knows it.
    pub(crate) async fn new(judge: impl FnMut(&Received) -> Answer + Send + 'static) -> Self {
        let target = Target::answering(judge).await;
        let server = builder(&target).start().await;
        Self::of(server, target).await
    }

    pub(crate) async fn of(server: TestServer, target: Target) -> Self {
        let rig = Self { server, target };
        rig.credential("crmToken", CredentialKind::Secret, TOKEN).await;
        rig
    }

    /// A target that nobody asks.
    pub(crate) async fn quiet() -> Self {
        Self::new(|_| Answer::Json(200, json!({}))).await
    }

    /// The administrator, in the use of every right.
    pub(crate) async fn admin(&self) -> Caller {
        admin(&self.server).await
    }

    pub(crate) async fn credential(&self, name: &str, kind: CredentialKind, secret: &str) -> String {
        let wish = CredentialWish { name: name.to_owned(), kind, secret: Some(secret.to_owned()) };
        let created = self.server.service().create_credential(&self.admin().await, wish).await;
        created.unwrap().entity.id.to_string()
    }

    /// Creates a flow, publishes it and binds it to the deployment `open`; answers its id.
    pub(crate) async fn flow(&self, document: &str) -> String {
        let id = self.published(document).await;
        let bound = self.server.service().bind_flow(&self.admin().await, &id, &self.open()).await.unwrap();
        assert!(bound.deployment.is_some(), "{:#?}", bound.findings);
        id
    }

    pub(crate) async fn published(&self, document: &str) -> String {
        let (service, admin) = (self.server.service(), self.admin().await);
        let wish = FlowWish { document: Some(document.to_owned()), ..FlowWish::default() };
        let id = service.create_flow(&admin, wish).await.unwrap().entity.id.to_string();
        let published = service.publish_flow(&admin, &id, None).await.unwrap();
        assert!(published.version.is_some(), "{:#?}", published.findings);
        id
    }

    /// Publishes another document as the next version.
    pub(crate) async fn publish(&self, id: &str, document: &str) {
        let (service, admin) = (self.server.service(), self.admin().await);
        let wish = FlowWish { document: Some(document.to_owned()), ..FlowWish::default() };
        service.update_flow(&admin, id, wish, None).await.unwrap();
        let published = service.publish_flow(&admin, id, None).await.unwrap();
        assert!(published.version.is_some(), "{:#?}", published.findings);
    }

    pub(crate) fn open(&self) -> String {
        self.server.deployment("open").to_string()
    }

    /// A guest starts a chat.
    pub(crate) async fn chat(&self, custom_data: Value) -> Chat {
        let mut guest = self.server.guest("open").await;
        let options = serde_json::value::to_raw_value(&json!({ "customData": custom_data })).unwrap();
        let started = guest.start_chat(StartChat { options: Some(options), ..StartChat::default() }).await.unwrap();
        Chat { guest, id: started.conversation_id }
    }

    /// Reads the log of a conversation from its beginning until it is as a test wants it.
    pub(crate) async fn until(&self, conversation: &str, what: &str, holds: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let (service, admin) = (self.server.service(), self.admin().await);
        let mut reader = service.read_events(&admin, Some(conversation), StreamStart::Beginning).await.unwrap();
        let mut events = Vec::new();
        let found = tokio::time::timeout(PATIENCE, async {
            while !holds(&events) {
                match reader.next().await.unwrap() {
                    StreamItem::Event(event) => events.push((*event).clone()),
                    StreamItem::Whisper(_) => {}
                }
            }
        });
        if found.await.is_err() {
            panic!("{what} did not come; there is {events:#?}");
        }
        events
    }

    /// Waits for the end of the run and answers its steps and how it ended.
    pub(crate) async fn ended(&self, conversation: &str) -> (Vec<FlowStep>, FlowExit) {
        let is_over = |events: &[Event]| records(events).any(|record| record.ended.is_some());
        let events = self.until(conversation, "the end of the run", is_over).await;
        let exit = records(&events).find_map(|record| record.ended.clone()).unwrap();
        (steps(&events), exit)
    }

    /// The path that a run took to its end: `look-up success, greet next`.
    pub(crate) async fn path(&self, conversation: &str) -> String {
        path(&self.ended(conversation).await.0)
    }

    pub(crate) async fn context(&self, conversation: &str) -> Value {
        let integrator = self.server.integrator().await;
        let answer = integrator.get(&format!("/api/v2/conversations/webchat/{conversation}")).await.unwrap();
        let shown: Value = answer.json().unwrap();
        shown["customData"].clone()
    }
}

pub(crate) async fn admin(server: &TestServer) -> Caller {
    let (user, client) = (&server.demo().users.admin, server.demo().login_client.id.to_string());
    let token = waybill_testkit::login::log_in(server.base_url(), &client, &user.email, &user.password).await;
    let caller = server.service().authorize(token["access_token"].as_str().unwrap()).await.unwrap();
    caller.acting(Permission::ALL).unwrap()
}

pub(crate) fn records(events: &[Event]) -> impl Iterator<Item = &FlowRecord> {
    events.iter().filter_map(|event| match &event.body {
        EventBody::FlowStepped(record) => Some(record.as_ref()),
        _ => None,
    })
}

pub(crate) fn steps(events: &[Event]) -> Vec<FlowStep> {
    records(events).flat_map(|record| record.steps.clone()).collect()
}

pub(crate) fn path(steps: &[FlowStep]) -> String {
    let words: Vec<String> = steps.iter().map(|step| format!("{} {}", step.action, step.outcome)).collect();
    words.join(", ")
}

/// A chat of a guest.
pub(crate) struct Chat {
    pub(crate) guest: GuestClient,
    pub(crate) id: String,
}

impl Chat {
    /// The next thing that the business says.
    pub(crate) async fn hears(&mut self) -> String {
        self.guest.next_outbound().await.unwrap().text.unwrap_or_default()
    }

    pub(crate) async fn says(&mut self, text: &str) {
        let message = NewMessage { text: text.to_owned(), ..NewMessage::default() };
        self.guest.send_message(message).await.unwrap();
    }
}

/// A number of the environment: how much of something a run does.
pub(crate) fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// A token of the demo's API client; it outlives the server.
pub(crate) async fn token(server: &TestServer) -> String {
    let client = &server.demo().oauth_client;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &client.id.to_string()),
        ("client_secret", &client.secret),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = server.anonymous().request(reqwest::Method::POST, "/oauth/token").form(&form);
    let answer: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// An environment as a process takes it.
pub(crate) fn borrowed(environment: &[(String, String)]) -> Vec<(&str, &str)> {
    environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
