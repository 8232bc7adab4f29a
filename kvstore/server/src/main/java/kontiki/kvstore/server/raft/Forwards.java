package kontiki.kvstore.server.raft;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kontiki.kvstore.mvcc.Entry;

/**
 * What other members have handed to this one, so that an entry that is handed over again, because
 * the answer was lost, does not get into the log twice. An entry is bound to one term, and a term
 * has one leader that remembers since it began to lead: so asking it again is always safe. Safe for
 * many threads.
 */
final class Forwards {
  /** Many more than a member has on the way at once; older ones are refused, never appended. */
  static final int REMEMBERED = 256;

  private final Map<Long, Window> members = new HashMap<>();

  private static final class Window {
    private final TreeMap<Long, CompletableFuture<Fate>> fates = new TreeMap<>();
    private long term;
    private long forgotten = Long.MIN_VALUE;
  }

  /** The fate of the entry: of its first coming, where it came before. */
  CompletableFuture<Fate> accept(Entry.Origin origin, Supplier<CompletableFuture<Fate>> append) {
    CompletableFuture<Fate> fate = new CompletableFuture<>();
    synchronized (this) {
      Window window = members.computeIfAbsent(origin.member(), _ -> new Window());
      if (origin.term() != window.term) {
        window.fates.clear();
        window.term = origin.term();
        window.forgotten = Long.MIN_VALUE;
      }
      if (origin.sequence() <= window.forgotten) {
        return CompletableFuture.completedFuture(Fate.UNKNOWN);
      }
      CompletableFuture<Fate> known = window.fates.putIfAbsent(origin.sequence(), fate);
      if (known != null) {
        return known;
      }
      if (window.fates.size() > REMEMBERED) {
        window.forgotten = window.fates.pollFirstEntry().getKey();
      }
    }
    var unused =
        append
            .get()
            .whenComplete(
                (result, failure) -> fate.complete(failure == null ? result : Fate.UNKNOWN));
    return fate;
  }
}
