package kontiki.node.host.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kontiki.node.host.cluster.Addresses;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.orchestrator.client.KubeConfig;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiDirectory;

/**
 * The kubeconfigs of a cluster. Those of components name the certificate files, so that a renewed
 * certificate is used without a new kubeconfig; the one for people holds everything inside.
 */
public final class Kubeconfigs {

  /** The context, cluster and user that people see. */
  public static final String CONTEXT = "kontiki";

  private static final String LOCAL_SERVER = "https://127.0.0.1:" + Addresses.API_PORT;
  private static final String NODE_SERVER =
      "https://" + Addresses.MACHINE + ":" + Addresses.API_PORT;

  private final PkiDirectory pki;

  public Kubeconfigs(PkiDirectory pki) {
    this.pki = pki;
  }

  /** Writes the kubeconfig of every component, and the one for people. */
  public void write(ClusterSpec spec) throws IOException {
    Layout layout = spec.layout();
    writeFile(layout.kubeconfig("controllers"), client("controllers"));
    writeFile(layout.kubeconfig("scheduler"), client("scheduler"));
    for (int number : spec.nodeNumbers().toList()) {
      String node = Addresses.nodeName(number);
      writeFile(layout.kubeconfig(node + "-kubelet"), kubelet(node));
      writeFile(
          layout.kubeconfig(node + "-proxy"),
          text(NODE_SERVER, CertificateSet.API_SERVER, CertificateSet.API_SERVER, "proxy"));
    }
    admin().write(layout.adminKubeconfig());
  }

  /** For the person who started the cluster. */
  public KubeConfig admin() throws IOException {
    return KubeConfig.of(
        CONTEXT,
        CONTEXT,
        LOCAL_SERVER,
        Files.readString(pki.authority(CertificateSet.API_SERVER)),
        Files.readString(pki.certificate(CertificateSet.API_SERVER, "admin")),
        Files.readString(pki.key(CertificateSet.API_SERVER, "admin")));
  }

  /** For a client on this machine, by the name of its certificate. */
  String client(String name) {
    return text(LOCAL_SERVER, CertificateSet.API_SERVER, CertificateSet.API_SERVER, name);
  }

  private String kubelet(String node) {
    return text(
        NODE_SERVER, CertificateSet.API_SERVER, CertificateSet.API_SERVER_NODE, node + "-client");
  }

  /** For asking a kubelet how it is, as the API server would. */
  String kubeletProbe(String server) {
    return text(
        server, CertificateSet.API_SERVER_NODE, CertificateSet.API_SERVER_NODE, "apiserver");
  }

  /** For asking a control loop's process how it is: with the certificate for health. */
  String healthProbe(String server) {
    return text(server, CertificateSet.NODE, CertificateSet.NODE, PkiDirectory.HEALTH);
  }

  /** For asking a store member how it is, as the API server would. */
  String storeProbe(String server) {
    return text(server, CertificateSet.STORE_CLIENT, CertificateSet.STORE_CLIENT, "apiserver");
  }

  private String text(String server, CertificateSet authority, CertificateSet set, String name) {
    return """
    apiVersion: v1
    kind: Config
    current-context: kontiki
    contexts:
    - name: kontiki
      context: {cluster: kontiki, user: %s}
    clusters:
    - name: kontiki
      cluster:
        server: %s
        certificate-authority: "%s"
    users:
    - name: %s
      user:
        client-certificate: "%s"
        client-key: "%s"
    """
        .formatted(
            name,
            server,
            pki.authority(authority),
            name,
            pki.certificate(set, name),
            pki.key(set, name));
  }

  private static void writeFile(Path file, String text) throws IOException {
    KubeConfig.parse(text, Path.of("/")).write(file);
  }
}
