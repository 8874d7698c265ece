//! Names have short numbers in facts and counts: deployments, keys, pages, SDK versions.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use waybill_model::OrganizationId;

use super::super::{digest::Digest, fault::Fault};

/// Names that the writer remembers; then it begins anew.
const REMEMBERED: usize = 65_536;
/// The longest name in bytes; longer ones are cut.
const LONGEST: usize = 512;

/// What a name names; stands in `analytics_names.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Deployment = 1,
    Key = 2,
    Page = 3,
    Sdk = 4,
    Form = 5,
    User = 6,
    Queue = 7,
    Purpose = 8,
    Ending = 9,
    Wrapup = 10,
    Flow = 11,
}

/// A name before its number is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) kind: Kind,
    pub(super) organization: OrganizationId,
    pub(super) text: String,
    pub(super) hash: i64,
}

impl Name {
    pub(super) fn new(organization: OrganizationId, kind: Kind, text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(LONGEST)];
        let hash = Digest::new("name")
            .bytes(organization.uuid().as_bytes())
            .number(kind as i64)
            .bytes(text.as_bytes())
            .finish();
        Self { kind, organization, text: text.to_owned(), hash }
    }
}

/// The numbers of names that the writer has met, committed ones only.
#[derive(Debug, Default)]
pub(in super::super) struct Names(HashMap<i64, i64>);

impl Names {
    pub(super) fn get(&self, name: &Name) -> Option<i64> {
        self.0.get(&name.hash).copied()
    }

    /// After the commit that gave them their numbers.
    pub(in super::super) fn learn(&mut self, fresh: Vec<(i64, i64)>) {
        if self.0.len() + fresh.len() > REMEMBERED {
            self.0.clear();
        }
        self.0.extend(fresh);
    }
}

/// The number of a name, if it has one.
pub(super) fn find(connection: &Connection, name: &Name) -> Result<Option<i64>, Fault> {
    Ok(connection
        .prepare_cached("SELECT id FROM analytics_names WHERE hash = ?1")?
        .query_row([name.hash], |row| row.get(0))
        .optional()?)
}

/// The number of a name; a new name gets one.
pub(super) fn find_or_create(connection: &Connection, name: &Name) -> Result<i64, Fault> {
    if let Some(id) = find(connection, name)? {
        return Ok(id);
    }
    let Name { kind, organization, text, hash } = name;
    connection
        .prepare_cached("INSERT INTO analytics_names (hash, organization, kind, text) VALUES (?1, ?2, ?3, ?4)")?
        .execute((hash, organization.uuid().as_bytes(), *kind as i64, text))?;
    Ok(connection.last_insert_rowid())
}

/// The text behind a number of this tenant.
pub(super) fn text(connection: &Connection, organization: OrganizationId, id: i64) -> Result<Option<String>, Fault> {
    Ok(connection
        .prepare_cached("SELECT text FROM analytics_names WHERE id = ?1 AND organization = ?2")?
        .query_row((id, organization.uuid().as_bytes()), |row| row.get(0))
        .optional()?)
}

/// The numbers of every deployment that a tenant has conversations of.
pub(super) fn deployments(connection: &Connection, organization: OrganizationId) -> Result<Vec<i64>, Fault> {
    let ids = connection
        .prepare_cached("SELECT id FROM analytics_names WHERE kind = ?1 AND organization = ?2 ORDER BY id")?
        .query_map((Kind::Deployment as i64, organization.uuid().as_bytes()), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Forgets the words of a page path; conversations that have it stay counted together.
pub(in super::super) fn forget_page(
    connection: &Connection,
    organization: OrganizationId,
    page: &str,
) -> Result<(), Fault> {
    let name = Name::new(organization, Kind::Page, page);
    connection.prepare_cached("UPDATE analytics_names SET text = '(erased)' WHERE hash = ?1")?.execute([name.hash])?;
    Ok(())
}
