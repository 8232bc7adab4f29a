package kontiki.orchestrator.apiserver.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.apiserver.authentication.User;
import kontiki.orchestrator.apiserver.status.Failures;
import kontiki.pki.transport.Headers;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.ResponseBody;

/**
 * One request on its way through the chain, with what the stages before have found out about it.
 * Belongs to the request's own thread.
 */
public final class ApiRequest {
  /** Length of a body, as the API server of the field has it. */
  public static final int BODY_LIMIT_BYTES = 3 << 20;

  private final HttpExchange exchange;
  private final String id;
  private final RequestInfo info;
  private final Query query;
  private final List<String> warnings = new ArrayList<>();
  private User user = User.anonymous();
  private int status;

  ApiRequest(HttpExchange exchange, String id, RequestInfo info, Query query) {
    this.exchange = exchange;
    this.id = id;
    this.info = info;
    this.query = query;
  }

  public HttpExchange exchange() {
    return exchange;
  }

  /** The id under which the request can be followed through the house. */
  public String id() {
    return id;
  }

  public RequestInfo info() {
    return info;
  }

  public Query query() {
    return query;
  }

  public String method() {
    return exchange.method();
  }

  public User user() {
    return user;
  }

  void identify(User found) {
    user = found;
  }

  /** What the client is told beside the answer, in Warning headers. */
  public List<String> warnings() {
    return warnings;
  }

  /** The status that was sent, 0 as long as none was. */
  public int status() {
    return status;
  }

  /** The header's first value, empty where there is none. */
  public String header(String name) {
    return exchange.header(name).orElse("");
  }

  /** The whole body. */
  public byte[] body() {
    try (InputStream in = exchange.body()) {
      byte[] body = in.readNBytes(BODY_LIMIT_BYTES + 1);
      if (body.length > BODY_LIMIT_BYTES) {
        throw Failures.tooLarge(BODY_LIMIT_BYTES);
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers at once. */
  public void respond(int code, String contentType, byte[] content) {
    respond(code, Headers.of("content-type", contentType), content);
  }

  public void respond(int code, Headers headers, byte[] content) {
    status = code;
    exchange.respond(code, complete(headers), content);
  }

  /** Begins an answer that is written piece by piece. */
  public ResponseBody stream(int code, Headers headers) {
    status = code;
    return exchange.stream(code, complete(headers));
  }

  private Headers complete(Headers headers) {
    Headers all = headers.with("audit-id", id);
    if (!headers.contains("cache-control")) {
      all = all.with("cache-control", "no-cache, private");
    }
    for (String warning : warnings) {
      all = all.with("warning", "299 - \"" + escape(warning) + "\"");
    }
    return all;
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c >= ' ' && c != 0x7f) {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
