package kontiki.kvstore.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both tools as processes on one real etcd, in one line, ended by signals. */
class HoldingCommandTest {
  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static final int PATIENCE_SECONDS = 60;

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

  /** A tool under way: what it prints, both streams. */
  private record Tool(Process process, BufferedReader out) implements AutoCloseable {
    static Tool kv(String... arguments) throws IOException {
      return start(
          List.of(
              ProcessHandle.current().info().command().orElse("java"),
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-cp",
              System.getProperty("java.class.path"),
              KvMain.class.getName()),
          arguments);
    }

    static Tool etcdctl(String... arguments) throws IOException {
      return start(List.of("etcdctl"), arguments);
    }

    private static Tool start(List<String> program, String... arguments) throws IOException {
      var command = new ArrayList<String>(program);
      // Flags first: what stands behind a double dash is not ours.
      command.add(arguments[0]);
      command.addAll(etcd.flags());
      command.addAll(List.of(arguments).subList(1, arguments.length));
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("ETCDCTL_API", "3");
      var process = builder.start();
      return new Tool(
          process,
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    int signalled() throws InterruptedException {
      // Not Process.destroy, which closes the streams.
      boolean unused = process.toHandle().destroy();
      return ended();
    }

    int ended() throws InterruptedException {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static List<String> keys(String prefix) throws IOException {
    return etcd.etcdctl("", List.of("get", "--prefix", prefix, "--keys-only"))
        .out()
        .lines()
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static void awaitKeys(String prefix, int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (keys(prefix).size() != count) {
      assertThat(System.nanoTime() - end).as("%d keys of %s", count, prefix).isNegative();
      boolean unused = NEVER.await(20, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void aLockIsReleasedByASignal() throws Exception {
    try (Tool first = Tool.kv("lock", "l")) {
      String key = first.out.readLine();
      assertThat(List.of(key)).isEqualTo(keys("l/"));
      assertThat(first.out.readLine()).isEmpty();
      try (Tool second = Tool.etcdctl("lock", "l")) {
        awaitKeys("l/", 2);
        try (Tool third = Tool.kv("lock", "l")) {
          awaitKeys("l/", 3);
          assertThat(third.signalled()).isEqualTo(1);
          assertThat(third.out.readLine()).isEqualTo("error: context canceled");
        }
        awaitKeys("l/", 2);
        assertThat(first.signalled()).isZero();
        assertThat(second.out.readLine()).startsWith("l/");
        assertThat(second.signalled()).isZero();
      }
    }
    awaitKeys("l/", 0);
  }

  @Test
  void aCommandRunsUnderTheLock() throws Exception {
    try (Tool run = Tool.kv("lock", "c", "--", "sh", "-c", "echo $ETCD_LOCK_KEY; exit 3")) {
      assertThat(run.out.readLine()).startsWith("c/");
      assertThat(run.ended()).isEqualTo(3);
    }
    assertThat(keys("c/")).isEmpty();
    try (Tool run = Tool.kv("lock", "c", "--", "sh", "-c", "echo on; exec sleep 1000")) {
      assertThat(run.out.readLine()).isEqualTo("on");
      assertThat(run.signalled()).isEqualTo(143);
    }
    assertThat(keys("c/")).isEmpty();
  }

  @Test
  void anElectionIsLeftAfterASignal() throws Exception {
    try (Tool listening = Tool.kv("elect", "-l", "e");
        Tool first = Tool.kv("elect", "e", "one")) {
      String key = first.out.readLine();
      assertThat(List.of(key)).isEqualTo(keys("e/"));
      assertThat(first.out.readLine()).isEqualTo("one");
      assertThat(listening.out.readLine()).isEqualTo(key);
      assertThat(listening.out.readLine()).isEqualTo("one");
      try (Tool second = Tool.etcdctl("elect", "e", "two")) {
        awaitKeys("e/", 2);
        assertThat(first.signalled()).isZero();
        assertThat(listening.out.readLine()).isEqualTo(second.out.readLine());
        assertThat(listening.out.readLine()).isEqualTo("two");
        assertThat(listening.signalled()).isZero();
        assertThat(second.signalled()).isZero();
      }
    }
    assertThat(keys("e/")).isEmpty();
  }
}
