//! The releases of services: what the engine forgets of the images they ran.

use rusqlite::{Row, params};

use super::jobs::time_of;
use super::{Store, StoreError};
use crate::domain::{ImageId, Release, ReleaseState, ServiceId};

impl Store {
    /// Records a release of a service, or how one that is recorded stands now. `engine` is the engine's own id: the
    /// same one may be reached by several names.
    pub fn put_release(
        &self,
        engine: &str,
        service: &ServiceId,
        release: &Release,
    ) -> Result<(), StoreError> {
        let digests = serde_json::to_string(&release.digests)?;
        self.connection().execute(
            "INSERT OR REPLACE INTO releases
             (engine, project, service, number, image, reference, digests, config_hash, since, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                engine,
                project(service),
                &*service.name,
                release.number.cast_signed(),
                release.image.as_str(),
                release.reference,
                digests,
                release.config_hash,
                release.since.as_millisecond(),
                word(release.state),
            ],
        )?;
        Ok(())
    }

    /// Forgets a release.
    pub fn forget_release(
        &self,
        engine: &str,
        service: &ServiceId,
        number: u64,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "DELETE FROM releases WHERE engine = ?1 AND project = ?2 AND service = ?3 AND number = ?4",
            params![engine, project(service), &*service.name, number.cast_signed()],
        )?;
        Ok(())
    }

    /// The images that are kept for going back to, of every service, and for which release: "release 3 of wezm/web".
    pub fn kept_images(&self, engine: &str) -> Result<Vec<(ImageId, String)>, StoreError> {
        let connection = self.connection();
        // What did not prove itself is recorded, but not kept.
        let mut statement = connection.prepare(
            "SELECT image, project, service, number FROM releases
             WHERE engine = ?1 AND state != ?2 ORDER BY project, service, number",
        )?;
        let kept = statement
            .query_map(params![engine, word(ReleaseState::Failed)], kept_of)?
            .collect::<Result<_, _>>()?;
        Ok(kept)
    }

    /// The releases of a service, the oldest first.
    pub fn releases(&self, engine: &str, service: &ServiceId) -> Result<Vec<Release>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(
            "SELECT number, image, reference, digests, config_hash, since, state FROM releases
             WHERE engine = ?1 AND project = ?2 AND service = ?3 ORDER BY number",
        )?;
        let releases = statement
            .query_map(
                params![engine, project(service), &*service.name],
                release_of,
            )?
            .collect::<Result<_, _>>()?;
        Ok(releases)
    }
}

fn project(service: &ServiceId) -> &str {
    service.project.as_deref().unwrap_or_default()
}

fn kept_of(row: &Row<'_>) -> rusqlite::Result<(ImageId, String)> {
    let image: String = row.get(0)?;
    let (project, service): (String, String) = (row.get(1)?, row.get(2)?);
    let number = row.get::<_, i64>(3)?.unsigned_abs();
    let path = if project.is_empty() {
        service
    } else {
        format!("{project}/{service}")
    };
    Ok((image.into(), format!("release {number} of {path}")))
}

fn release_of(row: &Row<'_>) -> rusqlite::Result<Release> {
    let image: String = row.get(1)?;
    let digests: String = row.get(3)?;
    let state: String = row.get(6)?;
    Ok(Release {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        image: image.into(),
        reference: row.get(2)?,
        digests: serde_json::from_str(&digests).unwrap_or_default(),
        config_hash: row.get(4)?,
        since: time_of(row.get(5)?),
        state: state_of(&state),
    })
}

const fn word(state: ReleaseState) -> &'static str {
    match state {
        ReleaseState::Good => "good",
        ReleaseState::Failed => "failed",
        ReleaseState::RolledBack => "rolled_back",
    }
}

/// What a later version wrote and this one does not know is no place to go back to.
fn state_of(word: &str) -> ReleaseState {
    match word {
        "good" => ReleaseState::Good,
        "rolled_back" => ReleaseState::RolledBack,
        _ => ReleaseState::Failed,
    }
}
