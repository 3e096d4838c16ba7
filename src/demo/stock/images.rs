//! Images that are here, and what their registries have by now.

use jiff::Timestamp;
use serde_json::json;

use super::{ago, files};
use crate::demo::programs::{Kind, Program};
use crate::demo::seed::{Seed, sha256};
use crate::demo::world::World;
use crate::demo::world::image::{CacheEntry, Image, Instruction, familiar, parts};

const MB: u64 = 1_000_000;

/// What an image is made of.
struct Recipe {
    reference: &'static str,
    kind: Kind,
    /// What it stands on, and how big that is.
    base: (&'static str, u64),
    /// Its own layers, in bytes.
    layers: &'static [(&'static str, u64)],
    entrypoint: &'static [&'static str],
    command: &'static [&'static str],
    port: &'static str,
    env: &'static [&'static str],
    /// The test of its health check; none without.
    health: Option<&'static str>,
    /// How old it is, in days.
    age: i64,
}

const ALPINE: (&str, u64) = (
    "ADD alpine-minirootfs-3.22.1-x86_64.tar.gz / # buildkit",
    8 * MB,
);
const DEBIAN: (&str, u64) = (
    "# debian.sh --arch 'amd64' out/ 'trixie' '@1762137600'",
    78 * MB,
);

const fn recipe(reference: &'static str, kind: Kind) -> Recipe {
    Recipe {
        reference,
        kind,
        base: ALPINE,
        layers: &[],
        entrypoint: &[],
        command: &[],
        port: "",
        env: &[],
        health: None,
        age: 60,
    }
}

