//! Walking through fact rows: conditions with names turned into numbers, and the shortest way to the rows that fit.

use rusqlite::{Connection, OptionalExtension, Row, types::ValueRef};
use waybill_model::{
    DeploymentId, OrganizationId,
    analytics::{Condition, Dimension, Selection, Span},
};

use super::{
    super::{digest::attribute_facet, fault::Fault, rows::number_of as conversation_number},
    facts::{EVERY, Item, PRESENT, items, kind_of, number_of, value_of},
    names::{self, Kind, Name},
};

/// A condition whose names are numbers.
#[derive(Debug)]
pub(super) enum Test {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Has(i64),
    Is(i64, i64),
    Deployment(i64),
    Started(Span),
    Ended(Span),
    HasEnded,
    Late,
    Conversation(i64),
}

/// Where a fact row stands: deployment, start, conversation.
pub(super) type Place = (i64, i64, i64);

/// Nothing fits.
const NEVER: Test = Test::Any(Vec::new());

/// A fact row as it is walked by.
pub(super) struct Fact<'a> {
    pub(super) deployment: i64,
    pub(super) started_at: i64,
    items: &'a [u8],
    /// Other columns are read by those who ask for them: a walk goes through a million rows.
    row: &'a Row<'a>,
}

impl Fact<'_> {
    pub(super) fn items(&self) -> impl Iterator<Item = Item> {
        items(self.items)
    }

    /// From and to the customer, once it has ended.
    pub(super) fn messages(&self) -> Option<(i64, i64)> {
        integer(self.row, 4).zip(integer(self.row, 5))
    }
}

/// What a condition can be held against.
pub(super) trait Subject {
    fn deployment(&self) -> i64;
    fn started_at(&self) -> i64;
    fn ended_at(&self) -> Option<i64>;
    fn late(&self) -> bool;
    fn conversation(&self) -> i64;
    fn has(&self, dimension: i64) -> bool;
    fn is(&self, dimension: i64, value: i64) -> bool;
}

impl Subject for Fact<'_> {
    fn deployment(&self) -> i64 {
        self.deployment
    }

    fn started_at(&self) -> i64 {
        self.started_at
    }

    fn conversation(&self) -> i64 {
        integer(self.row, 1).unwrap_or_default()
    }

    fn ended_at(&self) -> Option<i64> {
        integer(self.row, 2)
    }

    fn late(&self) -> bool {
        integer(self.row, 3) == Some(1)
    }

    fn has(&self, dimension: i64) -> bool {
        self.items().any(|item| item.dimension == dimension && item.has(PRESENT))
    }

    fn is(&self, dimension: i64, value: i64) -> bool {
        self.items().any(|item| item.dimension == dimension && item.value == value && item.has(PRESENT))
    }
}

impl Test {
    pub(super) fn resolve(
        connection: &Connection,
        organization: OrganizationId,
        condition: &Condition,
    ) -> Result<Self, Fault> {
        let all = |parts: &[Condition]| -> Result<Vec<Self>, Fault> {
            parts.iter().map(|part| Self::resolve(connection, organization, part)).collect()
        };
        Ok(match condition {
            Condition::All(parts) => Self::All(all(parts)?),
            Condition::Any(parts) => Self::Any(all(parts)?),
            Condition::Not(part) => Self::Not(Box::new(Self::resolve(connection, organization, part)?)),
            Condition::Has(Dimension::Deployment) => Self::All(Vec::new()),
            Condition::Has(dimension) => match number_of(connection, organization, dimension)? {
                Some(number) => Self::Has(number),
                None => NEVER,
            },
            Condition::Is(Dimension::Attribute(key), text) => {
                let dimension = Dimension::Attribute(key.clone());
                match number_of(connection, organization, &dimension)? {
                    Some(number) => Self::Is(number, value_of(organization, key, Some(text))),
                    None => NEVER,
                }
            }
            Condition::Is(dimension, text) => {
                let kind = kind_of(dimension).unwrap_or(Kind::Key);
                let value = names::find(connection, &Name::new(organization, kind, text))?;
                match (number_of(connection, organization, dimension)?, value) {
                    (Some(EVERY), Some(deployment)) => Self::Deployment(deployment),
                    (Some(number), Some(value)) => Self::Is(number, value),
                    (_, None) | (None, _) => NEVER,
                }
            }
            Condition::Started(span) => Self::Started(*span),
            Condition::Ended(span) => Self::Ended(*span),
            Condition::HasEnded => Self::HasEnded,
            Condition::Late => Self::Late,
            Condition::Conversation(id) => match conversation_number(connection, organization, *id)? {
                Some(number) => Self::Conversation(number),
                None => NEVER,
            },
        })
    }

    pub(super) fn fits(&self, fact: &impl Subject) -> bool {
        let within = |span: &Span, at: i64| span.from.millis() <= at && at < span.to.millis();
        match self {
            Self::All(parts) => parts.iter().all(|part| part.fits(fact)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(fact)),
            Self::Not(part) => !part.fits(fact),
            Self::Has(dimension) => fact.has(*dimension),
            Self::Is(dimension, value) => fact.is(*dimension, *value),
            Self::Deployment(deployment) => fact.deployment() == *deployment,
            Self::Started(span) => within(span, fact.started_at()),
            Self::Ended(span) => fact.ended_at().is_some_and(|at| within(span, at)),
            Self::HasEnded => fact.ended_at().is_some(),
            Self::Late => fact.late(),
            Self::Conversation(number) => fact.conversation() == *number,
        }
    }
}

