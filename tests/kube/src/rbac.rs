//! Who may do what, by the same roles that a project ships to its users.

use serde_json::Value;

use crate::{object::Meta, resource::qualified, route::Attributes};

/// One rule of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// API groups; the core is the empty string; `*` is any.
    pub groups: Vec<String>,
    /// Resources and subresources (`pods/log`); `*` is any.
    pub resources: Vec<String>,
    /// Verbs; `*` is any.
    pub verbs: Vec<String>,
    /// Only these objects; empty is any. Requests without a name match none of them.
    pub names: Vec<String>,
    /// Where it holds; `None` is everywhere, the cluster scope included.
    pub namespace: Option<String>,
}

/// Who a bearer token stands for.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name in messages, such as `system:serviceaccount:runs:dispatcher`.
    pub user: String,
    /// What follows `Bearer ` in the header.
    pub token: String,
    /// What it may do.
    pub rules: Vec<Rule>,
}

/// Why a manifest is no role.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RoleError {
    /// The kind is another one.
    #[error("kind is {0:?}: want Role or ClusterRole")]
    Kind(String),
    /// A Role needs to say where it holds.
    #[error("metadata.namespace is missing: a Role holds in one namespace")]
    Namespace,
    /// A rule is not made of lists of strings.
    #[error("rules[{0}].{1} is not a list of strings")]
    Rule(usize, &'static str),
}

impl Account {
    /// An account that may do nothing yet. The token is the name after the last colon of the user.
    pub fn new(user: &str) -> Self {
        let token = user.rsplit(':').next().unwrap_or(user).to_owned();
        Self {
            user: user.to_owned(),
            token,
            rules: Vec::new(),
        }
    }

    /// An account that may do everything, as `system:masters`.
    pub fn admin() -> Self {
        let any = || vec!["*".to_owned()];
        let rule = Rule {
            groups: any(),
            resources: any(),
            verbs: any(),
            names: Vec::new(),
            namespace: None,
        };
        Self {
            rules: vec![rule],
            ..Self::new("admin")
        }
    }

    /// The service account of a role's own name and namespace, bound to it.
    ///
    /// # Errors
    /// When the manifest is no Role or `ClusterRole`.
    pub fn from_role(role: &Value) -> Result<Self, RoleError> {
        let namespace = role.text("/metadata/namespace").unwrap_or("default");
        Self::new(&format!(
            "system:serviceaccount:{namespace}:{}",
            role.name()
        ))
        .also(role)
    }

    /// Binds one more role: a Role in its namespace, a `ClusterRole` everywhere.
    ///
    /// # Errors
    /// When the manifest is no Role or `ClusterRole`.
    pub fn also(mut self, role: &Value) -> Result<Self, RoleError> {
        let namespace = match role.text("/kind") {
            Some("Role") => Some(
                role.text("/metadata/namespace")
                    .ok_or(RoleError::Namespace)?
                    .to_owned(),
            ),
            Some("ClusterRole") => None,
            other => return Err(RoleError::Kind(other.unwrap_or_default().to_owned())),
        };
        for (at, rule) in role["rules"].as_array().into_iter().flatten().enumerate() {
            self.rules.push(Rule {
                groups: strings(rule, "apiGroups").ok_or(RoleError::Rule(at, "apiGroups"))?,
                resources: strings(rule, "resources").ok_or(RoleError::Rule(at, "resources"))?,
                verbs: strings(rule, "verbs").ok_or(RoleError::Rule(at, "verbs"))?,
                names: strings(rule, "resourceNames")
                    .ok_or(RoleError::Rule(at, "resourceNames"))?,
                namespace: namespace.clone(),
            });
        }
        Ok(self)
    }

