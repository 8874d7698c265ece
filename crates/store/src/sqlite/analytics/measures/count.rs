//! Numbers of what was measured: a walk through the rows of the interval, with the conversation's fact row beside each where
//! the question is about the conversation.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use waybill_model::{
    OrganizationId, Time,
    analytics::{Dimension, GroupValue, Handling, HandlingRow, Measure, MeasureNumbers},
};

use super::{
    super::{
        super::fault::Fault,
        facts::{
            self, EVERY, FLOW, Item as FactItem, NO_VALUE, NULL, PRESENT, PURPOSE, QUEUE, USER, WRAPUP, kind_of,
            number_of, value_of,
        },
        names::{self, Kind, Name},
        scan::{self, Subject, Test},
        tally::{ABSENT, MOST_GROUPS, combine, name, too_wide},
    },
    rows::{Item, items},
};

/// The most numbers of groups in stretches that one question may meet.
const MOST_CELLS: usize = 2_000_000;
/// The most values that one question may keep for percentiles.
const MOST_VALUES: usize = 16_000_000;

/// Answers a question for what was measured.
pub(in super::super) fn count(
    connection: &Connection,
    organization: OrganizationId,
    question: &Handling,
) -> Result<Vec<HandlingRow>, Fault> {
    let Handling { deployments, condition, edges, group_by, .. } = question;
    let (Some(from), Some(to)) = (edges.first(), edges.last()) else { return Ok(Vec::new()) };
    let mut columns = Vec::with_capacity(group_by.len());
    for dimension in group_by {
        // A key that nobody has is a column without a value.
        columns.push(number_of(connection, organization, dimension)?.unwrap_or(i64::MAX));
    }
    let test = Test::resolve(connection, organization, condition)?;
    let needs_fact = asks_the_conversation(&test) || columns.iter().any(|column| !is_own(*column) && *column != EVERY);
    let targets = Targets::of(connection, organization, question)?;
    let mut board = Board::new(question);
    let mut statement = connection.prepare_cached(
        "SELECT at, conversation, started_at, items FROM analytics_measures
         WHERE deployment = ?1 AND at >= ?2 AND at < ?3",
    )?;
    let (mut values, mut group) = (vec![Vec::new(); columns.len()], vec![0; columns.len()]);
    for deployment in scan::deployments(connection, organization, deployments.as_deref())? {
        let mut rows = statement.query((deployment, from.millis(), to.millis()))?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
            if !items(bytes).any(|item| board.wants(item.measure)) {
                continue;
            }
            let at: i64 = row.get(0)?;
            let place = (deployment, row.get(2)?, row.get(1)?);
            let fact = if needs_fact { Fact::read(connection, place)? } else { Fact::default() };
            for item in items(bytes) {
                if !board.wants(item.measure) {
                    continue;
                }
                let value = Value { place, fact: &fact, item };
                if test.fits(&value) {
                    value.read(&columns, &mut values);
                    let in_time = u64::from(item.value <= targets.of_queue(item.queue));
                    combine(&values, &mut group, 0, &mut |group| board.add(group, at, item, in_time))?;
                }
            }
        }
    }
    board.into_rows(connection, organization, question)
}

/// Whether a dimension is told of each measure; all others are told of its conversation.
const fn is_own(dimension: i64) -> bool {
    matches!(dimension, USER | QUEUE | PURPOSE | WRAPUP | FLOW)
}

fn asks_the_conversation(test: &Test) -> bool {
    match test {
        Test::All(parts) | Test::Any(parts) => parts.iter().any(asks_the_conversation),
        Test::Not(part) => asks_the_conversation(part),
        Test::Has(dimension) | Test::Is(dimension, _) => !is_own(*dimension),
        Test::Ended(_) | Test::HasEnded | Test::Late => true,
        Test::Deployment(_) | Test::Started(_) | Test::Conversation(_) => false,
    }
}

/// Within how many milliseconds an answer is in time.
struct Targets {
    of_queues: HashMap<u32, u64>,
    otherwise: u64,
}

impl Targets {
    fn of(connection: &Connection, organization: OrganizationId, question: &Handling) -> Result<Self, Fault> {
        let mut of_queues = HashMap::with_capacity(question.targets.len());
        for (queue, millis) in &question.targets {
            let name = Name::new(organization, Kind::Queue, &queue.to_string());
            if let Some(number) = names::find(connection, &name)? {
                of_queues.insert(u32::try_from(number).unwrap_or(u32::MAX), *millis);
            }
        }
        Ok(Self { of_queues, otherwise: question.otherwise })
    }

