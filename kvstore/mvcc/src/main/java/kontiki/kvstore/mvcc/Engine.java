package kontiki.kvstore.mvcc;

import java.nio.file.Path;

/**
 * Ordered tables with atomic writes and snapshots. The raft log is the write-ahead log: an engine
 * may lose its newest writes in a crash, but only whole {@link WriteSet}s and only the last ones.
 */
public interface Engine extends AutoCloseable {
  /** The state after the last write, unchanged by later ones. The caller closes it. */
  EngineView view();

  /** Applies all of the writes or none; when it returns, new views show them. */
  void write(WriteSet writes);

  /** Makes everything written so far survive a crash. */
  void flush();

  /** Writes a copy of the whole state into {@code directory}, which must not exist yet. */
  void checkpoint(Path directory);

  /**
   * Gives back the disk space of what was overwritten or deleted and that no open view shows,
   * beside reads and writes. May take long.
   */
  void reclaim();

  /** Bytes on disk. */
  long sizeBytes();

  /** Bytes on disk that hold live data, as far as the engine can tell. */
  long sizeInUseBytes();

  @Override
  void close();
}
