//! The processes of a container, as `top` and `ps` show them.

use super::Kind;
use crate::demo::world::container::Container;

/// A process: its number, its parent's, and its command line.
pub(crate) type Process = (u32, u32, String);

/// The processes as the host numbers them, the first one first; none of what does not run.
pub(crate) fn processes(container: &Container) -> Vec<Process> {
    if !container.state.is_up() {
        return Vec::new();
    }
    let first = container.state.pid;
    let own = container.command_line().join(" ");
    let mut all = vec![(first, 1, own)];
    for (count, child) in (1..).zip(children(container.program.kind)) {
        all.push((first + count, first, (*child).to_owned()));
    }
    if container.program.kind == Kind::Nginx
        && let Some(master) = all.first_mut()
    {
        "nginx: master process nginx -g daemon off;".clone_into(&mut master.2);
    }
    all
}

fn children(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Hitch => &["/usr/sbin/hitch --config=/etc/hitch/hitch.conf"],
        Kind::Varnish => &["cache-main"],
        Kind::Nginx => &["nginx: worker process", "nginx: worker process"],
        Kind::Postgres => &[
            "postgres: checkpointer",
            "postgres: background writer",
            "postgres: walwriter",
            "postgres: autovacuum launcher",
            "postgres: wiki wiki 172.18.0.5(48812) idle",
        ],
        Kind::Photos => &["puma: cluster worker 0", "puma: cluster worker 1"],
        Kind::Syncthing => &["/bin/syncthing serve"],
        Kind::Rspamd => &["rspamd: controller process", "rspamd: normal process"],
        Kind::Script | Kind::Wiki | Kind::Feeds | Kind::Backup | Kind::Lego | Kind::Idle => &[],
    }
}
