package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import kontiki.pki.ca.CertificateSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person can get wrong: one clear message each, and nothing left half made. */
class BadInputTest {
  @TempDir Path directory;

  @Test
  void aDataDirectoryBelongsToOneMemberOfOneClusterAndOneProcess() throws IOException {
    Path root = directory.resolve("data");
    DataDirectory first = DataDirectory.open(root, "m1", 1, 2);
    assertThatThrownBy(() -> DataDirectory.open(root, "m1", 1, 2))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is in use by another process");
    first.close();
    assertThatThrownBy(() -> DataDirectory.open(root, "m1", 9, 2))
        .hasMessageContaining("belongs to another cluster");
    assertThatThrownBy(() -> DataDirectory.open(root, "m2", 1, 3))
        .hasMessageContaining("belongs to member m1, not to m2");
    DataDirectory.open(root, "m1", 1, 2).close();
  }

  @Test
  void aWrongOrExpiredCertificateIsNamed() throws IOException {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      EtcdConfig.Certificates good = cluster.config(1).client();
      InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofDays(40_000));
      assertThatThrownBy(() -> MemberCertificates.load("client", good, later))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("expired on");
      InstantSource before = InstantSource.fixed(Instant.EPOCH);
      assertThatThrownBy(() -> MemberCertificates.load("client", good, before))
          .hasMessageContaining("is valid only from");
      EtcdConfig.Certificates mixed =
          new EtcdConfig.Certificates(
              good.chain(), good.key(), cluster.pki().authority(CertificateSet.STORE_PEER));
      assertThatThrownBy(() -> MemberCertificates.load("peer", mixed, InstantSource.system()))
          .hasMessageContaining("which is not in");
    }
  }

  @Test
  void aPortInUseIsNamedAndTheDirectoryIsFreeAgain() throws IOException, InterruptedException {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      int port = Endpoint.parse("peer", cluster.config(1).listenPeer()).port();
      try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(taken.isBound()).isTrue();
        assertThatThrownBy(() -> cluster.start(1))
            .hasMessageContaining("cannot listen on https://127.0.0.1:" + port);
      }
      cluster.start(1);
      cluster.awaitReady(1);
    }
  }

  @Test
  void flagsAreRefusedByName() {
    assertThat(refusal("--discovery", "x"))
        .contains("etcd's flag --discovery is not offered with \"x\"");
    assertThat(refusal("--no-such-flag")).contains("unknown flag --no-such-flag");
    assertThat(refusal("--listen-client-urls", "http://127.0.0.1:1"))
        .contains("must begin with https://");
    assertThat(refusal("--client-cert-auth=false")).contains("mutually authenticated");
    assertThat(refusal("--initial-cluster", "other=https://127.0.0.1:1"))
        .contains("is not in --initial-cluster");
    assertThat(refusal("--heartbeat-interval", "900")).contains("--election-timeout");
    assertThat(refusal("--watch-progress-notify-interval", "soon")).contains("not a duration");
    assertThat(ForeignFlags.variable("--listen-client-urls")).isEqualTo("ETCD_LISTEN_CLIENT_URLS");
  }

  private static String refusal(String... arguments) {
    EtcdCommand command = new EtcdCommand();
    List<String> all =
        new ArrayList<>(
            List.of(
                "--name",
                "m1",
                "--cert-file",
                "c",
                "--key-file",
                "k",
                "--trusted-ca-file",
                "t",
                "--peer-cert-file",
                "c",
                "--peer-key-file",
                "k",
                "--peer-trusted-ca-file",
                "t"));
    all.addAll(List.of(arguments));
    new CommandLine(command).parseArgs(all.toArray(String[]::new));
    try {
      command.config();
      return "accepted";
    } catch (StartException e) {
      return e.getMessage();
    }
  }
}
