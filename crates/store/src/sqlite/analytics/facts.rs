//! The fact row of a conversation: what it can be counted and told apart by, without its texts.

use rusqlite::Connection;
use waybill_model::{Conversation, OrganizationId, Verdict, analytics::Dimension};

use super::{
    super::{digest::attribute_facet, fault::Fault},
    names::{Kind, Name},
};

/// `analytics_counts.dimension` of all conversations.
pub(super) const EVERY: i64 = 0;
/// Numbers of dimensions; keys have numbers above 16.
pub(super) const PAGE: i64 = 2;
pub(super) const SDK: i64 = 3;
pub(super) const FORM: i64 = 4;
pub(super) const USER: i64 = 5;
pub(super) const QUEUE: i64 = 6;
pub(super) const PURPOSE: i64 = 7;
pub(super) const ENDING: i64 = 8;
pub(super) const WRAPUP: i64 = 9;
pub(super) const FLOW: i64 = 10;

/// Whether a number is a key's.
pub(super) const fn is_key(dimension: i64) -> bool {
    dimension > 16
}

/// There is a value.
pub(super) const PRESENT: u8 = 1;
/// It was coerced to its type.
pub(super) const COERCED: u8 = 2;
/// It came after the end.
pub(super) const LATE: u8 = 4;
/// A value is kept apart.
pub(super) const QUARANTINED: u8 = 8;
/// A value was refused beside others.
pub(super) const REFUSED: u8 = 16;
/// It should have come.
pub(super) const MISSING: u8 = 32;

/// The value of an item that has none.
pub(super) const NO_VALUE: i64 = 0;
/// The value null.
pub(super) const NULL: i64 = 1;

/// Bytes of one item.
const ITEM: usize = 4 + 1 + 8;

/// A dimension or key, what became of it, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Item {
    pub(super) dimension: i64,
    pub(super) bits: u8,
    pub(super) value: i64,
}

impl Item {
    pub(super) const fn has(self, bits: u8) -> bool {
        self.bits & bits != 0
    }
}

/// Appends an item to the bytes of a row.
pub(super) fn write_item(bytes: &mut Vec<u8>, item: Item) {
    // There are fewer names than fit: an integer primary key that has grown by one from 17.
    bytes.extend_from_slice(&u32::try_from(item.dimension).unwrap_or(u32::MAX).to_le_bytes());
    bytes.push(item.bits);
    bytes.extend_from_slice(&item.value.to_le_bytes());
}

/// Reads the items of a row; what is no whole item is left out.
pub(super) fn items(bytes: &[u8]) -> impl Iterator<Item = Item> {
    let (items, _) = bytes.as_chunks::<ITEM>();
    items.iter().map(|[a, b, c, d, bits, value @ ..]| Item {
        dimension: i64::from(u32::from_le_bytes([*a, *b, *c, *d])),
        bits: *bits,
        value: i64::from_le_bytes(*value),
    })
}

/// The short form of an attribute's value: the hash that lists of conversations use, too.
pub(super) fn value_of(organization: OrganizationId, key: &str, text: Option<&str>) -> i64 {
    match text {
        None => NULL,
        Some(text) => match attribute_facet(organization, key, Some(text)) {
            taken @ (NO_VALUE | NULL) => taken + 2,
            hash => hash,
        },
    }
}

/// A dimension by number or by name.
#[derive(Debug)]
pub(super) enum Column {
    Known(i64),
    Key(Name),
}

/// A value by hash or by name.
#[derive(Debug)]
pub(super) enum Entry {
    Hash(i64),
    Name(Name),
}

/// What the caller's task has computed of a conversation's facts; the writer puts in the numbers of names.
#[derive(Debug)]
pub(in super::super) struct Facts {
    pub(super) deployment: Name,
    pub(super) started_at: i64,
    pub(super) ended_at: Option<i64>,
    pub(super) late: bool,
    pub(super) items: Vec<(Column, u8, Entry)>,
}

/// Whether a conversation that goes on has the facts that it had: most steps of a run and moves in a queue change nothing
/// that is counted. An end counts messages, and so does what comes after it.
pub(in super::super) fn counts_the_same(before: &Conversation, after: &Conversation) -> bool {
    before.ended_at.is_none()
        && after.ended_at.is_none()
        && before.started_at == after.started_at
        && before.source == after.source
        && before.participants == after.participants
}

