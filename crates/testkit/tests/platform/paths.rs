//! Paths that are not served.

use reqwest::Method;
use waybill_testkit::TestServer;

use crate::support::{UNKNOWN, refused, send};

#[tokio::test]
async fn plat10_a_path_that_is_not_served_names_the_nearest_that_is() {
    let server = TestServer::start().await;
    let client = server.integrator().await;
    for (path, nearest) in [
        ("/api/v2/engage/guests".to_owned(), "/api/v2/conversations/webchat"),
        (format!("/api/v2/conversations/interactions/{UNKNOWN}"), "/api/v2/conversations/{conversationId}"),
        (format!("/api/v2/conversations/chats/{UNKNOWN}"), "/api/v2/conversations/messages/{conversationId}"),
        (
            format!("/api/v2/conversations/{UNKNOWN}/participant/{UNKNOWN}/attributes"),
            "/api/v2/conversations/{conversationId}/participants/{participantId}/attributes",
        ),
        ("/api/v2/routing/queue".to_owned(), "/api/v2/routing/queues"),
        (
            "/api/v2/conversations/participants/attributes/query".to_owned(),
            "/api/v2/conversations/participants/attributes/search",
        ),
    ] {
        let error = refused(&client.get(&path).await.unwrap(), 404, "not.found");
        assert_eq!(error["messageParams"]["nearest"], nearest, "{path}");
        assert!(error["message"].as_str().unwrap().contains(nearest), "{error}");
    }
    let wrong = send(&client, Method::PUT, "/api/v2/conversations", "", &[]).await;
    refused(&wrong, 405, "method.not.allowed");
}
