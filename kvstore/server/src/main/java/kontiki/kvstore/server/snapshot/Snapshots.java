package kontiki.kvstore.server.snapshot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.StoreView;

/**
 * Makes snapshot files for clients, in a directory of its own: a bbolt file's first page names its
 * last, so it must be whole before its first byte is sent. The store serves on meanwhile. Safe for
 * many threads.
 */
public final class Snapshots {
  /** So many clients take one at a time; each takes as much disk as the data. */
  static final int MAX_AT_ONCE = 2;

  private final Path directory;
  private final Semaphore free = new Semaphore(MAX_AT_ONCE);

  /** A crashed member's leftovers in {@code directory} are removed. */
  public Snapshots(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
    try (Stream<Path> left = Files.list(directory)) {
      for (Iterator<Path> files = left.iterator(); files.hasNext(); ) {
        Files.delete(files.next());
      }
    }
  }

  /**
   * Writes the view into a file that vanishes when the channel is closed. Blocks.
   *
   * @throws RefusedException too many are being taken
   */
  public Snapshot take(StoreView view, List<Member> members) throws IOException {
    if (!free.tryAcquire()) {
      throw new RefusedException(EtcdError.REQUEST_TOO_MANY_REQUESTS);
    }
    FileChannel file = null;
    try {
      Path path = Files.createTempFile(directory, "snapshot-", ".db");
      file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      EtcdDatabase.write(view, members, file);
      return new Snapshot(file, file.size(), free);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.close();
      }
      free.release();
      throw e;
    }
  }

  /**
   * One snapshot; its holder closes it once.
   *
   * @param size bytes
   */
  public record Snapshot(FileChannel file, long size, Semaphore free) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try {
        file.close();
      } finally {
        free.release();
      }
    }
  }
}
