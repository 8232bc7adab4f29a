package kontiki.chaos.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which process holds the local end of a loopback TCP connection, from Linux's {@code /proc}: the
 * socket's inode is found in {@code /proc/net/tcp} and {@code tcp6}, and again among the process's
 * open files.
 */
final class SocketOwners {
  private static final int LOCAL_ADDRESS = 1;
  private static final int INODE = 9;

  private SocketOwners() {}

  /** The first of the processes that has a socket bound to the local port. */
  static Optional<ProcessHandle> of(int port, Supplier<Stream<ProcessHandle>> candidates) {
    var inode = inode(port, "/proc/net/tcp").or(() -> inode(port, "/proc/net/tcp6"));
    return inode.flatMap(number ->
        candidates.get().filter(process -> holds(process, "socket:[" + number + "]")).findFirst());
  }

  private static Optional<String> inode(int port, String table) {
    String suffix = String.format(":%04X", port);
    try (var lines = Files.lines(Path.of(table))) {
      return lines
          .skip(1)
          .map(line -> line.strip().split("\\s+"))
          .filter(fields -> fields[LOCAL_ADDRESS].endsWith(suffix) && !fields[INODE].equals("0"))
          .map(fields -> fields[INODE])
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean holds(ProcessHandle process, String link) {
    try (var files = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return files.anyMatch(file -> target(file).equals(link));
    } catch (IOException e) {
      return false;
    }
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (NoSuchFileException closedMeanwhile) {
      return "";
    } catch (IOException unreadable) {
      return "";
    }
  }
}
