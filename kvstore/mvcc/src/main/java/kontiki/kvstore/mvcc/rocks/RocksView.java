package kontiki.kvstore.mvcc.rocks;

import kontiki.kvstore.mvcc.Cursor;
import kontiki.kvstore.mvcc.EngineView;
import kontiki.kvstore.mvcc.Table;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A RocksDB snapshot. */
final class RocksView implements EngineView {
  private final RocksEngine engine;
  private final RocksDB db;
  private final Snapshot snapshot;
  private final ReadOptions options;

  RocksView(RocksEngine engine, RocksDB db) {
    this.engine = engine;
    this.db = db;
    this.snapshot = db.getSnapshot();
    this.options = new ReadOptions().setSnapshot(snapshot);
  }

  @Override
  public byte @Nullable [] get(Table table, byte[] key) {
    try {
      return db.get(engine.family(table), options, key);
    } catch (RocksDBException e) {
      throw new EngineException("cannot read the store's data", e);
    }
  }

  @Override
  public Cursor cursor(Table table, byte[] from, byte @Nullable [] to) {
    return new RocksCursor(table, from, to);
  }

  @Override
  public void close() {
    options.close();
    db.releaseSnapshot(snapshot);
    engine.release();
  }

  private final class RocksCursor implements Cursor {
    private final ReadOptions bounded;
    private final Slice lower;
    private final @Nullable Slice upper;
    private final RocksIterator iterator;

    RocksCursor(Table table, byte[] from, byte @Nullable [] to) {
      bounded = new ReadOptions().setSnapshot(snapshot);
      lower = new Slice(from);
      upper = to == null ? null : new Slice(to);
      bounded.setIterateLowerBound(lower);
      if (upper != null) {
        bounded.setIterateUpperBound(upper);
      }
      iterator = db.newIterator(engine.family(table), bounded);
      iterator.seekToFirst();
      check();
    }

    @Override
    public boolean valid() {
      return iterator.isValid();
    }

    @Override
    public void seek(byte[] key) {
      iterator.seek(key);
      check();
    }

    @Override
    public void next() {
      iterator.next();
      check();
    }

    @Override
    public byte[] key() {
      return iterator.key();
    }

    @Override
    public byte[] value() {
      return iterator.value();
    }

    @Override
    public void close() {
      iterator.close();
      bounded.close();
      lower.close();
      if (upper != null) {
        upper.close();
      }
    }

    /** An iterator ends both at the end and at an error. */
    private void check() {
      if (!iterator.isValid()) {
        try {
          iterator.status();
        } catch (RocksDBException e) {
          throw new EngineException("cannot read the store's data", e);
        }
      }
    }
  }
}
