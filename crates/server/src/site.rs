//! The files that browsers load: the SDK at every path that pages know, the console, and in the demo the examples.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::{
    assets::{self, Asset, find_asset},
    console,
    demo::{Receiver, Signer, signing},
    refusal,
};

/// Where the two documents' pages look for the script.
const DOCUMENTED_SCRIPT: &str = "/purecloud/webchat/v2/purecloud-webchat-sdk.js";
/// The classic-script build with every global.
const SCRIPT: &str = "sdk/waybill.js";
const EXAMPLES: &str = "examples/";

/// Which files a server offers.
#[derive(Debug, Clone)]
pub enum Site {
    /// The SDK alone.
    Production,
    /// The SDK, the examples, and the part of a site's server that signs for one of them.
    Demo {
        /// What is put in place of the examples' placeholders.
        texts: Vec<(&'static str, String)>,
        /// Vouches for the example's customers.
        signer: Signer,
        /// Takes the demo's webhook deliveries.
        receiver: Option<Box<Receiver>>,
    },
}

/// The routes of the site.
pub(crate) fn routes(site: Site) -> Router {
    let sdk = Router::new()
        .route(DOCUMENTED_SCRIPT, get(|headers: HeaderMap| async move { serve_sdk(SCRIPT, &headers) }))
        .route(
            "/sdk/{*file}",
            get(|Path(file): Path<String>, headers: HeaderMap| async move { serve_sdk(&path_of(&file), &headers) }),
        );
    let sdk = sdk.merge(console::routes());
    match site {
        Site::Production => sdk,
        Site::Demo { texts, signer, receiver } => {
            let receiver = receiver.map(|receiver| receiver.routes()).unwrap_or_default();
            sdk.merge(examples(&texts)).merge(signing::routes(signer)).merge(receiver)
        }
    }
}

/// Where a file below `/sdk/` lies: the messenger's stand beside the SDK's.
fn path_of(file: &str) -> String {
    let messenger = format!("widget/{file}");
    if find_asset(&messenger).is_some() { messenger } else { format!("sdk/{file}") }
}

fn serve_sdk(path: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = find_asset(path) else {
        let is_built = assets::list_assets("sdk/").next().is_some();
        let message = if is_built { "there is no such file in the SDK" } else { assets::REMEDY };
        return public(refusal::problem(StatusCode::NOT_FOUND, "not.found", message));
    };
    let mut response = served(asset, headers);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    public(response)
}

/// A file with its type and tag, compressed for those who take that.
pub(crate) fn served(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let Asset { path: _, content_type, etag, bytes, gzip } = asset;
    let mut response = match gzip {
        Some(gzip) if accepts_gzip(headers) => {
            let mut response = file(content_type, etag, Bytes::from_static(gzip), headers);
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }
        Some(_) | None => file(content_type, etag, Bytes::from_static(bytes), headers),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Any page may load it (EDGE5).
fn public(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

/// The file, or 304 for somebody who has it.
fn file(content_type: &'static str, etag: &str, bytes: Bytes, headers: &HeaderMap) -> Response {
    // Weak: the compressed file is another text with the same meaning.
    let Ok(tag) = HeaderValue::from_str(&format!("W/{etag}")) else {
        return refusal::problem(StatusCode::INTERNAL_SERVER_ERROR, "internal.server.error", "internal error");
    };
    let has_it = headers.get_all(header::IF_NONE_MATCH).iter().any(|value| has_tag(value, etag));
    let mut response = if has_it { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(Body::from(bytes)) };
    let own = response.headers_mut();
    own.insert(header::ETAG, tag);
    own.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !has_it {
        own.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}

fn has_tag(value: &HeaderValue, etag: &str) -> bool {
    let tags = value.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag)).any(|tag| tag == "*" || tag == etag)
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && weight.replace(' ', "") != "q=0"
    })
}

/// An example as the demo serves it.
struct Page {
    content_type: &'static str,
    etag: String,
    bytes: Bytes,
}

fn examples(texts: &[(&'static str, String)]) -> Router {
    let pages: BTreeMap<&'static str, Page> =
        assets::list_assets(EXAMPLES).map(|asset| (&asset.path[EXAMPLES.len()..], page(asset, texts))).collect();
    let pages = Arc::new(pages);
    let index = Arc::clone(&pages);
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/examples/") }))
        .route("/examples", get(|| async { Redirect::temporary("/examples/") }))
        .route("/examples/", get(move |headers: HeaderMap| async move { serve_page(&index, "index.html", &headers) }))
        .route(
            "/examples/{*file}",
            get(move |Path(file): Path<String>, headers: HeaderMap| async move { serve_page(&pages, &file, &headers) }),
        )
}

fn page(asset: &Asset, texts: &[(&'static str, String)]) -> Page {
    let text = std::str::from_utf8(asset.bytes).ok().filter(|_| asset.content_type.contains("charset"));
    let bytes = text.map(|text| {
        texts.iter().fold(Cow::Borrowed(text), |text, (placeholder, value)| {
            if text.contains(placeholder) { Cow::Owned(text.replace(placeholder, value)) } else { text }
        })
    });
    let bytes = bytes.map_or(Bytes::from_static(asset.bytes), |text| Bytes::from(text.into_owned()));
    let digest = Sha256::digest(&bytes);
    let etag = format!("\"{}\"", digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>());
    Page { content_type: asset.content_type, etag, bytes }
}

fn serve_page(pages: &BTreeMap<&'static str, Page>, path: &str, headers: &HeaderMap) -> Response {
    let found = pages.get(path).or_else(|| pages.get(format!("{}/index.html", path.trim_end_matches('/')).as_str()));
    let Some(Page { content_type, etag, bytes }) = found else {
        return refusal::problem(StatusCode::NOT_FOUND, "not.found", "there is no such example; see /examples/");
    };
    let mut response = file(content_type, etag, bytes.clone(), headers);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edge5_sdk_files_are_for_every_page_and_revalidated_by_their_tag() {
        let served = serve_sdk("sdk/no-such-file.js", &HeaderMap::new());
        assert_eq!(served.status(), StatusCode::NOT_FOUND);
        assert_eq!(served.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let mut headers = HeaderMap::new();
        let fresh = file("text/plain", "\"abc\"", Bytes::from_static(b"x"), &headers);
        assert_eq!(
            (fresh.status(), &fresh.headers()[header::ETAG]),
            (StatusCode::OK, &HeaderValue::from_static("W/\"abc\""))
        );
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"other\", W/\"abc\""));
        assert_eq!(
            file("text/plain", "\"abc\"", Bytes::from_static(b"x"), &headers).status(),
            StatusCode::NOT_MODIFIED
        );
    }

    #[test]
    fn the_demo_fills_in_the_examples() {
        let asset = Asset {
            path: "examples/a.html",
            content_type: "text/html; charset=utf-8",
            etag: "\"1\"",
            bytes: b"orgId: 'YOUR_ORG_ID'",
            gzip: None,
        };
        let filled = page(&asset, &[("YOUR_ORG_ID", "o-1".to_owned())]);
        assert_eq!(filled.bytes, Bytes::from_static(b"orgId: 'o-1'"));
        assert_ne!(filled.etag, page(&asset, &[]).etag);
    }
}
