//! The integrator's side of a rig: REST and the event stream, in plain requests.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::found::{Found, FoundEvent, Happened};

/// Nothing that lives takes longer to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// An API client with its token.
#[derive(Debug, Clone)]
pub struct Integrator {
    http: Client,
    base_url: String,
    token: String,
}

/// Where a stream was read up to.
pub type Cursor = Option<String>;

impl Integrator {
    /// Asks for a token.
    ///
    /// # Errors
    /// When the server does not give one.
    pub async fn log_in(base_url: &str, client_id: &str, secret: &str) -> Result<String> {
        let form = [("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", secret)];
        let answer = http_client()?.post(format!("{base_url}/oauth/token")).form(&form).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        Ok(answer["access_token"].as_str().context("an answer without access_token")?.to_owned())
    }

    /// Works on a server with a token that an earlier run of it gave.
    ///
    /// # Errors
    /// When the HTTP client can't be made.
    pub fn new(base_url: &str, token: &str) -> Result<Self> {
        Ok(Self { http: http_client()?, base_url: base_url.to_owned(), token: token.to_owned() })
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Response> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        timeout(PATIENCE, request.send()).await.context("no answer came")?.context("no whole answer came")
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, path, None).await?;
        let status = answer.status();
        if !status.is_success() {
            bail!("GET {path} answered {status}: {}", answer.text().await?);
        }
        Ok(answer.json().await?)
    }

    /// The late write of attributes: its status.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn put_metadata(&self, place: &Place, values: &Map<String, Value>) -> Result<StatusCode> {
        let Place { conversation_id, participant_id, communication_id: _ } = place;
        let path = format!("/api/v2/conversations/webchat/{conversation_id}/participants/{participant_id}");
        let answer = self.send(Method::PUT, &path, Some(&json!({ "metadata": values }))).await?;
        whole(answer).await
    }

    /// Answers as agent: the status.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn say(&self, place: &Place, text: &str) -> Result<StatusCode> {
        let Place { conversation_id, participant_id: _, communication_id } = place;
        let path =
            format!("/api/v2/conversations/messages/{conversation_id}/communications/{communication_id}/messages");
        let answer = self.send(Method::POST, &path, Some(&json!({ "textBody": text }))).await?;
        whole(answer).await
    }

    /// Starts a conversation that nobody else reads, with this CRM id: its id.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(&self, deployment: &str, crm: &str) -> Result<String> {
        let body = json!({ "deploymentId": deployment, "customData": { "crmCustomerId": crm } });
        let answer = self.send(Method::POST, "/api/v2/conversations/webchat", Some(&body)).await?;
        let answer: Value = answer.error_for_status().context("a start over REST")?.json().await?;
        Ok(answer["conversationId"].as_str().context("a start without id")?.to_owned())
    }

    /// Where to write into a conversation of a guest.
    ///
    /// # Errors
    /// When it is not shown.
    pub async fn place(&self, conversation_id: &str) -> Result<Place> {
        let webchat = self.get(&format!("/api/v2/conversations/webchat/{conversation_id}")).await?;
        let customer = &webchat["participants"][0];
        let text = |value: &Value| value.as_str().map(str::to_owned).context("a participant without ids");
        Ok(Place {
            conversation_id: conversation_id.to_owned(),
            participant_id: text(&customer["id"])?,
            communication_id: text(&customer["communicationId"])?,
        })
    }

    /// The context of a conversation: every stored key with its value.
    ///
    /// # Errors
    /// When it is not shown.
    pub async fn context(&self, conversation_id: &str) -> Result<Map<String, Value>> {
        let view = self.get(&format!("/api/v2/conversations/{conversation_id}/context")).await?;
        let keys = view["keys"].as_array().context("a context without keys")?;
        let stored = keys.iter().filter(|key| key["status"] == "stored");
        stored
            .map(|key| Ok((key["key"].as_str().context("a key without name")?.to_owned(), key["value"].clone())))
            .collect()
    }

    /// The conversations that the list shows for a CRM id.
    ///
    /// # Errors
    /// When there is no list.
    pub async fn find_by_crm(&self, crm: &str) -> Result<Vec<String>> {
        let path =
            format!("/api/v2/conversations/webchat?attributeKey=crmCustomerId&attributeValue={crm}&pageSize=100");
        let list = self.get(&path).await?;
        let entities = list["entities"].as_array().context("a list without entities")?;
        entities.iter().map(|one| Ok(one["id"].as_str().context("an entity without id")?.to_owned())).collect()
    }

    /// Reads the organization's stream from a cursor up to the start with this CRM id, into `found`; returns the cursor.
    /// Without a cursor it begins at the beginning.
    ///
    /// # Errors
    /// When the stream breaks or stays silent before that start.
    pub async fn read_events(&self, from: &Cursor, until_crm: &str, found: &mut Found) -> Result<Cursor> {
        let from = from.as_deref().unwrap_or("beginning");
        let answer = self.send(Method::GET, &format!("/api/v2/events?cursor={from}"), None).await?;
        let answer = answer.error_for_status().context("the event stream")?;
        let mut chunks = answer.bytes_stream();
        let mut text = Vec::new();
        loop {
            let chunk = timeout(PATIENCE, chunks.next()).await.context("the stream is silent")?;
            text.extend_from_slice(&chunk.context("the stream ended")??);
            while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = text.drain(..end + 2).collect();
                let Some(event) = event_in(std::str::from_utf8(&block)?)? else { continue };
                let cursor = event["cursor"].as_str().context("an event without cursor")?.to_owned();
                let is_last =
                    event["type"] == "conversation:start" && event["data"]["customData"]["crmCustomerId"] == until_crm;
                if is_last {
                    return Ok(Some(cursor));
                }
                keep(&event, found)?;
            }
        }
    }
}

