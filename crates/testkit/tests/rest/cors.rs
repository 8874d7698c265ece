//! CORS of `/api/v2` (EDGE5).

use std::path::Path;

use reqwest::Method;
use waybill_model::{ContextPolicy, DeploymentStatus};
use waybill_server::{Bound, ServerHandle, Site, wiring::Parts};
use waybill_testkit::{Answer, Config, NewDeployment, RestClient, TestServer};

use crate::support::{assert_failure, header, send};

const PATH: &str = "/api/v2/webmessaging/messages";

/// The demo's deployments admit everybody; these organizations leave only `shop.example`.
async fn shop() -> TestServer {
    let server = TestServer::builder().deployment("shop", |new| {
        new.allow_all_domains = false;
        new.allowed_domains = vec!["shop.example".to_owned()];
    });
    server.start().await
}

/// An installation without the demo: one shop with a domain of its own, and one that is switched off.
async fn two_shops(folder: &Path) -> ServerHandle {
    let mut config = Config::reference().unwrap();
    config.listen = ([127, 0, 0, 1], 0).into();
    config.data = folder.join("data");
    let opened = Bound::new(config).unwrap().open(Parts::default()).await.unwrap();
    let organization = opened.service().create_organization("shops").await.unwrap();
    for (domain, status) in [("shop.example", DeploymentStatus::Active), ("closed.example", DeploymentStatus::Inactive)]
    {
        let new = NewDeployment {
            id: None,
            name: domain.to_owned(),
            status,
            allow_all_domains: false,
            allowed_domains: vec![domain.to_owned()],
            allow_native: true,
            start_limit: None,
            policy: ContextPolicy::standard(),
        };
        opened.service().create_deployment(organization, new).await.unwrap();
    }
    opened.serve(Site::Production)
}

async fn preflight(client: &RestClient, path: &str, origin: &str) -> Answer {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "authorization, x-anything"),
    ];
    send(client.request(Method::OPTIONS, path), &headers).await
}

#[tokio::test]
async fn edge5_a_preflight_reflects_the_origin_and_the_headers_without_credentials() {
    let server = shop().await;
    for origin in ["https://www.shop.example", "null", "http://localhost:5173"] {
        let answer = preflight(&server.anonymous(), PATH, origin).await;
        assert_eq!((answer.status.as_u16(), header(&answer, "access-control-allow-origin")), (204, origin));
        assert_eq!(header(&answer, "access-control-allow-headers"), "authorization, x-anything");
        assert!(header(&answer, "access-control-allow-methods").contains("PUT"));
        assert_eq!(header(&answer, "access-control-allow-credentials"), "");
        assert_eq!(header(&answer, "vary"), "Origin");
    }
}

#[tokio::test]
async fn edge5_an_answer_can_be_read_by_an_admitted_origin_with_its_tag() {
    let server = shop().await;
    let client = server.integrator().await;
    let path = "/api/v2/conversations/webchat";
    let answer = send(client.request(Method::GET, path), &[("Origin", "https://shop.example")]).await;
    assert_eq!((answer.status.as_u16(), header(&answer, "access-control-allow-origin")), (200, "https://shop.example"));
    assert!(header(&answer, "access-control-expose-headers").contains("ETag"));
    let failed = send(server.anonymous().request(Method::GET, path), &[("Origin", "https://shop.example")]).await;
    assert_failure(&failed, 401, "authentication.required");
    assert_eq!(header(&failed, "access-control-allow-origin"), "https://shop.example", "a page must see why");
    let server_to_server = client.get(path).await.unwrap();
    assert_eq!(header(&server_to_server, "access-control-allow-origin"), "");
}

#[tokio::test]
async fn edge5_an_origin_that_no_active_deployment_admits_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = two_shops(folder.path()).await;
    let client = RestClient::anonymous(server.base_url()).unwrap();
    for (origin, admitted) in [
        ("https://shop.example", true),
        ("https://evilshop.example", false),
        ("https://closed.example", false),
        ("null", false),
    ] {
        let answer = preflight(&client, PATH, origin).await;
        if admitted {
            assert_eq!(answer.status, 204, "{origin}");
        } else {
            assert_failure(&answer, 403, "origin_denied");
            assert_eq!(header(&answer, "access-control-allow-origin"), "", "{origin}");
        }
    }
}
