package kontiki.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Both tools against one real etcd: standard output byte for byte, and the exit code. Commands that
 * change the store run in both, so what counts up is masked there.
 */
class EtcdctlComparisonTest {
  private static final String ANY_VALUE = "a\tü\"\\\u0001\u00ff \u2028x\u00a0é<>&";

  @TempDir static Path directory;
  private static RealEtcd etcd;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(RealEtcd.isInstalled(), "etcd and etcdctl are not installed");
    etcd = RealEtcd.start(directory);
    for (String key : List.of("k1", "k2", "k3", "k4")) {
      etcdctl("put", key, "value of " + key);
    }
    etcdctl("put", "k2", "newer value");
    etcdctl("put", "strange", ANY_VALUE);
    etcdctl("put", "gone", "soon");
    etcdctl("del", "gone");
  }

  @AfterAll
  static void stop() {
    if (etcd != null) {
      etcd.close();
    }
  }

  private static RealEtcd.Result etcdctl(String... arguments) throws Exception {
    return etcd.etcdctl("", List.of(arguments));
  }

  static RealEtcd.Result kv(String input, List<String> arguments) {
    return kv(etcd, input, arguments);
  }

  static RealEtcd.Result kv(RealEtcd etcd, String input, List<String> arguments) {
    var out = new ByteArrayOutputStream();
    var err = new StringWriter();
    var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1));
    var line = new CommandLine(new KvCommand(in, out).spec(arguments.toArray(String[]::new)));
    line.setErr(new PrintWriter(err));
    line.setExitCodeExceptionMapper(
        failure -> failure instanceof CommandLine.IExitCodeGenerator own ? own.getExitCode() : 1);
    line.setExecutionExceptionHandler((failure, command, _) -> {
      command.getErr().println("error: " + failure.getMessage());
      return command.getExitCodeExceptionMapper().getExitCode(failure);
    });
    var all = new ArrayList<>(arguments);
    all.addAll(etcd.flags());
    int code = line.execute(all.toArray(String[]::new));
    return new RealEtcd.Result(out.toString(StandardCharsets.ISO_8859_1), err.toString(), code);
  }

  private static void assertSame(String... arguments) throws Exception {
    assertSame("", List.of(arguments), false);
  }

  private static void assertSame(String input, List<String> arguments, boolean masked)
      throws Exception {
    var theirs = etcd.etcdctl(input, arguments);
    var ours = kv(input, arguments);
    String expected = masked ? mask(theirs.out()) : theirs.out();
    assertThat(masked ? mask(ours.out()) : ours.out())
        .as("%s: %s / %s", arguments, theirs.err(), ours.err())
        .isEqualTo(expected);
    assertThat(ours.code())
        .as("exit code of %s: %s / %s", arguments, theirs.err(), ours.err())
        .isEqualTo(theirs.code());
  }

  /** Numbers that differ between two runs of one command. */
  private static String mask(String text) {
    return text.replaceAll("(evision\"? ?:)\\s?\\d+", "$1 N")
        .replaceAll("(ersion\"? ?:)\\s?\\d+", "$1 N")
        .replaceAll("(\"raft[A-Za-z]*Index\":|\"Raft[A-Za-z]*Index\" :)\\s?\\d+", "$1 N")
        .replaceAll("(?m)\\d+, \\d+, $", "N, N, ")
        .replaceAll("\\d+ \\|", "N |")
        .replaceAll("(\"TTL\" : |\"ttl\":|remaining\\()\\d+", "$1N")
        .replaceAll("(\"ID\" ?: ?)\\d+", "$1 N")
        .replaceAll("lease [0-9a-f]{16}", "lease ID")
        .replaceAll("[0-9.]+(µs|Âµs|ms|s)\\b", "TIME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "fields", "json", "protobuf"})
  void readsPrintTheSame(String format) throws Exception {
    for (String arguments :
        List.of(
            "get k1",
            "get nothing",
            "get k1 k3",
            "get --prefix k",
            "get --prefix k --limit 2",
            "get --prefix k --keys-only",
            "get --from-key k3",
            "get --prefix k --sort-by VALUE",
            "get --prefix k --order DESCEND",
            "get --prefix k --sort-by=modify --order=ascend",
            "get k2 --rev 3",
            "get k2 --consistency s",
            "get strange",
            "get strange --hex",
            "member list",
            "lease list",
            "lease timetolive 1234")) {
      if (format.equals("protobuf") && arguments.startsWith("lease")) {
        continue; // ProtobufPrinter says why
      }
      var words = new ArrayList<>(Arrays.asList(arguments.split(" ")));
      words.addAll(List.of("-w", format));
      assertSame(words.toArray(String[]::new));
    }
    assertSame("get", "", "--prefix", "--keys-only", "-w", format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "fields", "json", "table"})
  void endpointsPrintTheSame(String format) throws Exception {
    assertSame("", List.of("endpoint", "status", "-w", format), true);
    assertSame("", List.of("endpoint", "status", "--cluster", "-w", format), true);
    assertSame("endpoint", "hashkv", "-w", format);
    assertSame("member", "list", "-w", format);
    // etcdctl 3.4 writes simple health to standard error, later ones to standard output, as we do.
    if (format.equals("fields") || format.equals("json")) {
      assertSame("", List.of("endpoint", "health", "-w", format), true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "fields", "json"})
  void writesPrintTheSame(String format) throws Exception {
    for (String arguments :
        List.of(
            "put w1 x",
            "put w1 x --prev-kv",
            "put w1 --ignore-value --prev-kv",
            "del nothing",
            "put d1 x",
            "lease grant 100")) {
      var words = new ArrayList<>(Arrays.asList(arguments.split(" ")));
      words.addAll(List.of("-w", format));
      assertSame("", words, true);
    }
    assertSame("from input", List.of("put", "w2", "-w", format), true);
    assertThat(etcdctl("get", "w2", "--print-value-only").out()).isEqualTo("from input\n");
    String transaction =
        """
        value("k1") = "value of k1"
        mod("nothing") = "0"

        get k1
        put w3 "two words"
        del nothing

        get k2

        """;
    assertSame(transaction, List.of("txn", "-w", format), true);
    assertSame(transaction.replace("\"0\"", "\"7\""), List.of("txn", "-w", format), true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "fields", "json"})
  void deletionsPrintTheSame(String format) throws Exception {
    var words = List.of("del", "--prefix", "a", "--prev-kv", "-w", format);
    var results = new ArrayList<String>();
    for (boolean ours : new boolean[] {true, false}) {
      etcdctl("put", "a1", "x");
      etcdctl("put", "a2", "y");
      results.add(mask((ours ? kv("", words) : etcd.etcdctl("", words)).out()));
    }
    assertThat(results.getFirst()).isEqualTo(results.getLast()).hasSizeGreaterThan(10);
  }

  @Test
  void leasesPrintTheSame() throws Exception {
    String id = etcdctl("lease", "grant", "1000").out().split(" ")[1];
    etcdctl("put", "leased", "x", "--lease", id);
    for (String format : List.of("simple", "fields", "json")) {
      assertSame("lease", "list", "-w", format);
      assertSame("", List.of("lease", "timetolive", id, "--keys", "-w", format), true);
      assertSame("", List.of("lease", "keep-alive", "--once", id, "-w", format), true);
    }
    assertSame("get", "leased", "-w", "fields");
    assertThat(kv("", List.of("lease", "revoke", id)).out())
        .isEqualTo("lease " + id + " revoked\n");
    assertThat(etcdctl("get", "leased").out()).isEmpty();
    assertSame("lease", "revoke", id);
  }

  @Test
  void aSavedSnapshotIsWhatEtcdctlReads() throws Exception {
    String file = directory.resolve("saved.db").toString();
    assertThat(kv("", List.of("snapshot", "save", file)).out())
        .isEqualTo("Snapshot saved at " + file + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))))
        .isEqualTo("rw-------");
    // 3.4 counts the records of all buckets as keys; later versions count keys, as we do.
    for (String format : List.of("simple", "json", "fields")) {
      assertThat(withoutKeyCount(kv("", List.of("snapshot", "status", file, "-w", format)).out()))
          .isEqualTo(withoutKeyCount(etcdctl("snapshot", "status", file, "-w", format).out()));
    }
    assertThat(kv("", List.of("snapshot", "status", file, "-w", "json")).out())
        .contains(
            "\"totalKey\":"
                + (etcdctl("get", "", "--prefix", "--keys-only")
                    .out()
                    .lines()
                    .filter(line -> !line.isEmpty())
                    .count()));
    assertThat(kv("", List.of("snapshot", "save", directory + "/none/saved.db")).err())
        .isEqualTo(
            "error: cannot write " + directory + "/none/saved.db: its directory does not exist\n");
    assertThat(kv("", List.of("snapshot", "status", directory + "/none.db")).code()).isEqualTo(128);
    assertThat(kv("", List.of("snapshot", "status", "/etc/passwd")).err())
        .contains("error: not an etcd database");
    assertThat(directory.resolve("none/saved.db.part")).doesNotExist();
  }

  private static String withoutKeyCount(String status) {
    return status
        .replaceAll("\"totalKey\":\\d+", "")
        .replaceAll("\"Keys\" : \\d+", "")
        .replaceAll("^(\\w+, \\d+), \\d+,", "$1,");
  }

  @Test
  void errorsHaveTheSameExitCode() throws Exception {
    for (String arguments :
        List.of(
            "get",
            "get a --prefix --from-key",
            "get a b --prefix",
            "get a --print-value-only -w json",
            "get a --consistency x",
            "get a --sort-by FOO",
            "get a --order FOO",
            "get a --rev 99999",
            "get a -w foo",
            "get a -w table",
            "put",
            "put --ignore-value a b",
            "put --ignore-value nothing",
            "put a b --lease zz",
            "put a b --lease 1234",
            "del",
            "del a b --prefix",
            "lease revoke zz",
            "lease revoke 1",
            "lease keep-alive --once 1",
            "compaction 999999",
            "lease list -w table",
            "lock",
            "elect",
            "elect e",
            "elect -l e x",
            "elect a b c",
            "endpoint status -w protobuf")) {
      assertSame(arguments.split(" "));
    }
    assertSame("get", "");
    assertSame("bogus\n\n\n\n", List.of("txn"), false);
    assertSame("mod(\"a\") > \"0\"\n\nbogus a\n\n\n", List.of("txn"), false);
    assertSame("", List.of("txn"), false);
    assertSame("ver(\"a\") < 5\n\n\n\n", List.of("txn"), false);
  }

  @Test
  void errorsSayWhatTheStoreSaid() {
    assertThat(kv("", List.of("get", "a", "--rev", "99999")).err())
        .isEqualTo("error: etcdserver: mvcc: required revision is a future revision\n");
  }
}
