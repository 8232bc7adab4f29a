package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.wire.KubernetesProtobuf;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.cache.Change;
import kontiki.orchestrator.apiserver.cache.WatchCache;
import kontiki.orchestrator.apiserver.cache.WatchCache.Delivery;
import kontiki.orchestrator.apiserver.registry.Call;
import kontiki.orchestrator.apiserver.registry.Conversion;
import kontiki.orchestrator.apiserver.registry.ObjectReader;
import kontiki.orchestrator.apiserver.registry.ResourceVersions;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.orchestrator.apiserver.status.StatusException;
import kontiki.pki.transport.Headers;
import kontiki.pki.transport.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Serves one watch, on the request's own thread. An object is encoded once, when the cache takes it
 * in; its bytes are shared by all watchers that read JSON.
 */
final class WatchStream {
  /** How often a bookmark says how far a watch is, for clients that allow it. */
  static final long BOOKMARK_MILLIS = 60_000;

  /** How long a watch lives when the client does not say, at least; up to twice as long. */
  static final long DEFAULT_TIMEOUT_SECONDS = 1_800;

  private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

  private final ApiRequest request;
  private final Call call;
  private final Predicate<CachedObject> filter;
  private final Format format;
  private final Tables tables;
  private final ObjectReader reader;
  private final boolean bookmarks;
  private long lastSent;
  private boolean columnsSent;

  WatchStream(
      ApiRequest request,
      Call call,
      Predicate<CachedObject> filter,
      Tables tables,
      ObjectReader reader) {
    this.request = request;
    this.call = call;
    this.filter = filter;
    this.tables = tables;
    this.reader = reader;
    this.format = Answers.format(request, call.type());
    this.bookmarks = request.query().isTrue("allowWatchBookmarks");
  }

  /** Where a watch begins: with these objects, or with none, and then everything after. */
  private record Start(List<CachedObject> objects, long revision, boolean marksEnd) {}

  void run(RandomGenerator random) throws IOException, InterruptedException {
    Start start = start();
    Headers headers = Headers.of("content-type", contentType());
    try (ResponseBody out = request.stream(200, headers)) {
      Thread watcher = Thread.currentThread();
      request.exchange().onClose(watcher::interrupt);
      try {
        deliver(out, start, deadline(random));
      } catch (StatusException e) {
        write(out, "ERROR", e.toStatus());
        out.flush();
      }
    } catch (InterruptedException e) {
      if (!request.exchange().isClosed()) {
        throw e;
      }
    }
  }

