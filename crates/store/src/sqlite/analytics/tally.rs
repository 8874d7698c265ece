//! Numbers by stretch of time and group: from the counts per hour where they suffice, from the fact rows otherwise.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use rusqlite::Connection;
use waybill_model::{
    Conversation, OrganizationId, Time,
    analytics::{Dimension, GroupValue, Numbers, Selection, Span, Tally, TallyRow},
};

use super::{
    super::{digest::attribute_facet, fault::Fault, rows::load_by_number},
    facts::{EVERY, HOUR, NO_VALUE, NULL, PRESENT, is_key, kind_of, number_of, value_of},
    ledger::count_messages,
    names,
    scan::{self, Fact, Subject as _},
};
use crate::StoreError;

/// The most different groups that one question may meet.
pub(super) const MOST_GROUPS: usize = 2_000_000;
/// The most numbers of groups in stretches that one question may meet.
const MOST_CELLS: usize = 16_000_000;
/// Open conversations whose messages one question may count.
const MOST_OPEN: usize = 20_000;
/// No value in one dimension.
pub(super) const ABSENT: i64 = NO_VALUE;

/// Answers a question for numbers.
pub(super) fn tally(
    connection: &Connection,
    organization: OrganizationId,
    tally: &Tally,
) -> Result<Vec<TallyRow>, Fault> {
    let Tally { selection, edges, group_by, most_groups, messages } = tally;
    let mut columns = Vec::with_capacity(group_by.len());
    for dimension in group_by {
        // A key that nobody has is a column without a value.
        columns.push(number_of(connection, organization, dimension)?.unwrap_or(i64::MAX));
    }
    let mut sheet = Sheet::new(edges, columns.len());
    let plain = selection.condition.is_always() && group_by.len() <= 1 && !messages;
    match Inner::of(edges).filter(|_| plain) {
        Some(Inner { from, to }) => {
            let deployments = scan::deployments(connection, organization, selection.deployments.as_deref())?;
            for deployment in deployments {
                count_hours(connection, &mut sheet, deployment, columns.first().copied(), (from, to))?;
            }
            for (from, to) in [(selection.started.from.millis(), from), (to, selection.started.to.millis())] {
                if from < to {
                    let started = Span { from: Time::from_millis(from), to: Time::from_millis(to) };
                    let slice = Selection { started, ..selection.clone() };
                    count_facts(connection, organization, &mut sheet, &slice, &columns, tally)?;
                }
            }
        }
        None => count_facts(connection, organization, &mut sheet, selection, &columns, tally)?,
    }
    sheet.into_rows(connection, organization, group_by, *most_groups)
}

/// The whole hours of an interval whose inner edges lie on hours.
struct Inner {
    from: i64,
    to: i64,
}

impl Inner {
    fn of(edges: &[Time]) -> Option<Self> {
        let (first, last) = (edges.first()?.millis(), edges.last()?.millis());
        let inner = edges.get(1..edges.len().checked_sub(1)?).unwrap_or_default();
        if inner.iter().any(|edge| edge.millis() % HOUR != 0) {
            return None;
        }
        let (from, to) = (first.div_euclid(HOUR) * HOUR, last.div_euclid(HOUR) * HOUR);
        let from = if from == first { from } else { from + HOUR };
        (from <= to).then_some(Self { from, to })
    }
}

/// Adds the counts of one deployment.
fn count_hours(
    connection: &Connection,
    sheet: &mut Sheet<'_>,
    deployment: i64,
    column: Option<i64>,
    (from, to): (i64, i64),
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT hour, value, count, late FROM analytics_counts
         WHERE deployment = ?1 AND dimension = ?2 AND hour >= ?3 AND hour < ?4",
    )?;
    let hours = (from / HOUR, to / HOUR);
    let mut visit = |dimension: i64, count: &mut dyn FnMut(i64, i64, i64, i64) -> Result<(), Fault>| {
        let mut rows = statement.query((deployment, dimension, hours.0, hours.1))?;
        while let Some(row) = rows.next()? {
            count(row.get::<_, i64>(0)? * HOUR, row.get(1)?, row.get(2)?, row.get(3)?)?;
        }
        Ok::<_, Fault>(())
    };
    match column {
        None => visit(EVERY, &mut |at, _, count, late| sheet.add_counted(&[], at, count, late)),
        // By deployment.
        Some(EVERY) => visit(EVERY, &mut |at, _, count, late| sheet.add_counted(&[deployment], at, count, late)),
        Some(column) => {
            visit(column, &mut |at, value, count, late| {
                let value = if value == NULL { ABSENT } else { value };
                sheet.add_counted(&[value], at, count, late)
            })?;
            // Those without a value: all but those with one.
            let late_of = |late: i64| if is_key(column) { 0 } else { late };
            visit(EVERY, &mut |at, _, count, late| sheet.add_counted(&[ABSENT], at, count, late_of(late)))?;
            visit(-column, &mut |at, _, count, late| sheet.add_counted(&[ABSENT], at, -count, -late_of(late)))
        }
    }
}

