package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.wire.KubernetesProtobuf;
import kontiki.orchestrator.api.yaml.Yaml;
import kontiki.orchestrator.apiserver.cache.CachedObject;
import kontiki.orchestrator.apiserver.registry.Conversion;
import kontiki.orchestrator.apiserver.registry.ObjectReader.ObjectList;
import kontiki.orchestrator.apiserver.status.StatusException;
import kontiki.pki.transport.Headers;

/**
 * Writes answers in the form that the client accepts. Objects from the cache are sent as the bytes
 * that are there where the form allows it. Thread-safe.
 */
public final class Answers {
  /** Answers from this size on are compressed for clients that accept it, as in the field. */
  static final int GZIP_FROM_BYTES = 128 * 1024;

  private static final int STREAM_BUFFER_BYTES = 64 * 1024;

  private final Tables tables;

  public Answers(Tables tables) {
    this.tables = tables;
  }

  /** Whether objects of a type can be sent in protobuf. */
  private static boolean protobufPossible(ResourceType type) {
    return type.builtin() && KubernetesProtobuf.supports(type.apiVersion(), type.kind());
  }

  static Format format(ApiRequest request, ResourceType type) {
    return Format.negotiate(request, protobufPossible(type));
  }

  /** Sends an error, unless an answer was begun already. */
  public void error(ApiRequest request, StatusException failure) {
    if (request.exchange().responseBegun()) {
      return;
    }
    Format format;
    try {
      format = Format.negotiate(request, true);
    } catch (StatusException e) {
      format = Format.PLAIN;
    }
    Headers headers = Headers.of("content-type", format.contentType());
    Long retryAfter = failure.details().integer("retryAfterSeconds");
    if (retryAfter != null) {
      headers = headers.with("retry-after", retryAfter.toString());
    }
    request.respond(failure.code(), headers, encode(format, failure.toStatus()));
  }

  /** Sends one object that was just made or read. */
  public void object(ApiRequest request, int code, ResourceType type, JsonObject object) {
    Format format = format(request, type);
    JsonObject shown =
        switch (format.view()) {
          case WHOLE -> object;
          case TABLE -> tables.of(request, type, format, JsonArray.of(object), null);
          case PARTIAL -> partial(object, format);
        };
    request.respond(code, format.contentType(), encode(format, shown));
  }

  /** Sends an object of a kind that is not the resource's own, as Scale or Status. */
  public void other(ApiRequest request, int code, JsonObject object) {
    Format format = Format.negotiate(request, true);
    request.respond(code, format.contentType(), encode(format, object));
  }

  /** Sends an object as it is in the cache. */
  public void cached(ApiRequest request, ResourceType type, CachedObject object) {
    Format format = format(request, type);
    if (format.equals(Format.PLAIN) && isStoredVersion(object, type)) {
      request.respond(200, format.contentType(), object.json());
    } else {
      object(request, 200, type, Conversion.convert(object.tree(), type));
    }
  }

  static boolean isStoredVersion(CachedObject object, ResourceType type) {
    return object.apiVersion().equals(type.apiVersion());
  }

  /** Sends a list. */
  public void list(ApiRequest request, ResourceType type, ObjectList list) throws IOException {
    Format format = format(request, type);
    boolean direct =
        format.equals(Format.PLAIN)
            && (list.items().isEmpty() || isStoredVersion(list.items().getFirst(), type));
    if (direct) {
      splice(request, type, list);
      return;
    }
    JsonObject metadata = listMetadata(list);
    JsonArray items = new JsonArray(list.items().size());
    for (CachedObject item : list.items()) {
      items.append(Conversion.convert(item.tree(), type));
    }
    JsonObject shown =
        switch (format.view()) {
          case TABLE -> tables.of(request, type, format, items, metadata);
          case WHOLE -> {
            if (type.builtin()) {
              items.objects().forEach(Answers::removeType);
            }
            yield head(type.listKind(), type.apiVersion(), metadata).put("items", items);
          }
          case PARTIAL -> {
            JsonArray partials = new JsonArray(items.size());
            items.objects().forEach(item -> partials.append(partial(item, format)));
            yield head("PartialObjectMetadataList", "meta.k8s.io/" + format.version(), metadata)
                .put("items", partials);
          }
        };
    send(request, format.contentType(), encode(format, shown));
  }

  private static void removeType(JsonObject item) {
    item.remove("kind");
    item.remove("apiVersion");
  }

  private static JsonObject head(String kind, String apiVersion, JsonObject metadata) {
    return JsonObject.of("kind", kind, "apiVersion", apiVersion, "metadata", metadata);
  }

  private static JsonObject listMetadata(ObjectList list) {
    JsonObject metadata = JsonObject.of("resourceVersion", Long.toString(list.revision()));
    if (!list.continueToken().isEmpty()) {
      metadata.put("continue", list.continueToken());
    }
    if (list.remaining() != null) {
      metadata.put("remainingItemCount", list.remaining());
    }
    return metadata;
  }

  /** Concatenates the bytes that are in the cache. */
  private static void splice(ApiRequest request, ResourceType type, ObjectList list)
      throws IOException {
    long size = 0;
    for (CachedObject item : list.items()) {
      size += item.json().length;
    }
    boolean zipped = size >= GZIP_FROM_BYTES && acceptsGzip(request);
    Headers headers = Headers.of("content-type", Format.Media.JSON.type());
    OutputStream body =
        request.stream(200, zipped ? headers.with("content-encoding", "gzip") : headers);
    try (OutputStream out = zipped ? new FastGzip(body) : body) {
      byte[] head = Json.write(head(type.listKind(), type.apiVersion(), listMetadata(list)));
      out.write(head, 0, head.length - 1);
      out.write(",\"items\":[".getBytes(StandardCharsets.US_ASCII));
      boolean first = true;
      for (CachedObject item : list.items()) {
        if (!first) {
          out.write(',');
        }
        first = false;
        int from = type.builtin() ? item.bodyOffset() : 1;
        out.write('{');
        out.write(item.json(), from, item.json().length - from);
      }
      out.write("]}".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Sends a whole body, compressed where it is large and the client accepts that. */
  static void send(ApiRequest request, String contentType, byte[] content) throws IOException {
    if (content.length < GZIP_FROM_BYTES || !acceptsGzip(request)) {
      request.respond(200, contentType, content);
      return;
    }
    Headers headers = Headers.of("content-type", contentType, "content-encoding", "gzip");
    try (OutputStream out = new FastGzip(request.stream(200, headers))) {
      out.write(content);
    }
  }

  static boolean acceptsGzip(ApiRequest request) {
    return request.header("accept-encoding").contains("gzip");
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, STREAM_BUFFER_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  /** The metadata of an object, and nothing else of it. */
  static JsonObject partial(JsonObject object, Format format) {
    return JsonObject.of(
        "kind",
        "PartialObjectMetadata",
        "apiVersion",
        "meta.k8s.io/" + format.version(),
        "metadata",
        object.get("metadata"));
  }

  static byte[] encode(Format format, JsonObject object) {
    return switch (format.media()) {
      case JSON -> format.pretty() ? Json.writeIndented(object) : Json.write(object);
      case PROTOBUF -> KubernetesProtobuf.encode(object);
      case YAML -> Yaml.write(object).getBytes(StandardCharsets.UTF_8);
    };
  }
}
