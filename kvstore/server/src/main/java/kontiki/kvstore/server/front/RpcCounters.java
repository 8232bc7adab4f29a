package kontiki.kvstore.server.front;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls that were begun and ended, under the names that etcd has. Thread-safe. */
public final class RpcCounters implements ServerInterceptor {
  private final Map<String, LongAdder> started = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> handled = new ConcurrentHashMap<>();

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String labels = labels(call.getMethodDescriptor());
    count(started, labels);
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            count(handled, labels + ",grpc_code=\"" + goName(status.getCode()) + "\"");
            super.close(status, trailers);
          }
        },
        headers);
  }

  /** In the Prometheus text format. */
  void write(StringBuilder out) {
    write(out, "grpc_server_started_total", started);
    write(out, "grpc_server_handled_total", handled);
  }

  private static void write(StringBuilder out, String name, Map<String, LongAdder> counters) {
    out.append("# TYPE ").append(name).append(" counter\n");
    new TreeMap<>(counters)
        .forEach((labels, count) ->
            out.append(name).append('{').append(labels).append("} ").append(count).append('\n'));
  }

  private static void count(Map<String, LongAdder> counters, String labels) {
    counters.computeIfAbsent(labels, _ -> new LongAdder()).increment();
  }

  private static String labels(MethodDescriptor<?, ?> method) {
    String type =
        switch (method.getType()) {
          case UNARY -> "unary";
          case CLIENT_STREAMING -> "client_stream";
          case SERVER_STREAMING -> "server_stream";
          case BIDI_STREAMING, UNKNOWN -> "bidi_stream";
        };
    return "grpc_type=\""
        + type
        + "\",grpc_service=\""
        + method.getServiceName()
        + "\",grpc_method=\""
        + method.getBareMethodName()
        + '"';
  }

  /** As Go writes a code: {@code InvalidArgument}. */
  private static String goName(Status.Code code) {
    StringBuilder name = new StringBuilder();
    for (String word : code.name().split("_", -1)) {
      name.append(code == Status.Code.OK ? word : capital(word));
    }
    // Go's package spells it so.
    return name.toString().replace("Cancelled", "Canceled");
  }

  private static String capital(String word) {
    return word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
  }
}
