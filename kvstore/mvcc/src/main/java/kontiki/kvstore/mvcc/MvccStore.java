package kontiki.kvstore.mvcc;

import java.nio.file.Path;
import java.util.List;
import kontiki.kvstore.api.pb.AlarmMember;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state machine over one engine. Entries are applied by one thread, in log order;
 * after each, a new {@link StoreView} is published, and any thread may read it. Given the same
 * entries, every member has the same state and gives the same outcomes.
 */
public final class MvccStore implements AutoCloseable {
  private final Engine engine;
  private final HeaderIds ids;
  private volatile @Nullable StoreView current;

  /** Owns the engine from now on. */
  public MvccStore(Engine engine, HeaderIds ids) {
    this.engine = engine;
    this.ids = ids;
    EngineView view = engine.view();
    this.current =
        new StoreView(
            view, StoreState.read(view), AuthTable.read(view), ClusterTable.alarms(view), ids);
  }

  /**
   * Applies one entry: when this returns it is in the engine, whole, and readable.
   *
   * <p>An entry that was proposed for another term than that of its log position changes nothing
   * and has no outcomes.
   *
   * @param index greater than that of every entry applied before
   * @param answer whether outcomes must carry responses; the state does not depend on it
   */
  public Applied apply(long index, long term, Entry entry, boolean answer) {
    if (entry.origin().term() != term) {
      return skip(index, term);
    }
    StoreView before = next(index);
    EntryApplication application = new EntryApplication(before, ids, index, term, answer);
    Applied applied = application.run(entry);
    write(application.writes(), applied.state(), application.auth(), application.alarms());
    return applied;
  }

  /** Passes a log position that holds nothing for the state machine. */
  public Applied skip(long index, long term) {
    StoreView before = next(index);
    StoreState state = before.state().applied(index, term, 0);
    WriteSet writes = new WriteSet();
    writes.put(Table.META, StoreState.KEY, state.encode());
    write(writes, state, before.auth(), before.alarms());
    return new Applied(state, List.of(), List.of(), List.of(), List.of());
  }

  /** The newest state; the caller closes it. */
  public StoreView view() {
    while (true) {
      StoreView view = open();
      if (view.retain()) {
        return view;
      }
    }
  }

  public StoreState state() {
    return open().state();
  }

  /** Users and roles of now. */
  public AuthState auth() {
    return open().auth();
  }

  public Engine engine() {
    return engine;
  }

  public HeaderIds ids() {
    return ids;
  }

  /** Writes a copy of everything applied so far into {@code directory}, which must not exist. */
  public void checkpoint(Path directory) {
    engine.checkpoint(directory);
  }

  /**
   * Gives back the disk space of what was overwritten or deleted, beside the entries that are
   * applied meanwhile. May take long.
   */
  public void reclaim() {
    synchronized (this) {
      // The newest view is of the last entry: it still holds what was removed after that.
      StoreView before = open();
      publish(before.state(), before.auth(), before.alarms());
    }
    engine.reclaim();
  }

  @Override
  public void close() {
    StoreView last;
    synchronized (this) {
      last = current;
      current = null;
    }
    if (last != null) {
      last.close();
      engine.close();
    }
  }

  private StoreView next(long index) {
    StoreView before = open();
    if (index <= before.state().appliedIndex()) {
      throw new IllegalStateException(
          "entry " + index + " was applied before: " + before.state().appliedIndex());
    }
    return before;
  }

  private synchronized void write(
      WriteSet writes, StoreState state, AuthState auth, List<AlarmMember> alarms) {
    engine.write(writes);
    publish(state, auth, alarms);
  }

  /** Under the lock under which the engine was written. */
  private void publish(StoreState state, AuthState auth, List<AlarmMember> alarms) {
    StoreView before = open();
    current = new StoreView(engine.view(), state, auth, alarms, ids);
    before.close();
  }

  private StoreView open() {
    StoreView view = current;
    if (view == null) {
      throw new IllegalStateException("the store is closed");
    }
    return view;
  }
}
