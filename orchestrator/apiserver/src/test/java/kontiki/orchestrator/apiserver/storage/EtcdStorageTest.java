package kontiki.orchestrator.apiserver.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import kontiki.orchestrator.apiserver.RealEtcd;
import kontiki.pki.ca.PkiDirectory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real etcd; skipped where none is installed. */
class EtcdStorageTest extends StorageContract {
  @TempDir static Path folder;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static RealEtcd etcd;
  private static EtcdStorage storage;

  private String prefix = "";

  @BeforeAll
  static void start() throws IOException {
    Optional<Path> installed = RealEtcd.installed();
    Assumptions.assumeTrue(
        installed.isPresent(), "skipped: no etcd on the PATH (package etcd-server)");
    PkiDirectory pki = RealEtcd.makePki(folder);
    etcd = RealEtcd.start(installed.get(), folder.resolve("etcd"), pki);
    storage = etcd.connect(pki);
  }

  @AfterAll
  static void stop() {
    if (etcd != null) {
      storage.close();
      etcd.close();
    }
  }

  @BeforeEach
  void choosePrefix() {
    prefix = "/registry/test/things" + COUNT.incrementAndGet() + "/";
  }

  @Override
  protected Storage storage() {
    return storage;
  }

  @Override
  protected String prefix() {
    return prefix;
  }
}
