//! The kinds of objects that the stand-in keeps, with all the spellings that an API server has for each.

/// A kind of object.
#[expect(
    clippy::enum_variant_names,
    reason = "the words are those of Kubernetes"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// batch/v1 Jobs.
    Jobs,
    /// Pods, made by the Job controller.
    Pods,
    /// Events as `kubectl get events` shows them.
    Events,
    /// Config maps; their contents are stored, never mounted.
    ConfigMaps,
    /// Secrets; as config maps.
    Secrets,
    /// Resource quotas over `count/jobs.batch` and `pods`.
    ResourceQuotas,
    /// Namespaces.
    Namespaces,
    /// Nodes, read only.
    Nodes,
    /// coordination.k8s.io/v1 Leases, stored and nothing else.
    Leases,
}

impl Resource {
    pub(crate) const ALL: [Self; 9] = [
        Self::Jobs,
        Self::Pods,
        Self::Events,
        Self::ConfigMaps,
        Self::Secrets,
        Self::ResourceQuotas,
        Self::Namespaces,
        Self::Nodes,
        Self::Leases,
    ];

    /// The API group; empty for the core.
    pub fn group(self) -> &'static str {
        match self {
            Self::Jobs => "batch",
            Self::Leases => "coordination.k8s.io",
            Self::Pods
            | Self::Events
            | Self::ConfigMaps
            | Self::Secrets
            | Self::ResourceQuotas
            | Self::Namespaces
            | Self::Nodes => "",
        }
    }

    /// The word in a manifest's `kind`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Jobs => "Job",
            Self::Pods => "Pod",
            Self::Events => "Event",
            Self::ConfigMaps => "ConfigMap",
            Self::Secrets => "Secret",
            Self::ResourceQuotas => "ResourceQuota",
            Self::Namespaces => "Namespace",
            Self::Nodes => "Node",
            Self::Leases => "Lease",
        }
    }

    /// The word in paths and in roles.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::Pods => "pods",
            Self::Events => "events",
            Self::ConfigMaps => "configmaps",
            Self::Secrets => "secrets",
            Self::ResourceQuotas => "resourcequotas",
            Self::Namespaces => "namespaces",
            Self::Nodes => "nodes",
            Self::Leases => "leases",
        }
    }

    pub(crate) fn namespaced(self) -> bool {
        !matches!(self, Self::Namespaces | Self::Nodes)
    }

    /// The word in a manifest's `apiVersion`.
    pub(crate) fn api_version(self) -> String {
        match self.group() {
            "" => "v1".to_owned(),
            group => format!("{group}/v1"),
        }
    }

    /// As messages about a resource have it: `jobs.batch`.
    pub(crate) fn qualified(self) -> String {
        qualified(self.group(), self.plural())
    }

    /// As messages about an invalid object have it: `Job.batch`.
    pub(crate) fn qualified_kind(self) -> String {
        qualified(self.group(), self.kind())
    }

    /// The resource of a path, if the stand-in has it. All of them are at version v1.
    pub(crate) fn find(group: &str, version: &str, plural: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|it| version == "v1" && it.group() == group && it.plural() == plural)
    }
}

/// A resource or kind with its group behind it.
pub(crate) fn qualified(group: &str, word: &str) -> String {
    if group.is_empty() {
        word.to_owned()
    } else {
        format!("{word}.{group}")
    }
}
