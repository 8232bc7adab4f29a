package kontiki.node.host.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import kontiki.node.proxy.program.Program;

/** Mounts of this machine, as proc_pid_mountinfo(5) lists them. */
public final class Mounts {

  private Mounts() {}

  /** Mount points at or below a folder, the deepest first. */
  public static List<String> below(Path folder) throws IOException {
    String prefix = folder + "/";
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> unescape(line.split(" ")[4]))
        .filter(point -> point.equals(folder.toString()) || point.startsWith(prefix))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  public static boolean isMountPoint(Path folder) throws IOException {
    return below(folder).contains(folder.toString());
  }

  /** Takes away every mount at or below a folder. */
  public static void detachBelow(Path folder) throws IOException {
    for (String point : below(folder)) {
      Program.Result result = Program.attempt("", List.of("umount", "-l", point));
      if (!result.isSuccess() && isMountPoint(Path.of(point))) {
        throw new IOException("cannot unmount " + point + ": " + result.lastLine());
      }
    }
  }

  /** Blanks and backslashes are written as octal numbers. */
  private static String unescape(String point) {
    return point
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
