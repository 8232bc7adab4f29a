package kontiki.kvstore.server.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import kontiki.kvstore.mvcc.MvccStore;

/**
 * Checkpoints that this member offers to followers who have fallen behind its log. A checkpoint is
 * hard links, so it costs little until the engine rewrites its files; at most {@link #MAX_OPEN}
 * stay open, the oldest goes first. Safe for many threads.
 */
final class Checkpoints {
  static final int MAX_OPEN = 2;

  private final Path directory;
  private final TreeMap<Long, Open> open = new TreeMap<>();
  private long lastId;

  /** A crashed member's leftovers in {@code directory} are removed. */
  Checkpoints(Path directory) throws IOException {
    this.directory = directory;
    Directories.delete(directory);
    Files.createDirectories(directory);
  }

  private record Open(Path path, CheckpointFiles files) {}

  synchronized CheckpointFiles open(MvccStore store) {
    try {
      while (open.size() >= MAX_OPEN) {
        close(open.firstKey());
      }
      long id = ++lastId;
      Path path = directory.resolve(Long.toString(id));
      store.checkpoint(path);
      List<CheckpointFiles.File> files = new ArrayList<>();
      try (Stream<Path> list = Files.list(path)) {
        for (Iterator<Path> it = list.sorted().iterator(); it.hasNext(); ) {
          Path file = it.next();
          files.add(new CheckpointFiles.File(file.getFileName().toString(), Files.size(file)));
        }
      }
      CheckpointFiles offer = new CheckpointFiles(id, files);
      open.put(id, new Open(path, offer));
      return offer;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a checkpoint for a follower", e);
    }
  }

  byte[] read(PeerMessage.CheckpointRead request) {
    Open checkpoint;
    synchronized (this) {
      checkpoint = open.get(request.checkpoint());
    }
    if (checkpoint == null) {
      throw new IllegalStateException("checkpoint " + request.checkpoint() + " is gone");
    }
    CheckpointFiles.File file = checkpoint.files().files().get(request.file());
    long left = Math.max(0, file.size() - request.offset());
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(request.length(), left));
    try (FileChannel channel =
        FileChannel.open(checkpoint.path().resolve(file.name()), StandardOpenOption.READ)) {
      while (buffer.hasRemaining()
          && channel.read(buffer, request.offset() + buffer.position()) >= 0) {
        continue;
      }
      return buffer.array();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read checkpoint file " + file.name(), e);
    }
  }

  synchronized void close(long id) throws IOException {
    Open closed = open.remove(id);
    if (closed != null) {
      Directories.delete(closed.path());
    }
  }
}
