package kontiki.orchestrator.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to the API server.
 *
 * @param method GET, POST, PUT, PATCH or DELETE
 * @param path path and query, already escaped, starting with a slash
 * @param headers further headers, such as Accept and Content-Type
 * @param body the body; null for none
 * @param timeout the longest wait for the answer's head; a stream's body may take longer
 */
public record ApiRequest(
    String method,
    String path,
    Map<String, String> headers,
    byte @Nullable [] body,
    Duration timeout) {
  /** How long a request without another wish waits for an answer's head. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  public ApiRequest {
    headers = Map.copyOf(headers);
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a request path starts with a slash: " + path);
    }
  }

  /** A read that wants JSON. */
  public static ApiRequest get(String path) {
    return new ApiRequest("GET", path, Map.of("Accept", "application/json"), null, DEFAULT_TIMEOUT);
  }

  /** A write with a body of the given content type that wants JSON back. */
  public static ApiRequest of(String method, String path, String contentType, byte[] body) {
    return new ApiRequest(
        method,
        path,
        Map.of("Accept", "application/json", "Content-Type", contentType),
        body,
        DEFAULT_TIMEOUT);
  }

  /** The same request with one more header; an older value of that name is replaced. */
  public ApiRequest withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new ApiRequest(method, path, more, body, timeout);
  }

  public ApiRequest withTimeout(Duration limit) {
    return new ApiRequest(method, path, headers, body, limit);
  }
}