impl Facts {
    /// The facts of a conversation as it stands; how it ended stands in the log alone.
    pub(in super::super) fn of(conversation: &Conversation) -> Self {
        let organization = conversation.organization_id;
        let name = |kind, text: &str| Name::new(organization, kind, text);
        let mut items = Vec::new();
        let waybill_model::conversation::Source { page, sdk, api, locale: _ } = &conversation.source;
        for (column, kind, text) in [(PAGE, Kind::Page, page), (SDK, Kind::Sdk, sdk), (FORM, Kind::Form, api)] {
            if let Some(text) = text {
                items.push((Column::Known(column), PRESENT, Entry::Name(name(kind, text))));
            }
        }
        for participant in &conversation.participants {
            let code = participant.wrapup.as_ref().and_then(|wrapup| wrapup.code_id);
            let people = [
                (USER, Kind::User, participant.user_id.map(|id| id.to_string())),
                (QUEUE, Kind::Queue, participant.queue_id.map(|id| id.to_string())),
                (PURPOSE, Kind::Purpose, Some(participant.purpose.as_str().to_owned())),
                (WRAPUP, Kind::Wrapup, code.map(|id| id.to_string())),
                (FLOW, Kind::Flow, participant.flow_id.map(|id| id.to_string())),
            ];
            for (column, kind, text) in people {
                if let Some(text) = text {
                    items.push((Column::Known(column), PRESENT, Entry::Name(name(kind, &text))));
                }
            }
        }
        let mut late = false;
        if let Some(context) = conversation.context() {
            let waybill_model::Context { stored, quarantined, refused, missing, deleted: _, erased: _ } = context;
            let mut bits = std::collections::BTreeMap::<&str, (u8, i64)>::new();
            for (key, attribute) in stored {
                let mut what = PRESENT;
                what |= if attribute.coerced { COERCED } else { 0 };
                what |= if attribute.late { LATE } else { 0 };
                late |= attribute.late;
                bits.insert(key, (what, value_of(organization, key, attribute.value.to_text().as_deref())));
            }
            for key in quarantined.keys() {
                bits.entry(key).or_default().0 |= QUARANTINED;
            }
            for (key, entry) in refused {
                if entry.verdict == Verdict::Refused {
                    bits.entry(key).or_default().0 |= REFUSED;
                }
            }
            for key in missing {
                bits.entry(key).or_default().0 |= MISSING;
            }
            items.extend(
                bits.into_iter()
                    .map(|(key, (bits, value))| (Column::Key(name(Kind::Key, key)), bits, Entry::Hash(value))),
            );
        }
        Self {
            deployment: name(Kind::Deployment, &conversation.deployment_id.to_string()),
            started_at: conversation.started_at.millis(),
            ended_at: conversation.ended_at.map(waybill_model::Time::millis),
            late,
            items,
        }
    }

    /// How it ended, as the log says.
    pub(super) fn ending(organization: OrganizationId, reason: &str) -> (Column, u8, Entry) {
        (Column::Known(ENDING), PRESENT, Entry::Name(Name::new(organization, Kind::Ending, reason)))
    }
}

/// A row of `analytics_facts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) deployment: i64,
    pub(super) started_at: i64,
    pub(super) conversation: i64,
    pub(super) ended_at: Option<i64>,
    pub(super) late: bool,
    pub(super) inbound: Option<i64>,
    pub(super) outbound: Option<i64>,
    pub(super) items: Vec<Item>,
}

/// Where a row counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) deployment: i64,
    pub(super) dimension: i64,
    pub(super) hour: i64,
    pub(super) value: i64,
}

/// Milliseconds of an hour.
pub(super) const HOUR: i64 = 3_600_000;

impl Row {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.items.len() * ITEM);
        self.items.iter().for_each(|item| write_item(&mut bytes, *item));
        bytes
    }

    /// Everywhere that it counts, and whether as late. Items are in order, so equal ones follow each other.
    pub(super) fn places(&self, mut count: impl FnMut(Place, bool)) {
        let hour = self.started_at.div_euclid(HOUR);
        let at = |dimension, value| Place { deployment: self.deployment, dimension, hour, value };
        count(at(EVERY, NO_VALUE), self.late);
        let mut before = None;
        for item in self.items.iter().filter(|item| item.has(PRESENT)) {
            let late = if is_key(item.dimension) { item.has(LATE) } else { self.late };
            if before != Some((item.dimension, item.value)) {
                count(at(item.dimension, item.value), late);
            }
            if before.is_none_or(|(dimension, _)| dimension != item.dimension) {
                count(at(-item.dimension, NO_VALUE), late);
            }
            before = Some((item.dimension, item.value));
        }
    }
}

/// The number of a dimension; `None` where no conversation has it.
pub(super) fn number_of(
    connection: &Connection,
    organization: OrganizationId,
    dimension: &Dimension,
) -> Result<Option<i64>, Fault> {
    Ok(Some(match dimension {
        // Stands in its own column.
        Dimension::Deployment => EVERY,
        Dimension::Page => PAGE,
        Dimension::Sdk => SDK,
        Dimension::Form => FORM,
        Dimension::User => USER,
        Dimension::Queue => QUEUE,
        Dimension::Purpose => PURPOSE,
        Dimension::Wrapup => WRAPUP,
        Dimension::Flow => FLOW,
        Dimension::Ending => ENDING,
        Dimension::Attribute(key) => {
            return super::names::find(connection, &Name::new(organization, Kind::Key, key));
        }
    }))
}

/// What kind of names a dimension's values are; attributes have hashes.
pub(super) const fn kind_of(dimension: &Dimension) -> Option<Kind> {
    Some(match dimension {
        Dimension::Deployment => Kind::Deployment,
        Dimension::Page => Kind::Page,
        Dimension::Sdk => Kind::Sdk,
        Dimension::Form => Kind::Form,
        Dimension::User => Kind::User,
        Dimension::Queue => Kind::Queue,
        Dimension::Purpose => Kind::Purpose,
        Dimension::Wrapup => Kind::Wrapup,
        Dimension::Flow => Kind::Flow,
        Dimension::Ending => Kind::Ending,
        Dimension::Attribute(_) => return None,
    })
}
