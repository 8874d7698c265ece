//! A browser's part in a person's log-in: it shows the page, sends its forms with their cookie, and takes the code back.

use reqwest::{Method, header};
use serde_json::Value;
use waybill_client::{Answer, ClientError, RestClient};

/// The verifier and challenge of RFC 7636, appendix B: good enough where nobody listens.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its challenge.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Where tests let people be sent back to; nobody listens there.
pub const REDIRECT_URI: &str = "http://127.0.0.1:1/callback";

/// The page as a browser holds it.
#[derive(Debug, Clone)]
pub struct LoginPage {
    client: RestClient,
    cookie: Option<String>,
    /// The hidden fields of its form.
    pub fields: Vec<(String, String)>,
    /// The latest answer.
    pub answer: Answer,
}

impl LoginPage {
    /// Opens it for a client, with the usual request.
    ///
    /// # Errors
    /// `Http`.
    pub async fn open(base_url: &str, client_id: &str) -> Result<Self, ClientError> {
        let query = [
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", REDIRECT_URI),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "the client's own"),
        ];
        Self::open_with(base_url, &query).await
    }

    /// Opens it with any request.
    ///
    /// # Errors
    /// `Http`.
    pub async fn open_with(base_url: &str, query: &[(&str, &str)]) -> Result<Self, ClientError> {
        let client = RestClient::anonymous(base_url)?;
        let answer = answer(client.request(Method::GET, "/oauth/authorize").query(query)).await?;
        let mut page = Self { client, cookie: None, fields: Vec::new(), answer: answer.clone() };
        page.show(answer);
        Ok(page)
    }

    /// Sends the page's form with what a person types.
    ///
    /// # Errors
    /// `Http`.
    pub async fn send(&mut self, typed: &[(&str, &str)]) -> Result<&Answer, ClientError> {
        let own = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let form: Vec<_> = own.chain(typed.iter().copied()).collect();
        let mut request = self.client.request(Method::POST, "/login").form(&form);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let answer = answer(request).await?;
        self.show(answer);
        Ok(&self.answer)
    }

    /// The parameters with which the server sent the person back to the client.
    #[must_use]
    pub fn sent_back(&self) -> Vec<(String, String)> {
        let location = self.answer.headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        let query = location.and_then(|location| location.split_once('?')).map_or("", |(_, query)| query);
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect()
    }

    /// The code that the client got, when it got one.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        self.sent_back().into_iter().find(|(name, _)| name == "code").map(|(_, code)| code)
    }

    fn show(&mut self, answer: Answer) {
        let cookie = answer.headers.get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        if let Some(cookie) = cookie {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        self.fields = hidden_fields(&answer.text);
        self.answer = answer;
    }
}

/// What a code is exchanged for.
///
/// # Errors
/// `Http`.
pub async fn exchange_code(base_url: &str, client_id: &str, code: &str) -> Result<Answer, ClientError> {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    answer(RestClient::anonymous(base_url)?.request(Method::POST, "/oauth/token").form(&form)).await
}

/// Logs a person in, all the way.
///
/// # Panics
/// When the server does not let it in.
pub async fn log_in(base_url: &str, client_id: &str, email: &str, password: &str) -> Value {
    let mut page = LoginPage::open(base_url, client_id).await.expect("the log-in page answers");
    page.send(&[("email", email), ("password", password)]).await.expect("the form is answered");
    let code = page.code().unwrap_or_else(|| panic!("no code: {}", page.answer.text));
    let token = exchange_code(base_url, client_id, &code).await.expect("the code is answered");
    serde_json::from_str(&token.text).unwrap_or_else(|error| panic!("no token ({error}): {}", token.text))
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Answer, ClientError> {
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Answer { status, headers, text: response.text().await? })
}

fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let inputs = html.split("<input type=\"hidden\" ").skip(1);
    let fields = inputs.filter_map(|input| {
        let (name, rest) = input.strip_prefix("name=\"")?.split_once('"')?;
        let (value, _) = rest.strip_prefix(" value=\"")?.split_once('"')?;
        Some((name.to_owned(), unescaped(value)))
    });
    fields.collect()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        match (first, more) {
            (b'%', [high, low, after @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                if let (Some(high), Some(low)) = (digit(high), digit(low)) {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
