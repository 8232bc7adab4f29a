package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.cache.StoreFeed;
import kontiki.orchestrator.apiserver.cache.WatchCache;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.storage.FutureRevisionException;
import kontiki.orchestrator.apiserver.storage.RevisionCompactedException;
import kontiki.orchestrator.apiserver.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects with the guarantees that the resource version of a request asks for
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions): unset is the
 * newest state, 0 any, N one that is not older. The newest state comes from the caches too: the
 * store is only asked for its revision, and the caches are waited for. Thread-safe.
 */
public final class ObjectReader {
  /** How long a request waits for the caches to reach a revision. */
  static final long FRESHNESS_TIMEOUT_MILLIS = 3_000;

  /** How long the newest state is awaited from the caches before it is read from the store. */
  static final long CACHE_PATIENCE_MILLIS = 100;

  private final Storage storage;
  private final StoreFeed feed;

  public ObjectReader(Storage storage, StoreFeed feed) {
    this.storage = storage;
    this.feed = feed;
  }

  /**
   * What a list returns.
   *
   * @param continueToken empty at the end
   * @param remaining how many more there are, null where that is not known
   */
  public record ObjectList(
      List<CachedObject> items, long revision, String continueToken, @Nullable Long remaining) {}

  /** The object, as new as the resource version asks for. */
  public CachedObject get(Call call, String resourceVersion) throws InterruptedException {
    String key = call.key();
    if (!resourceVersion.isEmpty()) {
      long wanted = ResourceVersions.parse(resourceVersion);
      awaitRevision(wanted);
      CachedObject cached = call.resource().cache().get(key);
      if (cached != null) {
        return cached;
      }
      throw call.resource().notFound(call.name());
    }
    Storage.Entry entry = storage.get(key).entry();
    if (entry == null) {
      throw call.resource().notFound(call.name());
    }
    CachedObject cached = call.resource().cache().get(key);
    return cached != null && cached.revision() == entry.revision()
        ? cached
        : CachedObject.of(entry, call.resource().cache().index());
  }

  /** The newest state of a resource, or of one namespace of it. */
  public WatchCache.Snapshot newest(StoredResource resource, String namespace)
      throws InterruptedException {
    long revision = storage.currentRevision();
    String below = namespace.isEmpty() ? "" : namespace + "/";
    if (feed.await(revision, CACHE_PATIENCE_MILLIS)) {
      return resource.cache().snapshot(below);
    }
    // The store moved on with keys that are none of ours, or the feed is behind.
    Storage.Page page = storage.list(resource.prefix() + below, "", 0, revision);
    return new WatchCache.Snapshot(parse(resource, page.entries()), page.revision());
  }

  /** Waits until the caches are not older than a revision. */
  public void awaitRevision(long wanted) throws InterruptedException {
    if (!feed.await(wanted, FRESHNESS_TIMEOUT_MILLIS)) {
      if (!feed.isFilled()) {
        throw Failures.tooManyRequests("storage is (re)initializing", 1);
      }
      throw Failures.revisionTooLarge(wanted, feed.revision());
    }
  }

  public ObjectList list(Call call, ListOptions options, Predicate<CachedObject> filter)
      throws InterruptedException {
    options.validate();
    if (!options.continueToken().isEmpty()) {
      return continued(call, options, filter);
    }
    WatchCache.Snapshot snapshot = snapshot(call, options);
    List<CachedObject> matching = matching(snapshot.objects(), filter, options);
    boolean ignoresLimit = options.resourceVersion().equals("0");
    int limit = options.limit();
    if (limit == 0 || ignoresLimit || matching.size() <= limit) {
      return new ObjectList(matching, snapshot.revision(), "", null);
    }
    List<CachedObject> page = List.copyOf(matching.subList(0, limit));
    String token =
        ContinueToken.encode(snapshot.revision(), relative(call.resource(), page.getLast().key()));
    Long remaining = options.hasSelector() ? null : Long.valueOf(matching.size() - (long) limit);
    return new ObjectList(page, snapshot.revision(), token, remaining);
  }

  private WatchCache.Snapshot snapshot(Call call, ListOptions options) throws InterruptedException {
    StoredResource resource = call.resource();
    String version = options.resourceVersion();
    if (version.isEmpty()) {
      return newest(resource, call.namespace());
    }
    long wanted = ResourceVersions.parse(version);
    boolean exact =
        options.isExact() || (options.limit() > 0 && options.match().isEmpty() && wanted > 0);
    if (exact) {
      return at(resource, call.namespace(), wanted);
    }
    awaitRevision(wanted);
    return resource.cache().snapshot(below(call));
  }

  private WatchCache.Snapshot at(StoredResource resource, String namespace, long revision) {
    String prefix = resource.prefix() + (namespace.isEmpty() ? "" : namespace + "/");
    try {
      Storage.Page page = storage.list(prefix, "", 0, revision);
      return new WatchCache.Snapshot(parse(resource, page.entries()), revision);
    } catch (RevisionCompactedException e) {
      throw Failures.expired("The resourceVersion for the provided list is too old.");
    } catch (FutureRevisionException e) {
      throw Failures.revisionTooLarge(revision, feed.revision());
    }
  }

  /** The next chunk of a list, read at the revision at which the list began. */
  private ObjectList continued(Call call, ListOptions options, Predicate<CachedObject> filter) {
    ContinueToken token = ContinueToken.parse(options.continueToken());
    StoredResource resource = call.resource();
    String prefix = resource.prefix() + below(call);
    String after = resource.prefix() + token.start();
    if (!after.startsWith(prefix)) {
      throw Failures.badRequest("continue key is not valid: it belongs to another list");
    }
    List<CachedObject> found = new ArrayList<>();
    long at = token.revision();
    long remaining;
    try {
      do {
        int chunk = options.limit() == 0 ? 0 : options.limit() - found.size();
        Storage.Page page = storage.list(prefix, after, chunk, at);
        at = page.revision();
        remaining = page.remaining();
        if (!page.entries().isEmpty()) {
          after = page.entries().getLast().key();
        }
        for (CachedObject each : parse(resource, page.entries())) {
          if (filter.test(each)) {
            found.add(each);
          }
        }
      } while (remaining > 0 && found.size() < options.limit());
    } catch (RevisionCompactedException e) {
      throw Failures.expiredContinue(ContinueToken.encode(0, token.start()));
    }
    String next = remaining > 0 ? ContinueToken.encode(at, relative(resource, after)) : "";
    Long left = remaining > 0 && !options.hasSelector() ? Long.valueOf(remaining) : null;
    return new ObjectList(found, at, next, left);
  }

  private static List<CachedObject> matching(
      List<CachedObject> all, Predicate<CachedObject> filter, ListOptions options) {
    return options.hasSelector() ? all.stream().filter(filter).toList() : all;
  }

  private static String below(Call call) {
    return call.namespace().isEmpty() ? "" : call.namespace() + "/";
  }

  private static String relative(StoredResource resource, String key) {
    return key.substring(resource.prefix().length());
  }

  private static List<CachedObject> parse(StoredResource resource, List<Storage.Entry> entries) {
    List<CachedObject> objects = new ArrayList<>(entries.size());
    for (Storage.Entry entry : entries) {
      CachedObject cached = resource.cache().get(entry.key());
      objects.add(
          cached != null && cached.revision() == entry.revision()
              ? cached
              : CachedObject.of(entry, resource.cache().index()));
    }
    return objects;
  }
}
