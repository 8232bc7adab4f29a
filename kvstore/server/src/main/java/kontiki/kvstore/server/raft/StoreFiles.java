package kontiki.kvstore.server.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import kontiki.kvstore.mvcc.HeaderIds;
import kontiki.kvstore.mvcc.MvccStore;
import kontiki.kvstore.mvcc.StoreState;
import kontiki.kvstore.mvcc.rocks.RocksEngine;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Where the engine lies, and how another member's checkpoint takes its place: {@code db} is the one
 * in use; {@code db.incoming} is being fetched; {@code db.new} is complete and will replace {@code
 * db}. A crash at any point leaves one of {@code db} and {@code db.new} whole.
 */
final class StoreFiles {
  private final Path current;
  private final Path incoming;
  private final Path complete;
  private final RocksSettings settings;
  private final HeaderIds ids;

  private final Path directory;

  StoreFiles(Path directory, RocksSettings settings, HeaderIds ids) {
    this.directory = directory;
    this.current = directory.resolve("db");
    this.incoming = directory.resolve("db.incoming");
    this.complete = directory.resolve("db.new");
    this.settings = settings;
    this.ids = ids;
  }

  /** Finishes what a crash interrupted, and opens the store. */
  MvccStore open() throws IOException {
    Directories.delete(incoming);
    if (Files.exists(complete)) {
      replace();
    }
    return new MvccStore(RocksEngine.open(current, settings), ids);
  }

  /** An empty directory for a checkpoint to be written into. */
  Path newIncoming() throws IOException {
    Directories.delete(incoming);
    Files.createDirectories(incoming);
    return incoming;
  }

  /** The incoming checkpoint is whole: from now on it counts. Returns what it holds. */
  TermIndex markComplete() throws IOException {
    StoreState state;
    try (MvccStore fetched = new MvccStore(RocksEngine.open(incoming, settings), ids)) {
      state = fetched.state();
    }
    Directories.delete(complete);
    Files.move(incoming, complete, StandardCopyOption.ATOMIC_MOVE);
    Directories.sync(directory);
    return TermIndex.valueOf(state.appliedTerm(), state.appliedIndex());
  }

  private void replace() throws IOException {
    Directories.delete(current);
    Files.move(complete, current, StandardCopyOption.ATOMIC_MOVE);
    Directories.sync(directory);
  }
}
