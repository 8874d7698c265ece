//! Where placeholders begin and end, and the words and signs of an expression.

use super::{MAX_SOURCE_BYTES, TemplateFault};

/// The most placeholders of one template.
const MAX_PLACES: usize = 256;
/// The most words and signs of one expression: what reads them calls itself.
const MAX_TOKENS: usize = 200;
/// The deepest brackets of one expression.
const MAX_DEPTH: usize = 32;

/// A part of a template's source.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'s> {
    Text(&'s str),
    Place(&'s str),
}

/// What a word or sign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Text,
    Number,
    Sign,
}

/// A word or sign of an expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    pub(super) text: &'s str,
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.text == text
    }
}

/// Takes a template apart.
pub(super) fn pieces(source: &str) -> Result<Vec<Piece<'_>>, TemplateFault> {
    check_length(source)?;
    let mut pieces = Vec::new();
    let mut places = 0;
    let mut rest = source;
    while let Some(start) = rest.find("{{") {
        let inside = &rest[start + 2..];
        let Some(end) = place_end(inside) else {
            return Err(TemplateFault::Unclosed { start: excerpt(&rest[start..]) });
        };
        push_text(&mut pieces, &rest[..start])?;
        pieces.push(Piece::Place(inside[..end].trim()));
        places += 1;
        rest = &inside[end + 2..];
    }
    push_text(&mut pieces, rest)?;
    if places > MAX_PLACES {
        return Err(TemplateFault::TooMany { places, most: MAX_PLACES });
    }
    Ok(pieces)
}

fn push_text<'s>(pieces: &mut Vec<Piece<'s>>, text: &'s str) -> Result<(), TemplateFault> {
    if text.contains("{%") {
        return Err(TemplateFault::Statement);
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(())
}

pub(super) fn check_length(source: &str) -> Result<(), TemplateFault> {
    if source.len() > MAX_SOURCE_BYTES { Err(TemplateFault::TooLong { bytes: source.len() }) } else { Ok(()) }
}

/// Where the `}}` of a placeholder stands, counted from behind its `{{`; braces and texts inside of it are passed over.
pub(super) fn place_end(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let (mut depth, mut quote, mut at) = (0_usize, None, 0);
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            // Inside of JSON a quote is written `\"`; here it is one all the same.
            (None, b'\\') if bytes.get(at + 1) == Some(&b'"') => {
                (quote, at) = (Some(b"\\\"".as_slice()), at + 1);
            }
            (None, b'"') => quote = Some(b"\"".as_slice()),
            (None, b'\'') => quote = Some(b"'".as_slice()),
            (None, b'{') => depth += 1,
            (None, b'}') if depth > 0 => depth -= 1,
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            (None, _) => {}
            (Some(end), _) if bytes[at..].starts_with(end) => {
                at += end.len() - 1;
                quote = None;
            }
            (Some(_), b'\\') => at += 1,
            (Some(_), _) => {}
        }
        at += 1;
    }
    None
}

/// The words and signs of an expression.
pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, TemplateFault> {
    let fault = |reason: String| TemplateFault::Syntax { expression: excerpt(source), reason };
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    while let Some(first) = source[start..].chars().next() {
        if first.is_whitespace() {
            start += first.len_utf8();
            continue;
        }
        let rest = &source[start..];
        let (kind, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                (Kind::Word, span(rest, |byte| byte.is_ascii_alphanumeric() || byte == b'_'))
            }
            '0'..='9' => (Kind::Number, number_length(rest)),
            '"' | '\'' => match text_length(rest) {
                Some(length) => (Kind::Text, length),
                None => return Err(fault("a text in quotes is not closed".to_owned())),
            },
            _ => match sign_length(rest) {
                Some(length) => (Kind::Sign, length),
                None => {
                    return Err(fault(format!(
                        "`{}` means nothing here; a key with such a character is written `customData[\"…\"]`",
                        first.escape_default()
                    )));
                }
            },
        };
        let token = Token { kind, text: &rest[..length], start };
        if token.kind == Kind::Sign && matches!(token.text, "(" | "[" | "{") {
            depth += 1;
        } else if token.kind == Kind::Sign && matches!(token.text, ")" | "]" | "}") {
            depth = depth.saturating_sub(1);
        }
        tokens.push(token);
        if tokens.len() > MAX_TOKENS || depth > MAX_DEPTH {
            return Err(fault(format!(
                "it has more than {MAX_TOKENS} words and signs, or brackets deeper than {MAX_DEPTH}: set variables first"
            )));
        }
        start += length;
    }
    if tokens.is_empty() {
        return Err(fault("it is empty".to_owned()));
    }
    Ok(tokens)
}

fn span(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !belongs(byte)).unwrap_or(text.len())
}

fn number_length(text: &str) -> usize {
    let whole = span(text, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match text[whole..].strip_prefix('.') {
        Some(rest) if rest.starts_with(|digit: char| digit.is_ascii_digit()) => {
            whole + 1 + span(rest, |byte| byte.is_ascii_alphanumeric())
        }
        Some(_) | None => whole,
    }
}

fn text_length(text: &str) -> Option<usize> {
    let quote = text.bytes().next()?;
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = !escaped && byte == quote;
        escaped = !escaped && byte == b'\\';
        ends
    })?;
    Some(end + 2)
}

fn sign_length(text: &str) -> Option<usize> {
    let is_double = ["==", "!=", "<=", ">=", "//", "**"].iter().any(|sign| text.starts_with(sign));
    if is_double { Some(2) } else { text.starts_with(|sign| "+-*/%~|.,:()[]{}<>=".contains(sign)).then_some(1) }
}

/// A piece of source for sentences.
pub(super) fn excerpt(source: &str) -> String {
    const LONGEST: usize = 80;
    let source = source.trim();
    let mut excerpt: String =
        source.chars().take(LONGEST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if source.chars().nth(LONGEST).is_some() {
        excerpt.push('…');
    }
    excerpt
}
