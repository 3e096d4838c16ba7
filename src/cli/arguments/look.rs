//! Those that only look: releases, jobs, certificates, the whole picture.

use std::path::PathBuf;

use clap::Args;

/// What services ran.
#[derive(Debug, Args)]
#[command(after_help = RELEASES_AFTER)]
pub struct Releases {
    /// PROJECT/SERVICE, or a name that only one service or container has; without one, all of them.
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const RELEASES_AFTER: &str = "\
Examples:
  topside releases                     of all services
  topside releases wezm/web --json | jq -r '.releases[] | select(.running).image_id'

The newest first; ● is the one that runs. Each deploy keeps the image that ran before it, under a tag
of its own that no prune takes; topside rollback SERVICE --to RELEASE brings it up again.

PLACE says where a release's image is: kept (here, under its tag), not kept (here still), registry
(not here; pulled by its digest), gone (no way back to it).

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is
null):
  releases  host, project, service, release (its number), running, state (good, failed,
            rolled_back), since, reference, image_id, place (kept, unkept, registry, gone),
            digests, config_hash

Exit codes:
  0  printed
  1  the engine did not answer
  2  the command line or the config is wrong";

/// What was done.
#[derive(Debug, Args)]
#[command(after_help = JOBS_AFTER)]
pub struct Jobs {
    /// How many, the newest first.
    #[arg(long, short = 'n', default_value_t = 20, value_name = "N")]
    pub last: usize,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const JOBS_AFTER: &str = "\
Examples:
  topside jobs                         the last twenty, of dashboards, scripts and cron
  topside jobs -n 100 --json | jq '.jobs[] | select(.result.outcome == \"failed\")'

Exit codes:
  0  printed
  1  the records could not be read
  2  the command line or the config is wrong";

/// Print the certificates of files and folders, or of the host's containers.
#[derive(Debug, Args)]
#[command(after_help = CERTS_AFTER)]
pub struct Certs {
    /// Files of this machine, in whatever form they are, and folders, read with all that is in them; - is the standard
    /// input. Without one, the certificates that the host's containers keep. With --export, the name or fingerprint of
    /// one of these.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write the certificate that is named, and the CAs above it, to a file as PEM; never a key. - is the standard
    /// output. What is there already stays, unless somebody says yes.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub export: Option<PathBuf>,
    /// Let the export take the place of what is there, without asking.
    #[arg(long, requires = "export")]
    pub overwrite: bool,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const CERTS_AFTER: &str = "\
Examples:
  topside certs                        those of the host's containers, the most urgent first
  topside certs /etc/ssl chain.pem     of files: dates, chain, whose key
  openssl s_client -connect example.org:443 -showcerts </dev/null | topside certs -
  topside certs www.example.org --export chain.pem

Reads PEM (also in UTF-16, indented, or in one line), DER, base64 of it, PKCS #7, PKCS #12 without a
password or with an empty one, and Traefik's acme.json. A file that is named is always told of, one
in a folder if it holds something. Links to folders are not followed; of files over 16 MiB only the
beginning is read.

CHAIN says whether the file is what a server has to send: complete (up to a root or to one below
it), missing intermediate, wrong order, self-signed, broken (one did not sign the next, or belongs to
none), - where no leaf is. KEY says whether the private key in the file, or else beside it
(privkey.pem, NAME.key), is that of the certificate.

JSON of paths (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is
absent is null):
  path          as it was named
  outcome       ok, partial, no_certificate, malformed, container (needs its password)
  chain         complete, missing_intermediate, wrong_order, self_signed, broken, unknown
  key_match     true, false, null
  certificates  index (from 0), role (leaf, intermediate, root, self_signed), subject_cn, sans,
                not_before, not_after, issuer_cn, serial, sha256
JSON of the host:
  sha256, names, issuer, not_before, not_after, urgency, staging,
  replaced_by (sha256 of a newer one that is stored), places {service, container, path, mounted_from},
  renewal {client, at (at the latest), run_by, hook, remedy, concern {kind (off, every_run, forced,
  too_late, runs_too_late, missed)}}: null where nothing is known of it

Exit codes:
  0  printed, whatever they are worth
  1  a path could not be read (the others are printed), or the engine did not answer
  2  the command line or the config is wrong";

/// Print every service, certificate and finding once.
#[derive(Debug, Args)]
#[command(after_help = STATUS_AFTER)]
pub struct Status {
    /// Ask the registries now whether they have newer images, rather than print what they said before.
    #[arg(long)]
    pub updates: bool,
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

const STATUS_AFTER: &str = "\
Examples:
  topside status                       what needs you, then every service and certificate
  topside status --updates             ask the registries first
  topside status --json | jq -r '.findings[].what'

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is
null):
  hosts         id, address, state (connected, lost), engine, version, api_version,
                error {what, why, hint}
  services      host, project, service, state (running, starting, unhealthy, restarting, partial,
                paused, created, stopped, failed), health (none, starting, healthy, unhealthy),
                image, image_id, restarts, containers,
                update {available (true, false, null before the first answer), digest, checked_at,
                error}: what the registry has; null where none can be asked (built here, pinned)
                drift: whether it runs with another configuration than its Compose files say; null
                where that cannot be told
                rebuilt: whether its reference means another image here, not deployed (built or pulled)
                lost_tag: whether its image has no tag left and its reference means nothing here
    containers  id, name, state, health, image, image_id, started_at, finished_at, exit_code,
                oom_killed, restarts, ports
  certificates  sha256, names, common_name, issuer, serial, not_before, not_after, self_signed,
                urgency, days_left, replaced_by (sha256 of a newer one that is stored),
                renewal (as topside certs --json has it),
                verdict {word (fine, not seen, not reloaded, restart will fail, wrong key, old file
                mounted, …), severity, what, advice},
                places {host, service, container, path, mounted_from, client, lineage, server, key,
                key_matches (true, false, null), seen_inside (sha256 of what the container's programs
                see there instead), modified}
  findings      id, kind, severity (warning, critical), subject, what, why, since, action, snoozed
                (true, false), snoozed_until; the kinds: see topside findings --help

It asks Compose for the hashes of each project's files (a tenth of a second each), each endpoint what
it serves, and the engine for the rest. A server that did not take a new certificate is let check its
own files (nginx -t, hitch --test, haproxy -c), unless its policy is read-only. Registries are asked in the background while the dashboard is open, and with --updates.

Exit codes:
  0  printed, whatever the findings
  1  the engine did not answer
  2  the command line or the config is wrong";
