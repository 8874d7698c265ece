//! One guest on one socket.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        self, Message,
        client::IntoClientRequest as _,
        http::{HeaderValue, header::ORIGIN},
        protocol::WebSocketConfig,
    },
};
use waybill_protocol::{
    ErrorBody,
    guest::{
        CloseSessionFrame, ConfigurationAnswer, ConfigureSessionFrame, EchoFrame, FrameClass, FrameType,
        GetConfigurationFrame, GetJwtFrame, GuestFrame, JwtAnswer, OnMessageFrame, ServerFrame, SessionAnswer,
        SetContextAnswer, SetContextFrame, StartChatAnswer, StartChatFrame, StructuredMessage, TooManyRequests, code,
        frame::{
            ChannelMetadata, IncomingChannel, IncomingEvent, IncomingEventType, IncomingMessage, IncomingMetadata,
        },
        message::MessageDirection,
    },
};

use crate::{ClientError, Refused};

/// How long an answer may take where nothing else was said.
const PATIENCE: Duration = Duration::from_secs(20);
/// Small: a load of thousands of clients must fit.
const BUFFER: usize = 4 * 1_024;

/// A frame of the server whose body was not read yet.
pub type Frame = ServerFrame<Box<RawValue>>;

/// Where and as whom to connect.
#[derive(Debug, Clone, Default)]
pub struct ConnectOptions {
    /// `http://HOST:PORT`, or the same with `ws`.
    pub base_url: String,
    /// The deployment.
    pub deployment_id: String,
    /// The organization.
    pub organization_id: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// What the client calls itself.
    pub application: Option<String>,
    /// The page's origin; native clients have none.
    pub origin: Option<String>,
    /// The guest's secret.
    pub token: String,
    /// How long an answer may take; 20 s where absent.
    pub patience: Option<Duration>,
}

/// A start.
#[derive(Debug, Clone, Default)]
pub struct StartChat {
    /// What a page would give, as JSON text.
    pub options: Option<Box<RawValue>>,
    /// The call form; the first one where absent.
    pub api: Option<String>,
    /// Drawn for each start (START1).
    pub start_token: Option<String>,
    /// The path of the page.
    pub page: Option<String>,
}

/// A message with what may ride on it.
#[derive(Debug, Clone, Default)]
pub struct NewMessage {
    /// The text.
    pub text: String,
    /// A UUID that removes doubles (START8).
    pub id: Option<String>,
    /// Attributes as JSON text.
    pub attributes: Option<Box<RawValue>>,
}

/// One guest on one socket.
#[derive(Debug)]
pub struct GuestClient {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    deployment_id: String,
    token: String,
    patience: Duration,
    /// Pushes that came while an answer was awaited.
    pushes: VecDeque<Frame>,
    calls: u64,
}

impl GuestClient {
    /// Opens the socket. A refusal at the door comes with the first answer (EDGE1), a wrong origin here.
    ///
    /// # Errors
    /// `Address`, `UpgradeRefused`, `NotOpened`.
    pub async fn connect(options: ConnectOptions) -> Result<Self, ClientError> {
        let ConnectOptions { base_url, deployment_id, organization_id, region, application, origin, token, patience } =
            options;
        let address = || ClientError::Address(base_url.clone());
        let mut url = reqwest::Url::parse(&base_url.replacen("http", "ws", 1)).map_err(|_| address())?;
        url.set_path("/v1");
        url.query_pairs_mut().append_pair("deploymentId", &deployment_id);
        let more = [("organizationId", organization_id), ("region", region), ("application", application)];
        for (name, value) in more {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        let mut request = url.as_str().into_client_request().map_err(|_| address())?;
        if let Some(origin) = origin {
            request.headers_mut().insert(ORIGIN, HeaderValue::from_str(&origin).map_err(|_| address())?);
        }
        let patience = patience.unwrap_or(PATIENCE);
        let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0);
        let opened = timeout(patience, connect_async_with_config(request, Some(config), true)).await;
        let (stream, _) =
            opened.map_err(|_| ClientError::Silent(patience.as_secs()))?.map_err(|error| match error {
                tungstenite::Error::Http(answer) => ClientError::UpgradeRefused(answer.status().as_u16()),
                error => ClientError::NotOpened(Box::new(error)),
            })?;
        Ok(Self { stream, deployment_id, token, patience, pushes: VecDeque::new(), calls: 0 })
    }