    fn of_queue(&self, queue: u32) -> u64 {
        self.of_queues.get(&queue).copied().unwrap_or(self.otherwise)
    }
}

/// What is looked at of a conversation's fact row.
#[derive(Default)]
struct Fact {
    ended_at: Option<i64>,
    late: bool,
    items: Vec<u8>,
}

impl Fact {
    fn read(connection: &Connection, place: scan::Place) -> Result<Self, Fault> {
        let found = connection
            .prepare_cached(
                "SELECT ended_at, late, items FROM analytics_facts
                 WHERE deployment = ?1 AND started_at = ?2 AND conversation = ?3",
            )?
            .query_row(place, |row| Ok(Self { ended_at: row.get(0)?, late: row.get(1)?, items: row.get(2)? }))
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    fn items(&self) -> impl Iterator<Item = FactItem> {
        facts::items(&self.items)
    }
}

/// One measured value with its conversation.
struct Value<'a> {
    place: scan::Place,
    fact: &'a Fact,
    item: Item,
}

impl Value<'_> {
    /// What it has itself of a dimension.
    fn own(&self, dimension: i64) -> i64 {
        let Item { purpose, queue, user, code, flow, .. } = self.item;
        i64::from(match dimension {
            PURPOSE => purpose,
            QUEUE => queue,
            USER => user,
            WRAPUP => code,
            FLOW => flow,
            _ => super::rows::NOBODY,
        })
    }

    /// Its values in each column.
    fn read(&self, columns: &[i64], values: &mut [Vec<i64>]) {
        for (column, values) in columns.iter().zip(values) {
            values.clear();
            if *column == EVERY {
                values.push(self.deployment());
            } else if is_own(*column) {
                values.push(self.own(*column));
            } else {
                for item in self.fact.items().filter(|item| item.dimension == *column && item.has(PRESENT)) {
                    let value = if item.value == NULL { ABSENT } else { item.value };
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                if values.is_empty() {
                    values.push(ABSENT);
                }
            }
        }
    }
}

impl Subject for Value<'_> {
    fn deployment(&self) -> i64 {
        self.place.0
    }

    fn started_at(&self) -> i64 {
        self.place.1
    }

    fn ended_at(&self) -> Option<i64> {
        self.fact.ended_at
    }

    fn late(&self) -> bool {
        self.fact.late
    }

    fn conversation(&self) -> i64 {
        self.place.2
    }

    fn has(&self, dimension: i64) -> bool {
        if is_own(dimension) {
            return self.own(dimension) != NO_VALUE;
        }
        self.fact.items().any(|item| item.dimension == dimension && item.has(PRESENT))
    }

    fn is(&self, dimension: i64, value: i64) -> bool {
        if is_own(dimension) {
            return self.own(dimension) == value;
        }
        self.fact.items().any(|item| item.dimension == dimension && item.value == value && item.has(PRESENT))
    }
}

/// Numbers by group, stretch and measure as they come in.
struct Board<'a> {
    edges: &'a [Time],
    wanted: [bool; Measure::ALL.len()],
    kept: [bool; Measure::ALL.len()],
    groups: HashMap<Box<[i64]>, u32>,
    keys: Vec<Box<[i64]>>,
    totals: Vec<u64>,
    cells: HashMap<(u32, usize, u8), MeasureNumbers>,
    values: usize,
}

impl<'a> Board<'a> {
    fn new(question: &'a Handling) -> Self {
        let among = |measures: &[Measure]| Measure::ALL.map(|measure| measures.contains(&measure));
        Self {
            edges: &question.edges,
            wanted: among(&question.measures),
            kept: among(&question.values_of),
            groups: HashMap::new(),
            keys: Vec::new(),
            totals: Vec::new(),
            cells: HashMap::new(),
            values: 0,
        }
    }

    fn wants(&self, measure: u8) -> bool {
        self.wanted.get(usize::from(measure)).copied().unwrap_or(false)
    }

    fn group(&mut self, group: &[i64]) -> Result<u32, Fault> {
        if let Some(number) = self.groups.get(group) {
            return Ok(*number);
        }
        if self.keys.len() >= MOST_GROUPS {
            return Err(too_wide("too many different values").into());
        }
        let number = self.keys.len() as u32;
        self.groups.insert(group.into(), number);
        self.keys.push(group.into());
        self.totals.push(0);
        Ok(number)
    }

