//! Reads an expression: finds the names in it, and writes the rest for the engine with places instead of names.

use std::fmt::Write;

use super::{
    ROOTS, TemplateFault, Uses,
    engine::{CONCAT, FILTERS, LENIENT_DEFAULT, TESTS},
    names::{CustomerField, Fact, Name, Step},
    scan::{Kind, Token, excerpt, tokens},
    uses::PATH,
};
use crate::attributes::nearest;

const KEYWORDS: [&str; 12] = ["true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if"];

/// An expression with its names taken out.
pub(super) struct Read {
    /// The names, by their places.
    pub(super) names: Vec<Name>,
    /// Whether the expression is the first name and nothing else.
    pub(super) is_name: bool,
    /// What the engine is given: `v0` stands for a name, `g0` for one that may be absent.
    pub(super) program: String,
}

/// Reads an expression and notes its names.
pub(super) fn read(source: &str, uses: &mut Uses) -> Result<Read, TemplateFault> {
    let tokens = tokens(source)?;
    let mut reader = Reader { source, tokens: &tokens, names: Vec::new(), guarded: Vec::new(), items: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = reader.take(at)?;
    }
    for (name, guarded) in reader.names.iter().zip(&reader.guarded) {
        name.note(*guarded, uses);
    }
    reader.refuse_repeated_lists()?;
    let is_name = reader.names.len() == 1 && reader.items.len() == 1;
    let mut program = String::with_capacity(source.len());
    let end = reader.write(0, None, &mut program)?;
    if end < reader.items.len() {
        return Err(reader.fault(format!("`{}` closes nothing", reader.items[end].text)));
    }
    Ok(Read { names: reader.names, is_name, program })
}

/// A word or sign as the engine gets it.
struct Item {
    kind: Kind,
    text: String,
}

struct Reader<'s> {
    source: &'s str,
    tokens: &'s [Token<'s>],
    names: Vec<Name>,
    /// Which of them are guarded somewhere: `x is defined and x == 1` needs no `x`.
    guarded: Vec<bool>,
    items: Vec<Item>,
}

