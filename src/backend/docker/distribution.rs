//! What a reference means in its registry now, without fetching anything.

use hyper::Method;
use serde::Deserialize;

use super::channel::Channel;
use super::registry_auth::Logins;
use super::request::escape;
use crate::backend::BackendError;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Distribution {
    descriptor: Descriptor,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

/// The digest of the manifest (or list of manifests) behind a reference. The engine asks the registry.
pub(super) async fn digest(
    channel: &Channel,
    logins: &Logins,
    reference: &str,
) -> Result<String, BackendError> {
    let headers = logins.header(reference).await?;
    let path = format!("/distribution/{}/json", escape(reference));
    let answer = channel.exchange(Method::GET, &path, None, headers).await?;
    let answer = channel.whole(answer).await?;
    let answer: Distribution =
        serde_json::from_slice(&answer).map_err(|err| BackendError::Garbage(err.to_string()))?;
    Ok(answer.descriptor.digest)
}
