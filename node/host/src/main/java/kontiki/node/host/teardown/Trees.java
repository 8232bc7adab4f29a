package kontiki.node.host.teardown;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import kontiki.node.host.machine.Mounts;
import org.jspecify.annotations.Nullable;

/** Folders with everything below them. */
public final class Trees {

  private Trees() {}

  /** Deletes a tree; follows no link, and refuses while something is mounted in it. */
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Mounts.below(root).isEmpty()) {
      throw new IOException(
          Mounts.below(root).getFirst() + " is still mounted: nothing was deleted in " + root);
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  public static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      return !content.iterator().hasNext();
    }
  }
}
