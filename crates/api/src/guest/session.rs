//! Actions about the session: configure, close, configuration, history token, health check.

use waybill_model::policy::VENDOR_MAX_BYTES;
use waybill_protocol::guest::{
    AllowedMedia, CloseSessionFrame, ConfigurationAnswer, ConfigureSessionFrame, EchoFrame, FrameClass,
    GetConfigurationFrame, GetJwtFrame, JwtAnswer, ServerFrame, SessionAnswer, StructuredMessage,
    answer::Nothing,
    message::{MessageChannel, MessageDirection, MessageMetadata, MessageParty, OriginatingEntity, StructuredType},
};
use waybill_service::{Configured, HistoryToken, ServiceError};

use super::{
    deployment::satisfaction,
    refuse::{Refusal, to_json},
    registry::{CloseReason, Position},
    visitor::{Answer, Bound, Visitor},
};

impl Visitor {
    /// Checks what a frame repeats of the deployment, the organization and the region; a wrong one closes (EDGE1).
    pub(super) fn check_claims(
        &self,
        deployment_id: Option<&str>,
        organization_id: Option<&str>,
        region: Option<&str>,
    ) -> Result<(), Refusal> {
        let checked = self.app.service().check_claims(&self.entered, deployment_id, organization_id, region);
        checked.map_err(|error| Refusal::from(error).closing())
    }

    pub(super) async fn configure_session(&mut self, frame: ConfigureSessionFrame) -> Answer {
        let ConfigureSessionFrame { deployment_id, token, organization_id, region, sdk: _, start_new, tracing_id } =
            frame;
        self.check_claims(deployment_id.as_deref(), organization_id.as_deref(), region.as_deref())?;
        // The place among the session's sockets comes first: news between the two look-ups is not lost.
        let guest = self.bind(&token)?;
        let configured = self.app.service().configure_session(&guest, start_new == Some(true)).await?;
        let Configured {
            new_session,
            read_only,
            expires_at,
            session_seconds,
            max_custom_data_bytes,
            conversation,
            business,
            satisfaction: asked,
        } = configured;
        self.expires_at = Some(expires_at);
        match conversation {
            Some((conversation, after)) => {
                let followed = self.follow.as_ref().map(super::follow::Follow::conversation);
                if followed != Some(conversation) {
                    self.follow(Position { conversation, after, revision: None });
                }
            }
            None => self.stop_following(),
        }
        let body = SessionAnswer {
            connected: true,
            new_session,
            read_only,
            allowed_media: Some(AllowedMedia::default()),
            blocked_extensions: Some(Vec::new()),
            max_custom_data_bytes: Some(max_custom_data_bytes),
            duration_seconds: Some(session_seconds),
            expiration_date: Some(expires_at.seconds()),
            read_up_to: business.read,
            satisfaction: asked.as_ref().map(satisfaction),
        };
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::SessionResponse, tracing_id, body))))
    }

    pub(super) async fn close_session(&mut self, frame: CloseSessionFrame) -> Answer {
        let CloseSessionFrame { token, close_all_connections, logout, tracing_id } = frame;
        let guest = self.bind(&token)?;
        let is_logout = logout == Some(true);
        if is_logout {
            self.app.service().log_out(&guest).await?;
        }
        if let Some(Bound { signal, .. }) = &self.bound
            && (is_logout || close_all_connections == Some(true))
        {
            let reason = if is_logout { CloseReason::LoggedOut } else { CloseReason::ClosedByGuest };
            self.app.sockets().close_others(guest.key(), signal, reason);
        }
        if is_logout {
            self.forget();
        } else {
            self.stop_following();
        }
        let body = SessionAnswer { connected: false, new_session: false, read_only: true, ..SessionAnswer::default() };
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::SessionResponse, tracing_id, body))))
    }

    pub(super) async fn get_jwt(&mut self, frame: GetJwtFrame) -> Answer {
        let GetJwtFrame { token, tracing_id } = frame;
        let guest = self.bind(&token)?;
        let HistoryToken { jwt, expires_at } = self.app.service().history_token(&guest).await?;
        let body = JwtAnswer { jwt, exp: expires_at.seconds() };
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::JwtResponse, tracing_id, body))))
    }

    pub(super) fn get_configuration(&self, frame: &GetConfigurationFrame) -> Answer {
        let GetConfigurationFrame { token: _, deployment_id, tracing_id } = frame;
        self.check_claims(deployment_id.as_deref(), None, None)?;
        let deployment = self.entered.deployment();
        let body = ConfigurationAnswer {
            allowed_media: AllowedMedia::default(),
            blocked_extensions: Vec::new(),
            max_custom_data_bytes: deployment.policy.max_bytes.max(VENDOR_MAX_BYTES),
            message_routing_enabled: true,
            session_duration_seconds: deployment.session_seconds,
        };
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::GetConfigurationResponse, tracing_id.clone(), body))))
    }

    /// Answers the health check without a look at the store. A session whose time is over is told so instead.
    pub(super) fn echo(&mut self, frame: &EchoFrame) -> Answer {
        let (text, max) = (frame.text(), self.app.service().settings().limits.message_bytes);
        if text.len() > max {
            return Err(ServiceError::MessageTooLong { bytes: text.len(), max }.into());
        }
        let ambient = self.app.service().ambient();
        let now = ambient.now();
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            self.forget();
            return Ok(Some(to_json(&ServerFrame::push(FrameClass::SessionExpiredEvent, Nothing {}))));
        }
        let seconds = self.entered.deployment().session_seconds;
        let expires_at = self.expires_at.unwrap_or_else(|| now.plus_millis(i64::from(seconds) * 1_000));
        let body = StructuredMessage {
            id: ambient.message_id().to_string(),
            kind: StructuredType::Text,
            text: Some(text),
            direction: MessageDirection::Inbound,
            channel: Some(MessageChannel {
                time: now,
                message_id: None,
                kind: None,
                from: MessageParty::default(),
                to: MessageParty::default(),
            }),
            content: None,
            events: Vec::new(),
            originating_entity: Some(OriginatingEntity::Human),
            metadata: MessageMetadata {
                duration_seconds: Some(seconds.to_string()),
                expiration_date: Some(expires_at.seconds().to_string()),
                ..MessageMetadata::default()
            },
            conversation_id: None,
            revision: None,
        };
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::StructuredMessage, frame.tracing_id.clone(), body))))
    }
}
