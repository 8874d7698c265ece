//! URLs that aim at the inside, and a canary there that must not hear of them.

use std::sync::atomic::Ordering;

use waybill_outbound::{Denied, Outbound, OutboundError, OutboundPolicy};

use crate::support::{Canary, Names, policy, request, send};

/// Spellings of this machine's loopback address; `{port}` is the canary's. With loopback allowed each of them reaches it.
const LOOPBACK: [&str; 20] = [
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0X7F.1:{port}/",
    "http://017700000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0177.1:{port}/",
    "http://127.000.000.001:{port}/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://127%2e0%2e0%2e1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://１２７.０.０.１:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "HTTP://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
];

/// Other ways inside, refused also while 127.0.0.0/8 is allowed.
const INSIDE: [&str; 52] = [
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://[::]:{port}/",
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[::ffff:0.0.0.0]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2002:7f00:1::1]:{port}/",
    "http://[2001:0:7f00:1::80ff:fffe]:{port}/",
    "http://[2600::5efe:7f00:1]:{port}/",
    "http://10.0.0.1:{port}/",
    "http://10.255.255.255/",
    "http://167772161/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://0xc0a80101/",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://192.0.2.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://169.254.1.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250:1900/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fc00::1]/",
    "http://[fd00::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[100::1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xA9FEA9FE/",
    "http://0251.0376.0251.0376/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/machine",
    "http://192.0.0.192/opc/v2/",
    "http://private.test:{port}/",
    "http://metadata.test/computeMetadata/v1/",
    "http://mixed-inside.test:{port}/",
];

/// Not addresses but other tricks: schemes, credentials, spellings that programs read differently, ports.
const TRICKS: [&str; 32] = [
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_GET",
    "dict://127.0.0.1:{port}/info",
    "ws://127.0.0.1:{port}/",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "unix:/run/docker.sock",
    "//127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
    "/127.0.0.1:{port}/",
    "",
    "http://",
    "http:///",
    "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\",
    "http:/\\127.0.0.1:{port}/",
    "http://127.0.0.1\\@public.test:{port}/",
    "http://public.test@127.0.0.1:{port}/",
    "http://user:word@127.0.0.1:{port}/",
    "http://@127.0.0.1:{port}/",
    "http://:@127.0.0.1:{port}/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/\r\nX-Injected: 1",
    "ht\ntp://127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/",
    "http://[fe80::1%25eth0]:{port}/",
    "http://[::1",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:22/",
    "http://127.0.0.1:6379/",
];

fn names() -> std::sync::Arc<Names> {
    Names::with(&[
        ("loopback.test", &["127.0.0.1"]),
        ("private.test", &["10.0.0.1 192.168.0.1 fd00::1"]),
        ("metadata.test", &["169.254.169.254 fd00:ec2::254"]),
        ("mixed-inside.test", &["::1 0.0.0.0 ::ffff:10.0.0.1 64:ff9b::a00:1"]),
    ])
}

fn aimed(url: &str, canary: &Canary) -> String {
    url.replace("{port}", &canary.port().to_string())
}

#[tokio::test]
async fn out1_no_hostile_url_reaches_the_inside() {
    let canary = Canary::new().await;
    let client = Outbound::with_lookup(policy(&[]), names()).unwrap();
    let by_name = ["http://loopback.test:{port}/", "http://LOCALHOST:{port}/", "http://localhost.:{port}/"];
    for url in LOOPBACK.iter().chain(&INSIDE).chain(&by_name) {
        let error = send(&client, &aimed(url, &canary)).await.expect_err(url);
        assert!(matches!(error, OutboundError::Denied(Denied::Address(_))), "{url}: {error:?}");
    }
    for url in TRICKS {
        let error = send(&client, &aimed(url, &canary)).await.expect_err(url);
        assert!(matches!(error, OutboundError::Denied(_)), "{url}: {error:?}");
        assert!(client.check_url(&aimed(url, &canary)).is_err(), "{url}");
    }
    assert_eq!(canary.hits(), 0);
}

#[tokio::test]
async fn out2_with_loopback_allowed_the_same_urls_reach_it_and_the_others_still_do_not() {
    let canary = Canary::new().await;
    let client = Outbound::with_lookup(policy(&["127.0.0.0/8"]), names()).unwrap();
    for (count, url) in LOOPBACK.iter().chain(&["http://loopback.test:{port}/"]).enumerate() {
        let answer = send(&client, &aimed(url, &canary)).await.expect(url);
        assert_eq!((answer.status, canary.hits()), (204, count + 1), "{url}");
    }
    let before = canary.hits();
    for url in INSIDE.iter().chain(&TRICKS) {
        let error = send(&client, &aimed(url, &canary)).await.expect_err(url);
        assert!(matches!(error, OutboundError::Denied(_)), "{url}: {error:?}");
    }
    assert_eq!(canary.hits(), before);
}

