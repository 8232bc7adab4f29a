package kontiki.node.host.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be taken for another: process numbers are used again, start times with them
 * are not.
 *
 * @param pid in this process's pid namespace
 * @param startTicks field 22 of proc_pid_stat(5): clock ticks since the machine started
 */
public record ProcessIdentity(long pid, long startTicks) {

  /** What the kernel says of a process. */
  private record Stat(char state, long session, long startTicks) {}

  /** The process that has this number now; empty if there is none, or it has ended. */
  public static Optional<ProcessIdentity> of(long pid) {
    return stat(pid)
        .filter(stat -> stat.state() != 'Z' && stat.state() != 'X')
        .map(stat -> new ProcessIdentity(pid, stat.startTicks()));
  }

  /** Whether it still runs. One that has ended and was not collected yet does not. */
  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** Whether it leads a session of its own, as every component does. */
  public boolean leadsSession() {
    return stat(pid).filter(stat -> stat.session() == pid).isPresent();
  }

  /** The name that the kernel has for it; empty if it has ended. */
  public String name() {
    return text("comm").strip();
  }

  /** A variable of the environment it was started with. */
  public Optional<String> variable(String name) {
    String prefix = name + "=";
    return text("environ")
        .transform(all -> java.util.Arrays.stream(all.split("\0")))
        .filter(one -> one.startsWith(prefix))
        .map(one -> one.substring(prefix.length()))
        .findFirst();
  }

  /** Asks it to end. */
  public void terminate() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    }
  }

  /** Ends it. */
  public void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private String text(String file) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  private static Optional<Stat> stat(long pid) {
    String line;
    try {
      line =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return Optional.empty();
    }
    // The name is in parentheses and may hold anything; the fields after it are plain.
    int end = line.lastIndexOf(')');
    if (end < 0) {
      return Optional.empty();
    }
    String[] fields = line.substring(end + 2).split(" ");
    return Optional.of(
        new Stat(fields[0].charAt(0), Long.parseLong(fields[3]), Long.parseLong(fields[19])));
  }
}
