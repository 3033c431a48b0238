//! Who writes configuration, as this client states it: a claim, not a proof. The NATS user where there is one, else the
//! user and host of the operating system.

use std::{fs, path::Path};

/// The author: as given, else the user of the creds file, else of the URL, else `user@host`.
pub(crate) fn author(given: &str, creds: Option<&Path>, url: &str, os_user: &str) -> String {
    if !given.is_empty() {
        return given.to_owned();
    }
    let of_creds = creds
        .and_then(|file| fs::read_to_string(file).ok())
        .and_then(|text| user_of_creds(&text));
    of_creds
        .or_else(|| user_of_url(url))
        .unwrap_or_else(|| of_system(os_user, &host()))
}

fn host() -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    host.trim().to_owned()
}

fn of_system(user: &str, host: &str) -> String {
    let user = if user.is_empty() {
        format!("uid-{}", rustix::process::getuid().as_raw())
    } else {
        user.to_owned()
    };
    let host = if host.is_empty() { "localhost" } else { host };
    format!("{user}@{host}")
}

/// `ann` of `nats://ann:secret@host:4222`. What stands alone before the `@` is a token, which is nobody's to read.
fn user_of_url(url: &str) -> Option<String> {
    let first = url.split(',').next()?;
    let (_, rest) = first.split_once("://")?;
    let (login, _) = rest.split('/').next()?.rsplit_once('@')?;
    let (user, _) = login.split_once(':')?;
    (!user.is_empty()).then(|| user.to_owned())
}

/// The name in the user's JWT of a creds file, as `nsc` writes it.
fn user_of_creds(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("-----BEGIN NATS USER JWT-----")?;
    let jwt = rest.split_whitespace().next()?;
    let claims = base64_url(jwt.split('.').nth(1)?)?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let name = claims["name"].as_str().filter(|name| !name.is_empty());
    name.or(claims["sub"].as_str()).map(str::to_owned)
}

/// RFC 4648, section 5, without padding.
fn base64_url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nats_user_goes_before_the_systems() {
        let of = |url: &str| author("", None, url, "ann");
        assert_eq!(of("nats://bob:secret@10.0.0.1:4222,nats://x:y@z"), "bob");
        for url in [
            "nats://127.0.0.1:4222",
            "nats://token@host",
            "nats://:x@host",
        ] {
            assert!(of(url).starts_with("ann@"), "{}", of(url));
        }
        assert_eq!(author("given", None, "nats://bob:x@y", "ann"), "given");
        assert_eq!(of_system("ann", "box"), "ann@box");
        assert!(of_system("", "").starts_with("uid-"));
    }

    #[test]
    fn a_creds_file_names_its_user() {
        // {"name":"weir-ci","sub":"UABC"}
        let creds = "-----BEGIN NATS USER JWT-----\nh.eyJuYW1lIjoid2Vpci1jaSIsInN1YiI6IlVBQkMifQ.s\n------END NATS USER JWT------\n";
        assert_eq!(user_of_creds(creds).as_deref(), Some("weir-ci"));
        assert_eq!(user_of_creds("no creds"), None);
        assert_eq!(user_of_creds(&creds.replace("eyJ", "!!!")), None);
    }
}
