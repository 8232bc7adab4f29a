package kontiki.pki.transport;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;

/** A cluster's certificates in a temporary folder, and the identities that tests need of them. */
record TestPki(PkiDirectory directory) {
  static TestPki create(Path root) {
    return create(root, InstantSource.system());
  }

  static TestPki create(Path root, InstantSource clock) {
    ClusterPlan plan =
        ClusterPlan.of(
            List.of(new ClusterPlan.Member("m1", List.of())),
            List.of(new ClusterPlan.NodePlan("n1", List.of())),
            List.of());
    return new TestPki(PkiDirectory.create(root, plan, clock));
  }

  /** The API server's serving certificate, trusting clients of its own set. */
  TlsIdentity server() {
    return identity(CertificateSet.API_SERVER, "apiserver");
  }

  TlsIdentity admin() {
    return identity(CertificateSet.API_SERVER, "admin");
  }

  /** Trusts the server, but comes without a certificate. */
  TlsIdentity anonymous() {
    return TlsIdentity.trusting(directory.authority(CertificateSet.API_SERVER));
  }

  /** Trusts the server, but its own certificate is of another authority. */
  TlsIdentity stranger() {
    return TlsIdentity.load(
        directory.certificate(CertificateSet.STORE_CLIENT, "kv"),
        directory.key(CertificateSet.STORE_CLIENT, "kv"),
        directory.authority(CertificateSet.API_SERVER));
  }

  TlsIdentity identity(CertificateSet set, String name) {
    return TlsIdentity.load(
        directory.certificate(set, name), directory.key(set, name), directory.authority(set));
  }
}