#[tokio::test]
async fn out2_an_allowed_host_may_lead_inside() {
    let canary = Canary::new().await;
    let allowing = OutboundPolicy { allow_hosts: vec!["loopback.test".parse().unwrap()], ..policy(&[]) };
    let client = Outbound::with_lookup(allowing, names()).unwrap();
    assert_eq!(send(&client, &aimed("http://Loopback.Test.:{port}/", &canary)).await.unwrap().status, 204);
    // The address itself is not what was allowed.
    assert!(send(&client, &aimed("http://127.0.0.1:{port}/", &canary)).await.is_err());
    assert_eq!(canary.hits(), 1);
}

#[tokio::test]
async fn out1_the_vetted_address_is_the_one_connected_to() {
    let canary = Canary::new().await;
    // A second look-up would lead elsewhere: into a network that is not allowed, or to where nobody listens.
    let names = Names::with(&[("turning.test", &["127.0.0.1", "127.9.9.9", "10.0.0.1"])]);
    let client = Outbound::with_lookup(policy(&["127.0.0.0/8"]), names.clone()).unwrap();
    let url = aimed("http://turning.test:{port}/", &canary);
    assert_eq!(send(&client, &url).await.unwrap().status, 204);
    assert_eq!((names.lookups.load(Ordering::SeqCst), canary.hits()), (1, 1));

    // The next request looks up again, and what it finds is vetted again.
    assert_eq!(send(&client, &url).await.unwrap_err(), OutboundError::NotConnected);
    let denied = OutboundError::Denied(Denied::Address("turning.test".to_owned()));
    assert_eq!(send(&client, &url).await.unwrap_err(), denied);
    assert_eq!(canary.hits(), 1);
}

#[tokio::test]
async fn out1_of_a_names_addresses_only_the_allowed_ones_are_tried() {
    let canary = Canary::new().await;
    let names = Names::with(&[("both.test", &["10.0.0.1 127.0.0.1 169.254.169.254"])]);
    let client = Outbound::with_lookup(policy(&["127.0.0.1/32"]), names).unwrap();
    assert_eq!(send(&client, &aimed("http://both.test:{port}/", &canary)).await.unwrap().status, 204);
}

#[tokio::test]
async fn out3_a_redirect_to_the_inside_is_an_answer_and_no_way() {
    let inside = Canary::new().await;
    let target = format!("http://127.0.0.1:{}/", inside.port());
    let answer = format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
    let door = Canary::saying(Box::leak(answer.into_boxed_str()), None).await;
    let client = Outbound::with_lookup(policy(&["127.0.0.0/8"]), names()).unwrap();
    let answer = send(&client, &aimed("http://127.0.0.1:{port}/", &door)).await.unwrap();
    assert_eq!((answer.status, answer.headers["location"].to_str().unwrap()), (307, target.as_str()));
    assert_eq!((door.hits(), inside.hits()), (1, 0));
}

#[tokio::test]
async fn out1_only_https_unless_plain_http_is_allowed() {
    let canary = Canary::new().await;
    let strict = OutboundPolicy { allow_plain_http: false, ..policy(&["127.0.0.0/8"]) };
    let client = Outbound::with_lookup(strict, names()).unwrap();
    let plain = aimed("http://127.0.0.1:{port}/", &canary);
    assert_eq!(client.check_url(&plain), Err(Denied::PlainHttp));
    assert_eq!(send(&client, &plain).await.unwrap_err(), OutboundError::Denied(Denied::PlainHttp));
    assert_eq!(canary.hits(), 0);
    assert_eq!(client.check_url("https://hooks.example.com/a?b=c#d"), Ok(()));
    assert_eq!(client.check_url("https://hooks.example.com:8443/"), Ok(()));
    assert_eq!(client.check_url("https://hooks.example.com:80/"), Err(Denied::Port(80)));
}

#[tokio::test]
async fn out1_errors_name_what_was_given_and_not_what_was_found() {
    let client = Outbound::with_lookup(policy(&[]), names()).unwrap();
    for url in ["http://private.test/", "http://metadata.test/", "http://unknown.test/"] {
        let said = format!("{0} {0:?}", send(&client, url).await.unwrap_err());
        assert!(said.contains(".test") && !said.contains("10.0.0") && !said.contains("169.254"), "{said}");
    }
    let unknown = OutboundError::NameNotFound("unknown.test".to_owned());
    assert_eq!(client.send(request("http://unknown.test/")).await.unwrap_err(), unknown);
}
