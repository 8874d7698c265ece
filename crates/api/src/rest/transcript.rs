//! Transcripts: what was said as plain text, HTML or JSON, as `Accept` asks for.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use waybill_protocol::{
    ErrorBody,
    rest::note::{Transcript, TranscriptLine},
};
use waybill_service::{self as service, Line, Speaker, escape_html};

use super::{
    convert,
    document::Failures,
    extract::{Authorized, Segments, ViewMessages},
    reply::json,
};
use crate::{
    App,
    error::{ApiError, ApiResult},
};

/// In which form a transcript is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TranscriptFormat {
    /// Lines of text.
    Text,
    /// A page without scripts and styles.
    Html,
    /// JSON.
    Json,
}

impl TranscriptFormat {
    /// What the header `Accept` asks for; plain text where it says nothing, and where it wants two things equally.
    ///
    /// # Errors
    /// 406 when it wants something else.
    pub(crate) fn wanted(headers: &HeaderMap) -> ApiResult<Self> {
        let mut best: Option<(f32, Self)> = None;
        let mut says_something = false;
        for value in headers.get_all(header::ACCEPT) {
            for range in value.to_str().unwrap_or_default().split(',').filter(|range| !range.trim().is_empty()) {
                says_something = true;
                let mut parts = range.split(';').map(str::trim);
                let format = match parts.next().map(str::to_ascii_lowercase).as_deref() {
                    Some("text/plain" | "text/*" | "*/*") => Self::Text,
                    Some("text/html") => Self::Html,
                    Some("application/json" | "application/*") => Self::Json,
                    Some(_) | None => continue,
                };
                let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
                let weight = weight.unwrap_or(0.0);
                if weight > 0.0 && best.is_none_or(|(other, _)| weight > other) {
                    best = Some((weight, format));
                }
            }
        }
        match best {
            Some((_, format)) => Ok(format),
            None if !says_something => Ok(Self::Text),
            None => Err(ApiError::new(
                StatusCode::NOT_ACCEPTABLE,
                "not.acceptable",
                "a transcript is plain text, HTML or JSON; accept `text/plain`, `text/html` or `application/json`",
            )),
        }
    }
}

/// Read a conversation's transcript
///
/// What was said, oldest first, as plain text, HTML or JSON: what `Accept` asks for. Notes are not in it; the customer's name
/// is `***` for whoever may not see it.
#[utoipa::path(
    get, path = "/api/v2/conversations/{conversationId}/transcript", tag = "Conversations",
    params(("conversationId" = String, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The transcript", content(
            (Transcript = "application/json"), (String = "text/plain"), (String = "text/html")
        )),
        (status = 406, description = "Something else is accepted (`not.acceptable`)", body = ErrorBody),
        Failures
    ),
    security(("oauth" = ["conversations:readonly"]))
)]
pub(super) async fn get_transcript(
    State(app): State<App>,
    who: Authorized<ViewMessages>,
    Segments(id): Segments<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let format = TranscriptFormat::wanted(&headers)?;
    transcript_body(&app.service().transcribe(&who, &id).await?, format)
}

/// The transcript as an answer.
pub(crate) fn transcript_body(transcript: &service::Transcript, format: TranscriptFormat) -> ApiResult<Response> {
    const POLICY: (HeaderName, HeaderValue) =
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    let kind = |kind| [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), POLICY];
    Ok(match format {
        TranscriptFormat::Json => json(&body(transcript)?)?,
        TranscriptFormat::Text => (kind("text/plain; charset=utf-8"), text(transcript)).into_response(),
        TranscriptFormat::Html => (kind("text/html; charset=utf-8"), html(transcript)).into_response(),
    })
}

fn body(transcript: &service::Transcript) -> ApiResult<Transcript> {
    let service::Transcript { conversation_id, started_at, ended_at, lines, is_whole } = transcript;
    let messages = lines.iter().map(|Line { id, at, speaker: Speaker { purpose, name }, text, content }| {
        Ok(TranscriptLine {
            message_id: *id,
            time: *at,
            purpose: purpose.as_str(),
            name: name.clone(),
            text: text.clone(),
            content: content.as_deref().map(convert::raw).transpose()?,
        })
    });
    Ok(Transcript {
        conversation_id: *conversation_id,
        start_time: *started_at,
        end_time: *ended_at,
        messages: messages.collect::<ApiResult<_>>()?,
        complete: *is_whole,
    })
}

