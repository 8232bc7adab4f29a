package kontiki.orchestrator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.ApiRequest;
import kontiki.orchestrator.client.ApiTransport;
import kontiki.orchestrator.client.KubeConfig;
import org.jspecify.annotations.Nullable;

/**
 * One command's connection to a cluster: requests by path, answers as trees. Used by one thread.
 */
final class Session implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 256 << 20;

  private final ApiClient client;
  private final String namespace;
  private @Nullable Discovery discovery;

  private Session(ApiClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  static Session open(KubeConfig config, @Nullable String namespace) {
    return new Session(
        ApiClient.connect(config), namespace == null ? config.connection().namespace() : namespace);
  }

  /** The namespace of what names none itself. */
  String namespace() {
    return namespace;
  }

  /** What the server serves; asked for once. */
  Discovery discovery() {
    Discovery known = discovery;
    if (known == null) {
      known = Discovery.of(this);
      discovery = known;
    }
    return known;
  }

  /**
   * Reads a path.
   *
   * @throws ApiException when the server refuses
   */
  JsonObject get(String path, String accept) {
    return send(ApiRequest.get(path).withHeader("Accept", accept));
  }

  /**
   * Sends a JSON body of the given content type.
   *
   * @throws ApiException when the server refuses
   */
  JsonObject send(String method, String path, String contentType, JsonObject body) {
    return send(ApiRequest.of(method, path, contentType, Json.write(body)));
  }

  private JsonObject send(ApiRequest request) {
    try (ApiTransport.Answer answer = client.raw(request)) {
      byte[] bytes = answer.body().readNBytes(MAX_ANSWER_BYTES);
      if (answer.status() >= 300) {
        throw ApiClient.refusal(answer.status(), bytes);
      }
      String warning = answer.header("warning");
      if (warning != null) {
        System.err.println("Warning: " + warning.replaceFirst("^299 \\S+ ", ""));
      }
      return Json.parseObject(bytes, JsonLimits.TRUSTED);
    } catch (IOException broken) {
      throw new ApiException(0, ApiException.UNREACHABLE, "the answer broke off: " + broken);
    }
  }

  /**
   * Opens a stream: a watch, or the lines of a log. Closing the answer cancels it.
   *
   * @throws ApiException when the server refuses
   */
  ApiTransport.Answer stream(String path, String accept) {
    ApiTransport.Answer answer = client.raw(ApiRequest.get(path).withHeader("Accept", accept));
    if (answer.status() < 300) {
      return answer;
    }
    try (answer;
        InputStream body = answer.body()) {
      throw ApiClient.refusal(answer.status(), body.readNBytes(MAX_ANSWER_BYTES));
    } catch (IOException broken) {
      throw ApiClient.refusal(answer.status(), new byte[0]);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /** A query parameter's value, escaped. */
  static String escaped(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** One JSON document of a watch's line. */
  static JsonObject event(String line) {
    return Json.parseObject(line.getBytes(StandardCharsets.UTF_8), JsonLimits.TRUSTED);
  }
}
