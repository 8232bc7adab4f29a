package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real etcdctl talks to one and to three members, over mutual TLS. */
class EtcdctlTest {
  @TempDir Path directory;

  @BeforeAll
  static void installed() {
    Assumptions.assumeTrue(Etcdctl.isInstalled(), "etcdctl is not installed (etcd-client)");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theEverydayCommandsWork(int members) throws IOException, InterruptedException {
    try (TestCluster cluster = TestCluster.started(directory, members)) {
      Etcdctl etcdctl = new Etcdctl(cluster.endpoints(), cluster.pki());
      assertThat(etcdctl.run("put", "a/1", "one")).isEqualTo("OK");
      assertThat(etcdctl.run("put", "a/2", "two")).isEqualTo("OK");
      assertThat(etcdctl.run("get", "a/", "--prefix")).isEqualTo("a/1\none\na/2\ntwo");
      assertThat(etcdctl.run("get", "a/", "--prefix", "--keys-only", "--order=DESCEND"))
          .isEqualTo("a/2\n\na/1");
      assertThat(etcdctl.run("del", "a/1", "--prev-kv")).isEqualTo("1\na/1\none");
      assertThat(
              etcdctl.runWithInput(
                  "mod(\"a/2\") > \"0\"\n\nput a/3 three\nget a/3\n\nput never x\n\n", "txn"))
          .contains("SUCCESS", "OK", "a/3\nthree");
      watch(etcdctl);
      lease(etcdctl);
      assertThat(etcdctl.run("compaction", "3")).contains("compacted revision 3");
      assertThat(etcdctl.run("get", "a/2", "--rev=2"))
          .contains("required revision has been compacted");
      assertThat(etcdctl.run("endpoint", "health")).contains("is healthy");
      assertThat(etcdctl.run("endpoint", "status")).contains(EtcdVersion.SERVER);
      assertThat(etcdctl.run("member", "list").lines()).hasSize(members);
    }
  }

  private static void watch(Etcdctl etcdctl) throws IOException, InterruptedException {
    Process watch = etcdctl.start("", "watch", "w", "--prefix", "--rev=1");
    try (var out =
        new BufferedReader(new InputStreamReader(watch.getInputStream(), StandardCharsets.UTF_8))) {
      etcdctl.run("put", "w1", "x");
      etcdctl.run("del", "w1");
      assertThat(out.readLine()).isEqualTo("PUT");
      assertThat(out.readLine()).isEqualTo("w1");
      assertThat(out.readLine()).isEqualTo("x");
      assertThat(out.readLine()).isEqualTo("DELETE");
    } finally {
      watch.destroyForcibly().waitFor();
    }
  }

  private static void lease(Etcdctl etcdctl) throws IOException, InterruptedException {
    Matcher granted =
        Pattern.compile("lease (\\w+) granted with TTL\\(2s\\)")
            .matcher(etcdctl.run("lease", "grant", "1"));
    assertThat(granted.find()).isTrue();
    String lease = granted.group(1);
    etcdctl.run("put", "leased", "x", "--lease=" + lease);
    assertThat(etcdctl.run("lease", "timetolive", lease, "--keys"))
        .contains("granted with TTL(2s)", "leased");
    assertThat(etcdctl.run("lease", "keep-alive", "--once", lease)).contains("TTL(2)");
    TestCluster.await(
        "the lease to run out",
        () -> {
          try {
            return etcdctl.run("get", "leased").isEmpty();
          } catch (IOException e) {
            throw new AssertionError(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
          }
        });
    assertThat(etcdctl.run("lease", "list")).contains("found 0 leases");
  }
}
