package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kontiki.kvstore.server.auth.AuthSettings;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same etcdctl commands, by root, by users with passwords, by users of certificates and by
 * nobody, on Debian's etcd and on this store: it prints the same.
 */
class AuthParityTest {
  @TempDir Path directory;

  @BeforeAll
  static void installed() {
    Assumptions.assumeTrue(RealEtcd.isInstalled(), "etcd is not installed (etcd-server)");
    Assumptions.assumeTrue(Etcdctl.isInstalled(), "etcdctl is not installed (etcd-client)");
  }

  /**
   * @param certificate of the client
   */
  private record Step(String certificate, String input, List<String> words) {
    static Step root(String... words) {
      return new Step("kv", "", List.of(words));
    }

    static Step by(String certificate, String... words) {
      return new Step(certificate, "", List.of(words));
    }

    static Step reading(String input, String... words) {
      return new Step("kv", input, List.of(words));
    }

    String on(String endpoints, TestCluster cluster) throws IOException, InterruptedException {
      return new Etcdctl(endpoints, cluster.pki(), certificate)
          .runWithInput(input, words.toArray(String[]::new))
          .lines()
          // Its own log, with addresses and times.
          .filter(line -> !line.startsWith("{\"level\""))
          .map(line -> line.replaceAll("\"(cluster_id|member_id|raft_term)\":\\d+,?", ""))
          .map(line -> line.replaceAll("[0-9a-f]{16}", "ID").replace(endpoints, "ENDPOINT"))
          .collect(Collectors.joining("\n"));
    }
  }

