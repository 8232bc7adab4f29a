package kontiki.orchestrator.apiserver.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The storage in memory: keeps every version of every key, and tells watchers on the writer's
 * thread. What the other storages are measured by.
 */
public final class MemoryStorage implements Storage {
  private final TreeMap<Long, Event> log = new TreeMap<>();
  private final List<MemoryWatch> watches = new ArrayList<>();
  private long revision = 1;
  private long compacted;

  private final class MemoryWatch implements Watch {
    private final String prefix;
    private final Listener listener;

    MemoryWatch(String prefix, Listener listener) {
      this.prefix = prefix;
      this.listener = listener;
    }

    void tell(Event event) {
      if (event.key().startsWith(prefix)) {
        listener.changed(List.of(event), event.revision());
      }
    }

    @Override
    public void close() {
      synchronized (MemoryStorage.this) {
        watches.remove(this);
      }
    }
  }

  private TreeMap<String, Entry> stateAt(long at) {
    TreeMap<String, Entry> state = new TreeMap<>();
    for (Event event : log.headMap(at, true).values()) {
      byte[] value = event.value();
      if (value == null) {
        state.remove(event.key());
      } else {
        state.put(event.key(), new Entry(event.key(), value, event.revision()));
      }
    }
    return state;
  }

  private WriteResult write(String key, byte @Nullable [] value, long expected) {
    Entry current = stateAt(revision).get(key);
    if ((current == null ? 0 : current.revision()) != expected) {
      return new WriteResult.Conflict(current);
    }
    revision++;
    Event event = new Event(key, value, revision);
    log.put(revision, event);
    List.copyOf(watches).forEach(watch -> watch.tell(event));
    return new WriteResult.Written(revision);
  }

  @Override
  public synchronized WriteResult create(String key, byte[] value, int ttlSeconds) {
    return write(key, value, 0);
  }

  @Override
  public synchronized WriteResult replace(
      String key, byte[] value, long expectedRevision, int ttlSeconds) {
    return write(key, value, expectedRevision);
  }

  @Override
  public synchronized WriteResult delete(String key, long expectedRevision) {
    return write(key, null, expectedRevision);
  }

  @Override
  public synchronized Lookup get(String key) {
    return new Lookup(stateAt(revision).get(key), revision);
  }

  @Override
  public synchronized Page list(String prefix, String startAfter, int limit, long at) {
    if (at > revision) {
      throw new FutureRevisionException(at);
    }
    if (at != 0 && at < compacted) {
      throw new RevisionCompactedException(at);
    }
    long readAt = at == 0 ? revision : at;
    List<Entry> all =
        stateAt(readAt)
            .tailMap(startAfter.isEmpty() ? prefix : startAfter, startAfter.isEmpty())
            .values()
            .stream()
            .filter(entry -> entry.key().startsWith(prefix))
            .toList();
    List<Entry> page = limit == 0 || all.size() <= limit ? all : all.subList(0, limit);
    return new Page(List.copyOf(page), readAt, all.size() - page.size());
  }

  @Override
  public synchronized long currentRevision() {
    return revision;
  }

  @Override
  public synchronized Watch watch(String prefix, long afterRevision, Listener listener) {
    Objects.requireNonNull(listener);
    MemoryWatch watch = new MemoryWatch(prefix, listener);
    if (afterRevision + 1 < compacted) {
      listener.ended(new WatchEnd.Compacted(compacted));
      return watch;
    }
    List.copyOf(log.tailMap(afterRevision, false).values()).forEach(watch::tell);
    watches.add(watch);
    return watch;
  }

  @Override
  public synchronized void compact(long at) {
    compacted = Math.max(compacted, at);
  }

  @Override
  public synchronized void close() {
    watches.clear();
  }
}
