//! The namespace controller: a namespace that is deleted goes when the last object in it has gone.

use crate::{
    controller::Policy,
    object::Meta,
    resource::Resource,
    timers::Action,
    world::{REACTION, World},
};

impl World {
    fn terminating(&self, name: &str) -> bool {
        let key = (String::new(), name.to_owned());
        self.store
            .get(Resource::Namespaces, &key)
            .is_some_and(|it| it.value.deleting())
    }

    /// Something in this namespace is gone.
    pub(crate) fn namespace_emptier(&mut self, name: &str) {
        if self.terminating(name) {
            self.after(REACTION, Action::EmptyNamespace(name.to_owned()));
        }
    }

    pub(crate) fn empty_namespace(&mut self, name: &str) {
        if !self.terminating(name) {
            return;
        }
        let mut left = 0;
        for resource in Resource::ALL.into_iter().filter(|it| it.namespaced()) {
            let keys: Vec<_> = self
                .store
                .all(resource, Some(name))
                .map(|it| it.value.key())
                .collect();
            for key in keys {
                if resource == Resource::Jobs {
                    self.delete_job(&key, Policy::Background);
                } else {
                    self.delete(resource, &key, &super::DeleteOptions::default());
                }
                left += usize::from(self.store.get(resource, &key).is_some());
            }
        }
        if left == 0 {
            self.remove(Resource::Namespaces, &(String::new(), name.to_owned()));
        }
    }
}