const RECIPES: &[Recipe] = &[
    Recipe {
        layers: &[(
            "RUN /bin/sh -c apt-get install -y hitch # buildkit",
            31 * MB,
        )],
        command: &["hitch", "--config=/etc/hitch/hitch.conf"],
        port: "443/tcp",
        base: DEBIAN,
        ..recipe("hitch:1.7", Kind::Hitch)
    },
    Recipe {
        layers: &[(
            "RUN /bin/sh -c apt-get install -y varnish=7.6.1 # buildkit",
            104 * MB,
        )],
        entrypoint: &["/usr/local/bin/docker-varnish-entrypoint"],
        command: &["varnishd", "-F", "-f", "/etc/varnish/default.vcl"],
        port: "80/tcp",
        env: &["VARNISH_SIZE=256M"],
        base: DEBIAN,
        age: 71,
        ..recipe("varnish:7.6", Kind::Varnish)
    },
    Recipe {
        layers: &[
            ("RUN /bin/sh -c apk add nginx # buildkit", 41 * MB),
            ("COPY public /usr/share/nginx/html # buildkit", 6 * MB),
        ],
        command: &["nginx", "-g", "daemon off;"],
        port: "80/tcp",
        health: Some("wget -q -O /dev/null http://localhost/"),
        age: 26,
        ..recipe("ghcr.io/example/blog:latest", Kind::Nginx)
    },
    Recipe {
        layers: &[
            (
                "RUN /bin/sh -c addgroup -g 1000 node && adduser -u 1000 -G node # buildkit",
                128 * MB,
            ),
            ("COPY package.json wiki.js ./ # buildkit", 4_311),
            ("RUN /bin/sh -c npm install --omit=dev # buildkit", 63 * MB),
        ],
        command: &["node", "wiki.js"],
        port: "3000/tcp",
        env: &["NODE_VERSION=22.20.0"],
        health: Some("wget -q -O /dev/null http://localhost:3000/health"),
        age: 9,
        ..recipe("web-wiki:latest", Kind::Wiki)
    },
    Recipe {
        layers: &[("COPY miniflux /usr/bin/miniflux # buildkit", 24 * MB)],
        command: &["/usr/bin/miniflux"],
        port: "8080/tcp",
        health: Some("/usr/bin/miniflux -healthcheck auto"),
        age: 44,
        ..recipe("miniflux/miniflux:2", Kind::Feeds)
    },
    Recipe {
        layers: &[("COPY lego /usr/bin/lego # buildkit", 58 * MB)],
        command: &["crond", "-f"],
        age: 140,
        ..recipe("goacme/lego:v4.21", Kind::Lego)
    },
    Recipe {
        layers: &[
            (
                "RUN /bin/sh -c set -eux; apk add postgresql16 # buildkit",
                252 * MB,
            ),
            (
                "COPY docker-entrypoint.sh /usr/local/bin/ # buildkit",
                13_812,
            ),
        ],
        entrypoint: &["docker-entrypoint.sh"],
        command: &["postgres"],
        port: "5432/tcp",
        env: &["PGDATA=/var/lib/postgresql/data", "PG_MAJOR=16"],
        health: Some("pg_isready -U wiki"),
        age: 52,
        ..recipe("postgres:16", Kind::Postgres)
    },
    Recipe {
        layers: &[("COPY restic /usr/bin # buildkit", 27 * MB)],
        entrypoint: &["/usr/bin/restic"],
        age: 88,
        ..recipe("restic/restic:0.18", Kind::Backup)
    },
    Recipe {
        layers: &[(
            "COPY syncthing-linux-amd64 /bin/syncthing # buildkit",
            29 * MB,
        )],
        entrypoint: &["/bin/entrypoint.sh", "/bin/syncthing"],
        port: "8384/tcp",
        health: Some("curl -fkLsS -m 2 127.0.0.1:8384/rest/noauth/health"),
        age: 61,
        ..recipe("syncthing/syncthing:1.30", Kind::Syncthing)
    },
    Recipe {
        layers: &[
            (
                "RUN /bin/sh -c apt-get install -y ruby libvips42 # buildkit",
                311 * MB,
            ),
            ("COPY --chown=1000 . /app # buildkit", 188 * MB),
        ],
        command: &["bundle", "exec", "puma", "-C", "config/puma.rb"],
        port: "2342/tcp",
        base: DEBIAN,
        age: 12,
        ..recipe("ghcr.io/example/photos:3", Kind::Photos)
    },
    Recipe {
        layers: &[(
            "RUN /bin/sh -c apt-get install -y rspamd # buildkit",
            96 * MB,
        )],
        command: &["/usr/bin/rspamd", "-f"],
        base: DEBIAN,
        age: 37,
        ..recipe("rspamd/rspamd:3.13", Kind::Rspamd)
    },
    Recipe {
        layers: &[("COPY AdGuardHome /opt/adguardhome/ # buildkit", 39 * MB)],
        entrypoint: &["/opt/adguardhome/AdGuardHome"],
        command: &["-c", "/opt/adguardhome/conf/AdGuardHome.yaml"],
        port: "53/udp",
        age: 101,
        ..recipe("adguard/adguardhome:v0.107", Kind::Idle)
    },
    // Of nobody's use any more.
    Recipe {
        layers: &[(
            "RUN /bin/sh -c addgroup -g 1000 node && adduser -u 1000 -G node # buildkit",
            128 * MB,
        )],
        command: &["node"],
        env: &["NODE_VERSION=22.20.0"],
        age: 70,
        ..recipe("node:22-alpine", Kind::Idle)
    },
    Recipe {
        layers: &[(
            "RUN /bin/sh -c apt-get install -y mariadb-server # buildkit",
            301 * MB,
        )],
        command: &["mariadbd"],
        base: DEBIAN,
        age: 240,
        ..recipe("mariadb:11", Kind::Idle)
    },
    Recipe {
        layers: &[("ADD busybox.tar.gz / # buildkit", 4 * MB)],
        command: &["sh"],
        base: ("LABEL org.opencontainers.image.title=busybox", 0),
        age: 420,
        ..recipe("busybox:1.37", Kind::Script)
    },
];

/// What has a newer version in its registry: the reference, how old that is in days, and whether it never gets well.
const NEWER: &[(&str, i64, bool)] = &[
    ("ghcr.io/example/blog:latest", 1, false),
    ("miniflux/miniflux:2", 3, true),
];

