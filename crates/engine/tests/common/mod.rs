//! The fixtures of flows.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use waybill_engine::flow::{CompiledFlow, Directory, Published, Script, key};
use waybill_model::FlowId;

/// A folder or file among the fixtures.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows").join(name)
}

/// The files of a folder, by name.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a folder can be listed").path());
    let mut files: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// What a file says.
pub(crate) fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The flows among the fixtures, by name.
pub(crate) fn published() -> BTreeMap<String, Arc<CompiledFlow>> {
    let mut flows = BTreeMap::new();
    for file in files(&folder("")) {
        if file.file_stem().is_some_and(|name| name == "organization") {
            continue;
        }
        let flow = CompiledFlow::read(&text(&file)).unwrap_or_else(|findings| {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            panic!("{}: {}", file.display(), findings.join("\n"))
        });
        flows.insert(flow.name().to_owned(), Arc::new(flow));
    }
    flows
}

/// What these flows can name, themselves included.
pub(crate) fn directory(script: &Script, flows: &BTreeMap<String, Arc<CompiledFlow>>) -> Directory {
    let mut directory = script.directory(flows.values().map(|flow| &**flow)).unwrap_or_else(|fault| panic!("{fault}"));
    for (count, (name, flow)) in flows.iter().enumerate() {
        let flow_id = FlowId::new(uuid::Uuid::from_u128(count as u128 + 1));
        let published = Published { flow_id, name: name.clone(), version: 1, flow: Arc::clone(flow) };
        directory.flows.insert(key(name), published);
    }
    directory
}

/// What the fixtures' organization has besides what its flows name.
pub(crate) fn organization() -> Script {
    Script::read(&text(&folder("organization.yaml"))).unwrap_or_else(|fault| panic!("{fault}"))
}
