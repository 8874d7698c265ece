//! What the tests of routing share: a server whose clock stands still, a queue, and people who work in it.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use waybill_model::{
    BuiltInRole, Conversation, Participant, Permission, Presence, Purpose, Queue, QueueRules, SkillWish, UserId,
};
use waybill_server::service::{
    AgentMessage, AuthorizationRequest, Caller, ClientLogin, Exchange, GivenGrant, LoggedIn, Membership, NewUser,
    ProfileWish, QueueWish, Service, WebchatRequest,
};
use waybill_testkit::{FixedClock, TestServer};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at something that no event tells of.
const GLANCE: Duration = Duration::from_millis(5);

/// A server with an administrator and an API client.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) admin: Caller,
    pub(crate) api: Caller,
    hired: AtomicU64,
}

/// Somebody who works.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) caller: Caller,
}

impl World {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(FixedClock::at("2026-11-20T18:00:00Z".parse().unwrap()));
        let server = TestServer::builder().clock(clock.clone()).without_rate_limits().start().await;
        let demo = server.demo();
        let admin = caller_of(&server, &demo.users.admin.email, &demo.users.admin.password).await;
        let login =
            ClientLogin { id: demo.oauth_client.id.to_string(), secret: Some(demo.oauth_client.secret.clone()) };
        let exchange = Exchange::ClientCredentials { scopes: None };
        let token = server.service().issue_token(login, exchange, [127, 0, 0, 1].into()).await.unwrap();
        let api = server.service().authorize(&token.access_token).await.unwrap();
        let api = api.acting(&[Permission::ConversationCreate]).unwrap();
        Self { server, clock, admin, api, hired: AtomicU64::new(0) }
    }

    pub(crate) fn service(&self) -> &Service {
        self.server.service()
    }

    /// Moves the clock on, and lets routing see it.
    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance_millis(seconds * 1_000);
        self.service().wake_routing(self.server.organization_id());
    }

    /// A queue with these rules and members.
    pub(crate) async fn queue(&self, name: &str, rules: QueueRules, members: &[&Person]) -> Queue {
        let wish = QueueWish { name: name.to_owned(), ..QueueWish::default() };
        let queue = self.service().create_queue(&self.admin, wish).await.unwrap();
        let id = queue.id.to_string();
        self.join(&queue, members).await;
        self.service().set_queue_rules(&self.admin, &id, rules).await.unwrap()
    }

    pub(crate) async fn join(&self, queue: &Queue, members: &[&Person]) {
        let users: Vec<String> = members.iter().map(|person| person.id.to_string()).collect();
        let id = queue.id.to_string();
        self.service().change_queue_members(&self.admin, &id, &users, Membership::Add).await.unwrap();
    }

    /// An agent who is offline.
    pub(crate) async fn hire(&self) -> Person {
        let number = self.hired.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (email, password) = (format!("agent{number}@shop.example"), "a long pass phrase for an agent 7".to_owned());
        let new = NewUser {
            name: format!("Agent {number}"),
            email: email.clone(),
            password: Some(password.clone()),
            division_id: None,
            grants: vec![GivenGrant { role_id: BuiltInRole::Agent.id().to_string(), division_id: None }],
        };
        let user = self.service().create_user(&self.admin, new).await.unwrap();
        Person { id: user.entity.id, caller: caller_of(&self.server, &email, &password).await }
    }

    /// An agent on queue who takes so many conversations at once.
    pub(crate) async fn on_queue(&self, capacity: u32) -> Person {
        let person = self.hire().await;
        self.profile(&person, ProfileWish { capacity: Some(capacity), ..ProfileWish::default() }).await;
        self.set_presence(&person, Presence::OnQueue).await;
        person
    }

    pub(crate) async fn profile(&self, person: &Person, wish: ProfileWish) {
        self.service().set_routing_profile(&self.admin, &person.id.to_string(), wish).await.unwrap();
    }

    pub(crate) async fn skilled(&self, person: &Person, skills: Vec<SkillWish>) {
        self.profile(person, ProfileWish { skills: Some(skills), ..ProfileWish::default() }).await;
    }

    pub(crate) async fn set_presence(&self, person: &Person, presence: Presence) {
        self.service().set_presence(&person.caller, &person.id.to_string(), presence).await.unwrap();
    }

    pub(crate) async fn status(&self, person: &Person) -> &'static str {
        self.service().get_agent(&person.caller, &person.id.to_string()).await.unwrap().status.as_str()
    }

    /// Starts a conversation over REST with these wishes for routing, a moment after the one before.
    pub(crate) async fn start(&self, routing: Value, context: Value) -> String {
        self.clock.advance_millis(1);
        let deployment = self.server.deployment("open").to_string();
        let body = json!({"deploymentId": deployment, "customData": context, "routing": routing, "message": "Hello"});
        let request = WebchatRequest {
            deployment_id: deployment,
            body: body.to_string(),
            idempotency_key: None,
            identity_token: None,
        };
        let started = self.service().start_webchat(&self.api, request).await.unwrap();
        started.answer().conversation_id.to_string()
    }

    /// Starts a conversation that waits in a queue.
    pub(crate) async fn waiting(&self, queue: &Queue) -> String {
        self.start(json!({"queue": queue.id}), json!({})).await
    }

    pub(crate) async fn read(&self, conversation: &str) -> Arc<Conversation> {
        self.service().get_conversation(&self.admin, conversation).await.unwrap()
    }

    /// Waits until a conversation is as a test wants it.
    pub(crate) async fn until(&self, conversation: &str, holds: impl Fn(&Conversation) -> bool) -> Arc<Conversation> {
        let beginning = waybill_server::service::StreamStart::Beginning;
        let mut reader = self.service().read_events(&self.admin, Some(conversation), beginning).await.unwrap();
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let standing = self.read(conversation).await;
                if holds(&standing) {
                    return standing;
                }
                // Whatever changes a conversation is told by an event of it.
                reader.next().await.unwrap();
            }
        });
        let Ok(found) = found.await else {
            panic!("{conversation} did not get there: {:#?}", self.read(conversation).await)
        };
        found
    }

    /// Waits until a conversation alerts this person.
    pub(crate) async fn alerted(&self, conversation: &str, person: &Person) -> Participant {
        let standing = self.until(conversation, |standing| offered_to(standing) == Some(person.id)).await;
        let offer = standing.queued.as_ref().and_then(|queued| queued.offer.clone()).unwrap();
        standing.participant(offer.participant_id).unwrap().clone()
    }

    pub(crate) async fn accept(&self, conversation: &str, person: &Person) -> Participant {
        let alerted = self.alerted(conversation, person).await;
        let participant = alerted.id.to_string();
        self.service().connect_participant(&person.caller, conversation, &participant).await.unwrap();
        self.read(conversation).await.participant(alerted.id).unwrap().clone()
    }

    pub(crate) async fn leave(&self, conversation: &str, person: &Person, participant: &Participant) {
        let id = participant.id.to_string();
        self.service().disconnect_participant(&person.caller, conversation, &id).await.unwrap();
    }

    pub(crate) async fn say(&self, conversation: &str, person: &Person, leg: &Participant, text: &str) {
        let message = AgentMessage { text: text.to_owned(), nickname: None, idempotency_key: None };
        let leg = leg.communication_id.to_string();
        self.service().send_agent_message(&person.caller, conversation, &leg, message).await.unwrap();
    }

    /// What the log tells of a conversation, as kinds with the word of routing.
    pub(crate) async fn told(&self, conversation: &str) -> Vec<String> {
        let mut reader = self
            .service()
            .read_events(&self.admin, Some(conversation), waybill_server::service::StreamStart::Beginning)
            .await
            .unwrap();
        let last = self.read(conversation).await.seq;
        let mut told = Vec::new();
        loop {
            let waybill_server::service::StreamItem::Event(event) = reader.next().await.unwrap() else { continue };
            told.push(word_of(&event.body));
            if event.conversation_seq >= last {
                return told;
            }
        }
    }
}