/// Puts them on the engine and into registries.
pub(super) fn add(world: &mut World, now: Timestamp) {
    for recipe in RECIPES {
        let image = build(world.seed, recipe, 0, false, now);
        let name = parts(recipe.reference).0;
        let is_built_here = ["web-", "busybox"]
            .iter()
            .any(|own| recipe.reference.starts_with(own));
        if !is_built_here {
            let by_digest = format!("{name}@{}", image.digest);
            world.references.insert(by_digest, image.id.clone());
            world
                .registry
                .insert(familiar(recipe.reference), image.clone());
        }
        world.add_image(recipe.reference, image);
    }
    for (reference, age, broken) in NEWER {
        let Some(recipe) = RECIPES.iter().find(|recipe| recipe.reference == *reference) else {
            continue;
        };
        let newer = Recipe {
            age: *age,
            ..recipe_like(recipe)
        };
        let image = build(world.seed, &newer, 1, *broken, now);
        world.registry.insert(familiar(reference), image);
    }
    // What a build of the wiki left when its name went over to the next.
    if let Some(wiki) = RECIPES.iter().find(|recipe| recipe.kind == Kind::Wiki) {
        let older = Recipe {
            age: 23,
            ..recipe_like(wiki)
        };
        let image = build(world.seed, &older, 2, false, now);
        world.images.insert(image.id.clone(), image);
    }
    world.cache = cache(world.seed, now);
}

const fn recipe_like(recipe: &Recipe) -> Recipe {
    Recipe { ..*recipe }
}

fn build(seed: Seed, recipe: &Recipe, version: u64, broken: bool, now: Timestamp) -> Image {
    let label = format!("{} {version}", recipe.reference);
    let created = ago(now, recipe.age * 24);
    let mut history = vec![step(recipe.base.0, recipe.base.1, recipe.base.0)];
    let own = recipe.layers.iter().enumerate();
    let last = recipe.layers.len().saturating_sub(1);
    history.extend(own.map(|(at, (command, size))| {
        // Only the last one differs from version to version.
        let version = if at == last { version } else { 0 };
        let grown = size + version * 311_217;
        step(
            command,
            grown,
            &format!("{command} {} {version}", recipe.reference),
        )
    }));
    let quoted = |words: &[&str]| json!(words).to_string();
    if !recipe.entrypoint.is_empty() {
        let command = format!("ENTRYPOINT {}", quoted(recipe.entrypoint));
        history.push(step(&command, 0, &command));
    }
    let command = format!("CMD {}", quoted(recipe.command));
    history.push(step(&command, 0, &command));
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let mut env = vec![path];
    env.extend(recipe.env);
    let mut config = json!({
        "Env": env,
        "Cmd": recipe.command,
        "WorkingDir": "/",
        "Labels": { "org.opencontainers.image.version": format!("{}.{version}", parts(recipe.reference).1) },
    });
    if !recipe.entrypoint.is_empty() {
        config["Entrypoint"] = json!(recipe.entrypoint);
    }
    if !recipe.port.is_empty() {
        config["ExposedPorts"] = json!({ recipe.port: {} });
    }
    if let Some(test) = recipe.health {
        config["Healthcheck"] =
            json!({ "Test": ["CMD-SHELL", test], "Interval": 30_000_000_000_i64 });
    }
    Image {
        id: format!("sha256:{}", seed.hex(&format!("image {label}"))),
        digest: format!("sha256:{}", seed.hex(&format!("manifest {label}"))),
        created,
        history,
        config: config.as_object().cloned().unwrap_or_default(),
        program: Program {
            kind: recipe.kind,
            broken,
        },
        tree: files::of_image(recipe.kind, created),
    }
}

fn step(command: &str, size: u64, layer: &str) -> Instruction {
    Instruction {
        command: command.to_owned(),
        size,
        layer: format!("sha256:{}", sha256(layer.as_bytes())),
    }
}

fn cache(seed: Seed, now: Timestamp) -> Vec<CacheEntry> {
    let entries = [
        (
            "pulled from docker.io/library/node:22-alpine",
            128 * MB,
            23,
            true,
        ),
        ("[2/4] WORKDIR /srv", 8_192, 23, false),
        ("[3/4] COPY package.json wiki.js ./", 12_288, 9, false),
        ("[4/4] RUN npm install --omit=dev", 63 * MB, 9, false),
        (
            "mount / from exec /bin/sh -c npm install --omit=dev",
            214 * MB,
            23,
            false,
        ),
    ];
    let made = entries
        .into_iter()
        .map(|(description, size, days, shared)| CacheEntry {
            id: seed.hex(description).chars().take(25).collect(),
            description: description.to_owned(),
            size,
            created: ago(now, days * 24),
            shared,
        });
    made.collect()
}
