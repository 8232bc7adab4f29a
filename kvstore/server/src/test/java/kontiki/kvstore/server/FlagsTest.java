package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kontiki.kvstore.server.EtcdFlags.Treatment;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** etcd's flags, variables and file: every one is honoured, or named in a warning or refusal. */
class FlagsTest {
  /** Options that etcd does not have. */
  private static final List<String> OWN = List.of("--help", "--max-range-bytes");

  private static final Path ROOT = Path.of(System.getProperty("kontiki.root", "../.."));

  @TempDir Path directory;

  @Test
  void theFlagsAreEtcds() throws IOException {
    Path facts = ROOT.resolve("../shared/reference/etcd/flags.txt");
    Assumptions.assumeTrue(Files.exists(facts), "the list of etcd's flags is not here");
    TreeSet<String> etcd =
        Files.readAllLines(facts).stream()
            .map(line -> line.replaceFirst(" .*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    etcd.addAll(List.of("--config-file", "--version"));
    assertThat(EtcdFlags.all().keySet()).containsExactlyElementsOf(etcd);
  }

  @Test
  void whatIsHonouredIsAnOptionAndNothingElseIs() {
    TreeSet<String> options =
        new CommandLine(new EtcdCommand())
            .getCommandSpec().options().stream()
                .map(OptionSpec::longestName)
                .filter(name -> !OWN.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    assertThat(
            EtcdFlags.all().values().stream()
                .filter(flag -> flag.treatment() == Treatment.HONOURED)
                .map(EtcdFlags.Flag::name))
        .containsExactlyElementsOf(options);
  }

  @Test
  void theTableInTheDocumentsIsTrue() throws IOException {
    Path document = ROOT.resolve("docs/etcd-flags.md");
    String intro = Files.readString(document).replaceFirst("(?s)\\| flag.*", "");
    String table =
        EtcdFlags.all().values().stream()
            .map(FlagsTest::row)
            .collect(
                Collectors.joining("\n", "| flag | what happens | why |\n|---|---|---|\n", "\n"));
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(document, intro + table);
    }
    assertThat(Files.readString(document)).isEqualTo(intro + table);
  }

  private static String row(EtcdFlags.Flag flag) {
    String what =
        switch (flag.treatment()) {
          case HONOURED -> "honoured";
          case FIXED ->
              "only "
                  + flag.values().stream()
                      .map(value -> value.isEmpty() ? "empty" : "`" + value + "`")
                      .collect(Collectors.joining(", "));
          case WARNED -> "warning";
        };
    return "| `" + flag.name() + "` | " + what + " | " + flag.reason() + " |";
  }

  @Test
  void foreignFlagsAreReadAsGoReadsThem() {
    assertThat(
            warnings(
                "--pre-vote", "--logger", "zap", "--discovery=", "--grpc-keepalive-timeout=1s"))
        .containsExactly(
            "--grpc-keepalive-timeout changes nothing here: silent connections are asked for a"
                + " sign after 30 s");
    refused("etcd's flag --pre-vote is not offered with \"false\"", "--pre-vote=false");
    refused("etcd's flag --wal-dir is not offered with \"/x\"", "--wal-dir", "/x");
    refused("unknown flag --nonsense", "--logger", "zap", "--nonsense", "1");
    refused("flag --logger needs a value", "--logger");
  }

  @Test
  void variablesAreTreatedAsFlagsAre() {
    assertThat(ForeignFlags.check(List.of(), Map.of("ETCD_MAX_WALS", "5", "ETCD_NO_SUCH", "1")))
        .hasSize(2)
        .anyMatch(warning -> warning.startsWith("ETCD_MAX_WALS changes nothing here"))
        .anyMatch(warning -> warning.startsWith("ETCD_NO_SUCH in the environment is no flag"));
    assertThatThrownBy(() -> ForeignFlags.check(List.of(), Map.of("ETCD_UNSAFE_NO_FSYNC", "true")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("ETCD_UNSAFE_NO_FSYNC is not offered with \"true\"");
  }

  @Test
  void aFileSaysWhatFlagsSayAndNothingElseCounts() throws IOException {
    EtcdConfig config =
        config(
            """
            name: m7
            data-dir: /var/lib/m7
            listen-client-urls: https://127.0.0.1:1,https://127.0.0.1:2
            listen-peer-urls: https://127.0.0.1:3
            initial-cluster: m7=https://127.0.0.1:3,m8=https://127.0.0.1:4
            election-timeout: 2000
            quota-backend-bytes: 123
            auto-compaction-mode: revision
            auto-compaction-retention: "1000"
            log-outputs: [stderr]
            client-transport-security:
              cert-file: c.crt
              key-file: c.key
              trusted-ca-file: ca.crt
              client-cert-auth: true
            peer-transport-security:
              cert-file: p.crt
              key-file: p.key
              trusted-ca-file: pca.crt
              client-cert-auth: true
              auto-tls: false
            """,
            "--name",
            "ignored",
            "--max-txn-ops=5");
    assertThat(config.name()).isEqualTo("m7");
    assertThat(config.dataDirectory()).isEqualTo(Path.of("/var/lib/m7"));
    assertThat(config.listenClient()).hasSize(2);
    assertThat(config.cluster().members()).containsOnlyKeys("m7", "m8");
    assertThat(config.raft().election()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.limits().quotaBytes()).isEqualTo(123);
    assertThat(config.limits().maxTxnOps()).isEqualTo(128);
    assertThat(config.limits().retention()).isEqualTo(new Retention.Revisions(1000));
    assertThat(config.peer().chain()).isEqualTo(Path.of("p.crt"));
    assertThat(config.client().trust()).isEqualTo(Path.of("ca.crt"));
  }

  @Test
  void aFileThatCannotBeMeantIsRefusedByName() {
    assertThatThrownBy(() -> config("nam: m1\n")).hasMessageContaining("unknown key nam;");
    assertThatThrownBy(() -> config("client-transport-security: {nonsense: 1}\n"))
        .hasMessageContaining("unknown key client-transport-security.nonsense");
    assertThatThrownBy(() -> config("a: [\n")).hasMessageContaining("is no YAML");
    assertThatThrownBy(() -> config("max-txn-ops: many\n")).hasMessageContaining("'many'");
    assertThatThrownBy(() -> config("peer-transport-security: {auto-tls: true}\n"))
        .hasMessageContaining("--peer-auto-tls is not offered with \"true\"");
    assertThatThrownBy(() -> config("name: m1\n"))
        .hasMessageContaining("missing --cert-file, --key-file");
    EtcdCommand command = new EtcdCommand();
    var unused = new CommandLine(command).parseArgs("--config-file", "/no/such/file");
    assertThatThrownBy(command::config).hasMessageContaining("/no/such/file cannot be read");
  }

  private EtcdConfig config(String yaml, String... arguments) throws IOException {
    Path file = Files.writeString(directory.resolve("etcd.yaml"), yaml);
    EtcdCommand command = new EtcdCommand();
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--config-file=" + file);
    var unused = new CommandLine(command).parseArgs(all.toArray(String[]::new));
    return command.config();
  }

  private static List<String> warnings(String... arguments) {
    return ForeignFlags.check(List.of(arguments), Map.of());
  }

  private static void refused(String text, String... arguments) {
    assertThatThrownBy(() -> warnings(arguments))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(text);
  }
}