/// Waits until something holds that no conversation tells.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let found = tokio::time::timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(GLANCE).await;
        }
    });
    assert!(found.await.is_ok(), "{what} did not happen");
}

pub(crate) fn offered_to(standing: &Conversation) -> Option<UserId> {
    standing.queued.as_ref()?.offer.as_ref().map(|offer| offer.user_id)
}

/// The people who are at work on a conversation.
pub(crate) fn at_work(standing: &Conversation) -> Vec<UserId> {
    let agents = standing.participants.iter().filter(|one| one.purpose == Purpose::Agent && one.left_at.is_none());
    agents.filter(|one| !one.alerting).filter_map(|one| one.user_id).collect()
}

/// How many agents have how many places taken by these conversations.
pub(crate) fn places(standings: &[Arc<Conversation>]) -> HashMap<UserId, usize> {
    let mut places = HashMap::new();
    for standing in standings {
        let here = standing.participants.iter().filter(|one| one.purpose == Purpose::Agent && one.left_at.is_none());
        for user in here.filter_map(|one| one.user_id) {
            *places.entry(user).or_default() += 1;
        }
    }
    places
}

fn word_of(body: &waybill_model::EventBody) -> String {
    use waybill_model::{EventBody, RoutingChange};
    match body {
        EventBody::Routed(record) => match &record.change {
            RoutingChange::Queued { why, .. } => format!("queued {why}"),
            RoutingChange::Offered { .. } => "offered".to_owned(),
            RoutingChange::Declined { why, .. } => why.clone(),
            RoutingChange::Left { why, .. } => format!("left {why}"),
        },
        other => other.kind().to_owned(),
    }
}

/// Logs somebody in as a browser would, and returns who that is to the use cases.
async fn caller_of(server: &TestServer, email: &str, password: &str) -> Caller {
    let verifier = "a-verifier-that-is-long-enough-for-the-rule-of-43-characters";
    let redirect_uri = "http://127.0.0.1/callback".to_owned();
    let client = server.demo().login_client.id.to_string();
    let request = AuthorizationRequest {
        response_type: Some("code".to_owned()),
        client_id: Some(client.clone()),
        redirect_uri: Some(redirect_uri.clone()),
        code_challenge: Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))),
        code_challenge_method: Some("S256".to_owned()),
        ..AuthorizationRequest::default()
    };
    let address = [127, 0, 0, 1].into();
    let service = server.service();
    let authorization = service.check_authorization(&request, server.base_url()).await.unwrap();
    let LoggedIn::Code(code) = service.log_in(&authorization, email, password, address).await.unwrap() else {
        panic!("{email} has a second factor")
    };
    let login = ClientLogin { id: client, secret: None };
    let exchange = Exchange::Code { code, redirect_uri, verifier: verifier.to_owned() };
    let token = service.issue_token(login, exchange, address).await.unwrap();
    let caller = service.authorize(&token.access_token).await.unwrap();
    caller.acting(&[Permission::ConversationView]).unwrap()
}
