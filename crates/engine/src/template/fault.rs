//! What can be wrong with a template, at publish and at work. Names, never values.

use crate::attributes::WhyAbsent;

/// Why a template can't be used; found when it is compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// Larger than a template may be.
    #[error("the template has {bytes} bytes: {} are the most", super::MAX_SOURCE_BYTES)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// More placeholders than a template may have.
    #[error("the template has {places} placeholders: {most} are the most")]
    TooMany {
        /// How many there are.
        places: usize,
        /// How many there may be.
        most: usize,
    },
    /// A placeholder without an end.
    #[error("a placeholder is not closed: `{start}` needs a `}}}}`")]
    Unclosed {
        /// How it begins.
        start: String,
    },
    /// A statement or a comment where only placeholders are known.
    #[error("`{{%` statements are not known here: write a placeholder, such as `{{{{ 'a' if x else 'b' }}}}`")]
    Statement,
    /// An expression that can't be read.
    #[error("`{expression}` can't be read: {reason}")]
    Syntax {
        /// The expression.
        expression: String,
        /// What is wrong and what to write.
        reason: String,
    },
    /// A name that can lead to nothing.
    #[error("`{name}` is no name that flows know: {remedy}")]
    Name {
        /// The name.
        name: String,
        /// What to write.
        remedy: String,
    },
    /// A secret where it would be seen or changed.
    #[error("`secret.{name}` can't stand here: {rule}")]
    Secret {
        /// The secret's name.
        name: String,
        /// Where secrets may stand.
        rule: String,
    },
    /// A body that is no JSON.
    #[error("the text is no JSON: {reason}")]
    Json {
        /// What the parser says.
        reason: String,
    },
    /// A part of a request that can't be sent.
    #[error("the request's {part} can't be used: {reason}")]
    Request {
        /// Which part.
        part: String,
        /// What is wrong and what to write.
        reason: String,
    },
}

/// Why a template could not be rendered; found at work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderFault {
    /// A context key that is not stored (P6).
    #[error("`{name}` is absent ({}): {reason} {remedy} {}", why.as_str(), existing(has))]
    Absent {
        /// The canonical key.
        key: String,
        /// The name as it was written.
        name: String,
        /// Why it is not there.
        why: WhyAbsent,
        /// A sentence for people.
        reason: String,
        /// What to do about it.
        remedy: String,
        /// The keys that are there.
        has: Vec<String>,
    },
    /// A name behind which there is nothing: a variable that was not set, a field that a value does not have.
    #[error("`{name}` has no value{} {}", meaning(meant.as_deref()), existing(has))]
    UnknownName {
        /// The name as it was written.
        name: String,
        /// The name that is probably meant.
        meant: Option<String>,
        /// The names that are there.
        has: Vec<String>,
    },
    /// A null that would have to be written as a word.
    #[error("`{name}` is null, which is not written as text: add `| default(\"…\")` or ask `is none`")]
    Null {
        /// The name or expression.
        name: String,
    },
    /// More work or more output than a template may make.
    #[error("`{name}` is more than a template may do: {reason}")]
    Budget {
        /// The expression.
        name: String,
        /// Which bound.
        reason: String,
    },
    /// A value of another kind than can stand there.
    #[error("`{name}` can't be used here: {reason}")]
    Type {
        /// The expression.
        name: String,
        /// What is wrong and what to write.
        reason: String,
    },
    /// A value that can't be sent in this part of a request.
    #[error("the {part} can't be sent: {reason}")]
    Unsendable {
        /// Which part of the request.
        part: String,
        /// What is wrong and what to do.
        reason: String,
    },
}

/// Why a prepared request can't be completed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// A secret that is not there.
    #[error("the secret `{name}` is not there: set it, or take `secret.{name}` out of the request")]
    Missing {
        /// Its name.
        name: String,
    },
    /// A secret that can't stand in a header.
    #[error("the secret `{name}` can't stand in the header `{header}`: it has characters that headers can't carry")]
    Unsendable {
        /// Its name.
        name: String,
        /// The header.
        header: String,
    },
}

fn meaning(meant: Option<&str>) -> String {
    meant.map_or_else(|| ".".to_owned(), |meant| format!(": did you mean `{meant}`?"))
}

fn existing(has: &[String]) -> String {
    if has.is_empty() { "Nothing is there.".to_owned() } else { format!("There is: `{}`.", has.join("`, `")) }
}
