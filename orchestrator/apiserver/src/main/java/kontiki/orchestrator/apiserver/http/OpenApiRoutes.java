package kontiki.orchestrator.apiserver.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import kontiki.orchestrator.api.catalog.GroupVersion;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.openapi.OpenApi;
import kontiki.orchestrator.api.openapi.OpenApiProtobuf;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.apiserver.health.Version;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.pki.transport.Headers;

/**
 * Serves {@code /openapi/v2} and {@code /openapi/v3}. Documents are made when first asked for and
 * kept compressed: at the start none is made, and together they take little memory. Thread-safe.
 */
final class OpenApiRoutes implements Dispatcher.PathRoute {
  private static final String JSON = "application/json";

  private final ResourceCatalog catalog;
  private final Map<String, Document> documents = new ConcurrentHashMap<>();

  /** A document as it is kept. */
  private record Document(byte[] zipped, String etag) {}

  OpenApiRoutes(ResourceCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public boolean serve(ApiRequest request) {
    String path = request.info().path();
    if (path.equals("/openapi/v2")) {
      v2(request);
      return true;
    }
    if (path.equals("/openapi/v3") || path.equals("/openapi/v3/")) {
      byte[] index =
          Json.write(OpenApi.index(catalog, version -> OpenApi.hash(catalog, version, release())));
      Documents.send(request, JSON, index, Documents.etag(index));
      return true;
    }
    return path.startsWith("/openapi/v3/") && v3(request, path.substring("/openapi/v3/".length()));
  }

  private static String release() {
    return Version.GIT_VERSION;
  }

  private void v2(ApiRequest request) {
    for (MediaRange range : MediaRange.parseAll(request.header("accept"))) {
      if (range.type().equals(OpenApiProtobuf.ACCEPTED_MEDIA_TYPE)
          || range.type().equals(OpenApiProtobuf.MEDIA_TYPE)) {
        send(
            request,
            OpenApiProtobuf.MEDIA_TYPE,
            document("v2.pb", () -> OpenApiProtobuf.encode(OpenApi.v2(catalog, release()))));
        return;
      }
      if (range.accepts(JSON)) {
        break;
      }
    }
    send(request, JSON, document("v2.json", () -> Json.write(OpenApi.v2(catalog, release()))));
  }

  private boolean v3(ApiRequest request, String path) {
    GroupVersion version = versionOf(path);
    if (version == null || catalog.resources(version.group(), version.version()).isEmpty()) {
      return false;
    }
    String accept = request.header("accept");
    boolean json =
        accept.isEmpty()
            || MediaRange.parseAll(accept).stream().anyMatch(range -> range.accepts(JSON));
    if (!json) {
      throw Failures.notAcceptable(JSON);
    }
    send(request, JSON, document(path, () -> Json.write(OpenApi.v3(catalog, version, release()))));
    return true;
  }

  /** {@code api/v1} or {@code apis/GROUP/VERSION}. */
  private static @org.jspecify.annotations.Nullable GroupVersion versionOf(String path) {
    String[] parts = path.split("/");
    if (parts.length == 2 && parts[0].equals("api")) {
      return new GroupVersion("", parts[1]);
    }
    return parts.length == 3 && parts[0].equals("apis")
        ? new GroupVersion(parts[1], parts[2])
        : null;
  }

  private Document document(String name, Supplier<byte[]> make) {
    return documents.computeIfAbsent(
        name,
        key -> {
          byte[] content = make.get();
          ByteArrayOutputStream zipped = new ByteArrayOutputStream(content.length / 8);
          try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(content);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return new Document(zipped.toByteArray(), Documents.etag(content));
        });
  }

  private static void send(ApiRequest request, String contentType, Document document) {
    String freshness = request.query().has("hash") ? "public, immutable" : "no-cache, private";
    Headers headers =
        Headers.of(
            "content-type",
            contentType,
            "etag",
            document.etag(),
            "vary",
            "Accept",
            "cache-control",
            freshness);
    if (Documents.hasIt(request, document.etag())) {
      request.respond(304, headers, new byte[0]);
    } else if (Answers.acceptsGzip(request)) {
      request.respond(200, headers.with("content-encoding", "gzip"), document.zipped());
    } else {
      request.respond(200, headers, unzipped(document.zipped()));
    }
  }

  private static byte[] unzipped(byte[] zipped) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