  private long deadline(RandomGenerator random) {
    Long wanted = request.query().number("timeoutSeconds");
    long seconds =
        wanted != null && wanted > 0
            ? wanted
            : DEFAULT_TIMEOUT_SECONDS + random.nextLong(DEFAULT_TIMEOUT_SECONDS);
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  private String contentType() {
    return switch (format.media()) {
      case JSON, YAML -> "application/json";
      case PROTOBUF -> KubernetesProtobuf.MEDIA_TYPE + ";stream=watch";
    };
  }

  private Start start() throws InterruptedException {
    Query query = request.query();
    String version = query.get("resourceVersion");
    boolean initialGiven = query.has("sendInitialEvents");
    boolean initial = query.isTrue("sendInitialEvents");
    String match = query.get("resourceVersionMatch");
    if (initialGiven && !match.equals("NotOlderThan")) {
      throw Failures.badRequest(
          "resourceVersionMatch: Forbidden: sendInitialEvents requires setting"
              + " resourceVersionMatch to NotOlderThan");
    }
    if (!initialGiven && !match.isEmpty()) {
      throw Failures.badRequest(
          "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless"
              + " sendInitialEvents is provided");
    }
    long revision = ResourceVersions.parse(version);
    WatchCache cache = call.resource().cache();
    String below = call.namespace().isEmpty() ? "" : call.namespace() + "/";
    if (initial || (!initialGiven && revision == 0)) {
      WatchCache.Snapshot snapshot;
      if (version.isEmpty()) {
        snapshot = reader.newest(call.resource(), call.namespace());
      } else {
        reader.awaitRevision(revision);
        snapshot = cache.snapshot(below);
      }
      return new Start(snapshot.objects(), snapshot.revision(), initial && bookmarks);
    }
    if (version.isEmpty()) {
      return new Start(
          List.of(), reader.newest(call.resource(), call.namespace()).revision(), false);
    }
    return new Start(List.of(), revision, false);
  }

  private void deliver(ResponseBody out, Start start, long deadline)
      throws IOException, InterruptedException {
    WatchCache cache = call.resource().cache();
    WatchCache.Cursor cursor = cache.cursorAfter(start.revision());
    if (cursor == null) {
      throw tooOld(start.revision(), cache.oldestRevision());
    }
    for (CachedObject object : start.objects()) {
      if (filter.test(object)) {
        send(out, "ADDED", object);
      }
    }
    lastSent = start.revision();
    if (start.marksEnd()) {
      bookmark(out, start.revision(), true);
    }
    out.flush();
    long nextBookmark = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOOKMARK_MILLIS);
    while (true) {
      long now = System.nanoTime();
      if (now >= deadline) {
        finalBookmark(out);
        return;
      }
      long until = bookmarks ? Math.min(deadline, nextBookmark) : deadline;
      long wait = Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - now));
      switch (cursor.poll(wait)) {
        case Delivery.LeftBehind behind -> throw tooOld(lastSent, behind.oldestRevision());
        case Delivery.Changes changes -> {
          for (Change change : changes.changes()) {
            send(out, change);
          }
          lastSent = changes.revision();
          if (bookmarks && System.nanoTime() >= nextBookmark) {
            bookmark(out, lastSent, false);
            nextBookmark = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOOKMARK_MILLIS);
          }
          out.flush();
        }
      }
    }
  }

  private void finalBookmark(ResponseBody out) throws IOException {
    if (bookmarks) {
      bookmark(out, lastSent, false);
      out.flush();
    }
  }

  private static StatusException tooOld(long wanted, long oldest) {
    return Failures.expired("too old resource version: " + wanted + " (" + oldest + ")");
  }

  /** Sends a change as this watcher sees it: what leaves its selection is deleted to it. */
  private void send(ResponseBody out, Change change) throws IOException {
    CachedObject object = change.object();
    CachedObject previous = change.previous();
    if (!inScope(object)) {
      return;
    }
    boolean now = change.type() != Change.Type.DELETED && filter.test(object);
    if (previous != null && !filter.test(previous)) {
      previous = null;
    }
    if (now) {
      send(out, previous != null ? "MODIFIED" : "ADDED", object);
    } else if (previous != null) {
      boolean deleted = change.type() == Change.Type.DELETED;
      send(out, "DELETED", deleted ? object : previous.deletedAt(object.revision()));
    }
  }

  private boolean inScope(CachedObject object) {
    return call.namespace().isEmpty() || call.namespace().equals(object.namespace());
  }

  private void send(ResponseBody out, String type, CachedObject object) throws IOException {
    boolean direct =
        format.media() == Format.Media.JSON
            && format.view() == Format.View.WHOLE
            && Answers.isStoredVersion(object, call.type());
    if (direct) {
      out.write(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
      out.write(object.json());
      out.write("}\n".getBytes(StandardCharsets.US_ASCII));
      return;
    }
    write(out, type, shown(Conversion.convert(object.tree(), call.type())));
  }

  private JsonObject shown(JsonObject object) {
    return switch (format.view()) {
      case WHOLE -> object;
      case PARTIAL -> Answers.partial(object, format);
      case TABLE -> {
        JsonObject table = tables.of(request, call.type(), format, JsonArray.of(object), null);
        if (columnsSent) {
          table.put("columnDefinitions", null);
        }
        columnsSent = true;
        yield table;
      }
    };
  }

  private void bookmark(ResponseBody out, long revision, boolean initialEnd) throws IOException {
    JsonObject metadata =
        JsonObject.of("resourceVersion", Long.toString(revision), "creationTimestamp", null);
    if (initialEnd) {
      metadata.put("annotations", JsonObject.of(INITIAL_EVENTS_END, "true"));
    }
    JsonObject object =
        JsonObject.of(
            "kind", call.type().kind(),
            "apiVersion", call.type().apiVersion(),
            "metadata", metadata);
    write(out, "BOOKMARK", bookmarkShown(object));
  }

  private JsonObject bookmarkShown(JsonObject object) {
    if (format.view() != Format.View.TABLE) {
      return shown(object);
    }
    JsonObject table = tables.of(request, call.type(), format, new JsonArray(), null);
    table.put("metadata", object.get("metadata"));
    table.put(
        "rows",
        JsonArray.of(
            JsonObject.of("cells", new JsonArray(), "object", Answers.partial(object, format))));
    return table;
  }

  private void write(ResponseBody out, String type, @Nullable JsonObject object)
      throws IOException {
    if (format.media() == Format.Media.PROTOBUF) {
      byte[] encoded = object == null ? null : KubernetesProtobuf.encode(object);
      byte[] event = KubernetesProtobuf.watchEvent(type, encoded);
      out.write(
          new byte[] {
            (byte) (event.length >>> 24),
            (byte) (event.length >>> 16),
            (byte) (event.length >>> 8),
            (byte) event.length
          });
      out.write(event);
      return;
    }
    out.write(Json.write(JsonObject.of("type", type, "object", object)));
    out.write('\n');
  }
}
