package kontiki.kvstore.cli.direct;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one member, for unary gRPC calls one after the other. Used by one thread. Every
 * failure is a {@link io.grpc.StatusRuntimeException}: DEADLINE_EXCEEDED, UNAVAILABLE, or what the
 * server said.
 */
public final class DirectConnection implements AutoCloseable {
  private static final int PREFIX_BYTES = 5;

  private final SSLSocket socket;
  private final Http2Call http;

  private DirectConnection(SSLSocket socket, Http2Call http) {
    this.socket = socket;
    this.http = http;
  }

  /**
   * @throws io.grpc.StatusRuntimeException UNAVAILABLE where the member cannot be reached, or is
   *     not the one that its address says
   */
  static DirectConnection open(URI endpoint, SSLContext context, Duration timeout) {
    try {
      try {
        return open(endpoint, context, ClientTls.QUICK_GROUPS, timeout);
      } catch (SSLException e) {
        if (e.getCause() instanceof CertificateException) {
          throw e;
        }
        return open(endpoint, context, ClientTls.ALL_GROUPS, timeout);
      }
    } catch (IOException e) {
      throw Status.UNAVAILABLE
          .withDescription("cannot connect to " + endpoint.getAuthority())
          .withCause(e)
          .asRuntimeException();
    }
  }

  private static DirectConnection open(
      URI endpoint, SSLContext context, List<String> groups, Duration timeout) throws IOException {
    var plain = new Socket();
    try {
      int millis = millis(timeout);
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), millis);
      var socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, endpoint.getHost(), endpoint.getPort(), true);
      socket.setSSLParameters(ClientTls.parameters(context, groups));
      socket.setSoTimeout(millis);
      socket.startHandshake();
      if (!"h2".equals(socket.getApplicationProtocol())) {
        throw new SSLException("the server does not speak HTTP/2");
      }
      var http =
          new Http2Call(socket.getInputStream(), socket.getOutputStream(), endpoint.getAuthority());
      return new DirectConnection(socket, http);
    } catch (IOException e) {
      closeQuietly(plain);
      throw e;
    }
  }

  /**
   * @param token of a user; null: none
   */
  public <Q, R> R call(
      MethodDescriptor<Q, R> method, Q request, Duration timeout, @Nullable String token) {
    try {
      socket.setSoTimeout(millis(timeout));
      var headers = new LinkedHashMap<String, String>();
      headers.put("te", "trailers");
      headers.put("content-type", "application/grpc");
      headers.put("user-agent", "kontiki-kv");
      headers.put("grpc-timeout", millis(timeout) + "m");
      if (token != null) {
        headers.put("token", token);
      }
      var answer = http.post("/" + method.getFullMethodName(), headers, framed(method, request));
      check(answer);
      return method.parseResponse(new ByteArrayInputStream(message(answer.body())));
    } catch (SocketTimeoutException e) {
      throw Status.DEADLINE_EXCEEDED.withCause(e).asRuntimeException();
    } catch (IOException e) {
      throw Status.UNAVAILABLE
          .withDescription("the connection was lost")
          .withCause(e)
          .asRuntimeException();
    }
  }

  private static <Q> byte[] framed(MethodDescriptor<Q, ?> method, Q request) throws IOException {
    try (InputStream stream = method.streamRequest(request)) {
      byte[] message = stream.readAllBytes();
      return ByteBuffer.allocate(PREFIX_BYTES + message.length)
          .put((byte) 0)
          .putInt(message.length)
          .put(message)
          .array();
    }
  }

  private static byte[] message(byte[] body) throws IOException {
    var buffer = ByteBuffer.wrap(body);
    if (body.length < PREFIX_BYTES || buffer.get() != 0) {
      throw new IOException("the answer is not one plain message");
    }
    int length = buffer.getInt();
    if (length != buffer.remaining()) {
      throw new IOException("the answer has " + buffer.remaining() + " of " + length + " bytes");
    }
    byte[] message = new byte[length];
    buffer.get(message);
    return message;
  }

  private static void check(Http2Call.Answer answer) {
    String code = answer.headers().get("grpc-status");
    if (code == null) {
      throw Status.UNKNOWN
          .withDescription("HTTP status " + answer.headers().getOrDefault(":status", "none"))
          .asRuntimeException();
    }
    var status = Status.fromCodeValue(parse(code));
    if (!status.isOk()) {
      String message = answer.headers().getOrDefault("grpc-message", "");
      throw status.withDescription(unescape(message)).asRuntimeException();
    }
  }

  private static int parse(String code) {
    try {
      return Integer.parseInt(code);
    } catch (NumberFormatException e) {
      return Status.Code.UNKNOWN.value();
    }
  }

  /** Percent-encoding; a plus is a plus. */
  private static String unescape(String message) {
    try {
      return URLDecoder.decode(message.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return message;
    }
  }

  private static int millis(Duration duration) {
    return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closeQuietly(socket);
  }
}
