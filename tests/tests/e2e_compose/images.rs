//! Stand-ins for the images that the compose file and the Dockerfile name, where the engine does not have them and no
//! registry is asked.
//!
//! An image that is there is taken as it is. What is made here carries a label, so that it is found and removed at the
//! end, or by the next run where this one was killed.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use weir_broker::{Sources, Want};
use weir_tests::{
    debian::{self, Missing},
    deploy::{text, yaml},
    harness,
};

use super::engine::{Engine, expect_ok};

/// The label of what is made here.
const LABEL: &str = "dev.weir.standin";

/// What is in a real `debian:*-slim` or comes with the Dockerfile's `apt-get install`: with these in place it has nothing
/// left to fetch.
const PACKAGES: [&str; 2] = ["ca-certificates", "python3"];

/// The images of a run; what was made for it goes with it.
#[derive(Debug)]
pub(crate) struct Images {
    engine: Engine,
    made: Vec<String>,
    /// The image of weir itself, under a tag of this run's own.
    pub(crate) weir: String,
}

impl Images {
    /// Makes what is not there.
    pub(crate) fn make(engine: &Engine, project: &str) -> Result<Self, Missing> {
        let system = debian::base_system(&PACKAGES)?;
        let mut images = Self {
            engine: engine.clone(),
            made: Vec::new(),
            weir: format!("{project}:test"),
        };
        images.remove_left_over();
        let base = base_of_ours();
        if images.is_wanted(&base) {
            let label = format!("LABEL {LABEL}=1");
            let system = system
                .to_str()
                .expect("the target folder has a name in UTF-8");
            engine.docker(&["import", "--change", &label, system, &base]);
            images.made.push(base.clone());
        }
        images.broker(&base)?;
        images.prometheus(&base)?;
        images.ours();
        Ok(images)
    }

    fn is_wanted(&self, tag: &str) -> bool {
        !self.engine.docker_or_not(&["image", "inspect", tag]).ok
    }

    /// The pinned server, and the `wget` of the real image, which the health check calls.
    fn broker(&mut self, base: &str) -> Result<(), Missing> {
        let tag = image_of("nats");
        if !self.is_wanted(&tag) {
            return Ok(());
        }
        let server = Sources::from_environment().find(&Want::pinned());
        let server = server
            .map_err(|error| Missing::new(error.to_string()))?
            .path;
        let lines = format!(
            "FROM {base}\nCOPY wget /usr/bin/wget\nCOPY nats-server /usr/local/bin/nats-server\nCMD [\"nats-server\"]\n"
        );
        self.build(
            &tag,
            &lines,
            &[("nats-server", &server), ("wget", &wget()?)],
        );
        Ok(())
    }

    /// Debian's Prometheus, laid out as the real image is.
    fn prometheus(&mut self, base: &str) -> Result<(), Missing> {
        let tag = image_of("prometheus");
        if !self.is_wanted(&tag) {
            return Ok(());
        }
        let program = debian::package("prometheus")?.join("usr/bin/prometheus");
        let lines = format!(
            "FROM {base}\nCOPY wget /usr/bin/wget\nCOPY prometheus /bin/prometheus\n\
             RUN mkdir /prometheus && chown 65534:65534 /prometheus\nUSER 65534:65534\nVOLUME /prometheus\n\
             ENTRYPOINT [\"/bin/prometheus\"]\n"
        );
        self.build(
            &tag,
            &lines,
            &[("prometheus", &program), ("wget", &wget()?)],
        );
        Ok(())
    }

    /// The final stage of our own Dockerfile, as it is, over the program that cargo has built.
    fn ours(&mut self) {
        let dockerfile = text("deploy/docker/Dockerfile");
        let last = dockerfile.rfind("\nFROM ").expect("there is a stage");
        let lines = format!(
            "FROM scratch AS build\nLABEL {LABEL}=1\nCOPY weir /out/weir\n{}",
            &dockerfile[last..]
        );
        let work = tempfile::tempdir().expect("there is a temporary folder");
        let slim = work.path().join("weir");
        // The lines of a development build are ten times the program.
        let mut strip = Command::new("strip");
        strip
            .arg("--strip-debug")
            .arg("-o")
            .arg(&slim)
            .arg(harness::weir());
        if !super::engine::answer(&mut strip).ok {
            fs::copy(harness::weir(), &slim).expect("there is room for a copy");
        }
        let ready = weir_tests::deploy::top().join("deploy/docker/weir-ready");
        let tag = self.weir.clone();
        self.build(
            &tag,
            &lines,
            &[("weir", &slim), ("deploy/docker/weir-ready", &ready)],
        );
    }

    #[track_caller]
    fn build(&mut self, tag: &str, dockerfile: &str, files: &[(&str, &Path)]) {
        let context = tempfile::tempdir().expect("there is a temporary folder");
        fs::write(context.path().join("Dockerfile"), dockerfile).expect("it can be written");
        for (name, from) in files {
            let to = context.path().join(name);
            fs::create_dir_all(to.parent().expect("it is in the context")).expect("it can be made");
            fs::copy(from, &to).expect("there is room for a copy");
            fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        // Noted first: a build that breaks off may have left something.
        self.made.push(tag.to_owned());
        let label = format!("{LABEL}=1");
        let mut build = Command::new("docker");
        build
            .args(["build", "--force-rm", "--label", &label, "--tag", tag])
            .arg(context.path());
        expect_ok(&mut build);
    }

    /// Removes what an earlier run could not remove any more. Containers have the labels of their images, also those of a
    /// build that was broken off.
    fn remove_left_over(&self) {
        let filter = format!("label={LABEL}");
        let containers = ["ps", "--all", "--quiet", "--filter", &filter];
        for id in self
            .engine
            .docker_or_not(&containers)
            .out
            .split_whitespace()
        {
            self.engine
                .docker_or_not(&["rm", "--force", "--volumes", id]);
        }
        let images = ["images", "--all", "--quiet", "--filter", &filter];
        for id in self.engine.docker_or_not(&images).out.split_whitespace() {
            // One that another rests on goes with that.
            self.engine.docker_or_not(&["rmi", "--force", id]);
        }
    }
}

impl Drop for Images {
    fn drop(&mut self) {
        for tag in self.made.iter().rev() {
            self.engine.docker_or_not(&["rmi", "--force", tag]);
        }
        self.remove_left_over();
    }
}

/// The image that the last stage of our Dockerfile begins with.
fn base_of_ours() -> String {
    let dockerfile = text("deploy/docker/Dockerfile");
    let last = dockerfile
        .lines()
        .rfind(|line| line.starts_with("FROM "))
        .expect("there is a stage");
    last.split(' ')
        .nth(1)
        .expect("it names an image")
        .to_owned()
}

fn image_of(service: &str) -> String {
    let compose = yaml("docker-compose.yml");
    compose["services"][service]["image"]
        .as_str()
        .expect("it has one")
        .to_owned()
}

/// A `wget` of one file, as the real images have it.
fn wget() -> Result<std::path::PathBuf, Missing> {
    Ok(debian::package("busybox-static")?.join("bin/busybox"))
}
