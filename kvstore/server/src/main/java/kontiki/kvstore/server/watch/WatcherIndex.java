package kontiki.kvstore.server.watch;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import kontiki.kvstore.api.KeyRange;

/**
 * Finds the watchers of a key: by hash those of the one key, by comparing those of ranges; watchers
 * of the same range are compared once. Used by the hub's thread only.
 */
final class WatcherIndex {
  private final Map<ByteString, Set<Watcher>> single = new HashMap<>();
  private final Map<KeyRange, Set<Watcher>> ranges = new HashMap<>();

  void add(Watcher watcher) {
    KeyRange range = watcher.range();
    if (range.isSingle()) {
      single.computeIfAbsent(range.key(), _ -> new LinkedHashSet<>()).add(watcher);
    } else {
      ranges.computeIfAbsent(range, _ -> new LinkedHashSet<>()).add(watcher);
    }
  }

  void remove(Watcher watcher) {
    KeyRange range = watcher.range();
    if (range.isSingle()) {
      remove(single, range.key(), watcher);
    } else {
      remove(ranges, range, watcher);
    }
  }

  void forEach(ByteString key, Consumer<Watcher> action) {
    Set<Watcher> exact = single.get(key);
    if (exact != null) {
      exact.forEach(action);
    }
    ranges.forEach((range, watchers) -> {
      if (range.contains(key)) {
        watchers.forEach(action);
      }
    });
  }

  List<Watcher> all() {
    List<Watcher> all = new ArrayList<>();
    single.values().forEach(all::addAll);
    ranges.values().forEach(all::addAll);
    return all;
  }

  private static <K> void remove(Map<K, Set<Watcher>> map, K key, Watcher watcher) {
    Set<Watcher> watchers = map.get(key);
    if (watchers != null && watchers.remove(watcher) && watchers.isEmpty()) {
      map.remove(key);
    }
  }
}
