//! What the manifest of a Job may hold: the pool's word over templates, job variables and manifests that users bring.

use serde::{Deserialize, Serialize};

/// What the manifest of a Job may hold. Files say it as a map of these fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobPolicy {
    /// Images, each a pattern in which `*` stands for any text; none: any image.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// Namespaces in which Jobs may be made; none: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Service accounts that pods may have; none: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_accounts: Vec<String>,
    /// Paths of the node that pods may mount, with everything below; none: no path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host_paths: Vec<String>,
    /// Containers may be privileged, add capabilities, and share the node's network, processes and IPC.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub privileged: bool,
}
