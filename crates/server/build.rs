//! Puts built web files and examples into the binary, as a table of paths and bytes (see `src/assets.rs`).
//!
//! Nothing is built here and nothing has to be there: without `assets/sdk/` the table is shorter.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[path = "src/assets/content_type.rs"]
mod content_type;

use content_type::content_type;

/// Made by the tools of an example while somebody tries it, not part of it.
const NOT_EXAMPLES: [&str; 2] = ["node_modules", "dist"];

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let built = here.join("assets");
    let examples = here.join("../../examples");
    println!("cargo::rerun-if-changed={}", built.display());
    println!("cargo::rerun-if-changed=build.rs");

    let mut files = BTreeMap::new();
    collect(&built, "", &[], &mut files)?;
    files.remove("README.md");
    if examples.is_dir() {
        println!("cargo::rerun-if-changed={}", examples.display());
        collect(&examples.canonicalize()?, "examples/", &NOT_EXAMPLES, &mut files)?;
    }

    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for (number, (path, file)) in files.iter().enumerate() {
        let bytes = fs::read(file)?;
        let content_type = content_type(path);
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let etag = format!("\"{:016x}\"", hasher.finish());
        let gzip = match compress(content_type, &bytes)? {
            None => "None".to_owned(),
            Some(small) => {
                let name = out.join(format!("{number}.gz"));
                fs::write(&name, small)?;
                format!("Some(include_bytes!({name:?}))")
            }
        };
        writeln!(
            table,
            "    Asset {{ path: {path:?}, content_type: {content_type:?}, etag: {etag:?}, bytes: include_bytes!({file:?}), gzip: {gzip} }},"
        )?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

/// Adds the files below a folder under `prefix`; hidden files stay out.
fn collect(
    folder: &Path,
    prefix: &str,
    except: &[&str],
    files: &mut BTreeMap<String, PathBuf>,
) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| format!("the name {name:?} is not UTF-8"))?;
        let kind = entry.file_type()?;
        if name.starts_with('.') || (kind.is_dir() && except.contains(&name.as_str())) {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), except, files)?;
        } else {
            files.insert(format!("{prefix}{name}"), entry.path());
        }
    }
    Ok(())
}

/// The bytes compressed, where that saves something.
fn compress(content_type: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, Box<dyn Error>> {
    let text = content_type.starts_with("text/") || content_type.ends_with("json") || content_type.ends_with("xml");
    if !text || bytes.len() < 512 {
        return Ok(None);
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    let small = encoder.finish()?;
    Ok((small.len() < bytes.len()).then_some(small))
}
