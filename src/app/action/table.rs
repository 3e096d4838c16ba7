//! The table itself: a row an action.

use super::{Action, Context, Spec};
use crate::app::view::View;
use crate::domain::ActionName;

const EVERYWHERE: &[Context] = &[Context::Everywhere];
const SERVICES: &[Context] = &[Context::Services];
const LOGS: &[Context] = &[Context::Logs];
const DETAIL: &[Context] = &[Context::Detail];
const CERTIFICATES: &[Context] = &[Context::Certificates];
const VOLUMES: &[Context] = &[Context::Volumes];
const NETWORKS: &[Context] = &[Context::Networks];
const IMAGES: &[Context] = &[Context::Images];
const FILES: &[Context] = &[Context::Files];

const fn look(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    contexts: &'static [Context],
    short: &'static str,
    about: &'static str,
) -> Spec {
    Spec {
        action,
        name,
        about,
        short,
        keys,
        contexts,
        changes: false,
    }
}

const fn act(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    contexts: &'static [Context],
    short: &'static str,
    about: &'static str,
) -> Spec {
    Spec {
        changes: true,
        ..look(action, name, keys, contexts, short, about)
    }
}

/// Every action. Lower case looks, upper case acts. The order is the footer's and the help's.
// One row a line: a table is read down its columns.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    act(Action::Do(ActionName::Redeploy), "redeploy", &["D"], SERVICES, "redeploy",
        "pull what is newer, bring the service up, and watch until it runs"),
    act(Action::Do(ActionName::Rebuild), "rebuild", &["B"], SERVICES, "rebuild",
        "build the service's image, bring it up, and watch until it runs"),
    act(Action::Do(ActionName::RollBack), "roll_back", &["Z"], SERVICES, "roll back",
        "bring up the image that the service ran before this one; again goes back one more"),
    act(Action::Do(ActionName::Restart), "restart", &["R"], SERVICES, "restart",
        "stop and start the service's containers, and watch until they run"),
    act(Action::StopStart, "stop_start", &["S"], SERVICES, "stop/start",
        "stop the service, or start it when it is stopped"),
    look(Action::Logs, "logs", &["l"], &[Context::Services, Context::Jobs, Context::Certificates], "logs",
        "follow the logs of the service"),
    look(Action::ShowPlan, "plan", &["P"], &[Context::Services, Context::Certificates], "plan",
        "what a redeploy, rebuild, roll back or renewal would do, step by step; Enter there does it"),
    look(Action::Shell, "shell", &["e"], SERVICES, "shell",
        "open a shell in the container; leave it to come back here"),
    look(Action::Browse, "browse", &["b"], &[Context::Services, Context::Volumes], "files",
        "look through the files of the container or volume, running or not"),
    look(Action::ViewFile, "view_file", &["v"], FILES, "view", "read the file, as text or bytes; into a folder it goes in"),
    look(Action::FolderUp, "folder_up", &["Backspace"], FILES, "up", "to the folder above"),
    act(Action::Do(ActionName::CopyOut), "copy_out", &["C"], FILES, "copy out",
        "copy the file or folder to the machine where topside runs (asks where)"),
    act(Action::Do(ActionName::CopyIn), "copy_in", &["P"], FILES, "put in",
        "copy a file or folder of that machine into the folder shown, and compare (asks which)"),
    act(Action::Do(ActionName::Remove), "remove", &["X"], SERVICES, "remove",
        "remove the service's containers (asks first; volumes stay)"),
    act(Action::Do(ActionName::Up), "project_up", &["U"], SERVICES, "up",
        "on a project's heading: bring up all of it, with profiles picked from a list"),
    act(Action::Do(ActionName::Down), "project_down", &[], SERVICES, "",
        "on a project's heading, there with the key of remove too: take it down (asks first; volumes stay)"),
    act(Action::Do(ActionName::Pull), "project_pull", &[], SERVICES, "",
        "on a project's heading: pull all its images, and bring nothing up"),
    act(Action::EditFiles, "edit_files", &["E"], SERVICES, "edit",
        "the project's Compose and env files in $EDITOR; checked, and shown as a diff, before anything is brought up"),
    look(Action::Inspect, "inspect", &["i"], SERVICES, "inspect", "the engine's JSON of the container; of a project its Compose files, merged"),
    act(Action::Do(ActionName::Renew), "renew", &["C"], CERTIFICATES, "renew",
        "run the ACME client that orders it, make servers read it, and see it served"),
    act(Action::Do(ActionName::Reload), "reload", &["r"], CERTIFICATES, "reload",
        "make servers read again what was renewed already, and see it served"),
    act(Action::ForceRenew, "force_renew", &[], CERTIFICATES, "",
        "renew it though it is not due: shows the CA's limits first; Enter there does it"),
    act(Action::Do(ActionName::BackUp), "back_up", &["B"], VOLUMES, "back up",
        "write the volume to a tar file with its checksum beside it (asks where; shows the plan first)"),
    act(Action::Do(ActionName::Restore), "restore", &["R"], VOLUMES, "restore",
        "make a new volume of such a file, and compare the two (asks which; shows the plan first)"),
    act(Action::Export, "export", &["E"], CERTIFICATES, "",
        "write the certificate and its chain to a file, as PEM; never a key"),
    act(Action::Do(ActionName::RemoveVolume), "remove_volume", &["X"], VOLUMES, "remove",
        "remove the volume and all that is in it, if no container uses it (its name has to be typed)"),
    look(Action::StopMeasuring, "stop_measuring", &["x"], VOLUMES, "stop measuring", "measure no more sizes, until u asks again"),
    act(Action::Do(ActionName::RemoveImage), "remove_image", &["X"], IMAGES, "remove",
        "remove the image, if no container uses it and no release keeps it (asks first)"),
    look(Action::LookIntoImage, "layers", &["L"], IMAGES, "layers",
        "read the image's layers: what each adds, changes, deletes and wastes; again ends it"),
    act(Action::PruneImages, "prune_images", &["P"], IMAGES, "prune",
        "show which images without a tag nothing uses; Enter there removes them"),
    act(Action::PruneAllImages, "prune_all_images", &["A"], IMAGES, "prune all",
        "show which images nothing uses, tagged ones too; Enter there removes them"),
    act(Action::RemoveNetwork, "remove_network", &["X"], NETWORKS, "remove",
        "remove the network, if no container names it (asks first)"),
    act(Action::PruneNetworks, "prune_networks", &[],
        &[Context::Images, Context::Volumes, Context::Hosts, Context::Networks], "",
        "show which networks no container names; Enter there removes them"),
    act(Action::PruneBuildCache, "prune_build_cache", &[], IMAGES, "",
        "show what builds left to be faster the next time; Enter there removes it"),
    act(Action::CancelJob, "cancel_job", &["x"], &[Context::Jobs, Context::Files], "cancel",
        "cancel the running job, or copy, after a step that cannot be cut short"),
    look(Action::ToggleFollow, "toggle_follow", &["p"], LOGS, "pause", "pause, or go on following new lines"),
    look(Action::ToggleWrap, "toggle_wrap", &["w"], LOGS, "wrap", "wrap long lines, or not"),
    look(Action::ToggleTimes, "toggle_times", &["t"], LOGS, "times", "show the time of each line, or not"),
    look(Action::NextMatch, "next_match", &["n"], &[Context::Logs, Context::Detail, Context::Files], "next", "go to the next match"),
    look(Action::PreviousMatch, "previous_match", &["N"], &[Context::Logs, Context::Detail, Context::Files], "",
        "go to the match before"),
    look(Action::Filter, "filter", &["/"], EVERYWHERE, "filter",
        "filter the list (fuzzy; ! inverts), or find in logs and JSON"),
    look(Action::Palette, "palette", &[":"], EVERYWHERE, "actions", "every action, by name"),
    look(Action::Help, "help", &["?"], EVERYWHERE, "help", "the keys that work here"),
    look(Action::Findings, "findings", &["!"], EVERYWHERE, "", "everything that needs you"),
    look(Action::Show(View::Services), "show_services", &["1"], EVERYWHERE, "", "the services view"),
    look(Action::Show(View::Certificates), "show_certificates", &["2"], EVERYWHERE, "", "the certificates view"),
    look(Action::Show(View::Volumes), "show_volumes", &["3"], EVERYWHERE, "", "the volumes view"),
    look(Action::Show(View::Images), "show_images", &["4"], EVERYWHERE, "", "the images view"),
    look(Action::Show(View::Logs), "show_logs", &["5"], EVERYWHERE, "", "the logs view"),
    look(Action::Show(View::Jobs), "show_jobs", &["6"], EVERYWHERE, "", "the jobs view"),
    look(Action::Show(View::Hosts), "show_hosts", &["7"], EVERYWHERE, "", "the hosts view"),
    look(Action::Show(View::Networks), "show_networks", &["8"], EVERYWHERE, "",
        "the networks view; the next tab there lists the ports of the host, and who listens on them"),
    look(Action::Down, "down", &["j", "Down"], EVERYWHERE, "", "one row down"),
    look(Action::Up, "up", &["k", "Up"], EVERYWHERE, "", "one row up"),
    look(Action::PageDown, "page_down", &["PgDn", "C-d", "C-f"], EVERYWHERE, "", "one page down"),
    look(Action::PageUp, "page_up", &["PgUp", "C-u", "C-b"], EVERYWHERE, "", "one page up"),
    look(Action::Top, "top", &["g", "Home"], EVERYWHERE, "", "to the first row"),
    look(Action::Bottom, "bottom", &["G", "End"], EVERYWHERE, "", "to the last row"),
    look(Action::Left, "left", &["h", "Left"], EVERYWHERE, "", "fold a project or service; scroll text to the left"),
    look(Action::Right, "right", &["Right"], EVERYWHERE, "", "unfold a project or service; scroll text to the right"),
    look(Action::Enter, "enter", &["Enter"], EVERYWHERE, "open", "go in: unfold, or move to the detail pane"),
    look(Action::Back, "back", &["Esc"], EVERYWHERE, "", "come back, close, clear the filter"),
    look(Action::NextPane, "next_pane", &["Tab", "S-Tab"], EVERYWHERE, "", "to the other pane"),
    look(Action::NextTab, "next_tab", &["]"], EVERYWHERE, "tab", "the next tab of the detail pane; in the networks view its ports"),
    look(Action::PreviousTab, "previous_tab", &["["], EVERYWHERE, "", "the tab before in the detail pane"),
    look(Action::OnlyProblems, "only_problems", &["f"], EVERYWHERE, "problems", "only what has a problem"),
    look(Action::Sort, "sort", &["o"], EVERYWHERE, "sort", "sort by the next column"),
    look(Action::Mark, "mark", &["Space"], SERVICES, "mark", "mark or unmark the service; actions take all marked"),
    look(Action::FoldAll, "fold_all", &["z"], SERVICES, "fold all", "fold or unfold all projects"),
    look(Action::Reveal, "reveal", &["v"], DETAIL, "secrets", "show or hide values that look secret"),
    look(Action::Copy, "copy", &["y"], EVERYWHERE, "copy", "copy the selected name or line; of a certificate its fingerprint, PEM, serial or names"),
    look(Action::Refresh, "refresh", &["u"], EVERYWHERE, "ask again", "ask again: the list, updates, sizes, certificates"),
    look(Action::ToggleMouse, "toggle_mouse", &["m"], EVERYWHERE, "",
        "the mouse here, or the terminal's own selection"),
    look(Action::Suspend, "suspend", &["C-z"], EVERYWHERE, "", "back to the shell; fg returns"),
    look(Action::Quit, "quit", &["q", "C-c"], EVERYWHERE, "quit", "leave"),
];
