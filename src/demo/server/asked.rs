//! A request, taken apart.

use std::collections::BTreeMap;

use http_body_util::{BodyExt, Limited};
use hyper::Request;
use hyper::body::Incoming;
use serde_json::Value;

use crate::demo::world::{Fields, Refusal};

/// No body of JSON is longer.
const LONGEST: usize = 8 << 20;

/// A request: what it is about, and what it came with.
pub(super) struct Asked {
    /// The path without the API's version, in its parts.
    pub(super) parts: Vec<String>,
    query: BTreeMap<String, String>,
    pub(super) request: Request<Incoming>,
}

impl Asked {
    pub(super) fn new(request: Request<Incoming>) -> Self {
        let path = request.uri().path();
        let mut parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let bytes = percent_encoding::percent_decode_str(part);
                bytes.decode_utf8_lossy().into_owned()
            })
            .collect();
        if parts.first().is_some_and(|first| is_version(first)) {
            parts.remove(0);
        }
        let query = request.uri().query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes());
        let query = query.map(|(key, value)| (key.into_owned(), value.into_owned()));
        Self {
            parts,
            query: query.collect(),
            request,
        }
    }

    /// The path as faults know it.
    pub(super) fn path(&self) -> String {
        format!("/{}", self.parts.join("/"))
    }

    /// A value of the query; empty where it is not there.
    pub(super) fn get(&self, key: &str) -> &str {
        self.query.get(key).map_or("", String::as_str)
    }

    /// Whether a flag of the query is set.
    pub(super) fn is(&self, key: &str) -> bool {
        matches!(self.get(key), "1" | "true" | "True")
    }

    /// The values of a filter; both forms of it: a list and a map of what is true.
    pub(super) fn filter(&self, name: &str) -> Vec<String> {
        let filters: Value = serde_json::from_str(self.get("filters")).unwrap_or_default();
        match filters.get(name) {
            Some(Value::Array(list)) => {
                let words = list.iter().filter_map(Value::as_str);
                words.map(str::to_owned).collect()
            }
            Some(Value::Object(fields)) => fields.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// The body as JSON; nothing where there is none.
    pub(super) async fn body(self) -> Result<Fields, Refusal> {
        let bytes = bytes(self.request.into_body()).await?;
        read(&bytes)
    }

    /// The request itself and its body as JSON, for who takes the connection over.
    pub(super) async fn body_and_request(self) -> Result<(Fields, Request<()>), Refusal> {
        let (parts, body) = self.request.into_parts();
        let bytes = bytes(body).await?;
        Ok((read(&bytes)?, Request::from_parts(parts, ())))
    }
}

async fn bytes(body: Incoming) -> Result<Vec<u8>, Refusal> {
    let whole = Limited::new(body, LONGEST).collect().await;
    let whole = whole.map_err(|error| Refusal::bad(error.to_string()))?;
    Ok(whole.to_bytes().to_vec())
}

fn read(bytes: &[u8]) -> Result<Fields, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Fields::new());
    }
    serde_json::from_slice(bytes).map_err(|error| Refusal::bad(error.to_string()))
}

fn is_version(part: &str) -> bool {
    let number = part.strip_prefix('v');
    number.is_some_and(|number| {
        number.contains('.')
            && number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}