/// Each message begins a line with its time; lines that follow within it are set in, so that nobody forges another's.
fn text(transcript: &service::Transcript) -> String {
    let mut out = String::new();
    for line in heading(transcript) {
        out.push_str(&line);
        out.push('\n');
    }
    for Line { id: _, at, speaker, text, content } in &transcript.lines {
        let said = said(text, content.as_deref());
        let said = said.lines().collect::<Vec<_>>().join("\n    ");
        let name = shown(speaker).replace(char::is_control, " ");
        out.push_str(&format!("[{at}] {name}: {said}\n"));
    }
    out
}

fn html(transcript: &service::Transcript) -> String {
    let mut out =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Transcript</title></head><body>\n"
            .to_owned();
    for line in heading(transcript) {
        out.push_str(&format!("<p>{}</p>\n", escape_html(&line)));
    }
    out.push_str("<dl>\n");
    for Line { id: _, at, speaker, text, content } in &transcript.lines {
        let (name, said) = (escape_html(&shown(speaker)), escape_html(&said(text, content.as_deref())));
        let said = said.replace('\n', "<br>");
        out.push_str(&format!("<dt><time>{at}</time> {name}</dt><dd>{said}</dd>\n"));
    }
    out.push_str("</dl>\n</body></html>\n");
    out
}

fn heading(transcript: &service::Transcript) -> Vec<String> {
    let service::Transcript { conversation_id, started_at, ended_at, lines: _, is_whole } = transcript;
    let mut heading = Vec::new();
    heading.extend(conversation_id.map(|id| format!("Conversation {id}")));
    heading.extend(started_at.map(|at| format!("Began {at}")));
    heading.extend(ended_at.map(|at| format!("Ended {at}")));
    heading.extend((!is_whole).then(|| "Not everything: there is more than a transcript holds".to_owned()));
    heading
}

fn shown(Speaker { purpose, name }: &Speaker) -> String {
    match name {
        Some(name) => format!("{name} ({})", purpose.as_str()),
        None => purpose.as_str().to_owned(),
    }
}

/// What a message says; one without a text says what its content is.
fn said(text: &str, content: Option<&str>) -> String {
    match content {
        Some(content) if text.is_empty() => content.to_owned(),
        Some(_) | None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, expected: Option<TranscriptFormat>) {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(header::ACCEPT, accept.parse().unwrap());
        }
        assert_eq!(TranscriptFormat::wanted(&headers).ok(), expected, "{accept}");
    }

    #[test]
    fn desk5_the_form_is_what_accept_asks_for() {
        check("", Some(TranscriptFormat::Text));
        check("*/*", Some(TranscriptFormat::Text));
        check("text/html", Some(TranscriptFormat::Html));
        check("text/html;q=0.5, application/json", Some(TranscriptFormat::Json));
        check("image/png, text/plain;q=0.1", Some(TranscriptFormat::Text));
        check("application/json;q=0", None);
        check("image/png", None);
    }

    #[test]
    fn desk5_hostile_text_is_escaped_and_forges_no_line() {
        let line = Line {
            id: waybill_model::MessageId::new(uuid::Uuid::from_u128(7)),
            at: waybill_model::Time::from_millis(0),
            speaker: Speaker { purpose: waybill_model::Purpose::Customer, name: Some("<b>\nJane".to_owned()) },
            text: "<script>alert(1)</script>\n[1970-01-01T00:00:00.000Z] agent: yes".to_owned(),
            content: None,
        };
        let transcript = service::Transcript {
            conversation_id: None,
            started_at: None,
            ended_at: None,
            lines: vec![line],
            is_whole: true,
        };
        let (text, html) = (text(&transcript), html(&transcript));
        assert_eq!(text.lines().filter(|line| line.starts_with('[')).count(), 1, "{text}");
        assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;<br>"), "{html}");
    }
}
