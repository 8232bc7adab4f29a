package kontiki.orchestrator.apiserver;

import java.nio.file.Path;
import kontiki.orchestrator.apiserver.storage.EtcdStorage;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiDirectory;

/**
 * An API server on a real etcd to try things on by hand; its argument is a folder for its files.
 */
final class DevServer {
  private DevServer() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    PkiDirectory pki = RealEtcd.makePki(folder);
    try (RealEtcd etcd =
        RealEtcd.start(RealEtcd.installed().orElseThrow(), folder.resolve("etcd"), pki)) {
      EtcdStorage storage = etcd.connect(pki);
      try (TestApiServer server = TestApiServer.start(folder, pki, storage)) {
        System.out.println(server.kubeconfig(CertificateSet.API_SERVER, "admin"));
        System.out.println(server.kubeconfig(CertificateSet.API_SERVER_NODE, "kn1-client"));
        System.out.println(etcd.endpoints());
        while (System.in.read() >= 0) {
          continue;
        }
      }
    }
  }
}
