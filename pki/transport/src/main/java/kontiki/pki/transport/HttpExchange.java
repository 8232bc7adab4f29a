package kontiki.pki.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. It belongs to the handler's thread, until the handler returns; {@link
 * #onClose}, {@link #isClosed}, the body and the response stream may be used by others meanwhile.
 */
public final class HttpExchange {
  private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);

  /** What a request says of itself. */
  record Request(
      String method, String target, String protocol, String authority, Headers headers) {}

  /** Who sent it. */
  record Peer(
      InetSocketAddress remote, InetSocketAddress local, List<X509Certificate> certificates) {}

  private final Request request;
  private final Peer peer;
  private final HttpWire wire;
  private final RequestBody body;
  private final ByteBufAllocator allocator;
  private final List<Runnable> closeActions = new ArrayList<>();
  private @Nullable RequestTarget target;
  private boolean begun;
  private boolean closed;
  private @Nullable RequestBody raw;
  private volatile @Nullable ResponseBody response;

  HttpExchange(Request request, Peer peer, HttpWire wire, ByteBufAllocator allocator) {
    this.request = request;
    this.peer = peer;
    this.wire = wire;
    this.body = new RequestBody(wire);
    this.allocator = allocator;
  }

  /** The method in upper case, as sent: {@code GET}. */
  public String method() {
    return request.method;
  }

  /** The path with its percent-escapes resolved: {@code /api/v1/pods}. */
  public String path() {
    return target().path();
  }

  /** The path as sent. */
  public String rawPath() {
    return target().rawPath();
  }

  /** What stands behind the question mark, as sent; empty if nothing does. */
  public String rawQuery() {
    return target().rawQuery();
  }

  /** The parameters of the query, resolved, in their order. */
  public Map<String, List<String>> query() {
    return target().query();
  }

  /** The first value of a parameter of the query. */
  public Optional<String> query(String name) {
    List<String> values = query().get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** {@code HTTP/1.1} or {@code HTTP/2.0}. */
  public String protocol() {
    return request.protocol;
  }

  /** The host (and port) that the client asked for; empty if it said none. */
  public String authority() {
    return request.authority;
  }

  public Headers headers() {
    return request.headers;
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return request.headers.first(name);
  }

  /** The verified chain of the client, its own certificate first; empty if it showed none. */
  public List<X509Certificate> peerCertificates() {
    return peer.certificates;
  }

  public InetSocketAddress remoteAddress() {
    return peer.remote;
  }

  public InetSocketAddress localAddress() {
    return peer.local;
  }

  /** The request's body: reads block; unread bytes hold the sender back. */
  public InputStream body() {
    return body;
  }

  /**
   * Answers with the whole body at once; {@code content-length} is added.
   *
   * @param content not copied: must not be changed afterwards
   * @throws IllegalStateException if a response was begun
   */
  public void respond(int status, Headers headers, byte[] content) {
    begin();
    ResponseBody whole = new ResponseBody(wire, allocator);
    response = whole;
    boolean bodiless = status == 204 || status == 304;
    Headers sized =
        bodiless || headers.contains("content-length")
            ? headers
            : headers.with("content-length", Integer.toString(content.length));
    boolean end = content.length == 0 || bodiless || request.method.equals("HEAD");
    wire.head(status, sized, end);
    if (!end) {
      wire.data(Unpooled.wrappedBuffer(content), true, () -> {});
    }
    whole.markEnded();
  }

  /** Answers with a line of plain text. */
  public void respond(int status, String text) {
    respond(
        status,
        Headers.of("content-type", "text/plain; charset=utf-8"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Begins an answer whose body is written piece by piece; nothing is sent before the first flush
   * or full chunk but the header, which goes at once.
   *
   * @throws IllegalStateException if a response was begun
   */
  public ResponseBody stream(int status, Headers headers) {
    begin();
    ResponseBody stream = new ResponseBody(wire, allocator);
    response = stream;
    wire.head(status, headers, false);
    if (isClosed()) {
      stream.fail(new IOException("the peer has closed the connection"));
    }
    return stream;
  }

  /**
   * Answers 101 and turns the connection into a pipe for another protocol (SPDY/3.1, WebSocket):
   * what the client sends from now on is read from {@link Duplex#in}, what is written to {@link
   * Duplex#out} goes as it is. The handler ends the connection by returning.
   *
   * @param headers of the 101: {@code connection}, {@code upgrade} and what the protocol asks for
   * @throws IOException if the request came over HTTP/2, which has no upgrade
   * @throws IllegalStateException if a response was begun
   */
  public Duplex upgrade(Headers headers) throws IOException {
    RequestBody inbound = new RequestBody(wire);
    if (begun) {
      throw new IllegalStateException("the response was begun already");
    }
    if (!wire.upgrade(headers, inbound)) {
      throw new IOException("HTTP/2 has no upgrade: the client must use HTTP/1.1");
    }
    begun = true;
    ResponseBody outbound = new ResponseBody(wire, allocator);
    response = outbound;
    if (isClosed()) {
      outbound.fail(new IOException("the peer has closed the connection"));
      inbound.end();
    }
    raw = inbound;
    return new Duplex(inbound, outbound);
  }

  public boolean responseBegun() {
    return begun;
  }

  /**
   * Runs the action once when the exchange is over: the answer was sent, or the peer has gone. Runs
   * it at once if it is over already. The action must not block: it runs on an event loop.
   */
  public void onClose(Runnable action) {
    synchronized (closeActions) {
      if (!closed) {
        closeActions.add(action);
        return;
      }
    }
    action.run();
  }

  public boolean isClosed() {
    synchronized (closeActions) {
      return closed;
    }
  }

  RequestBody requestBody() {
    return body;
  }

  /** Runs the handler to its end, on the calling thread. */
  void run(HttpHandler handler) {
    try {
      handler.handle(this);
      finish();
    } catch (Exception e) {
      if (isClosed()) {
        LOG.debug("handler ended after its peer: path={} error={}", rawPath(), e.toString());
      } else {
        LOG.error("handler failed: method={} path={}", method(), rawPath(), e);
      }
      if (begun) {
        wire.abort();
      } else {
        respond(500, "internal error\n");
      }
    } catch (Throwable fault) {
      wire.abort();
      throw fault;
    } finally {
      body.discard();
      if (raw != null) {
        raw.discard();
      }
      wire.done();
    }
  }

  /** The protocol says that the exchange is over; on the event loop. */
  void closed(@Nullable IOException cause) {
    List<Runnable> actions;
    synchronized (closeActions) {
      if (closed) {
        return;
      }
      closed = true;
      actions = List.copyOf(closeActions);
      closeActions.clear();
    }
    IOException reason =
        cause == null ? new IOException("the peer has closed the connection") : cause;
    body.fail(reason);
    ResponseBody stream = response;
    if (stream != null) {
      stream.fail(reason);
    }
    for (Runnable action : actions) {
      action.run();
    }
  }

  private void finish() throws IOException {
    ResponseBody stream = response;
    if (stream != null) {
      stream.close();
    } else {
      respond(200, Headers.empty(), new byte[0]);
    }
  }

  private void begin() {
    if (begun) {
      throw new IllegalStateException("the response was begun already");
    }
    begun = true;
  }

  private RequestTarget target() {
    RequestTarget parsed = target;
    if (parsed == null) {
      parsed = RequestTarget.parse(request.target);
      target = parsed;
    }
    return parsed;
  }
}
