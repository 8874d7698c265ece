//! The files that the binary carries: the browser SDK, the console and the examples.
//!
//! `build.rs` makes the table from `crates/server/assets/` (filled by `cargo xtask web`) and `examples/`.

#[cfg(debug_assertions)]
mod content_type;
#[cfg(debug_assertions)]
mod disk;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// What to tell somebody who asks for a web file that this binary was compiled without.
pub const REMEDY: &str = "this binary carries no web files: run `cargo xtask web` and compile again";

/// A file inside the binary, ready to be served.
#[derive(Debug, PartialEq, Eq)]
pub struct Asset {
    /// Without a leading slash: `sdk/waybill.js`, `examples/index.html`.
    pub path: &'static str,
    /// For the `Content-Type` header.
    pub content_type: &'static str,
    /// For the `ETag` header, in its quotes; changes with the bytes.
    pub etag: &'static str,
    /// The file.
    pub bytes: &'static [u8],
    /// The file in gzip, where that is smaller, for clients that accept it.
    pub gzip: Option<&'static [u8]>,
}

/// The file at a path, if the binary carries it. A debug build asks the folder in `WAYBILL_ASSETS` first.
#[must_use]
pub fn find_asset(path: &str) -> Option<&'static Asset> {
    #[cfg(debug_assertions)]
    if let Some(asset) = disk::find(path) {
        return Some(asset);
    }
    let at = ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    ASSETS.get(at)
}

/// All files whose path begins with `prefix` (`sdk/`, `examples/`), in order.
pub fn list_assets(prefix: &str) -> impl Iterator<Item = &'static Asset> {
    ASSETS.iter().filter(move |asset| asset.path.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{ASSETS, find_asset, list_assets};

    #[test]
    fn every_listed_file_is_found_by_its_path() {
        for asset in list_assets("") {
            assert_eq!(find_asset(asset.path), Some(asset));
        }
        assert_eq!(find_asset("sdk/no-such-file.js"), None);
        assert_eq!(find_asset("README.md"), None, "the note about the folder is not a web file");
    }

    #[test]
    fn a_compressed_file_unpacks_to_the_file() {
        for asset in ASSETS {
            let Some(gzip) = asset.gzip else { continue };
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(gzip).read_to_end(&mut unpacked).expect("it is gzip");
            assert_eq!(unpacked, asset.bytes, "{}", asset.path);
        }
    }
}
