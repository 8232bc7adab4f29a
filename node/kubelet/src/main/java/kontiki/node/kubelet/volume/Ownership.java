package kontiki.node.kubelet.volume;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Permission bits and groups as numbers, also set-group-id, which the portable calls lack. */
final class Ownership {
  private static final int SET_GROUP_ID = 02000;

  private Ownership() {}

  static void mode(Path path, int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode);
  }

  static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & 07777;
  }

  static void group(Path path, long group) throws IOException {
    Files.setAttribute(path, "unix:gid", (int) group, LinkOption.NOFOLLOW_LINKS);
  }

  /** Gives a whole tree to a group, which may read and write it; new files inherit the group. */
  static void giveTreeToGroup(Path root, long group) throws IOException {
    group(root, group);
    if (Files.isSymbolicLink(root)) {
      return;
    }
    if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      mode(root, mode(root) | SET_GROUP_ID | 0770);
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
        for (Path entry : entries) {
          giveTreeToGroup(entry, group);
        }
      }
    } else {
      mode(root, mode(root) | 0660);
    }
  }
}
