//! `topside backup` and `topside restore`: a volume to a file, and a file to a new volume.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use crate::domain::{ActionName, Failure, Request, VolumeId};
use crate::runtime::jobs::Shared;

use super::arguments::How;
use super::{Arguments, Exit, act, consent, refuse};

/// What is backed up, and where to.
#[derive(Debug, Args)]
#[command(after_help = BACKUP_AFTER)]
pub struct Backup {
    /// The volume.
    #[arg(value_name = "VOLUME")]
    pub volume: String,
    /// The file, or the folder for it to lie in, on this machine. Without it, a file in this folder.
    #[arg(value_name = "FILE", default_value = ".")]
    pub file: String,
    /// How.
    #[command(flatten)]
    pub how: How,
}

/// What is restored, and how it is called.
#[derive(Debug, Args)]
#[command(after_help = RESTORE_AFTER)]
pub struct Restore {
    /// The file, on this machine.
    #[arg(value_name = "FILE")]
    pub file: String,
    /// The volume that is made of it; one of that name must not be there.
    #[arg(value_name = "VOLUME")]
    pub volume: String,
    /// How.
    #[command(flatten)]
    pub how: How,
}

const BACKUP_AFTER: &str = "\
Examples:
  topside backup wezm_data                      ./wezm_data-20261121T194500Z.tar
  topside backup wezm_data /srv/backups         the same in that folder, for cron
  topside -H ssh://me@example backup blog b.tar  of another machine, to this one

The file is a plain tar, readable by its owner alone, with names, contents, owners, modes, times (in
whole seconds), links, pipes and devices; sockets are left out, as they mean nothing elsewhere. Its
checksum lies beside it (FILE.sha256, which sha256sum -c understands). It gets its name only when it
is whole and on the disk; nothing is written over; a backup that is cancelled or fails leaves nothing.

Nothing is stopped. The plan says what runs and can write to the volume meanwhile; for files that go
together (a database's) stop that first, or back up a dump.

It works through a container that is never started, over the same connection as everything else.

Exit codes and JSON are those of topside redeploy --help.";

const RESTORE_AFTER: &str = "\
Examples:
  topside restore wezm_data-20261121T194500Z.tar wezm_data_2
  topside restore --plan b.tar blog             say what it would do

The file is read to its end first: is it a whole tar, and has it the checksum that lies beside it
(FILE.sha256)? Only then is a volume made, unpacked into, read back, and compared with the file entry
by entry: names, kinds, contents, owners, modes, times, link targets. A volume that does not compare,
or whose restoration is cancelled, is removed again. One that is there already is never touched.

Any plain tar will do, also one that another tool made; unpack compressed ones first (gunzip).

A restoration whose process was killed leaves a volume that is not whole: topside jobs names it, and
topside prune volumes VOLUME removes it.

Exit codes and JSON are those of topside redeploy --help.";

/// Backs a volume up.
pub(super) async fn backup(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Backup,
) -> color_eyre::Result<ExitCode> {
    let (volume, file) = (&wanted.volume, &wanted.file);
    run(
        arguments,
        shared,
        ActionName::BackUp,
        (volume, file),
        wanted.how,
    )
    .await
}

/// Makes a volume of a file.
pub(super) async fn restore(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Restore,
) -> color_eyre::Result<ExitCode> {
    let (volume, file) = (&wanted.volume, &wanted.file);
    run(
        arguments,
        shared,
        ActionName::Restore,
        (volume, file),
        wanted.how,
    )
    .await
}

async fn run(
    arguments: &Arguments,
    shared: &Shared,
    action: ActionName,
    (volume, file): (&str, &str),
    how: How,
) -> color_eyre::Result<ExitCode> {
    if volume.is_empty() || Path::new(file).as_os_str().is_empty() {
        let what = action.word().replace('_', " ");
        let failure = Failure::new(what, "a volume and a file have to be named");
        return Ok(refuse(&failure, Exit::Usage));
    }
    let here = match act::reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let id = VolumeId {
        host: here.host.clone(),
        name: volume.into(),
    };
    let requests = [Request::volume(action, id, file.to_owned())];
    let verdict = consent::verdict(&shared.preferences, &here.containers, &requests);
    act::agree_and_carry(shared, here, &requests, verdict, how).await
}
