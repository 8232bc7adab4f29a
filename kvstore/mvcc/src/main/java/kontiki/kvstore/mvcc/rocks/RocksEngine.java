package kontiki.kvstore.mvcc.rocks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kontiki.kvstore.mvcc.Engine;
import kontiki.kvstore.mvcc.EngineView;
import kontiki.kvstore.mvcc.Table;
import kontiki.kvstore.mvcc.WriteSet;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * An {@link Engine} on RocksDB, one column family a table, without RocksDB's own write-ahead log:
 * the raft log is that. All column families are flushed together, so what a crash leaves is the
 * state after some earlier write, whole. Safe for many threads; a view that is still open when the
 * engine is closed stays good, and native memory is freed after the last one.
 */
public final class RocksEngine implements Engine {
  private static final double BLOOM_BITS = 10;
  private static final long LOG_FILE_BYTES = 4 << 20;
  private static final int LOG_FILES = 2;

  static {
    RocksDB.loadLibrary();
  }

  private final List<RocksObject> owned = new ArrayList<>();
  private final RocksDB db;
  private final List<ColumnFamilyHandle> families;
  private final int[] familyIds;
  private final WriteOptions writeOptions;
  private int users = 1;
  private boolean closed;

  private RocksEngine(Path directory, RocksSettings settings) throws RocksDBException {
    Cache cache = own(new LRUCache(settings.blockCacheBytes()));
    BlockBasedTableConfig blocks =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(own(new BloomFilter(BLOOM_BITS)));
    ColumnFamilyOptions family =
        own(new ColumnFamilyOptions())
            .setTableFormatConfig(blocks)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setWriteBufferSize(settings.writeBufferBytes())
            .setLevelCompactionDynamicLevelBytes(true);
    DBOptions options =
        own(new DBOptions())
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setAtomicFlush(true)
            .setWriteBufferManager(
                own(new WriteBufferManager(settings.totalWriteBufferBytes(), cache)))
            .setMaxBackgroundJobs(settings.backgroundJobs())
            .setMaxOpenFiles(settings.maxOpenFiles())
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(LOG_FILE_BYTES)
            .setKeepLogFileNum(LOG_FILES);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (Table table : Table.values()) {
      descriptors.add(new ColumnFamilyDescriptor(familyName(table), family));
    }
    this.families = new ArrayList<>();
    this.db = RocksDB.open(options, directory.toString(), descriptors, families);
    this.familyIds = families.stream().mapToInt(ColumnFamilyHandle::getID).toArray();
    this.writeOptions = own(new WriteOptions().setDisableWAL(true));
  }

  /** Opens the engine in {@code directory}, making it where it is missing. */
  public static RocksEngine open(Path directory, RocksSettings settings) {
    try {
      Files.createDirectories(directory);
      return new RocksEngine(directory, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RocksDBException e) {
      throw new EngineException("cannot open the store's data in " + directory, e);
    }
  }

  @Override
  public EngineView view() {
    hold();
    return new RocksView(this, db);
  }

  @Override
  public void write(WriteSet writes) {
    hold();
    try (WriteBatch batch = new WriteBatch(BatchBytes.of(writes, familyIds))) {
      db.write(writeOptions, batch);
    } catch (RocksDBException e) {
      throw new EngineException("cannot write to the store's data", e);
    } finally {
      release();
    }
  }

  @Override
  public void flush() {
    hold();
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, families);
    } catch (RocksDBException e) {
      throw new EngineException("cannot flush the store's data", e);
    } finally {
      release();
    }
  }

  @Override
  public void checkpoint(Path directory) {
    flush();
    hold();
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(directory.toString());
    } catch (RocksDBException e) {
      throw new EngineException("cannot write a checkpoint to " + directory, e);
    } finally {
      release();
    }
  }

  @Override
  public void reclaim() {
    flush();
    hold();
    try (CompactRangeOptions options =
        new CompactRangeOptions()
            .setExclusiveManualCompaction(false)
            .setBottommostLevelCompaction(
                CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
      for (ColumnFamilyHandle family : families) {
        db.compactRange(family, null, null, options);
      }
    } catch (RocksDBException e) {
      throw new EngineException("cannot compact the store's data", e);
    } finally {
      release();
    }
  }

  @Override
  public long sizeBytes() {
    return property("rocksdb.total-sst-files-size") + property("rocksdb.size-all-mem-tables");
  }

  @Override
  public long sizeInUseBytes() {
    return property("rocksdb.estimate-live-data-size") + property("rocksdb.size-all-mem-tables");
  }

  /** Flushes, then frees everything once no view is open any more. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, families);
    } catch (RocksDBException e) {
      throw new EngineException("cannot flush the store's data", e);
    } finally {
      release();
    }
  }

  ColumnFamilyHandle family(Table table) {
    return families.get(table.ordinal());
  }

  /** Called by a view when it is closed. */
  void release() {
    synchronized (this) {
      users--;
      if (users > 0) {
        return;
      }
    }
    families.forEach(ColumnFamilyHandle::close);
    db.close();
    owned.reversed().forEach(RocksObject::close);
  }

  private synchronized void hold() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    users++;
  }

  private <T extends RocksObject> T own(T object) {
    owned.add(object);
    return object;
  }

  private long property(String name) {
    hold();
    try {
      long sum = 0;
      for (ColumnFamilyHandle family : families) {
        sum += db.getLongProperty(family, name);
      }
      return sum;
    } catch (RocksDBException e) {
      throw new EngineException("cannot read " + name, e);
    } finally {
      release();
    }
  }

  /** META is RocksDB's default column family, which always exists. */
  private static byte[] familyName(Table table) {
    return switch (table) {
      case META -> RocksDB.DEFAULT_COLUMN_FAMILY;
      case LATEST, HISTORY, SUPERSEDED ->
          table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    };
  }
}
