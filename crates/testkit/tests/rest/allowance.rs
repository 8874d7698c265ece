//! What answers say of the requests that are left (REST4).

use waybill_testkit::TestServer;

use crate::support::{assert_failure, header};

fn number(answer: &waybill_testkit::Answer, name: &str) -> u64 {
    header(answer, name).parse().unwrap_or_else(|_| panic!("`{name}` is no number"))
}

#[tokio::test]
async fn rest4_every_answer_says_how_many_requests_are_left() {
    let server = TestServer::builder()
        .limits(|limits| {
            limits.client_requests.per_second = 0.01;
            limits.client_requests.burst = 3;
        })
        .start()
        .await;
    let client = server.integrator().await;
    for used in 1..=3 {
        // A failure counts like a success.
        let path = if used == 2 { "/api/v2/conversations/webchat/unknown" } else { "/api/v2/conversations/webchat" };
        let answer = client.get(path).await.unwrap();
        assert_eq!(number(&answer, "inin-ratelimit-count"), used, "{answer:?}");
        assert_eq!(number(&answer, "inin-ratelimit-allowed"), 3);
        assert_eq!(number(&answer, "x-ratelimit-limit"), 3);
        assert_eq!(number(&answer, "x-ratelimit-remaining"), 3 - used);
        let reset = number(&answer, "inin-ratelimit-reset");
        assert!((used * 100 - 10..=used * 100).contains(&reset), "{used}: {reset}");
    }
    let refused = client.get("/api/v2/conversations/webchat").await.unwrap();
    assert_failure(&refused, 429, "too.many.requests");
    assert_eq!(number(&refused, "inin-ratelimit-count"), 3);
    assert_eq!(number(&refused, "x-ratelimit-remaining"), 0);
    let wait = number(&refused, "retry-after");
    assert!((90..=100).contains(&wait), "{wait}");

    let stranger = server.anonymous().get("/api/v2/conversations/webchat").await.unwrap();
    assert!(stranger.headers.get("inin-ratelimit-count").is_none(), "nobody's requests are counted here");
}
