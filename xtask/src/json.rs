//! Reads JSON text, as much of it as `cargo metadata` writes.
//!
//! Written here because xtask stays free of dependencies that a fresh clone would wait for.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

/// A parsed JSON value; numbers stay text, nobody here calculates with them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// `null`, `true`, `false` or a number, as it was written.
    Bare(String),
    /// A string with its escapes resolved.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(BTreeMap<String, Json>),
}

impl Json {
    /// Parses a whole text.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let value = reader.value()?;
        reader.skip_space();
        if reader.at != reader.bytes.len() {
            bail!("text after the end of the JSON value at byte {}", reader.at);
        }
        Ok(value)
    }

    /// A field of an object; an error names the missing one.
    pub(crate) fn field(&self, name: &str) -> Result<&Json> {
        match self {
            Self::Map(map) => map.get(name).with_context(|| format!("no field `{name}`")),
            Self::Bare(_) | Self::Text(_) | Self::List(_) => bail!("`{name}` asked of something that is not an object"),
        }
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Result<&str> {
        match self {
            Self::Text(text) => Ok(text),
            other => bail!("expected a string, found {other:?}"),
        }
    }

    /// The members of an array.
    pub(crate) fn list(&self) -> Result<&[Json]> {
        match self {
            Self::List(list) => Ok(list),
            other => bail!("expected an array, found {other:?}"),
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Result<u8> {
        self.skip_space();
        self.bytes.get(self.at).copied().context("JSON ends too early")
    }

    /// Steps over `byte` if it is next.
    fn take(&mut self, byte: u8) -> Result<bool> {
        let found = self.peek()? == byte;
        if found {
            self.at += 1;
        }
        Ok(found)
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte)? {
            return Ok(());
        }
        bail!("expected `{}` at byte {}", char::from(byte), self.at)
    }

    fn value(&mut self) -> Result<Json> {
        match self.peek()? {
            b'{' => self.map(),
            b'[' => self.list(),
            b'"' => Ok(Json::Text(self.string()?)),
            _ => self.bare(),
        }
    }

    fn map(&mut self) -> Result<Json> {
        self.expect(b'{')?;
        let mut map = BTreeMap::new();
        while !self.take(b'}')? {
            let name = self.string()?;
            self.expect(b':')?;
            let value = self.value()?;
            map.insert(name, value);
            if !self.take(b',')? {
                self.expect(b'}')?;
                break;
            }
        }
        Ok(Json::Map(map))
    }

    fn list(&mut self) -> Result<Json> {
        self.expect(b'[')?;
        let mut list = Vec::new();
        while !self.take(b']')? {
            list.push(self.value()?);
            if !self.take(b',')? {
                self.expect(b']')?;
                break;
            }
        }
        Ok(Json::List(list))
    }

    fn bare(&mut self) -> Result<Json> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)) {
            self.at += 1;
        }
        if start == self.at {
            bail!("unexpected byte at {start}");
        }
        Ok(Json::Bare(String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned()))
    }

    fn string(&mut self) -> Result<String> {
        self.expect(b'"')?;
        let mut bytes = Vec::new();
        loop {
            let byte = *self.bytes.get(self.at).context("a JSON string does not end")?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(bytes).context("a JSON string is not UTF-8"),
                b'\\' => {
                    let character = self.escape()?;
                    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                other => bytes.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let byte = *self.bytes.get(self.at).context("a JSON escape does not end")?;
        self.at += 1;
        Ok(match byte {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(byte),
            b'u' => {
                let digits = self.bytes.get(self.at..self.at + 4).context("a JSON escape does not end")?;
                self.at += 4;
                let number = u32::from_str_radix(std::str::from_utf8(digits)?, 16)?;
                // Halves of a surrogate pair stand alone here: no name or path that we read holds one.
                char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => bail!("unknown JSON escape `\\{}`", char::from(other)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn objects_arrays_escapes_and_bare_words_are_read() {
        let json =
            Json::parse(r#" {"a": [1.5e3, true, null], "b\n": "x\"\u00e9\\", "c": {}, "d": []} "#).expect("it is JSON");
        assert_eq!(json.field("a").and_then(Json::list).map(<[Json]>::len).expect("a list"), 3);
        assert_eq!(json.field("b\n").and_then(Json::text).expect("a text"), "x\"é\\");
        assert_eq!(json.field("d").and_then(Json::list).expect("a list"), &[]);
    }

    #[test]
    fn broken_text_is_an_error() {
        for text in ["", "{", "[1", "\"a", "{\"a\" 1}", "{} {}", "[,]", "\"\\x\""] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
    }
}