/// Where to write into a conversation over REST.
#[derive(Debug, Clone)]
pub struct Place {
    /// The conversation.
    pub conversation_id: String,
    /// The participant `customer`.
    pub participant_id: String,
    /// Its leg.
    pub communication_id: String,
}

/// The messages that a guest's history shows, oldest first.
///
/// # Errors
/// When it is not shown.
pub async fn history(base_url: &str, jwt: &str) -> Result<Vec<String>> {
    let http = http_client()?;
    let mut texts = Vec::new();
    for page in 1.. {
        let url = format!("{base_url}/api/v2/webmessaging/messages?pageNumber={page}&pageSize=100");
        let answer: Value = http.get(url).bearer_auth(jwt).send().await?.error_for_status()?.json().await?;
        let entities = answer["entities"].as_array().context("a history without entities")?;
        if entities.is_empty() {
            break;
        }
        let said = entities.iter().filter(|message| message["type"] == "Text");
        texts.extend(said.filter_map(|message| message["text"].as_str().map(str::to_owned)));
    }
    texts.reverse();
    Ok(texts)
}

/// An answer counts as an acknowledgement when it has arrived whole.
async fn whole(answer: Response) -> Result<StatusCode> {
    let status = answer.status();
    answer.bytes().await?;
    Ok(status)
}

fn http_client() -> Result<Client> {
    waybill_server::tls::install_provider();
    Ok(Client::builder().no_proxy().connect_timeout(PATIENCE).build()?)
}

/// The `data:` of a server-sent event that has an id; whispers have none, greetings and heartbeats have no data.
fn event_in(block: &str) -> Result<Option<Value>> {
    let field = |name: &'static str| {
        block.lines().filter_map(move |line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim_start))
    };
    if field("id").next().is_none() {
        return Ok(None);
    }
    let data = field("data").collect::<Vec<_>>().join("\n");
    if data.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&data)?))
}

fn keep(event: &Value, found: &mut Found) -> Result<()> {
    let text = |name: &str| event[name].as_str().map(str::to_owned).with_context(|| format!("an event without {name}"));
    let data = &event["data"];
    let what = match text("type")?.as_str() {
        "conversation:start" => {
            Happened::Started(data["customData"].as_object().cloned().context("a start without context")?)
        }
        "conversation:attributes" => {
            let changes = data["changes"].as_array().context("attributes without changes")?;
            let changes: BTreeMap<String, Value> = changes
                .iter()
                .map(|change| {
                    Ok((change["key"].as_str().context("a change without key")?.to_owned(), change["new"].clone()))
                })
                .collect::<Result<_>>()?;
            Happened::Attributes(changes.into_iter().collect())
        }
        "conversation:message" if data["type"] == "Text" => {
            Happened::Message(data["text"].as_str().context("a message without text")?.to_owned())
        }
        other => Happened::Other(other.to_owned()),
    };
    let event = FoundEvent {
        id: text("id")?,
        conversation_seq: event["conversationSeq"].as_u64().context("an event without conversationSeq")?,
        what,
    };
    let conversation_id = data_conversation(&text, event.conversation_seq)?;
    found.conversations.entry(conversation_id).or_default().events.push(event);
    Ok(())
}

fn data_conversation(text: &impl Fn(&str) -> Result<String>, seq: u64) -> Result<String> {
    text("conversationId").with_context(|| format!("event {seq} of nobody"))
}