fn count_facts(
    connection: &Connection,
    organization: OrganizationId,
    sheet: &mut Sheet<'_>,
    selection: &Selection,
    columns: &[i64],
    tally: &Tally,
) -> Result<(), Fault> {
    let (mut values, mut group, mut open) = (vec![Vec::new(); columns.len()], vec![0; columns.len()], 0_usize);
    scan::walk(connection, organization, selection, |fact| {
        let mut numbers = Numbers { conversations: 1, ..Numbers::default() };
        if tally.messages {
            let said = match fact.messages() {
                Some((inbound, outbound)) => inbound + outbound,
                None => {
                    open += 1;
                    if open > MOST_OPEN {
                        return Err(
                            too_wide("more open conversations than their messages can be counted at once").into()
                        );
                    }
                    let (inbound, outbound) = count_messages(connection, fact.conversation())?;
                    inbound + outbound
                }
            };
            numbers.messages = said.cast_unsigned();
            (numbers.fewest_messages, numbers.most_messages) = (numbers.messages, numbers.messages);
        }
        let late = read_values(fact, columns, &mut values);
        numbers.late = u64::from(late);
        combine(&values, &mut group, 0, &mut |group| sheet.add(group, fact.started_at, numbers))
    })
}

/// The values of a row in each column; whether the value that groups, or any, is late.
fn read_values(fact: &Fact<'_>, columns: &[i64], values: &mut [Vec<i64>]) -> bool {
    let mut late = false;
    let mut by_key = false;
    for (column, values) in columns.iter().zip(values) {
        values.clear();
        if *column == EVERY {
            values.push(fact.deployment);
            continue;
        }
        for item in fact.items().filter(|item| item.dimension == *column && item.has(PRESENT)) {
            late |= item.has(super::facts::LATE);
            let value = if item.value == NULL { ABSENT } else { item.value };
            if !values.contains(&value) {
                values.push(value);
            }
        }
        by_key |= is_key(*column);
        if values.is_empty() {
            values.push(ABSENT);
        }
    }
    if by_key { late } else { fact.late() }
}

