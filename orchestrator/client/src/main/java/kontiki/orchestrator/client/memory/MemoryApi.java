package kontiki.orchestrator.client.memory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.ApiRequest;
import kontiki.orchestrator.client.ApiTransport;
import kontiki.orchestrator.client.Json;
import kontiki.orchestrator.client.Timestamps;
import org.jspecify.annotations.Nullable;

/**
 * An API server in memory that keeps the contract clients rely on: one revision for all objects,
 * conflicts on old resource versions, uid and version preconditions, generateName, generation,
 * finalizers, graceful deletion of pods, status and binding subresources, chunked lists, selectors,
 * and watches that start after a revision or are refused with 410. It knows any kind, and validates
 * none. Thread-safe; with a fixed random source and one thread it is deterministic.
 */
public final class MemoryApi implements ApiTransport {
  /** Decides what goes wrong with a request; called before it is carried out. */
  public interface Faults {
    Faults NONE = (method, path) -> Fault.NONE;

    Fault next(String method, String path);
  }

  /** What goes wrong. */
  public enum Fault {
    NONE,
    /** The request never arrives. */
    LOST_REQUEST,
    /** The request is carried out, its answer never arrives. */
    LOST_ANSWER,
    /** The server answers 500. */
    SERVER_ERROR
  }

  private final MemoryStore store = new MemoryStore();
  private final MemoryWrites writes;
  private Faults faults = Faults.NONE;

  public MemoryApi(InstantSource clock, RandomGenerator random) {
    this.writes = new MemoryWrites(store, () -> Timestamps.format(clock.instant()), random);
  }

  /** From now on requests fail as this says. */
  public synchronized void faults(Faults plan) {
    this.faults = plan;
  }

  /** Breaks every open watch, as a lost connection does. */
  public synchronized void breakWatches() {
    store.watches().forEach(MemoryWatch::tear);
  }

  /** Ends every open watch in order, as a server does after a while. */
  public synchronized void endWatches() {
    store.watches().forEach(MemoryWatch::end);
  }

  /** Sends bookmarks. */
  public synchronized void bookmark() {
    store.bookmark();
  }

  /** Forgets all history, so that a watch from an older revision is refused. */
  public synchronized void compact() {
    store.compact(store.revision());
  }

  @Override
  public String server() {
    return "memory";
  }

  @Override
  public void close() {
    endWatches();
  }

  @Override
  public synchronized Answer send(ApiRequest request) throws IOException {
    Fault fault = faults.next(request.method(), request.path());
    return switch (fault) {
      case LOST_REQUEST -> throw new IOException("connection refused");
      case SERVER_ERROR -> failure(new ApiException(500, "InternalError", "a fault by plan"));
      case NONE -> carryOut(request);
      case LOST_ANSWER -> {
        carryOut(request).close();
        throw new IOException("connection reset");
      }
    };
  }

  private Answer carryOut(ApiRequest request) {
    try {
      String path = request.path();
      if (path.equals("/api") || path.equals("/apis")) {
        return ok(200, MemoryDiscovery.document(path));
      }
      return route(request, MemoryPath.parse(path));
    } catch (ApiException e) {
      return failure(e);
    }
  }

  private Answer route(ApiRequest request, MemoryPath path) {
    byte[] bytes = request.body();
    Map<String, Object> body = bytes == null ? Map.of() : Json.map(Json.tree(bytes));
    return switch (request.method()) {
      case "GET" -> read(path);
      case "POST" ->
          ok(
              201,
              path.subresource() == null
                  ? writes.create(path, body)
                  : writes.postSubresource(path, body));
      case "PUT" -> ok(200, writes.replace(path, body));
      case "PATCH" -> ok(200, writes.patch(path, body, request.headers().get("Content-Type")));
      case "DELETE" -> ok(200, delete(path, body));
      default -> throw new ApiException(405, "MethodNotAllowed", request.method());
    };
  }

  private Object delete(MemoryPath path, Map<String, Object> options) {
    if (path.name() != null) {
      return writes.delete(path, path.name(), options);
    }
    for (Map<String, Object> object : store.list(path)) {
      MemoryPath one =
          new MemoryPath(
              path.group(),
              path.version(),
              Trees.text(object, "metadata", "namespace"),
              path.plural(),
              null,
              null,
              Map.of());
      writes.delete(one, Trees.text(object, "metadata", "name"), options);
    }
    return Map.of("kind", "Status", "status", "Success");
  }

  private Answer read(MemoryPath path) {
    if (path.name() != null) {
      return ok(200, writes.require(path, path.name()));
    }
    if ("true".equals(path.query().get("watch"))) {
      return new MemoryAnswer(200, store.watch(path));
    }
    return ok(200, list(path));
  }

  private Map<String, Object> list(MemoryPath path) {
    List<Map<String, Object>> all = store.list(path);
    String token = path.query().get("continue");
    int from = 0;
    long version = store.revision();
    if (token != null) {
      String[] parts = token.split("\\.");
      version = Long.parseLong(parts[0]);
      from = Integer.parseInt(parts[1]);
      if (version != store.revision()) {
        throw new ApiException(410, "Expired", "The provided continue parameter is too old");
      }
    }
    int limit = Integer.parseInt(path.query().getOrDefault("limit", "0"));
    int to = limit == 0 ? all.size() : Math.min(all.size(), from + limit);
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("resourceVersion", Long.toString(version));
    if (to < all.size()) {
      meta.put("continue", version + "." + to);
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", "List");
    out.put("apiVersion", path.apiVersion());
    out.put("metadata", meta);
    out.put("items", all.subList(from, to));
    return out;
  }

  private static Answer ok(int status, Object body) {
    return new MemoryAnswer(status, new ByteArrayInputStream(Json.write(body)));
  }

  private static Answer failure(ApiException e) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("kind", "Status");
    status.put("apiVersion", "v1");
    status.put("status", "Failure");
    status.put("reason", e.reason());
    status.put("message", Objects.requireNonNullElse(e.getMessage(), ""));
    status.put("code", e.code());
    return new MemoryAnswer(e.code(), new ByteArrayInputStream(Json.write(status)));
  }

  private record MemoryAnswer(int status, InputStream body) implements Answer {
    @Override
    public @Nullable String header(String name) {
      return null;
    }

    @Override
    public void close() {
      if (body instanceof MemoryWatch watch) {
        watch.close();
      }
    }
  }

  /** A uid from the given random source. */
  static String uid(RandomGenerator random) {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
