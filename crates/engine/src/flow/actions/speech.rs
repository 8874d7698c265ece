//! What a flow can say: a text, quick replies, a card – in the guest protocol's structured shape.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::flow::{
    Say,
    compiler::{Compiler, Role},
    document::Short,
    turn::{Fault, Turn},
};
use crate::template::Template;

/// Something to say, with more than a text.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Speech {
    /// The text.
    pub text: Option<String>,
    /// Answers to tap.
    #[serde(default)]
    pub quick_replies: Vec<Short<QuickReply>>,
    /// A card.
    pub card: Option<Card>,
}

/// An answer to tap.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuickReply {
    /// What it says.
    pub text: String,
    /// What the flow gets; absent: the text.
    pub payload: Option<String>,
}

/// A card.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Card {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: Option<String>,
    /// The address of its image, `https` alone.
    pub image: Option<String>,
    /// Its buttons.
    #[serde(default)]
    pub buttons: Vec<Button>,
}

/// A button of a card: it answers, or it opens a page.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Button {
    /// What it says.
    pub text: String,
    /// What the flow gets when it is tapped; absent: the text.
    pub payload: Option<String>,
    /// The page that it opens instead, `https` alone.
    pub url: Option<String>,
}

/// Something to say, ready.
#[derive(Debug, Clone)]
pub(super) struct CompiledSpeech {
    text: Option<Template>,
    quick_replies: Vec<(Template, Template)>,
    card: Option<CompiledCard>,
}

#[derive(Debug, Clone)]
struct CompiledCard {
    title: Template,
    text: Option<Template>,
    image: Option<Template>,
    buttons: Vec<CompiledButton>,
}

#[derive(Debug, Clone)]
struct CompiledButton {
    text: Template,
    payload: Template,
    url: Option<Template>,
}

/// Compiles what is said under `inner`.
pub(super) fn compile(compiler: &mut Compiler<'_>, inner: &str, speech: Short<Speech>) -> Option<CompiledSpeech> {
    let speech = match speech {
        Short::Text(text) => {
            let text = compiler.text(inner, Role::Message, &text)?;
            return Some(CompiledSpeech { text: Some(text), quick_replies: Vec::new(), card: None });
        }
        Short::Long(speech) => speech,
    };
    let Speech { text, quick_replies, card } = speech;
    if card.is_none() && text.is_none() {
        compiler.fault(inner, "document", "there is nothing to say".to_owned(), "add `text` or `card`");
        return None;
    }
    let mut say = |inner: &str, text: &str| compiler.text(inner, Role::Message, text);
    let text = match text {
        Some(text) => Some(say(&format!("{inner}.text"), &text)?),
        None => None,
    };
    let mut replies = Vec::with_capacity(quick_replies.len());
    for (position, reply) in quick_replies.into_iter().enumerate() {
        let place = format!("{inner}.quickReplies[{position}]");
        let (shown, payload) = match reply {
            Short::Text(text) => (text.clone(), text),
            Short::Long(QuickReply { text, payload }) => (text.clone(), payload.unwrap_or(text)),
        };
        replies.push((say(&place, &shown)?, say(&place, &payload)?));
    }
    let card = match card {
        Some(card) => Some(compile_card(&mut say, &format!("{inner}.card"), card)?),
        None => None,
    };
    Some(CompiledSpeech { text, quick_replies: replies, card })
}

fn compile_card(say: &mut impl FnMut(&str, &str) -> Option<Template>, inner: &str, card: Card) -> Option<CompiledCard> {
    let Card { title, text, image, buttons } = card;
    let title = say(&format!("{inner}.title"), &title)?;
    let text = match text {
        Some(text) => Some(say(&format!("{inner}.text"), &text)?),
        None => None,
    };
    let image = match image {
        Some(image) => Some(say(&format!("{inner}.image"), &image)?),
        None => None,
    };
    let mut compiled = Vec::with_capacity(buttons.len());
    for (position, Button { text, payload, url }) in buttons.into_iter().enumerate() {
        let place = format!("{inner}.buttons[{position}]");
        let payload = say(&place, payload.as_ref().unwrap_or(&text))?;
        let text = say(&place, &text)?;
        let url = match url {
            Some(url) => Some(say(&format!("{place}.url"), &url)?),
            None => None,
        };
        compiled.push(CompiledButton { text, payload, url });
    }
    Some(CompiledCard { title, text, image, buttons: compiled })
}

impl CompiledSpeech {
    /// Makes what is said, and what taps on it answer: what is shown with what the flow gets.
    pub(super) fn render(&self, turn: &mut Turn<'_>) -> Result<(Say, Vec<(String, String)>), Fault> {
        let Self { text, quick_replies, card } = self;
        let mut content = Vec::new();
        let mut taps = Vec::new();
        let text = match text {
            Some(text) => Some(turn.text(text)?),
            None => None,
        };
        for (shown, payload) in quick_replies {
            let (shown, payload) = (turn.text(shown)?, turn.text(payload)?);
            let reply = json!({"text": shown, "payload": payload, "action": "Message"});
            content.push(json!({"contentType": "QuickReply", "quickReply": reply}));
            taps.push((shown, payload));
        }
        let mut title = None;
        if let Some(card) = card {
            let name = turn.text(&card.title)?;
            let mut shape = json!({"title": name, "actions": []});
            if let Some(text) = &card.text {
                shape["description"] = turn.text(text)?.into();
            }
            if let Some(image) = &card.image {
                shape["image"] = address(turn.text(image)?, "the card's image")?.into();
            }
            let mut actions = Vec::with_capacity(card.buttons.len());
            for button in &card.buttons {
                let shown = turn.text(&button.text)?;
                actions.push(match &button.url {
                    Some(url) => {
                        json!({"type": "Link", "text": shown, "url": address(turn.text(url)?, "a button's address")?})
                    }
                    None => {
                        let payload = turn.text(&button.payload)?;
                        taps.push((shown.clone(), payload.clone()));
                        json!({"type": "Postback", "text": shown, "payload": payload})
                    }
                });
            }
            shape["actions"] = Value::Array(actions);
            content.push(json!({"contentType": "Card", "card": shape}));
            title = Some(name);
        }
        let content = (!content.is_empty()).then_some(Value::Array(content));
        Ok((Say { text: text.or(title).unwrap_or_default(), content }, taps))
    }
}

/// An address that a page may open.
fn address(text: String, what: &str) -> Result<String, Fault> {
    if text.starts_with("https://") && !text.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
        return Ok(text);
    }
    Err(Fault::new(format!("{what} is no `https` address")))
}
