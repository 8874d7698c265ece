//! Texts that are filled as far as they can be, for somebody who reads them before they are sent: canned replies.

use waybill_model::ContextRead;

use super::{
    Names, RenderFault, Template,
    place::Place,
    text::{Part, check_size},
};

/// How what is filled in is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// As it is.
    Plain,
    /// Escaped, into HTML.
    Html,
}

/// A text that was filled as far as it could be.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled {
    /// The text; placeholders that lead to nothing stand in it as they are.
    pub text: String,
    /// What is lacking, in the order of the text.
    pub lacking: Vec<Lacking>,
    /// The context keys that were read, each once.
    pub reads: Vec<ContextRead>,
}

/// A placeholder that was not filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Lacking {
    /// As it stands in the text.
    pub placeholder: String,
    /// Why.
    pub fault: RenderFault,
}

impl Template {
    /// Fills the placeholders that have a value, and names the others (P6).
    ///
    /// # Errors
    /// `RenderFault` where the text becomes longer than a template may.
    pub fn fill(&self, names: &Names<'_>, written: Written) -> Result<Filled, RenderFault> {
        let (mut text, mut lacking, mut reads) = (String::new(), Vec::new(), Vec::new());
        for part in self.parts() {
            match part {
                Part::Text(own) => text.push_str(own),
                Part::Place(place) => {
                    let mut value = String::new();
                    match (place.write(names, &mut reads, &mut value), written) {
                        (Ok(()), Written::Plain) => text.push_str(&value),
                        (Ok(()), Written::Html) => text.push_str(&escape_html(&value)),
                        (Err(fault), Written::Plain | Written::Html) => {
                            let placeholder = shown(place);
                            text.push_str(&placeholder);
                            lacking.push(Lacking { placeholder, fault });
                        }
                    }
                }
            }
            check_size(text.len())?;
        }
        Ok(Filled { text, lacking, reads })
    }
}

fn shown(place: &Place) -> String {
    format!("{{{{{place}}}}}")
}

/// Text as it stands in HTML, in elements and in quoted attributes.
#[must_use]
pub fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // What is no text of HTML at all.
            control if control.is_control() && !matches!(control, '\n' | '\t') => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