    /// Another token for the same account.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    pub(crate) fn may(&self, attributes: &Attributes) -> bool {
        let resource = attributes.full_resource();
        // A namespace is in itself, so that a Role may allow to read it.
        let own = attributes.resource == "namespaces" && attributes.namespace.is_empty();
        let namespace = if own {
            &attributes.name
        } else {
            &attributes.namespace
        };
        self.rules.iter().any(|rule| {
            has(&rule.verbs, attributes.verb)
                && has(&rule.groups, &attributes.group)
                && has(&rule.resources, &resource)
                && (rule.names.is_empty() || rule.names.contains(&attributes.name))
                && rule.namespace.as_ref().is_none_or(|it| it == namespace)
        })
    }
}

fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|it| it == word || it == "*")
}

/// A missing list is empty; one of something else than strings is none.
fn strings(rule: &Value, key: &str) -> Option<Vec<String>> {
    match &rule[key] {
        Value::Null => Some(Vec::new()),
        Value::Array(all) => all
            .iter()
            .map(|it| it.as_str().map(str::to_owned))
            .collect(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => None,
    }
}

/// The sentence of a 403, after "... is forbidden: ".
pub(crate) fn refusal(user: &str, it: &Attributes) -> String {
    let place = if it.namespace.is_empty() {
        "at the cluster scope".to_owned()
    } else {
        format!("in the namespace \"{}\"", it.namespace)
    };
    format!(
        "User \"{user}\" cannot {} resource \"{}\" in API group \"{}\" {place}",
        it.verb,
        it.full_resource(),
        it.group
    )
}

/// What a 403 speaks of: `jobs.batch "x"`.
pub(crate) fn subject(it: &Attributes) -> String {
    let what = qualified(&it.group, &it.resource);
    if it.name.is_empty() {
        what
    } else {
        format!("{what} \"{}\"", it.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn may(
        account: &Account,
        verb: &'static str,
        resource: &str,
        namespace: &str,
        name: &str,
    ) -> bool {
        let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        account.may(&Attributes {
            verb,
            group: if resource == "jobs" {
                "batch".to_owned()
            } else {
                String::new()
            },
            resource: resource.to_owned(),
            subresource: subresource.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            ..Attributes::default()
        })
    }

    #[test]
    fn a_role_allows_what_it_says_and_nothing_beside() {
        let role = json!({
            "kind": "Role", "metadata": { "name": "worker", "namespace": "runs" },
            "rules": [
                { "apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "get"] },
                { "apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"] },
                { "apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"], "resourceNames": ["mine"] },
            ],
        });
        let account = Account::from_role(&role).unwrap();
        assert_eq!(
            (account.user.as_str(), account.token.as_str()),
            ("system:serviceaccount:runs:worker", "worker")
        );
        assert!(may(&account, "create", "jobs", "runs", ""));
        assert!(!may(&account, "delete", "jobs", "runs", "a"));
        assert!(!may(&account, "create", "jobs", "other", ""));
        assert!(
            !may(&account, "list", "jobs", "", ""),
            "not in all namespaces"
        );
        assert!(may(&account, "get", "pods/log", "runs", "a"));
        assert!(!may(&account, "get", "pods", "runs", "a"));
        assert!(may(&account, "get", "configmaps", "runs", "mine"));
        assert!(!may(&account, "get", "configmaps", "runs", "yours"));
    }

    #[test]
    fn what_is_no_role_is_told() {
        let kind = json!({ "kind": "RoleBinding", "metadata": { "name": "x" } });
        assert_eq!(
            Account::from_role(&kind).unwrap_err(),
            RoleError::Kind("RoleBinding".to_owned())
        );
        let nowhere = json!({ "kind": "Role", "metadata": { "name": "x" } });
        assert_eq!(
            Account::from_role(&nowhere).unwrap_err(),
            RoleError::Namespace
        );
        let verbs = json!({ "kind": "ClusterRole", "rules": [{ "verbs": "get" }] });
        assert_eq!(
            Account::from_role(&verbs).unwrap_err(),
            RoleError::Rule(0, "verbs")
        );
    }
}
