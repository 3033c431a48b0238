//! The templates that a new work pool gets when nobody brings one.

/// The template of a pool of type `process`; the meaning of its keys is described in [`super::process`].
pub const DEFAULT_PROCESS_TEMPLATE: &str = include_str!("default/process.json");

/// The template of a pool of type `kubernetes`.
///
/// It follows Prefect's, with what weir needs fixed and out of the users' reach: Kubernetes retries nothing
/// (`backoffLimit` 0 and `restartPolicy` Never, because weir counts the attempts), one pod at a time, no service links
/// (they would put `WEIR_*` variables of the cluster's Services into the run), and finished Jobs go away by themselves.
/// There is no default image, because there is none that would be right: `image` is required.
pub const DEFAULT_KUBERNETES_TEMPLATE: &str = include_str!("default/kubernetes.json");