impl<'s> Reader<'s> {
    fn fault(&self, reason: impl Into<String>) -> TemplateFault {
        TemplateFault::Syntax { expression: excerpt(self.source), reason: reason.into() }
    }

    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(text))
    }

    fn is_before(&self, at: usize, text: &str) -> bool {
        at > 0 && self.is(at - 1, text)
    }

    fn push(&mut self, kind: Kind, text: impl Into<String>) {
        self.items.push(Item { kind, text: text.into() });
    }

    /// Takes what stands at a place, and says where to go on.
    fn take(&mut self, at: usize) -> Result<usize, TemplateFault> {
        let token = self.tokens[at];
        if token.kind != Kind::Word {
            let again = self.is_before(at, token.text) && matches!(token.text, "-" | "+");
            if again {
                return Err(self.fault(format!("`{0}{0}` means nothing here", token.text)));
            }
            self.push(token.kind, token.text);
            return Ok(at + 1);
        }
        if self.is_before(at, "|") {
            return self.filter(at);
        }
        if self.is_before(at, "is") && token.text != "not"
            || (self.is_before(at, "not") && at > 1 && self.is(at - 2, "is"))
        {
            return self.test(at);
        }
        if token.text == "else" || KEYWORDS.contains(&token.text) {
            if token.text == "not" && self.is_before(at, "not") {
                return Err(self.fault("`not not` means nothing"));
            }
            self.push(Kind::Word, token.text);
            return Ok(at + 1);
        }
        if token.text == "null" {
            self.push(Kind::Word, "none");
            return Ok(at + 1);
        }
        let is_option = self.is(at + 1, "=") && (self.is_before(at, "(") || self.is_before(at, ","));
        if is_option || self.is_before(at, ".") {
            if self.is(at + 1, "(") {
                return Err(self.call());
            }
            self.push(Kind::Word, token.text);
            return Ok(at + 1);
        }
        let (name, next) = self.name(at)?;
        if self.is(next, "(") {
            return Err(self.call());
        }
        if let (Name::Secret(secret), true) = (&name, self.tokens.len() > next || at > 0) {
            let rule = "it stands alone in its placeholder: nothing can be done with what is not known here";
            return Err(TemplateFault::Secret { name: secret.clone(), rule: rule.to_owned() });
        }
        // `default(name)` may be absent too: then it is the default that is missing.
        let is_default = at > 1 && self.is_before(at, "(") && self.is_default(at - 2) && self.is(next, ")");
        let guarded = is_default || self.is_guard(next);
        let place = self.names.iter().position(|known| *known == name).unwrap_or(self.names.len());
        if place == self.names.len() {
            self.names.push(name);
            self.guarded.push(false);
        }
        self.guarded[place] |= guarded;
        self.push(Kind::Word, format!("{}{place}", if guarded { 'g' } else { 'v' }));
        Ok(next)
    }

    /// `[[[1] * 90] * 90] * 90` costs next to nothing until somebody looks at what is in it.
    fn refuse_repeated_lists(&self) -> Result<(), TemplateFault> {
        let is_value = |item: &Item| match item.kind {
            Kind::Word => !KEYWORDS.contains(&item.text.as_str()) && item.text != "else",
            Kind::Text => true,
            Kind::Number => false,
            Kind::Sign => matches!(item.text.as_str(), ")" | "]"),
        };
        let is_sign = |item: &Item, sign: &str| item.kind == Kind::Sign && item.text == sign;
        let has_list = (0..self.items.len())
            .any(|at| is_sign(&self.items[at], "[") && (at == 0 || !is_value(&self.items[at - 1])));
        if has_list && self.items.iter().any(|item| is_sign(item, "*")) {
            return Err(self.fault("a list and a `*` can't stand in one expression"));
        }
        Ok(())
    }

    fn call(&self) -> TemplateFault {
        self.fault(format!("functions are not known here; filters are, after a `|`: {}", FILTERS.join(", ")))
    }

    fn is_default(&self, at: usize) -> bool {
        (self.is(at, "default") || self.is(at, "d")) && self.is_before(at, "|")
    }

    /// Whether what stands there makes an absent name harmless.
    fn is_guard(&self, at: usize) -> bool {
        let test = if self.is(at + 1, "not") { at + 2 } else { at + 1 };
        (self.is(at, "|") && self.is_default(at + 1))
            || (self.is(at, "is") && (self.is(test, "defined") || self.is(test, "undefined")))
    }

    fn filter(&mut self, at: usize) -> Result<usize, TemplateFault> {
        let name = self.tokens[at].text;
        if !FILTERS.contains(&name) {
            return Err(self.fault(format!("the filter `{name}` is not known{}", known(name, &FILTERS))));
        }
        if !self.is_default(at) {
            self.push(Kind::Word, name);
            return Ok(at + 1);
        }
        let mut end = at + 1;
        if !self.is(end, "(") || self.is(end + 1, ")") || self.is(end + 2, "=") {
            return Err(self.fault(format!("`{name}` needs a value, as in `{name}(\"-\")`")));
        }
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(end) {
            depth += usize::from(token.is("("));
            depth -= usize::from(token.is(")"));
            end += 1;
            if depth == 0 {
                break;
            }
        }
        self.push(Kind::Word, if self.is_guard(end) { LENIENT_DEFAULT } else { "default" });
        Ok(at + 1)
    }

    fn test(&mut self, at: usize) -> Result<usize, TemplateFault> {
        let name = match self.tokens[at].text {
            "null" | "None" => "none",
            name => name,
        };
        if !TESTS.contains(&name) {
            return Err(self.fault(format!("the test `is {name}` is not known{}", known(name, &TESTS))));
        }
        self.push(Kind::Word, name);
        Ok(at + 1)
    }

    /// Reads a name, and says what stands behind it.
    fn name(&self, at: usize) -> Result<(Name, usize), TemplateFault> {
        let root = self.tokens[at].text;
        if root == "conversation" && self.is(at + 1, ":") && self.touches(at + 1) {
            return self.path(at);
        }
        let (name, next) = match root {
            "customData" | "Context" => {
                let (key, next) = self.key(at)?;
                (Name::Context { key }, next)
            }
            "trust" => {
                let (key, next) = self.key(at)?;
                (Name::Trust { key }, next)
            }
            "env" => {
                let (name, next) = self.key(at)?;
                (Name::Env(name), next)
            }
            "secret" => {
                let (name, next) = self.key(at)?;
                (Name::Secret(name), next)
            }
            "customer" => {
                let (field, next) = self.key(at)?;
                let found = CustomerField::ALL.into_iter().find(|(word, _)| *word == field);
                let fields = || CustomerField::ALL.map(|(word, _)| format!("customer.{word}"));
                let (_, field) = found.ok_or_else(|| no_field(&format!("customer.{field}"), &fields()))?;
                (Name::Customer(field), next)
            }
            "message" => {
                let (field, next) = self.key(at)?;
                if field != "text" {
                    return Err(no_field(&format!("message.{field}"), &["message.text".to_owned()]));
                }
                (Name::Message, next)
            }
            "conversation" => {
                let (mut field, mut next) = self.key(at)?;
                if field == "source" {
                    let inside;
                    (inside, next) = self.key(next - 1)?;
                    field = format!("source.{inside}");
                }
                let found = Fact::ALL.into_iter().find(|(word, _)| *word == field);
                let facts = || Fact::ALL.map(|(word, _)| format!("conversation.{word}"));
                let (_, fact) = found.ok_or_else(|| no_field(&format!("conversation.{field}"), &facts()))?;
                (Name::Conversation(fact), next)
            }
            "now" => (Name::Now, at + 1),
            "flow" => {
                let (name, next) = self.key(at)?;
                return Ok(self.variable(name, next));
            }
            _ => return Ok(self.variable(root.to_owned(), at + 1)),
        };
        if self.is(next, ".") || (self.is(next, "[") && self.touches(next)) {
            let remedy = match &name {
                Name::Context { key } => format!(
                    "values of the context have no fields; for a key with a dot write `customData[\"{key}.…\"]`"
                ),
                _ => format!("`{name}` has no fields"),
            };
            return Err(TemplateFault::Name { name: excerpt(&self.source[self.tokens[at].start..]), remedy });
        }
        Ok((name, next))
    }

    /// Whether a token follows the one before it without a space.
    fn touches(&self, at: usize) -> bool {
        match (at.checked_sub(1).and_then(|before| self.tokens.get(before)), self.tokens.get(at)) {
            (Some(before), Some(token)) => before.end() == token.start,
            (None, _) | (_, None) => false,
        }
    }

    /// Reads `.key` or `["key"]` behind a token.
    fn key(&self, at: usize) -> Result<(String, usize), TemplateFault> {
        let root = self.tokens[at].text;
        let (dot, word) = (self.is(at + 1, "."), self.tokens.get(at + 2));
        if let (true, Some(Token { kind: Kind::Word, text, start: _ })) = (dot, word) {
            self.refuse_hyphen(root, at + 2)?;
            return Ok(((*text).to_owned(), at + 3));
        }
        if let (true, Some(Token { kind: Kind::Text, text, start: _ }), true) =
            (self.is(at + 1, "["), word, self.is(at + 3, "]"))
        {
            return Ok((unquoted(text), at + 4));
        }
        let remedy = format!("write out which, as `{root}.name` or `{root}[\"name\"]`: names are checked at publish");
        Err(TemplateFault::Name { name: root.to_owned(), remedy })
    }

    /// `customData.crm-customer-id` would be a subtraction.
    fn refuse_hyphen(&self, root: &str, at: usize) -> Result<(), TemplateFault> {
        let mut end = at;
        while self.is(end + 1, "-")
            && self.touches(end + 1)
            && self.touches(end + 2)
            && self.tokens.get(end + 2).is_some_and(|token| token.kind == Kind::Word)
        {
            end += 2;
        }
        if end == at {
            return Ok(());
        }
        let name = &self.source[self.tokens[at].start..self.tokens[end].end()];
        Err(TemplateFault::Name {
            name: format!("{root}.{name}"),
            remedy: format!("a hyphen reads as a subtraction, so write `{root}[\"{name}\"]`"),
        })
    }

    fn variable(&self, name: String, mut at: usize) -> (Name, usize) {
        let mut steps = Vec::new();
        loop {
            let step = match (self.is(at, "."), self.is(at, "["), self.tokens.get(at + 1)) {
                (true, _, Some(Token { kind: Kind::Word, text, start: _ })) => Step::Field((*text).to_owned()),
                (_, true, Some(Token { kind: Kind::Text, text, start: _ })) if self.is(at + 2, "]") => {
                    Step::Field(unquoted(text))
                }
                (_, true, Some(Token { kind: Kind::Number, text, start: _ })) if self.is(at + 2, "]") => {
                    match text.parse() {
                        Ok(position) => Step::Item(position),
                        Err(_) => break,
                    }
                }
                (..) => break,
            };
            at += if self.is(at, ".") { 2 } else { 3 };
            steps.push(step);
        }
        (Name::Variable { name, steps }, at)
    }

    /// Reads `conversation:attributes:<namespace>:<key>`.
    fn path(&self, at: usize) -> Result<(Name, usize), TemplateFault> {
        let start = self.tokens[at].start;
        let length = self.source[start..]
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':' | b'.')))
            .unwrap_or(self.source.len() - start);
        let path = &self.source[start..start + length];
        let parts = path.strip_prefix(PATH).and_then(|rest| rest.split_once(':'));
        let Some((namespace, key)) = parts.filter(|(namespace, key)| !namespace.is_empty() && !key.is_empty()) else {
            let remedy = format!("the path of a key is `{PATH}<namespace>:<key>`");
            return Err(TemplateFault::Name { name: excerpt(path), remedy });
        };
        let next = self.tokens.iter().position(|token| token.start >= start + length).unwrap_or(self.tokens.len());
        Ok((Name::Mapped { namespace: namespace.to_owned(), key: key.to_owned() }, next))
    }

    /// Writes items for the engine until a bracket closes. What `~` joins becomes a call of our own.
    fn write(&self, from: usize, close: Option<&str>, out: &mut String) -> Result<usize, TemplateFault> {
        let mut chain: Vec<String> = Vec::new();
        let mut operand = String::new();
        let mut at = from;
        while let Some(Item { kind, text }) = self.items.get(at) {
            let is_sign = *kind == Kind::Sign;
            if is_sign && matches!(text.as_str(), ")" | "]" | "}") {
                break;
            }
            let bracket = if is_sign { closing(text) } else { None };
            let after_is = at > from && self.items[at - 1].text == "is" && self.items[at - 1].kind == Kind::Word;
            if let Some(closing) = bracket {
                operand.push_str(text);
                operand.push(' ');
                at = self.write(at + 1, Some(closing), &mut operand)?;
                operand.push_str(closing);
                operand.push(' ');
            } else if is_sign && text == "~" {
                chain.push(std::mem::take(&mut operand));
            } else if is_boundary(*kind, text) && !(text == "-" && operand.is_empty()) && !after_is {
                self.join(&mut chain, &mut operand, out)?;
                out.push_str(text);
                out.push(' ');
            } else {
                operand.push_str(text);
                operand.push(' ');
            }
            at += 1;
        }
        self.join(&mut chain, &mut operand, out)?;
        let found = self.items.get(at).map(|item| item.text.as_str());
        match (close, found) {
            (Some(wanted), found) if found != Some(wanted) => Err(self.fault(format!("a `{wanted}` is missing"))),
            (Some(_), _) | (None, _) => Ok(at),
        }
    }

    fn join(&self, chain: &mut Vec<String>, operand: &mut String, out: &mut String) -> Result<(), TemplateFault> {
        let last = std::mem::take(operand);
        if chain.is_empty() {
            out.push_str(&last);
            return Ok(());
        }
        chain.push(last);
        if chain.iter().any(String::is_empty) {
            return Err(self.fault("`~` joins two values"));
        }
        let written = write!(out, "{CONCAT}({}) ", chain.join(","));
        chain.clear();
        written.map_err(|_| self.fault("it can't be written"))
    }
}

