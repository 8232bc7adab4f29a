package kontiki.node.host.bringup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import kontiki.node.host.cluster.Layout;

/** Keeps a second {@code up} or {@code down} of this machine out while one is at work. */
public final class MachineLock implements AutoCloseable {

  private final FileChannel channel;

  private MachineLock(FileChannel channel) {
    this.channel = channel;
  }

  public static MachineLock take() throws IOException {
    Files.createDirectories(Objects.requireNonNull(Layout.MACHINE_LOCK.getParent()));
    FileChannel channel =
        FileChannel.open(Layout.MACHINE_LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new IOException("another 'kontiki up' or 'kontiki down' is at work: wait for its end");
    }
    return new MachineLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
