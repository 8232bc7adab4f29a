package kontiki.node.host.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCP port that somebody listens on, as proc_net(5) shows it.
 *
 * @param address hexadecimal, in the kernel's byte order
 * @param inode of the socket
 */
record Listener(String address, int port, String inode) {

  private static final String LISTENS = "0A";
  private static final String LOOPBACK = "0100007F";

  /** Every listener of this network namespace. */
  static List<Listener> all() throws IOException {
    List<Listener> listeners = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      if (!Files.exists(Path.of(table))) {
        continue;
      }
      for (String line : Files.readAllLines(Path.of(table)).stream().skip(1).toList()) {
        String[] fields = line.strip().split("\\s+");
        if (fields[3].equals(LISTENS)) {
          int colon = fields[1].indexOf(':');
          listeners.add(
              new Listener(
                  fields[1].substring(0, colon),
                  Integer.parseInt(fields[1].substring(colon + 1), 16),
                  fields[9]));
        }
      }
    }
    return listeners;
  }

  /** Whether it stands in the way of a listener on 127.0.0.1 or on any address. */
  boolean takesLoopback() {
    return address.equals(LOOPBACK)
        || address.chars().allMatch(digit -> digit == '0')
        || address.endsWith(LOOPBACK);
  }

  /** Who listens: name and number of the process, as far as it can be seen. */
  String holder() throws IOException {
    String socket = "socket:[" + inode + "]";
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path files = Path.of("/proc", Long.toString(process.pid()), "fd");
      try (DirectoryStream<Path> links = Files.newDirectoryStream(files)) {
        for (Path link : links) {
          if (Files.readSymbolicLink(link).toString().equals(socket)) {
            String name = new ProcessIdentity(process.pid(), 0).name();
            return name + " (process " + process.pid() + ")";
          }
        }
      } catch (IOException gone) {
        // It has ended, or closed the file, in the meantime.
      }
    }
    return "another program";
  }
}
