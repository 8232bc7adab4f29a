package kontiki.node.host.bringup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.teardown.Trees;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second {@code up} or {@code down} of this machine out while one is at work. The file goes
 * with its holder, if there is no cluster then.
 */
public final class MachineLock implements AutoCloseable {

  private static final Path FILE = Layout.MACHINE_LOCK;
  private static final Path FOLDER = Objects.requireNonNull(FILE.getParent());

  private final FileChannel channel;

  private MachineLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock, or throws if somebody has it. */
  public static MachineLock take() throws IOException {
    while (true) {
      Files.createDirectories(FOLDER);
      FileChannel channel =
          FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      Object opened = key();
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new IOException(
            "another 'kontiki up' or 'kontiki down' is at work: wait for its end");
      }
      // The holder before may have removed the file after it was opened here.
      if (opened != null && opened.equals(key())) {
        return new MachineLock(channel);
      }
      channel.close();
    }
  }

  private static @Nullable Object key() throws IOException {
    return Files.exists(FILE)
        ? Files.readAttributes(FILE, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey()
        : null;
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(Layout.POINTER)) {
      Files.deleteIfExists(FILE);
      if (Files.isDirectory(FOLDER) && Trees.isEmpty(FOLDER)) {
        Files.delete(FOLDER);
      }
    }
    channel.close();
  }
}
