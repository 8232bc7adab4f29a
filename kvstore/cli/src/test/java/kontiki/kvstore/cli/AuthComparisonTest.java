package kontiki.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code auth}, {@code user}, {@code role} and {@code --user}, in both tools on one real etcd. */
class AuthComparisonTest {
  private static final List<String> SCRIPT =
      List.of(
          "auth enable",
          "auth enable x",
          "user list",
          "role list",
          "user add root:toor",
          "user add :x",
          "user add",
          "user add cn --no-password",
          "user add ann --interactive=false < secret",
          "user add ann:x",
          "user list",
          "user list x",
          "user get ann",
          "user get ann x",
          "user get nobody",
          "user get ann -w json",
          "user get ann -w fields",
          "user list -w table",
          "role add r",
          "role add r -w json",
          "role add s -w fields",
          "role grant-permission r readwrite a/ --prefix",
          "role grant-permission r READ m n",
          "role grant-permission r write x --from-key",
          "role grant-permission r read k",
          "role grant-permission s read '' --prefix",
          "role grant-permission s read ''",
          "role grant-permission r sing k",
          "role grant-permission r read",
          "role grant-permission r read a b --prefix",
          "role grant-permission r read a b --from-key",
          "role get r",
          "role get s",
          "role get r -w json",
          "role get r -w fields",
          "role get r s",
          "role list",
          "role list -w json",
          "role list -w fields",
          "role revoke-permission r m n",
          "role revoke-permission r a/ --prefix",
          "role revoke-permission r a/ --prefix",
          "role revoke-permission s '' --from-key",
          "role revoke-permission r",
          "role grant-permission r readwrite a/ --prefix",
          "user grant-role ann r",
          "user grant-role ann s -w fields",
          "user grant-role ann",
          "user get ann",
          "user get ann --detail",
          "user revoke-role ann s",
          "user revoke-role ann s",
          "user passwd ann --interactive=false < better",
          "user passwd ann --interactive=false -w json < secret",
          "auth enable",
          "put a/1 x --user ann:secret",
          "put b x --user ann:secret",
          "put b x --user ann --password secret",
          "get a/1 --user ann:wrong",
          "get a/1 --user nobody:x",
          "get a/1 --user=ann:secret -w fields",
          "get b --user ann:secret",
          "del a/1 --user ann:secret",
          "user get ann --user ann:secret",
          "user get root --user ann:secret",
          "user list --user ann:secret",
          "role get r --user ann:secret",
          "auth disable --user ann:secret",
          "lease grant 100 -w json --user ann:wrong",
          "user delete root",
          "auth disable x",
          "auth disable",
          "get b --user ann:wrong",
          "user delete ann",
          "user delete ann",
          "user delete cn",
          "user delete root -w fields",
          "role delete r",
          "role delete r",
          "role delete s -w json",
          "role delete root");

  @TempDir Path directory;

  @Test
  void bothSayTheSame() throws Exception {
    assumeTrue(RealEtcd.isInstalled(), "etcd and etcdctl are not installed");
    try (RealEtcd etcd = RealEtcd.start(directory)) {
      var theirs = transcript((input, words) -> etcdctl(etcd, input, words));
      var ours = transcript((input, words) -> EtcdctlComparisonTest.kv(etcd, input, words));
      assertThat(ours).containsExactlyElementsOf(theirs);
    }
  }

  @Test
  void aPasswordIsALineOfTheInputAndTheRestIsTheCommands() throws Exception {
    assumeTrue(RealEtcd.isInstalled(), "etcd and etcdctl are not installed");
    try (RealEtcd etcd = RealEtcd.start(directory)) {
      for (String command : List.of("user add root:toor", "user add ann", "auth enable")) {
        var result = EtcdctlComparisonTest.kv(etcd, "s3cret word\n", List.of(command.split(" ")));
        assertThat(result.code()).as(result.err()).isZero();
      }
      var put = List.of("put", "key", "--user", "root");
      assertThat(EtcdctlComparisonTest.kv(etcd, "toor\nvalue", put).out()).isEqualTo("OK\n");
      assertThat(EtcdctlComparisonTest.kv(etcd, "", List.of("get", "key")).out())
          .isEqualTo("key\nvalue\n");
      var self = List.of("user", "get", "ann", "--user", "ann");
      assertThat(EtcdctlComparisonTest.kv(etcd, "s3cret word\n", self).out())
          .isEqualTo("User: ann\nRoles:\n");
      var wrong = EtcdctlComparisonTest.kv(etcd, "wrong\n", self);
      assertThat(wrong.code()).isEqualTo(2);
      assertThat(wrong.err()).contains("authentication failed").doesNotContain("wrong");
      // Streams log in too.
      var keep = List.of("snapshot", "save", directory.resolve("s.db").toString());
      var words = new ArrayList<>(keep);
      words.addAll(List.of("--user", "root:toor"));
      assertThat(EtcdctlComparisonTest.kv(etcd, "", words).out()).contains("Snapshot saved");
      words.set(words.size() - 1, "ann:s3cret word");
      words.set(2, directory.resolve("t.db").toString());
      assertThat(EtcdctlComparisonTest.kv(etcd, "", words).code()).isEqualTo(1);
    }
  }

  private static List<String> transcript(BiFunction<String, List<String>, RealEtcd.Result> tool) {
    List<String> transcript = new ArrayList<>();
    for (String line : SCRIPT) {
      String[] parts = line.split(" < ", 2);
      List<String> words = new ArrayList<>();
      for (String word : parts[0].split(" ")) {
        words.add(word.equals("''") ? "" : word);
      }
      var result = tool.apply(parts.length > 1 ? parts[1] + "\n" : "", words);
      transcript.add(line + " [" + result.code() + "]\n" + mask(result.out()));
    }
    return transcript;
  }

  private static String mask(String text) {
    return text.replaceAll("(?i)(revision\"? ?: ?)\\d+", "$1N");
  }

  private static RealEtcd.Result etcdctl(RealEtcd etcd, String input, List<String> words) {
    try {
      return etcd.etcdctl(input, words);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
