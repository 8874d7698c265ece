//! Answers that take too long or grow too large, and requests that are out of bounds.

use std::time::Duration;

use tokio::{io::AsyncReadExt as _, net::TcpListener};
use waybill_outbound::{
    Bytes, Limits, Outbound, OutboundError, OutboundPolicy, Request,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::support::{Canary, Names, policy, request, send};

fn client(limits: Limits) -> Outbound {
    let policy = OutboundPolicy { limits, ..policy(&["127.0.0.0/8"]) };
    Outbound::with_lookup(policy, Names::with(&[])).unwrap()
}

async fn check(answer: &'static str, endless: Option<&'static str>, expected: OutboundError) {
    let canary = Canary::saying(answer, endless).await;
    let url = format!("http://{}/", canary.address);
    let asked = Request { timeout: Duration::from_millis(400), max_response: 1000, ..request(&url) };
    assert_eq!(client(Limits::default()).send(asked).await.unwrap_err(), expected);
    assert_eq!(canary.hits(), 1);
}

const TIMED_OUT: OutboundError = OutboundError::TimedOut(Duration::from_millis(400));

#[tokio::test]
async fn out4_an_answer_that_does_not_come_is_given_up() {
    check("", None, TIMED_OUT).await;
    check("HTTP/1.1 200 OK\r\nContent-Le", None, TIMED_OUT).await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", None, TIMED_OUT).await;
}

#[tokio::test]
async fn out4_an_endless_answer_is_cut() {
    let too_large = OutboundError::AnswerTooLarge { what: "many bytes", most: 1000 };
    let chunk = "10\r\nsixteen bytes ..\r\n";
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Some(chunk), too_large.clone()).await;
    check("HTTP/1.1 200 OK\r\n\r\n", Some("more "), too_large.clone()).await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", Some("more "), too_large).await;
    // Interim answers for ever.
    check("HTTP/1.1 100 Continue\r\n\r\n", Some("HTTP/1.1 100 Continue\r\n\r\n"), TIMED_OUT).await;
}

#[tokio::test]
async fn out4_headers_without_end_are_cut() {
    let cut = OutboundError::AnswerTooLarge { what: "many or too long headers", most: 16 * 1024 };
    check("HTTP/1.1 200 OK\r\n", Some("X-A: 1\r\n"), cut.clone()).await;
    check("HTTP/1.1 200 OK\r\nX-Long: ", Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), cut.clone()).await;
    let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "a".repeat(20_000));
    check(Box::leak(long.into_boxed_str()), None, cut).await;
}

#[tokio::test]
async fn out4_what_is_not_http_is_no_answer() {
    check("SSH-2.0-OpenSSH_9.6\r\nConnection: close\r\n", None, OutboundError::Broken).await;
}

#[tokio::test]
async fn out4_requests_have_bounds_too() {
    let canary = Canary::new().await;
    let url = format!("http://{}/", canary.address);
    let client = client(Limits { request_bytes: 10, headers: 2, header_bytes: 100, ..Limits::default() });
    let refused = async |request: Request| client.send(request).await.unwrap_err().code();

    let large = Request { body: Bytes::from_static(b"eleven bytes"), ..request(&url) };
    assert_eq!(refused(large).await, "request_too_large");
    let headers = |names: &[&str], value: &str| {
        let pair =
            |name: &&str| (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        names.iter().map(pair).collect::<HeaderMap>()
    };
    assert_eq!(
        refused(Request { headers: headers(&["a", "b", "c"], "1"), ..request(&url) }).await,
        "request_too_large"
    );
    let long = Request { headers: headers(&["a"], &"1".repeat(100)), ..request(&url) };
    assert_eq!(refused(long).await, "request_too_large");
    for name in ["host", "content-length", "transfer-encoding", "connection"] {
        let reserved = Request { headers: headers(&[name], "1"), ..request(&url) };
        assert_eq!(refused(reserved).await, "reserved_header", "{name}");
    }
    assert_eq!(canary.hits(), 0);
    assert_eq!(client.send(Request { headers: headers(&["a"], "1"), ..request(&url) }).await.unwrap().status, 204);
}

#[tokio::test]
async fn out4_waiting_for_a_turn_is_part_of_the_time() {
    let silent = Canary::saying("", None).await;
    let url = format!("http://{}/", silent.address);
    let client = client(Limits { at_once: 1, ..Limits::default() });
    let (first, second) = tokio::join!(
        client.send(Request { timeout: Duration::from_millis(600), ..request(&url) }),
        client.send(Request { timeout: Duration::from_millis(200), ..request(&url) }),
    );
    assert_eq!(first.unwrap_err(), OutboundError::TimedOut(Duration::from_millis(600)));
    assert_eq!(second.unwrap_err(), OutboundError::TimedOut(Duration::from_millis(200)));
    assert_eq!(silent.hits(), 1);
}

#[tokio::test]
async fn out4_the_request_goes_out_as_it_was_asked_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?x=1#part", listener.local_addr().unwrap());
    let asked = tokio::spawn(async move { send(&client(Limits::default()), &url).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = vec![0; 4096];
    let read = stream.read(&mut head).await.unwrap();
    drop(stream);
    let head = String::from_utf8_lossy(&head[..read]).into_owned();
    assert!(head.starts_with("POST /hook?x=1 HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("user-agent: waybill/") && !head.contains("referer"), "{head}");
    assert_eq!(asked.await.unwrap().unwrap_err(), OutboundError::Broken);
}
