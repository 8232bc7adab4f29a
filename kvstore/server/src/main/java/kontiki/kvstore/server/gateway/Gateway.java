package kontiki.kvstore.server.gateway;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kontiki.kvstore.server.gateway.GatewayJson.BadJsonException;
import kontiki.kvstore.server.gateway.GatewayJson.Requests;
import kontiki.kvstore.server.gateway.Routes.Route;
import kontiki.pki.transport.Headers;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC services as JSON over HTTP. A request goes through the same services and interceptors as
 * one over gRPC, by gRPC's in-process transport; the caller's certificate does not come along, so
 * that users of the gateway are those of their tokens, as in etcd. A stream is one JSON object a
 * line; it is written as fast as its client reads. Safe for many threads.
 */
public final class Gateway implements AutoCloseable {
  private static final Headers JSON =
      Headers.of(
          "content-type", "application/json", "grpc-metadata-content-type", "application/grpc");
  private static final String METADATA_PREFIX = "grpc-metadata-";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Routes routes;
  private final int maxBodyBytes;
  private final Server server;
  private final ManagedChannel channel;

  /**
   * @param services all that etcd's gateway leads to
   * @param maxBodyBytes of one JSON value
   */
  public Gateway(List<ServerServiceDefinition> services, int maxBodyBytes) {
    this.routes = new Routes(services);
    this.maxBodyBytes = maxBodyBytes;
    String name = InProcessServerBuilder.generateName();
    try {
      this.server =
          InProcessServerBuilder.forName(name)
              .executor(threads)
              .addServices(services)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.channel =
        InProcessChannelBuilder.forName(name)
            .executor(threads)
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build();
  }

  /** Answers; blocks until the call has ended. */
  public void handle(HttpExchange exchange) throws IOException, InterruptedException {
    Route route = routes.find(exchange.path());
    if (route == null) {
      exchange.respond(404, "Not Found\n");
    } else if (!exchange.method().equals("POST")) {
      exchange.respond(405, "Method Not Allowed\n");
    } else {
      Context.CancellableContext caller = Context.ROOT.withCancellation();
      Context before = caller.attach();
      try {
        exchange.onClose(() -> threads.execute(() -> caller.cancel(null)));
        call(exchange, route);
      } finally {
        caller.detach(before);
        caller.cancel(null);
      }
    }
  }

  private void call(HttpExchange exchange, Route route) throws IOException, InterruptedException {
    Channel calls =
        ClientInterceptors.intercept(
            channel, MetadataUtils.newAttachHeadersInterceptor(metadata(exchange)));
    Requests requests = new Requests(exchange.body(), route.prototype(), maxBodyBytes);
    Message first;
    try {
      first = requests.next();
    } catch (BadJsonException e) {
      fail(exchange, Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return;
    }
    if (route.method().getType() == MethodType.UNARY) {
      unary(exchange, calls, route, first == null ? route.prototype() : first);
      return;
    }
    GatewayCall call = GatewayCall.start(calls, route.method());
    try {
      stream(exchange, route, call, requests, first);
    } finally {
      call.cancel("the request has ended", null);
    }
  }

  private static void unary(HttpExchange exchange, Channel calls, Route route, Message request) {
    Message response;
    try {
      response = ClientCalls.blockingUnaryCall(calls, route.method(), CallOptions.DEFAULT, request);
    } catch (io.grpc.StatusRuntimeException e) {
      fail(exchange, e.getStatus());
      return;
    }
    exchange.respond(200, JSON, GatewayJson.text(response).getBytes(StandardCharsets.UTF_8));
  }

  /** Requests are passed on by a thread of their own: a client may send more while it reads. */
  private void stream(
      HttpExchange exchange,
      Route route,
      GatewayCall call,
      Requests requests,
      @Nullable Message first)
      throws IOException, InterruptedException {
    threads.execute(Context.current().wrap(() -> send(route, call, requests, first)));
    ResponseBody out = null;
    try {
      Message response = call.read();
      while (response != null) {
        out = out == null ? exchange.stream(200, JSON) : out;
        write(out, "{\"result\":" + GatewayJson.text(response) + "}");
        response = call.read();
      }
      if (out == null) {
        var unused = exchange.stream(200, JSON);
      }
    } catch (StatusException e) {
      int http = HttpStatus.of(e.getStatus().getCode());
      out = out == null ? exchange.stream(http, JSON) : out;
      write(out, GatewayJson.streamError(e.getStatus(), http).toString());
    }
  }

  private static void send(
      Route route, GatewayCall call, Requests requests, @Nullable Message first) {
    try {
      Message next = first == null ? route.prototype() : first;
      while (next != null) {
        if (!call.write(next) || route.method().getType() == MethodType.SERVER_STREAMING) {
          break;
        }
        next = requests.next();
      }
      // A watch goes on without its request's end, as in etcd: curl sends one, and reads.
      if (!route.method().getFullMethodName().equals("etcdserverpb.Watch/Watch")) {
        call.halfClose();
      }
    } catch (BadJsonException e) {
      call.cancel(e.getMessage(), e);
    } catch (IllegalStateException e) {
      // The call has ended: its reader knows why.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(ResponseBody out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void fail(HttpExchange exchange, Status status) {
    exchange.respond(
        HttpStatus.of(status.getCode()),
        Headers.of("content-type", "application/json"),
        GatewayJson.error(status).toString().getBytes(StandardCharsets.UTF_8));
  }

  /** As etcd's: the token is the whole of the authorization header. */
  private static Metadata metadata(HttpExchange exchange) {
    Metadata metadata = new Metadata();
    put(metadata, "grpcgateway-accept", exchange.header("accept").orElse("*/*"));
    exchange
        .header("authorization")
        .ifPresent(value -> {
          put(metadata, "authorization", value);
          put(metadata, "token", value);
        });
    exchange
        .headers()
        .forEach((name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(METADATA_PREFIX) && !lower.endsWith("-bin")) {
            put(metadata, lower.substring(METADATA_PREFIX.length()), value);
          }
        });
    return metadata;
  }

  private static void put(Metadata metadata, String name, String value) {
    if (name.matches("[0-9a-z._-]+")) {
      metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    }
  }

  @Override
  public void close() {
    var _ = channel.shutdownNow();
    var _ = server.shutdownNow();
    threads.shutdown();
  }
}