    fn add(&mut self, group: &[i64], at: i64, item: Item, in_time: u64) -> Result<(), Fault> {
        let stretch = self.edges.partition_point(|edge| edge.millis() <= at).saturating_sub(1);
        let group = self.group(group)?;
        self.totals[group as usize] += 1;
        let kept = self.kept.get(usize::from(item.measure)).copied().unwrap_or(false);
        self.values += usize::from(kept);
        if self.values > MOST_VALUES || self.cells.len() > MOST_CELLS {
            return Err(too_wide("more values than percentiles can be found among").into());
        }
        let values = if kept { vec![u32::try_from(item.value).unwrap_or(u32::MAX)] } else { Vec::new() };
        let one = MeasureNumbers { count: 1, sum: item.value, least: item.value, most: item.value, in_time, values };
        self.cells.entry((group, stretch, item.measure)).or_default().join(one);
        Ok(())
    }

    /// The groups that are named: those that have to be, then the largest. Those without any value are among them in any case:
    /// they are what one looks for.
    fn named(
        &self,
        connection: &Connection,
        organization: OrganizationId,
        question: &Handling,
    ) -> Result<Vec<u32>, Fault> {
        let mut named = Vec::new();
        let mut is_named = vec![false; self.keys.len()];
        for group in &question.named {
            let key = key_of(connection, organization, &question.group_by, group)?;
            if let Some(number) = key.and_then(|key| self.groups.get(key.as_slice()).copied()) {
                is_named[number as usize] = true;
                named.push(number);
            }
        }
        let is_absent = |number: &u32| {
            let key = &self.keys[*number as usize];
            !key.is_empty() && key.iter().all(|value| *value == ABSENT)
        };
        let mut others: Vec<u32> = (0..self.keys.len() as u32).filter(|number| !is_named[*number as usize]).collect();
        let rank = |number: &u32| (!is_absent(number), std::cmp::Reverse(self.totals[*number as usize]), *number);
        others.sort_unstable_by_key(rank);
        let most = question.most_groups + usize::from(others.first().is_some_and(is_absent));
        others.truncate(most);
        named.extend(others);
        Ok(named)
    }

    fn into_rows(
        self,
        connection: &Connection,
        organization: OrganizationId,
        question: &Handling,
    ) -> Result<Vec<HandlingRow>, Fault> {
        let mut lines = vec![None; self.keys.len()];
        for number in self.named(connection, organization, question)? {
            lines[number as usize] =
                Some(name(connection, organization, &question.group_by, &self.keys[number as usize])?);
        }
        let other = vec![GroupValue::Other; question.group_by.len()];
        let mut joined = HashMap::<(Option<u32>, usize, u8), MeasureNumbers>::new();
        for ((group, stretch, measure), numbers) in self.cells {
            let line = lines[group as usize].is_some().then_some(group);
            joined.entry((line, stretch, measure)).or_default().join(numbers);
        }
        let mut rows = Vec::with_capacity(joined.len());
        for ((line, stretch, code), numbers) in joined {
            let Some(measure) = Measure::from_code(code) else { continue };
            let group = line.and_then(|line| lines[line as usize].clone()).unwrap_or_else(|| other.clone());
            rows.push(HandlingRow { group, stretch, measure, numbers });
        }
        rows.sort_unstable_by(|one, two| {
            (&one.group, one.stretch, one.measure).cmp(&(&two.group, two.stretch, two.measure))
        });
        Ok(rows)
    }
}

/// The numbers behind a named group; `None` where one of its values is not there.
fn key_of(
    connection: &Connection,
    organization: OrganizationId,
    group_by: &[Dimension],
    group: &[GroupValue],
) -> Result<Option<Vec<i64>>, Fault> {
    let mut key = Vec::with_capacity(group.len());
    for (dimension, value) in group_by.iter().zip(group) {
        key.push(match (value, dimension, kind_of(dimension)) {
            (GroupValue::Absent, _, _) => ABSENT,
            (GroupValue::Other, _, _) => return Ok(None),
            (GroupValue::Is(text), Dimension::Attribute(name), _) => value_of(organization, name, Some(text)),
            (GroupValue::Is(_), _, None) => return Ok(None),
            (GroupValue::Is(text), _, Some(kind)) => {
                match names::find(connection, &Name::new(organization, kind, text))? {
                    Some(number) => number,
                    None => return Ok(None),
                }
            }
        });
    }
    Ok(Some(key))
}
