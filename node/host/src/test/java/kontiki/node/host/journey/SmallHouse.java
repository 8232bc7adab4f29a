package kontiki.node.host.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.KubeConfig;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;

/**
 * The roles of a control plane as people run them: one process each, mutual TLS between them, on
 * free ports of the loopback interface.
 */
final class SmallHouse implements AutoCloseable {
  private static final String MEMBER = "m1";

  private final Path folder;
  private final PkiDirectory pki;
  private final List<RoleProcess> roles = new ArrayList<>();
  private final RoleProcess store;
  private final RoleProcess apiServer;
  private final RoleProcess scheduler;

  SmallHouse(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    ClusterPlan.Member member = new ClusterPlan.Member(MEMBER, List.of("127.0.0.1"));
    this.pki =
        PkiDirectory.create(
            folder.resolve("pki"),
            ClusterPlan.of(List.of(member), List.of(), List.of()),
            InstantSource.system());
    try {
      this.store = role("info,kontiki.kvstore.access=debug", storeFlags());
      this.apiServer =
          role("info,kontiki.access=debug", apiServerFlags(store.port("listening address=")));
      int port = apiServer.port("ready addresses=");
      Path kubeconfig = kubeconfig("controllers", port);
      var unused =
          role(
              "info",
              List.of(
                  "controllers",
                  "--kubeconfig=" + kubeconfig,
                  "--root-ca-file=" + pki.authority(CertificateSet.API_SERVER),
                  // No kubelet reports in this house.
                  "--node-monitor-grace-period=1h"));
      this.scheduler =
          role(
              "info,kontiki.orchestrator.scheduler=debug",
              List.of("scheduler", "--kubeconfig=" + kubeconfig("scheduler", port)));
    } catch (IOException | InterruptedException | AssertionError e) {
      close();
      throw e;
    }
  }

  RoleProcess store() {
    return store;
  }

  RoleProcess apiServer() {
    return apiServer;
  }

  RoleProcess scheduler() {
    return scheduler;
  }

  /** A client with the administrator's certificate. */
  ApiClient admin() throws IOException, InterruptedException {
    return ApiClient.connect(KubeConfig.load(adminKubeconfig()));
  }

  Path adminKubeconfig() throws IOException, InterruptedException {
    return kubeconfig("admin", apiServer.port("ready addresses="));
  }

  private RoleProcess role(String levels, List<String> arguments) throws IOException {
    RoleProcess role = RoleProcess.start(folder, levels, arguments);
    roles.add(role);
    return role;
  }

  private List<String> storeFlags() {
    String anyPort = "https://127.0.0.1:0";
    return List.of(
        "etcd",
        "--name=" + MEMBER,
        "--data-dir=" + folder.resolve("store"),
        "--listen-client-urls=" + anyPort,
        "--advertise-client-urls=" + anyPort,
        "--listen-peer-urls=" + anyPort,
        "--initial-advertise-peer-urls=" + anyPort,
        "--initial-cluster=" + MEMBER + "=" + anyPort,
        "--cert-file=" + pki.certificate(CertificateSet.STORE_CLIENT, MEMBER),
        "--key-file=" + pki.key(CertificateSet.STORE_CLIENT, MEMBER),
        "--trusted-ca-file=" + pki.authority(CertificateSet.STORE_CLIENT),
        "--peer-cert-file=" + pki.certificate(CertificateSet.STORE_PEER, MEMBER),
        "--peer-key-file=" + pki.key(CertificateSet.STORE_PEER, MEMBER),
        "--peer-trusted-ca-file=" + pki.authority(CertificateSet.STORE_PEER));
  }

  private List<String> apiServerFlags(int storePort) {
    return List.of(
        "apiserver",
        "--etcd-servers=https://127.0.0.1:" + storePort,
        "--etcd-cafile=" + pki.authority(CertificateSet.STORE_CLIENT),
        "--etcd-certfile=" + pki.certificate(CertificateSet.STORE_CLIENT, "apiserver"),
        "--etcd-keyfile=" + pki.key(CertificateSet.STORE_CLIENT, "apiserver"),
        "--secure-port=0",
        "--tls-cert-file=" + pki.certificate(CertificateSet.API_SERVER, "apiserver"),
        "--tls-private-key-file=" + pki.key(CertificateSet.API_SERVER, "apiserver"),
        "--client-ca-file=" + pki.authority(CertificateSet.API_SERVER),
        "--node-client-ca-file=" + pki.authority(CertificateSet.API_SERVER_NODE),
        "--service-account-key-file=" + pki.serviceAccountPublicKey(),
        "--service-account-signing-key-file=" + pki.serviceAccountKey());
  }

  private Path kubeconfig(String name, int port) throws IOException {
    Path file = folder.resolve(name + ".kubeconfig");
    KubeConfig.of(
            "house",
            name,
            "https://127.0.0.1:" + port,
            Files.readString(pki.authority(CertificateSet.API_SERVER)),
            Files.readString(pki.certificate(CertificateSet.API_SERVER, name)),
            Files.readString(pki.key(CertificateSet.API_SERVER, name)))
        .write(file);
    return file;
  }

  @Override
  public void close() {
    roles.reversed().forEach(RoleProcess::close);
  }
}
