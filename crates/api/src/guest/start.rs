//! Our own actions: `startChat` and `setContext` (START9).

use serde_json::value::RawValue;
use waybill_protocol::guest::{FrameClass, ServerFrame, SetContextFrame, StartChatAnswer, StartChatFrame};
use waybill_service::StartRequest;

use super::{
    deployment::satisfaction,
    map::{call_form, context_answer, source, start_answer},
    refuse::to_json,
    registry::Position,
    visitor::{Answer, Visitor},
};

impl Visitor {
    pub(super) async fn start_chat(&mut self, frame: StartChatFrame) -> Answer {
        let StartChatFrame {
            deployment_id,
            token,
            organization_id,
            region,
            start_token,
            api,
            options,
            page,
            sdk,
            locale,
            identity_token,
            tracing_id,
        } = frame;
        self.check_claims(deployment_id.as_deref(), organization_id.as_deref(), region.as_deref())?;
        let form = call_form(api.as_deref())?;
        let guest = self.bind(&token)?;
        let request = StartRequest {
            form,
            options: text_of(options),
            start_token,
            source: source(page, sdk, api, locale),
            tracing_id: tracing_id.clone(),
            identity_token,
        };
        let asked = self.app.service().asked_at_the_end(&guest).await?;
        let started = self.app.service().start_conversation(&guest, request).await?;
        let satisfaction = asked.as_ref().map(satisfaction);
        let answer = StartChatAnswer { satisfaction, ..start_answer(&started)? };
        let conversation = started.answer().conversation_id;
        self.follow_own(Position { conversation, after: started.read_from(), revision: Some(answer.revision) });
        self.renew();
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::StartChatResponse, tracing_id, answer))))
    }

    pub(super) async fn set_context(&mut self, frame: SetContextFrame) -> Answer {
        let SetContextFrame { token, api, options, identity_token, page, sdk, tracing_id } = frame;
        let form = call_form(api.as_deref())?;
        let guest = self.bind(&token)?;
        let source = source(page, sdk, api, None);
        let (service, options) = (self.app.service(), text_of(options));
        let written = service.set_context(&guest, form, &options, identity_token.as_deref(), &source).await?;
        self.renew();
        let body = context_answer(&written);
        Ok(Some(to_json(&ServerFrame::answer(FrameClass::SetContextResponse, tracing_id, body))))
    }

    /// Activity moves the end of the session.
    pub(super) fn renew(&mut self) {
        let seconds = i64::from(self.entered.deployment().session_seconds);
        self.expires_at = Some(self.app.service().ambient().now().plus_millis(seconds * 1_000));
    }
}

/// The raw text of what a page gave; nothing counts as no options.
fn text_of(options: Option<Box<RawValue>>) -> String {
    options.map_or_else(|| "{}".to_owned(), |raw| Box::<str>::from(raw).into_string())
}
