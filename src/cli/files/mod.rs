//! `topside files` and `topside cp`: what is in containers and volumes, and copies of it.

mod copy;
mod list;
mod place;

use clap::Args;

use super::arguments::How;

pub(super) use copy::copy;
pub(super) use list::list;

/// What is printed of somebody's files.
#[derive(Debug, Args)]
#[command(after_help = FILES_AFTER)]
pub struct Files {
    /// Whose: PROJECT/SERVICE, a name that only one service or container has, or volume:NAME.
    #[arg(value_name = "SERVICE")]
    pub whose: String,
    /// A path there; of a volume it begins at the volume's own folder.
    #[arg(value_name = "PATH", default_value = "/")]
    pub path: String,
    /// Print what the file holds, as it is; made safe where it goes to a terminal.
    #[arg(long, conflicts_with = "json")]
    pub cat: bool,
    /// Print JSON, for scripts. Sizes are in bytes.
    #[arg(long)]
    pub json: bool,
}

const FILES_AFTER: &str = "\
Examples:
  topside files wezm/web /etc/nginx         what is in a folder, also of a container that is stopped
  topside files volume:wezm_data            what is in a volume, whoever mounts it or nobody
  topside files wezm/db /etc/hostname --cat  what a file holds
  topside files volume:wezm_data / --json | jq -r '.entries[] | select(.size > 1e9).name'

Of a service of several containers the first one that runs is looked at; name a container for another.
Nothing is run in it: a container without a shell will do. Links lead where they lead there, and out of
a volume nowhere.

Where the engine runs on this machine and topside may look (as root), a running container's files and
those of volumes are read at once. Elsewhere the engine has to send all that is below a folder to say
what is in it: that is read up to 4G or 2 minutes, and what was not seen then is said. Of a folder of
more than 50,000 files the others are counted.

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is null):
  path         without links
  entries      name, kind (file, folder, link, block device, character device, pipe, socket), size,
               mode (\"0644\"), uid, gid, modified, target (of a link, as it is written),
               exact (false where the name is not UTF-8, and shown with what stands for the rest)
  more         how many files are not listed
  unfinished   why the listing may lack some, where it does
of a file:
  path, size, kind: \"file\"

Exit codes:
  0  printed
  1  the engine did not answer, or nothing is there
  2  the command line or the config is wrong";

/// What is copied, and where to.
#[derive(Debug, Args)]
#[command(after_help = CP_AFTER)]
pub struct Cp {
    /// SERVICE:PATH, CONTAINER:PATH, volume:NAME:PATH, or a path of this machine.
    #[arg(value_name = "FROM")]
    pub from: String,
    /// The same; one of the two is of this machine. A folder that is there gets it under its own name.
    #[arg(value_name = "TO")]
    pub to: String,
    /// Let a file take the place of one that is there. A folder is never written over.
    #[arg(long)]
    pub overwrite: bool,
    /// How.
    #[command(flatten)]
    pub how: How,
}

const CP_AFTER: &str = "\
Examples:
  topside cp wezm/web:/etc/nginx/nginx.conf .       out, to ./nginx.conf
  topside cp wezm/web:/etc/nginx /tmp/conf          a folder, with all that is in it
  topside cp nginx.conf wezm/web:/etc/nginx/        in, under its own name
  topside cp dump.sql volume:wezm_data:/new.sql     into a volume, under another one
  topside cp --plan volume:old_blog:/ blog          say what it would do

As docker cp does: a file becomes a file, a folder a folder. It works on containers that run, are
stopped, or have no shell; nothing is run in them. A path of this machine with a colon in it is written
./a:b.

Out: modes (without setuid) and times are kept, the owner is you. The path itself is followed where it
is a link; links in a folder stay links. No name leads out of the folder, whoever made it. It is written
under another name, put on the disk, and renamed when it is whole: what is cancelled or fails leaves
nothing.

In: modes and times are kept; the owner is that of the folder it is copied into, or of the file whose
place it takes. It is read back, and counts as copied only when it is the same. The engine writes under
the name itself: what is cancelled or fails is removed again where the engine runs on this machine, and
is said elsewhere. A service that is read-only is not written to, nor is a volume that one mounts.

Exit codes and JSON are those of topside redeploy --help.";
