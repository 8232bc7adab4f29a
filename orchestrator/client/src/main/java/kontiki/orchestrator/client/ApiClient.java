package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A client of one API server. Thread-safe. Answers are read whole up to {@link #MAX_ANSWER_BYTES};
 * a request that was refused for overload (429, or 503 with Retry-After) is sent again up to {@link
 * #MAX_TRIES} times, a read also when the connection broke. {@link #close} cancels what is under
 * way.
 */
public final class ApiClient implements AutoCloseable {
  /** The largest answer read into memory. */
  public static final int MAX_ANSWER_BYTES = 512 << 20;

  /** How often one request is sent before its refusal is reported. */
  public static final int MAX_TRIES = 4;

  private static final Duration MAX_RETRY_WAIT = Duration.ofSeconds(5);

  private final ApiTransport transport;
  private final RateLimiter limiter;

  /** A client over a given transport with the default rate limit. */
  public ApiClient(ApiTransport transport) {
    this(transport, RateLimiter.unlimited());
  }

  public ApiClient(ApiTransport transport, RateLimiter limiter) {
    this.transport = transport;
    this.limiter = limiter;
  }

  /**
   * A client of the current context's cluster.
   *
   * @throws IllegalArgumentException when the configuration is incomplete
   */
  public static ApiClient connect(KubeConfig config) {
    return new ApiClient(HttpTransport.of(config.connection()), RateLimiter.of(200, 400, 10_000));
  }

  public String server() {
    return transport.server();
  }

  /** The operations on a typed kind, in all namespaces. */
  public <T extends HasMetadata> Resource<T> resource(Class<T> type) {
    return new Resource<>(this, ResourceRef.of(type), type, null);
  }

  /** The operations on a kind known only by name, read as the given type. */
  public <T extends HasMetadata> Resource<T> resource(ResourceRef ref, Class<T> type) {
    return new Resource<>(this, ref, type, null);
  }

  /** The body of a GET of any path, such as {@code /version}. */
  public byte[] get(String path) {
    return request("GET", path, null, null);
  }

  /**
   * Sends a request as it is, with the client's rate limit but without a second try, and gives the
   * answer whatever its status; the caller closes it.
   *
   * @throws ApiException with reason Unreachable when no answer came
   */
  public ApiTransport.Answer raw(ApiRequest request) {
    try {
      limiter.acquire();
      return transport.send(request);
    } catch (IOException e) {
      throw ApiException.unreachable(transport.server(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unreachable(transport.server(), new IOException("interrupted", e));
    }
  }

  @Override
  public void close() {
    transport.close();
  }

  <T> T read(byte[] json, Class<T> type) {
    try {
      return Json.mapper().readValue(json, type);
    } catch (JacksonException e) {
      throw new ApiException(
          0, "MalformedAnswer", "the answer is no " + type.getSimpleName(), null, e);
    }
  }

  byte[] request(String method, String path, @Nullable String contentType, byte @Nullable [] body) {
    return send(
        new ApiRequest(
            method,
            path,
            contentType == null
                ? Map.of("Accept", "application/json")
                : Map.of("Accept", "application/json", "Content-Type", contentType),
            body,
            ApiRequest.DEFAULT_TIMEOUT));
  }

  /**
   * Sends a request, again where that is allowed, and gives the body of a good answer.
   *
   * @throws ApiException when the server refuses, or cannot be reached
   */
  public byte[] send(ApiRequest request) {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt == MAX_TRIES;
      try (ApiTransport.Answer answer = raw(request)) {
        byte[] bytes = readAll(answer);
        if (answer.status() < 300) {
          return bytes;
        }
        if (last || !wantsRetry(answer)) {
          throw refusal(answer.status(), bytes);
        }
        pause(retryAfter(answer));
      } catch (ApiException e) {
        boolean again = e.code() == 0 && request.method().equals("GET") && attempt <= 1;
        if (!again || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
  }

  /** Opens a streamed answer, or throws the refusal. */
  ApiTransport.Answer open(ApiRequest request) {
    ApiTransport.Answer answer = raw(request);
    if (answer.status() < 300) {
      return answer;
    }
    try (answer) {
      throw refusal(answer.status(), readAll(answer));
    }
  }

  private byte[] readAll(ApiTransport.Answer answer) {
    try {
      byte[] bytes = answer.body().readNBytes(MAX_ANSWER_BYTES);
      if (bytes.length == MAX_ANSWER_BYTES) {
        throw new IOException("the answer is larger than " + MAX_ANSWER_BYTES + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw ApiException.unreachable(transport.server(), e);
    }
  }

  private static boolean wantsRetry(ApiTransport.Answer answer) {
    return answer.status() == 429
        ? !"0".equals(answer.header("Retry-After"))
        : answer.status() == 503 && answer.header("Retry-After") != null;
  }

  private static Duration retryAfter(ApiTransport.Answer answer) {
    String value = answer.header("Retry-After");
    if (value == null || !value.chars().allMatch(Character::isDigit) || value.length() > 6) {
      return Duration.ofSeconds(1);
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(value));
    return asked.compareTo(MAX_RETRY_WAIT) > 0 ? MAX_RETRY_WAIT : asked;
  }

  private void pause(Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unreachable(transport.server(), new IOException("interrupted", e));
    }
  }

  /** The exception for an answer with an error status, from its Status object if it has one. */
  public static ApiException refusal(int code, byte[] body) {
    if (body.length > 0 && body[0] == '{') {
      try {
        Status status = Json.mapper().readValue(body, Status.class);
        if (status.getReason() != null || status.getMessage() != null) {
          if (status.getCode() == null) {
            status.setCode(code);
          }
          return ApiException.of(status);
        }
      } catch (JacksonException e) {
        return new ApiException(code, "Unknown", "HTTP " + code + " with a broken Status", null, e);
      }
    }
    String text = new String(body, 0, Math.min(body.length, 512), StandardCharsets.UTF_8).strip();
    return new ApiException(code, reason(code), text.isEmpty() ? "HTTP " + code : text);
  }

  private static String reason(int code) {
    return switch (code) {
      case 400 -> "BadRequest";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "NotFound";
      case 409 -> "Conflict";
      case 410 -> "Expired";
      case 429 -> "TooManyRequests";
      case 503 -> "ServiceUnavailable";
      default -> "Unknown";
    };
  }
}