  @Test
  void everyAnswerIsEtcds() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(directory, 1)
            .with(new AuthSettings("simple", AuthSettings.DEFAULT.tokenTtl(), 4))) {
      cluster.startAll();
      Bystander.certify(cluster.pki(), "ann", "/CN=ann");
      Bystander.certify(cluster.pki(), "cn-user", "/CN=cn-user");
      Bystander.certify(cluster.pki(), "nameless", "/O=nobody");
      try (RealEtcd etcd = RealEtcd.startSecure(directory, cluster)) {
        List<Step> script = new ArrayList<>();
        users(script);
        roles(script);
        locked(script);
        for (String who : List.of("ann", "cn-user", "nameless", "apiserver")) {
          everything(script, who, List.of());
        }
        everything(script, "nameless", List.of("--user", "ann:secret"));
        everything(script, "ann", List.of("--user", "root:toor"));
        changes(script);
        List<String> differences = new ArrayList<>();
        for (Step step : script) {
          String expected = step.on(etcd.endpoint(), cluster);
          String answer = step.on(cluster.endpoints(), cluster);
          if (!answer.equals(expected)) {
            differences.add(step + "\netcd: " + expected + "\nhere: " + answer);
          }
        }
        assertThat(differences).isEmpty();
      }
    }
  }

  /** Where 3.4 is not as later etcds are, which is how this store is. */
  @Test
  void laterEtcdsAreStricter() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(directory, 1)
            .with(new AuthSettings("simple", AuthSettings.DEFAULT.tokenTtl(), 4))) {
      cluster.startAll();
      Bystander.certify(cluster.pki(), "ann", "/CN=ann");
      Etcdctl root = new Etcdctl(cluster.endpoints(), cluster.pki());
      Etcdctl ann = new Etcdctl(cluster.endpoints(), cluster.pki(), "ann");
      root.run("user", "add", "root:toor");
      root.run("user", "add", "ann", "--no-password");
      root.run("role", "add", "r");
      assertThat(root.run("role", "grant-permission", "r", "read", "z", "a"))
          .contains("etcdserver: invalid auth management");
      root.run("auth", "enable");
      assertThat(root.run("role", "get", "root")).contains("KV Read:\n\t[, <open ended>");
      for (String[] command :
          new String[][] {
            {"defrag"},
            {"move-leader", "1"},
            {"member", "remove", "1"},
            {"endpoint", "hashkv"},
            {"snapshot", "save", directory.resolve("s.db").toString()}
          }) {
        assertThat(ann.run(command))
            .as("%s", String.join(" ", command))
            .contains("permission denied");
      }
      assertThat(root.run("get", "k", "--user", "ann:x"))
          .contains("auth: authentication failed, password was given for no password user");
      assertThat(root.run("user", "add", "long:" + "x".repeat(73)))
          .contains("bcrypt: password length exceeds 72 bytes");
    }
  }

  private static void users(List<Step> script) {
    script.add(Step.root("auth", "enable"));
    script.add(Step.root("auth", "disable"));
    script.add(Step.root("get", "a", "--user", "root:toor"));
    script.add(Step.reading("toor\n", "user", "add", "root", "--interactive=false"));
    script.add(Step.root("user", "add", "ann:first"));
    script.add(Step.root("user", "add", "ann:again"));
    script.add(Step.root("user", "add", ":x"));
    script.add(Step.root("user", "add", "", "--no-password"));
    script.add(Step.root("user", "add", "cn-user", "--no-password"));
    script.add(Step.root("user", "add", "gone:x"));
    script.add(Step.root("user", "list"));
    script.add(Step.root("user", "delete", "gone"));
    script.add(Step.root("user", "delete", "gone"));
    script.add(Step.root("user", "get", "gone"));
    script.add(Step.root("user", "get", "ann"));
    script.add(Step.root("user", "get", "ann", "-w", "json"));
    script.add(Step.reading("secret\n", "user", "passwd", "ann", "--interactive=false"));
    script.add(Step.reading("secret\n", "user", "passwd", "gone", "--interactive=false"));
    script.add(Step.root("user", "add", "empty:"));
  }

  private static void roles(List<Step> script) {
    script.add(Step.root("role", "add", "r"));
    script.add(Step.root("role", "add", "r"));
    script.add(Step.root("role", "add", ""));
    script.add(Step.root("role", "add", "gone"));
    script.add(Step.root("role", "list"));
    script.add(Step.root("role", "get", "nobody"));
    script.add(Step.root("role", "grant-permission", "r", "read", "r/", "--prefix"));
    script.add(Step.root("role", "grant-permission", "r", "readwrite", "w/", "--prefix"));
    script.add(Step.root("role", "grant-permission", "r", "write", "blind"));
    script.add(Step.root("role", "grant-permission", "r", "read", "m1", "m3"));
    script.add(Step.root("role", "grant-permission", "r", "read", "m3", "m5"));
    script.add(Step.root("role", "grant-permission", "r", "read", "x", "--from-key"));
    script.add(Step.root("role", "grant-permission", "r", "readwrite", "m1", "m3"));
    script.add(Step.root("role", "grant-permission", "nobody", "read", "x"));
    script.add(Step.root("role", "grant-permission", "r", "sing", "x"));
    script.add(Step.root("role", "get", "r"));
    script.add(Step.root("role", "get", "r", "-w", "json"));
    script.add(Step.root("role", "grant-permission", "gone", "read", "", "--prefix"));
    script.add(Step.root("role", "get", "gone"));
    script.add(Step.root("role", "revoke-permission", "r", "m3", "m5"));
    script.add(Step.root("role", "revoke-permission", "r", "m3", "m5"));
    script.add(Step.root("role", "revoke-permission", "r", "r/", "--prefix"));
    script.add(Step.root("role", "grant-permission", "r", "read", "r/", "--prefix"));
    script.add(Step.root("role", "grant-permission", "r", "read", "m3", "m5"));
    script.add(Step.root("user", "grant-role", "ann", "r"));
    script.add(Step.root("user", "grant-role", "ann", "r"));
    script.add(Step.root("user", "grant-role", "ann", "gone"));
    script.add(Step.root("user", "grant-role", "ann", "nobody"));
    script.add(Step.root("user", "grant-role", "nobody", "r"));
    script.add(Step.root("user", "grant-role", "cn-user", "r"));
    script.add(Step.root("user", "revoke-role", "ann", "nobody"));
    script.add(Step.root("user", "revoke-role", "nobody", "r"));
    script.add(Step.root("role", "delete", "gone"));
    script.add(Step.root("role", "delete", "gone"));
    script.add(Step.root("user", "get", "ann"));
    script.add(Step.root("user", "get", "ann", "--detail"));
    script.add(Step.root("role", "get", "root"));
  }

  private static void locked(List<Step> script) {
    script.add(Step.root("put", "secret/1", "x"));
    script.add(Step.root("put", "r/1", "x"));
    script.add(Step.root("put", "m2", "x"));
    script.add(Step.root("put", "m4", "x"));
    script.add(Step.root("lease", "revoke", "7"));
    script.add(Step.root("auth", "enable"));
    script.add(Step.root("auth", "enable"));
    script.add(Step.root("user", "delete", "root"));
    script.add(Step.root("user", "revoke-role", "root", "root"));
    script.add(Step.root("role", "delete", "root"));
    script.add(Step.root("get", "r/1", "--user", "ann:wrong"));
    script.add(Step.root("get", "r/1", "--user", "nobody:wrong"));
    script.add(Step.root("get", "r/1", "--user", "empty:"));
  }

  /** What somebody may, and what they may not. */
  private static void everything(List<Step> script, String who, List<String> user) {
    List<List<String>> commands =
        List.of(
            List.of("put", "w/1", "x"),
            List.of("put", "r/2", "x"),
            List.of("put", "blind", "x"),
            List.of("put", "blind", "x", "--prev-kv"),
            List.of("put", "w/1", "y", "--prev-kv"),
            List.of("get", "r/", "--prefix"),
            List.of("get", "r/1", "--consistency=s"),
            List.of("get", "r", "--prefix"),
            List.of("get", "secret/1"),
            List.of("get", "m1", "m5"),
            List.of("get", "m1", "m6"),
            List.of("get", "y", "--from-key"),
            List.of("get", "", "--from-key"),
            List.of("del", "w/1", "--prev-kv"),
            List.of("del", "blind", "--prev-kv"),
            List.of("del", "secret/1"),
            List.of("del", "", "--from-key"),
            List.of("user", "get", "ann"),
            List.of("user", "get", "root"),
            List.of("user", "list"),
            List.of("user", "add", "more:x"),
            List.of("role", "get", "r"),
            List.of("role", "list"),
            List.of("role", "add", "more"),
            List.of("user", "grant-role", "ann", "root"),
            List.of("user", "revoke-role", "ann", "root"),
            List.of("user", "delete", "more"),
            List.of("role", "delete", "more"),
            List.of("alarm", "disarm"),
            List.of("lease", "grant", "600"),
            List.of("lease", "list"),
            List.of("lease", "revoke", "7"));
    for (List<String> command : commands) {
      List<String> words = new ArrayList<>(command);
      words.addAll(user);
      script.add(new Step(who, "", words));
    }
    if (!user.contains("root:toor")) {
      List<String> words = new ArrayList<>(List.of("watch", "secret/1"));
      words.addAll(user);
      script.add(new Step(who, "", words));
    }
    for (String input :
        List.of(
            "value(\"r/1\") = \"x\"\n\nput w/1 1\n\nput w/2 2\n\n",
            "value(\"secret/1\") = \"x\"\n\nput w/1 1\n\nput w/2 2\n\n",
            "value(\"r/1\") = \"x\"\n\nput w/1 1\n\nput secret/1 2\n\n",
            "value(\"r/1\") = \"x\"\n\nget secret/1\n\n\n",
            "value(\"r/1\") = \"x\"\n\nget m2\nget r/1\n\n\n")) {
      List<String> words = new ArrayList<>(List.of("txn"));
      words.addAll(user);
      script.add(new Step(who, input, words));
    }
  }

  private static void changes(List<Step> script) {
    script.add(Step.root("user", "revoke-role", "ann", "r"));
    script.add(Step.by("ann", "get", "r/1"));
    script.add(Step.root("user", "delete", "ann"));
    script.add(Step.by("ann", "get", "r/1"));
    script.add(Step.by("nameless", "get", "r/1", "--user", "ann:secret"));
    script.add(Step.by("nameless", "auth", "disable"));
    script.add(Step.by("cn-user", "auth", "disable"));
    script.add(Step.root("auth", "disable"));
    script.add(Step.by("nameless", "get", "r/1"));
    script.add(Step.root("get", "r/1", "--user", "root:toor"));
    script.add(Step.root("user", "list"));
    script.add(Step.root("role", "list"));
  }
}
