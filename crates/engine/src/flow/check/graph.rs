//! The ways through a flow.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::{CompiledFlow, compiled::CompiledAction};

/// The ways through a flow.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    flow: &'a CompiledFlow,
}

impl<'a> Graph<'a> {
    pub(super) const fn of(flow: &'a CompiledFlow) -> Self {
        Self { flow }
    }

    /// The actions that can be reached, without one way perhaps.
    pub(super) fn reachable(&self, without: Option<(&str, &str)>) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::from([self.flow.start.as_str()]);
        let mut open = vec![self.flow.start.as_str()];
        while let Some(name) = open.pop() {
            let Some(action) = self.flow.actions.get(name) else { continue };
            for way in &action.ways {
                if without != Some((name, way.name.as_str())) && seen.insert(way.to.as_str()) {
                    open.push(way.to.as_str());
                }
            }
        }
        seen
    }

    /// For each action what holds whenever it is reached: what every path to it has passed, of ways that say something.
    pub(super) fn holding<T: Clone + Ord>(
        &self,
        says: impl Fn(&CompiledAction) -> Vec<(&'static str, T)>,
    ) -> BTreeMap<&'a str, BTreeSet<T>> {
        let mut holding: BTreeMap<&str, BTreeSet<T>> = BTreeMap::new();
        let all = self.reachable(None);
        for (name, action) in &self.flow.actions {
            for (way, what) in says(action) {
                let left = self.reachable(Some((name.as_str(), way)));
                for reached in all.iter().filter(|reached| !left.contains(*reached)) {
                    holding.entry(reached).or_default().insert(what.clone());
                }
            }
        }
        holding
    }

    /// Groups of actions that lead to each other without waiting.
    pub(super) fn circles(&self) -> Vec<Vec<&'a str>> {
        let names = self.flow.actions.keys().map(String::as_str);
        let reached: BTreeMap<&str, BTreeSet<&str>> = names.map(|name| (name, self.without_waiting(name))).collect();
        let leads = |from: &str, to: &str| reached.get(from).is_some_and(|there| there.contains(to));
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for (name, there) in &reached {
            if leads(name, name) && !circles.iter().any(|circle| circle.contains(name)) {
                circles.push(there.iter().filter(|other| leads(other, name)).copied().collect());
            }
        }
        circles
    }

    /// What can be reached from an action, itself by a circle alone, without passing one that waits.
    fn without_waiting(&self, from: &str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            let Some(action) = self.flow.actions.get(name).filter(|action| !action.facts.waits) else { continue };
            for way in &action.ways {
                let is_waiting = self.flow.actions.get(&way.to).is_none_or(|action| action.facts.waits);
                if !is_waiting && seen.insert(way.to.as_str()) {
                    open.push(way.to.as_str());
                }
            }
        }
        seen
    }
}
