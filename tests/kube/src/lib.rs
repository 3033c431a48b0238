//! A stand-in for a Kubernetes API server, its Job controller and a kubelet, for tests.
