//! `topside --version`: which build this is, for who reports what it does.

use std::sync::LazyLock;

/// What `--version` prints after the name; `-V` prints the number alone.
pub(super) static LONG: LazyLock<String> = LazyLock::new(|| {
    let commit = option_env!("TOPSIDE_COMMIT").unwrap_or("unknown");
    format!(
        "{}\ncommit    {commit}\ntarget    {} ({})\nprofile   {}\nrustc     {}\nengine    API 1.24 to {}\nlicense   {}",
        env!("CARGO_PKG_VERSION"),
        env!("TOPSIDE_TARGET"),
        if cfg!(target_feature = "crt-static") {
            "static"
        } else {
            "dynamic"
        },
        env!("TOPSIDE_PROFILE"),
        env!("TOPSIDE_RUSTC"),
        crate::backend::docker::newest_api(),
        env!("CARGO_PKG_LICENSE"),
    )
});