/// What binds less than `~` does.
fn is_boundary(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Word => matches!(text, "and" | "or" | "not" | "in" | "if" | "else"),
        Kind::Sign => matches!(text, "+" | "-" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "," | ":" | "="),
        Kind::Text | Kind::Number => false,
    }
}

fn closing(text: &str) -> Option<&'static str> {
    match text {
        "(" => Some(")"),
        "[" => Some("]"),
        "{" => Some("}"),
        _ => None,
    }
}

/// A text without its quotes.
fn unquoted(text: &str) -> String {
    let inside = text.get(1..text.len() - 1).unwrap_or_default();
    let mut letters = inside.chars();
    let mut unquoted = String::with_capacity(inside.len());
    while let Some(letter) = letters.next() {
        unquoted.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    unquoted
}

fn known(name: &str, all: &[&str]) -> String {
    match nearest(name, all.iter().copied()) {
        Some(meant) => format!(": did you mean `{meant}`?"),
        None => format!("; these are: {}", all.join(", ")),
    }
}

fn no_field(name: &str, fields: &[String]) -> TemplateFault {
    let meant = nearest(name, fields.iter().map(String::as_str));
    let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    TemplateFault::Name { name: name.to_owned(), remedy: format!("{meant}there is `{}`", fields.join("`, `")) }
}

/// Whether a flow's variable can have this name.
#[must_use]
pub fn is_variable_name(name: &str) -> bool {
    crate::attributes::is_regular(name)
        && !ROOTS.contains(&name)
        && !KEYWORDS.contains(&name)
        && !["else", "null"].contains(&name)
}
