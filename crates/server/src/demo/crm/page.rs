//! The page of the example CRM: its customers, to be changed by hand, and what was asked of it lately.

use axum::{
    Form, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{Customer, Desk, Note, not_kept, table::Seen};
use crate::demo::escaped;

/// Longest field of the form, in bytes.
const LONGEST: usize = 100;
const TIERS: [&str; 3] = ["basic", "silver", "gold"];

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/", get(show)).route("/save", post(save)).route("/remove", post(remove))
}

#[derive(Deserialize)]
struct Saved {
    id: String,
    first: String,
    last: String,
    tier: String,
}

#[derive(Deserialize)]
struct Removed {
    id: String,
}

/// A form of another site must not write into the table.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, named)| named == host),
        _ => false,
    }
}

async fn save(State(desk): State<Desk>, headers: HeaderMap, Form(saved): Form<Saved>) -> Response {
    if !is_own(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Saved { id, first, last, tier } = saved;
    let id = id.trim().to_owned();
    let fits = |text: &str| text.len() <= LONGEST && !text.chars().any(char::is_control);
    if id.is_empty() || ![&id, &first, &last].into_iter().all(|text| fits(text)) || !TIERS.contains(&tier.as_str()) {
        return (StatusCode::BAD_REQUEST, "an id, names of at most 100 bytes, and basic, silver or gold, please\n")
            .into_response();
    }
    let mut table = desk.table();
    let notes = table.find(&id).map(|customer| customer.notes.clone()).unwrap_or_default();
    match table.set(Customer { id, first, last, tier, notes }) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => not_kept(&error),
    }
}

async fn remove(State(desk): State<Desk>, headers: HeaderMap, Form(Removed { id }): Form<Removed>) -> Response {
    if !is_own(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match desk.table().remove(&id) {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => not_kept(&error),
    }
}

async fn show(State(desk): State<Desk>) -> Response {
    let table = desk.table();
    let rows: String = table.customers().map(row).collect();
    let asked: String = table.seen().map(asked).collect();
    drop(table);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
        ),
    ];
    (headers, page(&rows, &asked)).into_response()
}

fn row(customer: &Customer) -> String {
    let Customer { id, first, last, tier, notes } = customer;
    let (id, first, last) = (escaped(id), escaped(first), escaped(last));
    let options: String =
        TIERS.map(|one| format!("<option{}>{one}</option>", if one == tier { " selected" } else { "" })).concat();
    let notes: String = notes.iter().rev().map(note).collect();
    let notes = if notes.is_empty() { "none".to_owned() } else { format!("<ul>{notes}</ul>") };
    format!(
        "<tr><th scope=\"row\"><code>{id}</code></th><td><form method=\"post\" action=\"/save\">\
         <input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <input name=\"first\" aria-label=\"First name of {id}\" value=\"{first}\">\
         <input name=\"last\" aria-label=\"Last name of {id}\" value=\"{last}\">\
         <select name=\"tier\" aria-label=\"Tier of {id}\">{options}</select> <button>Save</button></form></td>\
         <td>{notes}</td><td><form method=\"post\" action=\"/remove\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <button aria-label=\"Remove {id}\">Remove</button></form></td></tr>\n"
    )
}

fn note(note: &Note) -> String {
    let Note { at, key, body } = note;
    let key = key.as_deref().map(|key| format!("<br><small>key {}</small>", escaped(key))).unwrap_or_default();
    format!("<li><small>{at}</small> <code>{}</code>{key}</li>", escaped(body))
}

fn asked(seen: &Seen) -> String {
    let Seen { at, method, path, key, status } = seen;
    let key = key.as_deref().map(escaped).unwrap_or_default();
    format!(
        "<tr><td>{at}</td><td>{}</td><td><code>{}</code></td><td>{status}</td><td><code>{key}</code></td></tr>\n",
        escaped(method),
        escaped(path)
    )
}

fn page(rows: &str, asked: &str) -> String {
    let asked = if asked.is_empty() {
        "<p>Nothing yet. Start a chat on an example page: the flow looks its customer up here.</p>".to_owned()
    } else {
        format!(
            "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Time</th><th scope=\"col\">Method</th><th scope=\"col\">Path</th>\
             <th scope=\"col\">Answer</th><th scope=\"col\">Idempotency key</th></tr></thead><tbody>{asked}</tbody></table></div>"
        )
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Example CRM – Waybill demo</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>\
         :root{{color-scheme:light dark}}body{{font:1rem/1.5 system-ui,sans-serif;margin:2rem;max-width:75rem}}\
         .wide{{overflow-x:auto}}table{{border-collapse:collapse}}\
         th,td{{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top}}\
         form{{display:flex;flex-wrap:wrap;gap:.4rem;margin:0}}input,select,button{{font:inherit}}\
         code{{overflow-wrap:anywhere}}ul{{margin:0;padding-left:1.2rem}}label{{display:grid}}</style></head><body><main>\
         <h1>Example CRM</h1>\
         <p>A small service of its own. The demo's flow looks customers up here, greets them by name when their id is signed, \
         writes their tier into the conversation, and leaves a note. Change a tier and start another chat; remove a customer \
         and see the flow take the other way.</p>\
         <h2>Customers</h2><div class=\"wide\"><table><thead><tr><th scope=\"col\">Id</th><th scope=\"col\">Name and tier</th>\
         <th scope=\"col\">Written back</th><th scope=\"col\"><span>Remove</span></th></tr></thead><tbody>{rows}</tbody></table></div>\
         <h2>New customer</h2><form method=\"post\" action=\"/save\"><label>Id <input name=\"id\" required></label>\
         <label>First name <input name=\"first\"></label><label>Last name <input name=\"last\"></label>\
         <label>Tier <select name=\"tier\"><option>basic</option><option>silver</option><option>gold</option></select></label>\
         <button>Add</button></form>\
         <h2>What was asked lately</h2>{asked}<p><a href=\"/\">Load again</a></p></main></body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use waybill_model::Time;

    use super::*;

    #[test]
    fn what_was_written_is_shown_as_text() {
        let hostile = "<script>alert(1)</script>\"";
        let customer = Customer {
            id: hostile.to_owned(),
            first: hostile.to_owned(),
            last: hostile.to_owned(),
            tier: "gold".to_owned(),
            notes: vec![Note { at: Time::from_millis(0), key: Some(hostile.to_owned()), body: hostile.to_owned() }],
        };
        let shown = page(&row(&customer), "");
        assert!(!shown.contains("<script") && shown.contains("&lt;script&gt;"), "{shown}");
    }
}
