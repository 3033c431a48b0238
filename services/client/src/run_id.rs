//! Run ids for those who do not choose one themselves.

use weir_core::ids::RunId;

/// The operating system gave no random bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes: {detail}")]
pub struct RandomError {
    detail: String,
}

/// 16 random bytes.
pub(crate) fn random_bytes() -> Result<[u8; 16], RandomError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| RandomError {
        detail: error.to_string(),
    })?;
    Ok(bytes)
}

/// A fresh run id: a random UUID (version 4, 122 random bits) in lower case, so that no two runs share one.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn new_run_id() -> Result<RunId, RandomError> {
    let text = uuid_text(random_bytes()?);
    text.parse()
        .map_err(|error: weir_core::ids::NameError| RandomError {
            detail: error.to_string(),
        })
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// The text of a version 4 UUID made of these bytes.
fn uuid_text(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex(bytes);
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_4() {
        assert_eq!(
            uuid_text([0xff; 16]),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        assert_eq!(uuid_text([0; 16]), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn two_ids_differ() {
        assert_ne!(new_run_id(), new_run_id());
    }
}
