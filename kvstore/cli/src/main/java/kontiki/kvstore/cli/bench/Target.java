package kontiki.kvstore.cli.bench;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.cli.Connection;
import kontiki.pki.transport.GrpcChannels;
import kontiki.pki.transport.TlsIdentity;

/**
 * A server, or the members of one cluster, under measurement. Connection {@code i} leads to
 * endpoint {@code i} modulo their number, as with etcd's own benchmark. Set-up and clean-up wait
 * for their answers; the rounds use the channels.
 */
final class Target implements AutoCloseable {
  /** Keys that one request deletes: a server is not stopped for long. */
  private static final long DELETED_AT_ONCE = 10_000;

  private final String name;
  private final List<URI> endpoints;
  private final Duration timeout;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Channel> callers = new ArrayList<>();

  private Target(String name, Connection connection) {
    this.name = name;
    this.endpoints = connection.endpoints();
    this.timeout = connection.command();
  }

  /**
   * Connects all, and waits for it.
   *
   * @throws StatusRuntimeException where an endpoint cannot be reached, naming it
   */
  static Target open(String name, Connection connection, int connections) {
    var target = new Target(name, connection);
    try {
      var identity = TlsIdentity.load(connection.cert(), connection.key(), connection.cacert());
      for (int i = 0; i < connections; i++) {
        var channel = GrpcChannels.open(List.of(target.endpoint(i)), identity);
        target.channels.add(channel);
        target.callers.add(connection.calls(channel));
      }
      for (int i = 0; i < connections; i++) {
        target.reach(i, connection.dial());
      }
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  private void reach(int i, Duration dial) {
    var anything = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("0"));
    RangeResponse answer =
        call(
            i,
            KVGrpc.getRangeMethod(),
            anything.setCountOnly(true).setSerializable(true).build(),
            dial);
    if (!answer.hasHeader()) {
      throw new BenchFailure(name + ": " + endpoint(i) + " does not answer as etcd does");
    }
  }

  String name() {
    return name;
  }

  List<String> endpoints() {
    return endpoints.stream().map(URI::getAuthority).toList();
  }

  Duration timeout() {
    return timeout;
  }

  int connections() {
    return channels.size();
  }

  private URI endpoint(int connection) {
    return endpoints.get(connection % endpoints.size());
  }

  Channel channel(int client) {
    return callers.get(client % callers.size());
  }

  /** The store's revision, not older than what was answered before. */
  long revision() {
    var range = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("0")).setCountOnly(true);
    return call(0, KVGrpc.getRangeMethod(), range.build(), timeout).getHeader().getRevision();
  }

  /** How many keys begin with the prefix. */
  long count(ByteString prefix) {
    var range =
        RangeRequest.newBuilder()
            .setKey(prefix)
            .setRangeEnd(KeySpace.after(prefix))
            .setCountOnly(true);
    return call(0, KVGrpc.getRangeMethod(), range.build(), timeout).getCount();
  }

  /** Deletes every key that begins with the prefix: piece by piece those of the key space. */
  void delete(KeySpace keys) {
    for (long from = 0; from + DELETED_AT_ONCE < keys.size(); from += DELETED_AT_ONCE) {
      delete(keys.key(from), keys.key(from + DELETED_AT_ONCE));
    }
    delete(keys.prefix(), KeySpace.after(keys.prefix()));
  }

  private void delete(ByteString from, ByteString end) {
    var range = DeleteRangeRequest.newBuilder().setKey(from).setRangeEnd(end).build();
    var _ = call(0, KVGrpc.getDeleteRangeMethod(), range, timeout);
  }

  private <Q, R> R call(int connection, MethodDescriptor<Q, R> method, Q request, Duration time) {
    try {
      var options =
          io.grpc.CallOptions.DEFAULT.withDeadlineAfter(time.toNanos(), TimeUnit.NANOSECONDS);
      return ClientCalls.blockingUnaryCall(channel(connection), method, options, request);
    } catch (StatusRuntimeException e) {
      throw named(e, connection);
    }
  }

  /** The same refusal, saying whose it is. */
  private StatusRuntimeException named(StatusRuntimeException e, int connection) {
    Status status = e.getStatus();
    String said = status.getDescription();
    if (said == null || status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      said =
          status.getCode() == Status.Code.DEADLINE_EXCEEDED
              ? "no answer in time"
              : status.getCode().name();
    }
    String where = name + " (" + endpoint(connection).getAuthority() + "): ";
    return Status.UNKNOWN
        .withDescription(where + said)
        .withCause(status.getCause())
        .asRuntimeException();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