/// The numbers of the deployments that are wanted; of all where nobody says which.
pub(super) fn deployments(
    connection: &Connection,
    organization: OrganizationId,
    wanted: Option<&[DeploymentId]>,
) -> Result<Vec<i64>, Fault> {
    let Some(wanted) = wanted else { return names::deployments(connection, organization) };
    let mut numbers = Vec::with_capacity(wanted.len());
    for id in wanted {
        numbers.extend(names::find(connection, &Name::new(organization, Kind::Deployment, &id.to_string()))?);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

const RANGE: &str = "SELECT started_at, conversation, ended_at, late, inbound, outbound, items FROM analytics_facts
     WHERE deployment = ?1 AND started_at >= ?2 AND started_at < ?3";
const ONE: &str = "SELECT started_at, conversation, ended_at, late, inbound, outbound, items FROM analytics_facts
     WHERE deployment = ?1 AND started_at = ?2 AND conversation = ?3";

/// A value that few conversations have is looked up instead of sought in all rows.
const FEW: usize = 1_000;

/// Shows every row of a selection to `visit`, deployment by deployment, oldest start first.
pub(super) fn walk(
    connection: &Connection,
    organization: OrganizationId,
    selection: &Selection,
    mut visit: impl FnMut(&Fact<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let deployments = deployments(connection, organization, selection.deployments.as_deref())?;
    let test = Test::resolve(connection, organization, &selection.condition)?;
    let mut look = |fact: &Fact<'_>| if test.fits(fact) { visit(fact) } else { Ok(()) };
    if let Some(places) = few_places(connection, organization, selection)? {
        let mut statement = connection.prepare_cached(ONE)?;
        for (deployment, started_at, number) in places {
            if deployments.binary_search(&deployment).is_ok() {
                let mut rows = statement.query((deployment, started_at, number))?;
                while let Some(row) = rows.next()? {
                    look(&fact(deployment, row)?)?;
                }
            }
        }
        return Ok(());
    }
    let Span { from, to } = selection.started;
    let mut statement = connection.prepare_cached(RANGE)?;
    for deployment in deployments {
        let mut rows = statement.query((deployment, from.millis(), to.millis()))?;
        while let Some(row) = rows.next()? {
            look(&fact(deployment, row)?)?;
        }
    }
    Ok(())
}

fn fact<'a>(deployment: i64, row: &'a Row<'_>) -> Result<Fact<'a>, Fault> {
    Ok(Fact {
        deployment,
        started_at: row.get(0)?,
        items: row.get_ref(6)?.as_blob().map_err(rusqlite::Error::from)?,
        row,
    })
}

/// An integer column of a strict table: whatever is no integer there is null.
fn integer(row: &Row<'_>, column: usize) -> Option<i64> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => Some(number),
        Ok(_) | Err(_) => None,
    }
}

/// A part of the condition that must hold and that an index answers: one conversation, or a value of an attribute.
fn few_places(
    connection: &Connection,
    organization: OrganizationId,
    selection: &Selection,
) -> Result<Option<Vec<Place>>, Fault> {
    let mut numbers = None;
    for part in must_hold(&selection.condition) {
        match part {
            Condition::Conversation(id) => {
                numbers = Some(conversation_number(connection, organization, *id)?.into_iter().collect());
                break;
            }
            Condition::Is(Dimension::Attribute(key), text) => {
                let found: Vec<i64> = connection
                    .prepare_cached(
                        "SELECT conversation FROM facets WHERE facet = ?1 AND started_at >= ?2 AND started_at < ?3
                         LIMIT ?4",
                    )?
                    .query_map(
                        (
                            attribute_facet(organization, key, Some(text)),
                            selection.started.from.millis(),
                            selection.started.to.millis(),
                            (FEW + 1) as i64,
                        ),
                        |row| row.get(0),
                    )?
                    .collect::<Result<_, _>>()?;
                if found.len() <= FEW && numbers.as_ref().is_none_or(|before: &Vec<i64>| found.len() < before.len()) {
                    numbers = Some(found);
                }
            }
            _ => {}
        }
    }
    let Some(numbers) = numbers else { return Ok(None) };
    let mut places = Vec::with_capacity(numbers.len());
    for number in numbers {
        places.extend(place_of(connection, organization, number)?.filter(|(_, started_at, _)| {
            (selection.started.from.millis()..selection.started.to.millis()).contains(started_at)
        }));
    }
    places.sort_unstable();
    Ok(Some(places))
}

fn must_hold(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::All(parts) => parts.iter().flat_map(must_hold).collect(),
        Condition::Any(parts) if parts.len() == 1 => parts.iter().flat_map(must_hold).collect(),
        other => vec![other],
    }
}

pub(super) fn place_of(
    connection: &Connection,
    organization: OrganizationId,
    number: i64,
) -> Result<Option<Place>, Fault> {
    let found: Option<([u8; 16], i64)> = connection
        .prepare_cached("SELECT deployment, started_at FROM conversations WHERE number = ?1")?
        .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((deployment, started_at)) = found else { return Ok(None) };
    let text = uuid::Uuid::from_bytes(deployment).to_string();
    let deployment = names::find(connection, &Name::new(organization, Kind::Deployment, &text))?;
    Ok(deployment.map(|deployment| (deployment, started_at, number)))
}