    /// Takes up or announces the session.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn configure(&mut self, start_new: bool) -> Result<SessionAnswer, ClientError> {
        let tracing_id = self.tracing_id();
        let frame = GuestFrame::ConfigureSession(ConfigureSessionFrame {
            deployment_id: Some(self.deployment_id.clone()),
            token: self.token.clone(),
            start_new: Some(start_new),
            tracing_id: tracing_id.clone(),
            ..ConfigureSessionFrame::default()
        });
        self.call(&frame, tracing_id, FrameClass::SessionResponse).await
    }

    /// Starts a chat.
    ///
    /// # Errors
    /// `Refused` with the receipt, or the connection's.
    pub async fn start_chat(&mut self, start: StartChat) -> Result<StartChatAnswer, ClientError> {
        let StartChat { options, api, start_token, page } = start;
        let tracing_id = self.tracing_id();
        let frame = GuestFrame::StartChat(StartChatFrame {
            deployment_id: Some(self.deployment_id.clone()),
            token: self.token.clone(),
            start_token,
            api,
            options,
            page: page.map(|path| waybill_protocol::guest::Page { path: Some(path) }),
            tracing_id: tracing_id.clone(),
            ..StartChatFrame::default()
        });
        self.call(&frame, tracing_id, FrameClass::StartChatResponse).await
    }

    /// Changes the context of a chat that has started.
    ///
    /// # Errors
    /// `Refused` with the receipt, or the connection's.
    pub async fn set_context(
        &mut self,
        api: Option<String>,
        options: Box<RawValue>,
    ) -> Result<SetContextAnswer, ClientError> {
        let tracing_id = self.tracing_id();
        let frame = GuestFrame::SetContext(SetContextFrame {
            token: self.token.clone(),
            api,
            options: Some(options),
            tracing_id: tracing_id.clone(),
            ..SetContextFrame::default()
        });
        self.call(&frame, tracing_id, FrameClass::SetContextResponse).await
    }

    /// Says something and waits for its echo: it is stored then.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn send_message(&mut self, message: NewMessage) -> Result<StructuredMessage, ClientError> {
        let NewMessage { text, id, attributes } = message;
        let channel = attributes.map(|attributes| IncomingChannel {
            metadata: Some(ChannelMetadata { custom_attributes: Some(attributes) }),
        });
        let message = IncomingMessage {
            kind: Some("Text".to_owned()),
            text: Some(text),
            metadata: id.map(|id| IncomingMetadata { id: Some(id) }),
            channel,
            ..IncomingMessage::default()
        };
        self.echo_of(message).await
    }

    /// Comes in (`Join`) or leaves (`Disconnect`) and waits for the echo.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn send_presence(&mut self, presence: &str) -> Result<StructuredMessage, ClientError> {
        let event = IncomingEvent {
            event_type: Some("Presence".to_owned()),
            presence: Some(IncomingEventType { kind: Some(presence.to_owned()) }),
            typing: None,
        };
        let kind = Some("Event".to_owned());
        self.echo_of(IncomingMessage { kind, events: Some(vec![event]), ..IncomingMessage::default() }).await
    }

    /// Says that the guest is typing; nothing comes back.
    ///
    /// # Errors
    /// The connection's.
    pub async fn send_typing(&mut self) -> Result<(), ClientError> {
        let event = IncomingEvent {
            event_type: Some("Typing".to_owned()),
            presence: None,
            typing: Some(IncomingEventType { kind: Some("On".to_owned()) }),
        };
        let message =
            IncomingMessage { kind: Some("Event".to_owned()), events: Some(vec![event]), ..IncomingMessage::default() };
        let frame = OnMessageFrame { token: self.token.clone(), message, channel: None, tracing_id: None };
        self.send(&GuestFrame::OnMessage(frame)).await
    }

    /// Asks whether the server is there.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn echo(&mut self) -> Result<StructuredMessage, ClientError> {
        let tracing_id = self.tracing_id();
        let message = RawValue::from_string(r#"{"type":"Text","text":"ping"}"#.to_owned())?;
        let frame = EchoFrame { token: self.token.clone(), message: Some(message), tracing_id: tracing_id.clone() };
        self.call(&GuestFrame::Echo(frame), tracing_id, FrameClass::StructuredMessage).await
    }

    /// Asks for a token for the history.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn get_jwt(&mut self) -> Result<JwtAnswer, ClientError> {
        let tracing_id = self.tracing_id();
        let frame = GetJwtFrame { token: self.token.clone(), tracing_id: tracing_id.clone() };
        self.call(&GuestFrame::GetJwt(frame), tracing_id, FrameClass::JwtResponse).await
    }

    /// Asks what the deployment allows.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn get_configuration(&mut self) -> Result<ConfigurationAnswer, ClientError> {
        let tracing_id = self.tracing_id();
        let frame = GetConfigurationFrame {
            token: self.token.clone(),
            deployment_id: Some(self.deployment_id.clone()),
            tracing_id: tracing_id.clone(),
        };
        self.call(&GuestFrame::GetConfiguration(frame), tracing_id, FrameClass::GetConfigurationResponse).await
    }

    /// Closes every other connection of the session.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn close_session(&mut self) -> Result<SessionAnswer, ClientError> {
        self.close_with(None).await
    }

    /// Logs out: the token is worth nothing afterwards.
    ///
    /// # Errors
    /// `Refused`, or the connection's.
    pub async fn log_out(&mut self) -> Result<SessionAnswer, ClientError> {
        self.close_with(Some(true)).await
    }

    async fn close_with(&mut self, logout: Option<bool>) -> Result<SessionAnswer, ClientError> {
        let tracing_id = self.tracing_id();
        let frame = GuestFrame::CloseSession(CloseSessionFrame {
            token: self.token.clone(),
            close_all_connections: Some(true),
            logout,
            tracing_id: tracing_id.clone(),
        });
        self.call(&frame, tracing_id, FrameClass::SessionResponse).await
    }

    /// The next push, one that came during a call first.
    ///
    /// # Errors
    /// The connection's.
    pub async fn next_push(&mut self) -> Result<Frame, ClientError> {
        match self.pushes.pop_front() {
            Some(push) => Ok(push),
            None => self.receive().await,
        }
    }

    /// The next message of the business; other pushes are passed over.
    ///
    /// # Errors
    /// The connection's.
    pub async fn next_outbound(&mut self) -> Result<StructuredMessage, ClientError> {
        loop {
            let push = self.next_push().await?;
            if push.class == FrameClass::StructuredMessage {
                let message: StructuredMessage = serde_json::from_str(push.body.get())?;
                if message.direction == MessageDirection::Outbound {
                    return Ok(message);
                }
            }
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// `Broken`.
    pub async fn send(&mut self, frame: &GuestFrame) -> Result<(), ClientError> {
        self.send_text(serde_json::to_string(frame)?).await
    }

    /// Sends a text as it is.
    ///
    /// # Errors
    /// `Broken`.
    pub async fn send_text(&mut self, text: impl Into<String>) -> Result<(), ClientError> {
        let sent = timeout(self.patience, self.stream.send(Message::text(text.into()))).await;
        sent.map_err(|_| self.silent())?.map_err(|error| ClientError::Broken(Box::new(error)))
    }

    /// The next frame, whatever it is.
    ///
    /// # Errors
    /// `Closed`, `Broken`, `Silent`, `Unreadable`.
    pub async fn receive(&mut self) -> Result<Frame, ClientError> {
        let text = self.receive_text().await?;
        Ok(serde_json::from_str(&text)?)
    }

    /// The next frame as it came.
    ///
    /// # Errors
    /// `Closed`, `Broken`, `Silent`.
    pub async fn receive_text(&mut self) -> Result<String, ClientError> {
        loop {
            let next = timeout(self.patience, self.stream.next()).await.map_err(|_| self.silent())?;
            match next {
                Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
                Some(Ok(Message::Close(why))) => {
                    let (code, reason) =
                        why.map_or((1005, String::new()), |why| (why.code.into(), why.reason.to_string()));
                    return Err(ClientError::Closed { code, reason });
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(ClientError::Broken(Box::new(error))),
                None => return Err(ClientError::Closed { code: 1006, reason: String::new() }),
            }
        }
    }

    /// The guest's secret.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Closes the socket in good order.
    ///
    /// # Errors
    /// `Broken`.
    pub async fn close(mut self) -> Result<(), ClientError> {
        self.stream.close(None).await.map_err(|error| ClientError::Broken(Box::new(error)))
    }

    /// Sends a message and waits for its echo, which is pushed with the request's tracing id.
    async fn echo_of(&mut self, message: IncomingMessage) -> Result<StructuredMessage, ClientError> {
        let tracing_id = self.tracing_id();
        let frame =
            OnMessageFrame { token: self.token.clone(), message, channel: None, tracing_id: tracing_id.clone() };
        self.call(&GuestFrame::OnMessage(frame), tracing_id, FrameClass::StructuredMessage).await
    }

    async fn call<B: DeserializeOwned>(
        &mut self,
        frame: &GuestFrame,
        tracing_id: Option<String>,
        class: FrameClass,
    ) -> Result<B, ClientError> {
        self.send(frame).await?;
        loop {
            let frame = self.receive().await?;
            let is_answer = frame.tracing_id == tracing_id;
            // A refusal of something that could not be read has no tracing id.
            let is_nobodys_error =
                frame.tracing_id.is_none() && frame.code != code::OK && frame.kind == FrameType::Response;
            // The echo of a start's first message carries the start's tracing id: it is a push beside the answer.
            let is_other_echo = frame.class == FrameClass::StructuredMessage && class != FrameClass::StructuredMessage;
            if is_other_echo || !(is_answer || is_nobodys_error) {
                self.pushes.push_back(frame);
                continue;
            }
            return read_answer(&frame, class);
        }
    }

    fn tracing_id(&mut self) -> Option<String> {
        self.calls += 1;
        Some(format!("call-{}", self.calls))
    }

    fn silent(&self) -> ClientError {
        ClientError::Silent(self.patience.as_secs())
    }
}

fn read_answer<B: DeserializeOwned>(frame: &Frame, class: FrameClass) -> Result<B, ClientError> {
    if frame.code == code::OK && frame.class == class {
        return Ok(serde_json::from_str(frame.body.get())?);
    }
    let (text, error) = match frame.class {
        FrameClass::Error => {
            let body: ErrorBody = serde_json::from_str(frame.body.get())?;
            (body.message.clone(), Some(body))
        }
        FrameClass::Text => (serde_json::from_str(frame.body.get())?, frame.error.clone()),
        FrameClass::TooManyRequestsErrorMessage => {
            let body: TooManyRequests = serde_json::from_str(frame.body.get())?;
            (body.error_message, frame.error.clone())
        }
        other => return Err(ClientError::Unexpected(other)),
    };
    Err(ClientError::Refused(Box::new(Refused { class: Some(frame.class), code: frame.code, text, error })))
}
