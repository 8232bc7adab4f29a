package kontiki.kvstore.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kontiki.kvstore.cli.KvCommand;
import kontiki.kvstore.cli.RealEtcd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The benchmarks against a real etcd, over mutual TLS: what they print, count and leave behind. */
class BenchCommandTest {
  private static final List<String> SHORT =
      List.of("--rounds=2", "--time=300ms", "--warm-up=100ms", "--key-space-size=50");

  @TempDir static Path directory;
  private static RealEtcd etcd;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(RealEtcd.isInstalled(), "etcd and etcdctl are not installed");
    etcd = RealEtcd.start(directory);
  }

  @AfterAll
  static void stop() {
    if (etcd != null) {
      etcd.close();
    }
  }

  /** The executable, with the arguments of {@code kontiki kv}. */
  public static void main(String[] arguments) {
    System.exit(
        line(new KvCommand(), new PrintWriter(System.err, true, StandardCharsets.UTF_8))
            .execute(arguments));
  }

  private static CommandLine line(KvCommand command, PrintWriter err) {
    var line = new CommandLine(command.spec());
    line.setErr(err);
    line.setExitCodeExceptionMapper(
        failure -> failure instanceof CommandLine.IExitCodeGenerator own ? own.getExitCode() : 1);
    line.setExecutionExceptionHandler((failure, failed, _) -> {
      failed.getErr().println("error: " + failure.getMessage());
      return failed.getExitCodeExceptionMapper().getExitCode(failure);
    });
    return line;
  }

  private static RealEtcd.Result bench(String arguments, List<String> more) {
    var out = new ByteArrayOutputStream();
    var err = new StringWriter();
    var line = line(new KvCommand(InputStream.nullInputStream(), out), new PrintWriter(err));
    int code = line.execute(words(arguments, more));
    return new RealEtcd.Result(out.toString(StandardCharsets.UTF_8), err.toString(), code);
  }

  private static String[] words(String arguments, List<String> more) {
    var all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(arguments.split(" ")));
    all.addAll(more);
    all.addAll(etcd.flags());
    return all.toArray(String[]::new);
  }

  private static List<Double> figures(String name, String json) {
    var found = new ArrayList<Double>();
    Matcher matcher = Pattern.compile("\"" + name + "\":([0-9.]+)").matcher(json);
    while (matcher.find()) {
      found.add(Double.valueOf(matcher.group(1)));
    }
    return found;
  }

  private static void assertNoKeysLeft() throws IOException {
    assertThat(etcd.etcdctl("", List.of("get", "--prefix", "kontiki-bench/")).out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put --clients 4 --sequential-keys",
        "put --rate 400 --clients 4",
        "range --clients 4 --consistency s",
        "range --clients 4 --limit 10 --keys-only",
        "txn --txn-ops 3",
      })
  void bothTargetsAreMeasured(String arguments) throws IOException {
    var more = new ArrayList<>(SHORT);
    more.addAll(List.of("-w", "json", "--against=" + etcd.endpoint(), "--names=one,two"));
    var result = bench(arguments, more);
    assertThat(result.code()).as(result.err()).isZero();
    assertSane(result.out());
    assertThat(result.out()).contains("\"name\":\"one\"", "\"name\":\"two\"", "\"ratios\":{");
    assertNoKeysLeft();
  }

  /** Two targets, two rounds each: everything was answered, and the figures are in order. */
  private static void assertSane(String json) {
    assertThat(figures("operations", json)).hasSize(6).allMatch(operations -> operations > 0);
    assertThat(json.replace("\"errors\":{}", "")).doesNotContain("errors");
    assertThat(figures("perSecond", json)).hasSize(4).allMatch(rate -> rate > 1);
    var p50 = figures("p50Millis", json);
    var max = figures("maxMillis", json);
    for (int i = 0; i < p50.size(); i++) {
      assertThat(p50.get(i)).isPositive().isLessThanOrEqualTo(max.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "watch --watchers 20 --streams 3 --watched-keys 4",
        "watch --watchers 2 --streams 2 --total 30",
        "watch-latency --watchers 3",
        "lease --clients 4",
      })
  void watchesAndLeasesAreMeasured(String arguments) throws IOException {
    var more =
        List.of(
            "--rounds=2",
            "--time=300ms",
            "--warm-up=0s",
            "--conns=2",
            "-w",
            "json",
            "--against=" + etcd.endpoint());
    var result = bench(arguments, more);
    assertThat(result.code()).as(result.err()).isZero();
    assertSane(result.out());
    assertNoKeysLeft();
    assertThat(etcd.etcdctl("", List.of("lease", "list")).out()).isEqualTo("found 0 leases\n");
  }

  @Test
  void aTotalIsExact() {
    var result = bench("put --total 37 --clients 5 --rounds 3 --warm-up 0s", List.of("-w", "json"));
    assertThat(figures("operations", result.out())).containsExactly(111.0, 37.0, 37.0, 37.0);
  }

  @Test
  void watchersSeeEachWriteOfATotal() {
    var result =
        bench(
            "watch --total 40 --watchers 6 --watched-keys 4 --rounds 1 --warm-up 0s",
            List.of("-w", "json"));
    // Each key is written 10 times; two of the keys have two watchers.
    assertThat(figures("operations", result.out())).containsExactly(60.0, 60.0);
  }

  @Test
  void thePeoplesReportHasAColumnATarget() {
    var result = bench("put", SHORT);
    assertThat(result.out())
        .startsWith("put: clients 16, rate 0, key-size 32")
        .contains("\nmedian (range)  A\nops/s ")
        .contains("\nerrors          0\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void keysOfOthersAreRefusedAndLeftAlone() throws IOException {
    etcd.etcdctl("", List.of("put", "mine/1", "x"));
    var refused = bench("put --prefix mine/", SHORT);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("error: A: 1 keys begin with 'mine/' already")
        .contains("--yes")
        .hasLineCount(1);
    assertThat(etcd.etcdctl("", List.of("get", "mine/1")).out()).isEqualTo("mine/1\nx\n");
    assertThat(bench("put --prefix mine/ --yes --keep", SHORT).code()).isZero();
    assertThat(etcd.etcdctl("", List.of("get", "mine/1")).out()).isEqualTo("mine/1\nx\n");
    assertThat(bench("put --prefix mine/ --yes", SHORT).code()).isZero();
    assertThat(etcd.etcdctl("", List.of("get", "--prefix", "mine/")).out()).isEmpty();
  }

  @Test
  void aRangeOfWhatTheServerHoldsWritesNothing() throws IOException {
    etcd.etcdctl("", List.of("put", "held", "x"));
    String before = etcd.etcdctl("", List.of("get", "held", "-w", "json")).out();
    var result = bench("range held --rounds 1 --time 100ms --warm-up 0s", List.of());
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(etcd.etcdctl("", List.of("get", "held", "-w", "json")).out()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--against=127.0.0.1:1", "--against=127.0.0.1:1,127.0.0.1:2"})
  void anEndpointThatIsNotThereIsOneLine(String against) {
    var result = bench("put --names kontiki,other", List.of(against));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith("error: other (127.0.0.1:1): ")
        .contains("Connection refused")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put --clients 0",
        "put --time 0s",
        "put --key-size 14",
        "put --prefix=",
        "txn --txn-ops 129",
        "watch --val-size 8",
        "put --time 2h",
        "range --consistency x",
        "put --names kontiki",
        "put --against-key x",
        "put -w table",
      })
  void whatMakesNoSenseIsRefusedInOneLine(String arguments) {
    var result = bench(arguments, List.of());
    assertThat(result.code()).isEqualTo(arguments.contains("-w") ? 4 : 128);
    assertThat(result.err()).startsWith("error: ").hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void anInterruptionReportsWhatIsCompleteAndCleansUp() throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                BenchCommandTest.class.getName()));
    command.addAll(List.of(words("put --rounds 1000 --time 20ms --warm-up 0s", List.of())));
    Path err = directory.resolve("interrupted.err");
    Path out = directory.resolve("interrupted.out");
    var process =
        new ProcessBuilder(command)
            .redirectError(err.toFile())
            .redirectOutput(out.toFile())
            .start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (etcd.etcdctl("", List.of("get", "--prefix", "kontiki-bench/", "--limit=1"))
          .out()
          .isEmpty()) {
        assertThat(System.nanoTime()).as(() -> read(err)).isLessThan(end);
      }
      assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor())
          .isZero();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(read(out)).contains("of 1000 rounds are complete");
    } finally {
      process.destroyForcibly();
    }
    assertNoKeysLeft();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theHelpTeachesByExample() {
    var out = new StringWriter();
    var line =
        line(
            new KvCommand(InputStream.nullInputStream(), OutputStream.nullOutputStream()),
            new PrintWriter(out));
    line.setOut(new PrintWriter(out));
    assertThat(line.execute("bench", "put", "--help")).isZero();
    assertThat(out.toString())
        .contains("--against", "kontiki kv bench put --clients 64", "--names kontiki,etcd");
  }
}
