package kontiki.node.kubelet.volume;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a directory equal to a set of files so that a reader sees all of one set or all of the
 * next. The files are in a directory of their own to which the link {@code ..data} points; renaming
 * the link is the change. Each visible name is a link through {@code ..data}. One thread a
 * directory.
 */
final class AtomicFiles {
  private static final String DATA = "..data";

  /** A file: its content and its permission bits. */
  record Content(byte[] bytes, int mode) {}

  private AtomicFiles() {}

  /**
   * Makes the directory hold these files, by relative path; whether anything changed.
   *
   * @param group owns the files; null leaves the group alone
   */
  static boolean write(Path directory, Map<String, Content> files, @Nullable Long group)
      throws IOException {
    TreeMap<String, Content> sorted = new TreeMap<>(files);
    Path data = directory.resolve(DATA);
    Path old = Files.isSymbolicLink(data) ? directory.resolve(Files.readSymbolicLink(data)) : null;
    if (old != null && same(old, sorted)) {
      return false;
    }
    Path fresh = Files.createTempDirectory(directory, "..");
    Ownership.mode(fresh, 0755);
    for (Map.Entry<String, Content> file : sorted.entrySet()) {
      Path target = fresh.resolve(file.getKey()).normalize();
      if (!target.startsWith(fresh)) {
        throw new IOException("the path \"" + file.getKey() + "\" leaves its volume");
      }
      Files.createDirectories(target.getParent());
      Files.write(target, file.getValue().bytes());
      Ownership.mode(target, file.getValue().mode());
      if (group != null) {
        Ownership.group(target, group);
      }
    }
    Path link = directory.resolve("..data_tmp");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, fresh.getFileName());
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    showNames(directory, sorted);
    if (old != null) {
      deleteTree(old);
    }
    return true;
  }

  private static void showNames(Path directory, TreeMap<String, Content> files) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    files.keySet().forEach(path -> names.add(Path.of(path).getName(0).toString()));
    for (String name : names) {
      Path visible = directory.resolve(name);
      if (!Files.exists(visible, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(visible, Path.of(DATA, name));
      }
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith("..") && !names.contains(name)) {
          Files.delete(entry);
        }
      }
    }
  }

  private static boolean same(Path directory, TreeMap<String, Content> files) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    Set<String> present = new LinkedHashSet<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      tree.filter(Files::isRegularFile)
          .forEach(file -> present.add(directory.relativize(file).toString()));
    }
    if (!present.equals(files.keySet())) {
      return false;
    }
    for (Map.Entry<String, Content> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      if (!Arrays.equals(Files.readAllBytes(path), file.getValue().bytes())
          || Ownership.mode(path) != file.getValue().mode()) {
        return false;
      }
    }
    return true;
  }

  /** Deletes a directory and what is in it; links are deleted, not followed. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
        for (Path entry : entries) {
          deleteTree(entry);
        }
      }
    }
    Files.deleteIfExists(root);
  }
}
