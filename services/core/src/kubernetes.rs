//! What a run looks like in a Kubernetes cluster, worked out before anybody speaks to one: whose it is, how an attempt
//! is called, which Job is made of it, and whether the pool's policy lets that through.
//!
//! Manifests are plain JSON from the template to the POST. A typed Job would lose each field that it does not know.

pub mod identity;
mod installation;
mod legal;
pub mod manifest;
pub mod policy;
mod recipe;

pub(crate) use self::installation::installation_id;
pub use self::{
    identity::{Identity, Owner},
    manifest::{Manifest, ManifestError},
    policy::{JobPolicy, PolicyError},
    recipe::{Recipe, RecipeError},
};