/// Every combination of values: a conversation with two agents counts for both.
pub(super) fn combine(
    values: &[Vec<i64>],
    group: &mut Vec<i64>,
    from: usize,
    count: &mut impl FnMut(&[i64]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let Some(own) = values.get(from) else { return count(group) };
    for value in own {
        group[from] = *value;
        combine(values, group, from + 1, count)?;
    }
    Ok(())
}

/// Values are hashes or small numbers: one multiplication spreads both.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_i64(i64::from(*byte)));
    }

    fn write_i64(&mut self, number: i64) {
        let mixed = (self.0.rotate_left(5) ^ number.cast_unsigned()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

type Spreading = BuildHasherDefault<Spread>;

/// The numbers of groups: most questions have one dimension.
enum Groups {
    One(HashMap<i64, u32, Spreading>),
    Many(HashMap<Box<[i64]>, u32, Spreading>),
}

impl Groups {
    fn find(&self, group: &[i64]) -> Option<u32> {
        match self {
            Self::One(groups) => groups.get(group.first()?).copied(),
            Self::Many(groups) => groups.get(group).copied(),
        }
    }

    fn insert(&mut self, group: &[i64], number: u32) {
        match (self, group) {
            (Self::One(groups), [value]) => drop(groups.insert(*value, number)),
            (Self::One(_), _) => {}
            (Self::Many(groups), group) => drop(groups.insert(group.into(), number)),
        }
    }
}

/// Numbers by group and stretch as they come in.
struct Sheet<'a> {
    edges: &'a [Time],
    width: usize,
    groups: Groups,
    /// The values of the groups by their numbers, `width` each.
    values: Vec<i64>,
    totals: Vec<i64>,
    cells: Vec<Cell>,
    /// What is counted besides, beside each cell; empty where nobody asked.
    more: Vec<More>,
    /// The stretch of the last row: the next one is mostly in the same.
    stretch: usize,
}

#[derive(Clone, Copy)]
struct Cell {
    group: u32,
    stretch: u32,
    conversations: i32,
    late: i32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct More {
    messages: u64,
    fewest: u64,
    most: u64,
}

const NOTHING_MORE: More = More { messages: 0, fewest: u64::MAX, most: 0 };

impl More {
    fn join(&mut self, other: Self) {
        self.messages += other.messages;
        self.fewest = self.fewest.min(other.fewest);
        self.most = self.most.max(other.most);
    }
}

/// The numbers of a named group, or of the others, in one stretch.
#[derive(Clone, Copy)]
struct Sum {
    conversations: i64,
    late: i64,
    more: More,
}

impl<'a> Sheet<'a> {
    fn new(edges: &'a [Time], width: usize) -> Self {
        let groups = if width == 1 { Groups::One(HashMap::default()) } else { Groups::Many(HashMap::default()) };
        Self {
            edges,
            width,
            groups,
            values: Vec::new(),
            totals: Vec::new(),
            cells: Vec::new(),
            more: Vec::new(),
            stretch: 0,
        }
    }

    fn add_counted(&mut self, group: &[i64], at: i64, count: i64, late: i64) -> Result<(), Fault> {
        self.push(group, at, (count, late), NOTHING_MORE)
    }

    fn add(&mut self, group: &[i64], at: i64, numbers: Numbers) -> Result<(), Fault> {
        let Numbers { conversations, late, messages, fewest_messages, most_messages } = numbers;
        let fewest = if most_messages == 0 && fewest_messages == 0 && messages == 0 { 0 } else { fewest_messages };
        let more = More { messages, fewest, most: most_messages };
        self.push(group, at, (conversations.cast_signed(), late.cast_signed()), more)
    }

    fn push(&mut self, group: &[i64], at: i64, (count, late): (i64, i64), more: More) -> Result<(), Fault> {
        let Some(stretch) = self.stretch_of(at) else { return Ok(()) };
        let group = match self.groups.find(group) {
            Some(group) => group,
            None => {
                if self.totals.len() >= MOST_GROUPS {
                    return Err(too_wide("too many different values").into());
                }
                let number = self.totals.len() as u32;
                self.groups.insert(group, number);
                self.values.extend_from_slice(group);
                self.totals.push(0);
                number
            }
        };
        self.totals[group as usize] += count;
        // An hour has fewer conversations of one value than fit.
        let (count, late) = (i32::try_from(count).unwrap_or(i32::MAX), i32::try_from(late).unwrap_or(i32::MAX));
        match (self.cells.last_mut(), self.more.last_mut()) {
            (Some(last), Some(last_more)) if (last.group, last.stretch) == (group, stretch) => {
                last.conversations = last.conversations.saturating_add(count);
                last.late = last.late.saturating_add(late);
                last_more.join(more);
            }
            (Some(last), None) if (last.group, last.stretch) == (group, stretch) && more == NOTHING_MORE => {
                last.conversations = last.conversations.saturating_add(count);
                last.late = last.late.saturating_add(late);
            }
            (_, _) => {
                if self.cells.len() >= MOST_CELLS {
                    return Err(too_wide("too many different values and stretches of time").into());
                }
                self.cells.push(Cell { group, stretch, conversations: count, late });
                if more != NOTHING_MORE || !self.more.is_empty() {
                    self.more.resize(self.cells.len() - 1, NOTHING_MORE);
                    self.more.push(more);
                }
            }
        }
        Ok(())
    }

    fn stretch_of(&mut self, at: i64) -> Option<u32> {
        let within = |stretch: usize| {
            let edge = |index: usize| self.edges.get(index).map(|edge| edge.millis());
            edge(stretch).is_some_and(|from| from <= at) && edge(stretch + 1).is_some_and(|to| at < to)
        };
        if !within(self.stretch) {
            let stretch = self.edges.partition_point(|edge| edge.millis() <= at).checked_sub(1)?;
            if stretch + 1 >= self.edges.len() {
                return None;
            }
            self.stretch = stretch;
        }
        u32::try_from(self.stretch).ok()
    }

    fn key(&self, number: u32) -> &[i64] {
        let from = number as usize * self.width;
        &self.values[from..from + self.width]
    }

    /// Those without any value are named in any case: they are what one looks for.
    fn is_absent(&self, number: u32) -> bool {
        let key = self.key(number);
        !key.is_empty() && key.iter().all(|value| *value == ABSENT)
    }

    /// The numbers of the largest groups, in their order.
    fn named(&self, most_groups: usize) -> Vec<u32> {
        let mut ranked: Vec<u32> = (0..self.totals.len() as u32).collect();
        let most = most_groups.max(1) + usize::from(ranked.iter().any(|number| self.is_absent(*number)));
        let compare = |one: &u32, other: &u32| {
            let rank = |number: u32| (!self.is_absent(number), -self.totals[number as usize], self.key(number));
            rank(*one).cmp(&rank(*other))
        };
        if ranked.len() > most {
            ranked.select_nth_unstable_by(most, compare);
            ranked.truncate(most);
        }
        ranked.sort_unstable_by(compare);
        ranked
    }

    /// The largest groups by name, the others as one.
    fn into_rows(
        self,
        connection: &Connection,
        organization: OrganizationId,
        group_by: &[Dimension],
        most_groups: usize,
    ) -> Result<Vec<TallyRow>, Fault> {
        let named = self.named(most_groups);
        let stretches = self.edges.len().saturating_sub(1);
        let nothing = Sum { conversations: 0, late: 0, more: NOTHING_MORE };
        // One line for each named group and one for the others.
        let mut sums = vec![nothing; (named.len() + 1) * stretches];
        let mut lines = vec![named.len() as u32; self.totals.len()];
        for (line, number) in named.iter().enumerate() {
            lines[*number as usize] = line as u32;
        }
        for (index, cell) in self.cells.iter().enumerate() {
            let line = lines[cell.group as usize] as usize;
            let sum = &mut sums[line * stretches + cell.stretch as usize];
            sum.conversations += i64::from(cell.conversations);
            sum.late += i64::from(cell.late);
            if let Some(more) = self.more.get(index) {
                sum.more.join(*more);
            }
        }
        let mut rows = Vec::new();
        for (line, sums) in sums.chunks(stretches.max(1)).enumerate() {
            let mut group = None;
            for (stretch, Sum { conversations, late, more }) in sums.iter().enumerate() {
                if *conversations <= 0 {
                    continue;
                }
                let group = match &group {
                    Some(group) => Vec::clone(group),
                    None => {
                        let values = match named.get(line) {
                            Some(number) => name(connection, organization, group_by, self.key(*number))?,
                            None => vec![GroupValue::Other; group_by.len()],
                        };
                        group.insert(values).clone()
                    }
                };
                rows.push(TallyRow {
                    group,
                    stretch,
                    numbers: Numbers {
                        conversations: conversations.cast_unsigned(),
                        late: late.max(&0).cast_unsigned(),
                        messages: more.messages,
                        fewest_messages: if more.fewest == u64::MAX { 0 } else { more.fewest },
                        most_messages: more.most,
                    },
                });
            }
        }
        Ok(rows)
    }
}

/// The texts of a group's values.
pub(super) fn name(
    connection: &Connection,
    organization: OrganizationId,
    group_by: &[Dimension],
    key: &[i64],
) -> Result<Vec<GroupValue>, Fault> {
    group_by.iter().zip(key).map(|(dimension, value)| text_of(connection, organization, dimension, *value)).collect()
}

pub(super) fn too_wide(what: &str) -> StoreError {
    StoreError::TooWide(what.to_owned())
}

/// The text behind a value.
pub(super) fn text_of(
    connection: &Connection,
    organization: OrganizationId,
    dimension: &Dimension,
    value: i64,
) -> Result<GroupValue, Fault> {
    if value == ABSENT {
        return Ok(GroupValue::Absent);
    }
    let text = match (kind_of(dimension), dimension) {
        (None, Dimension::Attribute(key)) => attribute_text(connection, organization, key, value)?,
        _ => names::text(connection, organization, value)?,
    };
    Ok(text.map_or(GroupValue::Other, GroupValue::Is))
}

/// Values are kept as hashes: a conversation that has it tells the text.
fn attribute_text(
    connection: &Connection,
    organization: OrganizationId,
    key: &str,
    value: i64,
) -> Result<Option<String>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT conversation FROM facets WHERE facet = ?1 ORDER BY started_at DESC LIMIT 4")?;
    let mut rows = statement.query([value])?;
    while let Some(row) = rows.next()? {
        let Some(standing) = load_by_number(connection, row.get(0)?)? else { continue };
        if let Some(text) = text_in(&standing.conversation, organization, key, value) {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

fn text_in(conversation: &Conversation, organization: OrganizationId, key: &str, value: i64) -> Option<String> {
    let text = conversation.context()?.stored.get(key)?.value.to_text()?.into_owned();
    let fits = value_of(organization, key, Some(&text)) == value
        && attribute_facet(organization, key, Some(&text)) == value
        && conversation.organization_id == organization;
    fits.then_some(text)
}
