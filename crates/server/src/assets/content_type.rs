//! Which media type a web file has; `build.rs` asks too.

/// By the ending of its path.
pub(crate) fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "tgz" => "application/gzip",
        "md" | "txt" | "ts" | "tsx" | "jsx" | "sh" | "toml" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
