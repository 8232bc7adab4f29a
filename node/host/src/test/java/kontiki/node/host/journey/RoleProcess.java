package kontiki.node.host.journey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import kontiki.node.host.Main;

/** A command of the executable in a process of its own, and the lines that it has written. */
final class RoleProcess implements AutoCloseable {
  /** Long, because a busy machine is slow; nothing waits longer than it must. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final CountDownLatch NEVER = new CountDownLatch(1);
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

  private final String name;
  private final Path log;
  private final Process process;

  private RoleProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * @param levels of the log, as in KONTIKI_LOG
   */
  static RoleProcess start(Path folder, String levels, List<String> arguments) throws IOException {
    String name = arguments.getFirst();
    Path log = folder.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("KONTIKI_LOG", levels);
    return new RoleProcess(name, log, builder.start());
  }

  /** The port that the role says, in a line with these words, that it listens on. */
  int port(String words) throws InterruptedException {
    return PORT.matcher(line(each -> each.contains(words)))
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .findFirst()
        .orElseThrow();
  }

  /** Waits for the first line of the log that fits. */
  String line(Predicate<String> wanted) throws InterruptedException {
    return await(lines -> lines.stream().filter(wanted).findFirst());
  }

  /** Waits until there are so many lines, and gives them all. */
  List<String> awaitLines(int count) throws InterruptedException {
    return await(lines -> lines.size() < count ? Optional.empty() : Optional.of(lines));
  }

  private <T> T await(Function<List<String>, Optional<T>> search) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean last = !process.isAlive() || System.nanoTime() - end > 0;
      Optional<T> found = search.apply(lines());
      if (found.isPresent()) {
        return found.get();
      }
      if (last) {
        throw new AssertionError(
            name + " has not written what was waited for; its log:\n" + String.join("\n", lines()));
      }
      boolean unused = NEVER.await(10, TimeUnit.MILLISECONDS);
    }
  }

  /** Waits for the first line of the log that has every one of these words. */
  LogLine line(String... words) throws InterruptedException {
    return new LogLine(line(each -> LogLine.hasWords(each, words)));
  }

  /** What was logged so far with every one of these words. */
  List<LogLine> linesWith(String... words) {
    return lines().stream()
        .filter(each -> LogLine.hasWords(each, words))
        .map(LogLine::new)
        .toList();
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
