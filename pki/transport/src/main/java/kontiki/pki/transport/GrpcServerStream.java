package kontiki.pki.transport;

import io.grpc.Attributes;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.internal.AbstractServerStream;
import io.grpc.internal.StatsTraceContext;
import io.grpc.internal.WritableBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call on one HTTP/2 stream. gRPC's core calls the outer class from the call's thread;
 * what it asks goes through the connection's queue; {@link State} and {@link Inbound} live on the
 * event loop.
 */
final class GrpcServerStream extends AbstractServerStream {
  private final Http2Connection connection;
  private final Http2Stream stream;
  private final State state;
  private final Outbound outbound = new Outbound();
  private final Inbound inbound = new Inbound();
  private final GrpcService.Transport transport;
  private final String authority;

  GrpcServerStream(
      Http2Connection connection,
      Http2Stream stream,
      GrpcService.Transport transport,
      StatsTraceContext statistics,
      int maxMessageBytes,
      String authority) {
    super(NettyBytes.allocator(connection.context().alloc()), statistics);
    this.connection = connection;
    this.stream = stream;
    this.transport = transport;
    this.authority = authority;
    this.state = new State(maxMessageBytes, statistics);
  }

  /** The stream's side towards the connection. */
  Http2Streams.Stream inbound() {
    return inbound;
  }

  /** The call is known to gRPC's core: its events may begin; on the event loop. */
  void allocated() {
    state.onStreamAllocated();
  }

  @Override
  protected State transportState() {
    return state;
  }

  @Override
  protected Sink abstractServerStreamSink() {
    return outbound;
  }

  @Override
  public Attributes getAttributes() {
    return transport.attributes();
  }

  @Override
  public String getAuthority() {
    return authority;
  }

  @Override
  public int streamId() {
    return stream.id();
  }

  /** From the call to the wire. */
  private final class Outbound implements Sink {
    private boolean headSent;

    @Override
    public void writeHeaders(Metadata metadata, boolean flush) {
      Http2Headers head = GrpcHeaders.response(metadata);
      Runnable command =
          () -> {
            headSent = true;
            connection.writeHeaders(stream, head);
          };
      if (flush) {
        connection.queue().add(command);
      } else {
        connection.queue().addLazily(command);
      }
    }

    @Override
    public void writeFrame(@Nullable WritableBuffer frame, boolean flush, int messages) {
      if (frame == null) {
        // Nothing to send: a flush of what was queued before.
        connection.queue().schedule();
        return;
      }
      ByteBuf data = ((NettyBytes.Writable) frame).buffer();
      int size = data.readableBytes();
      onSendingBytes(size);
      Runnable command =
          () -> connection.writeData(stream, data, false, () -> state.onSentBytes(size));
      if (flush) {
        connection.queue().add(command);
      } else {
        connection.queue().addLazily(command);
      }
    }

    @Override
    public void writeTrailers(Metadata trailers, boolean headersSent, Status status) {
      Http2Headers last =
          headersSent ? GrpcHeaders.trailers(trailers) : GrpcHeaders.response(trailers);
      connection
          .queue()
          .add(() -> {
            headSent = true;
            connection.writeLastHeaders(stream, last, state::complete);
          });
    }

    @Override
    public void cancel(Status status) {
      connection.queue().add(() -> state.fail(status));
    }

    /** On the event loop: says why, if the client has heard nothing yet. */
    private void refuse(Status status) {
      if (headSent) {
        connection.reset(stream, Http2Error.CANCEL);
        return;
      }
      headSent = true;
      Metadata trailers = new Metadata();
      trailers.put(InternalStatus.CODE_KEY, status);
      if (status.getDescription() != null) {
        trailers.put(InternalStatus.MESSAGE_KEY, status.getDescription());
      }
      connection.writeLastHeaders(stream, GrpcHeaders.response(trailers), () -> {});
    }
  }

  /** From the wire to the call. */
  private final class Inbound implements Http2Streams.Stream {
    @Override
    public void data(ByteBuf data, boolean end) {
      state.inboundDataReceived(new NettyBytes.Readable(data.retain()), end);
    }

    @Override
    public void end() {
      state.inboundDataReceived(new NettyBytes.Readable(Unpooled.EMPTY_BUFFER), true);
    }

    @Override
    public void closed() {
      state.transportReportStatus(Status.CANCELLED.withDescription("the client has gone"));
    }
  }

  /** The call's state; gRPC's deframer and listener are driven from here. */
  private final class State extends TransportState {
    State(int maxMessageBytes, StatsTraceContext statistics) {
      super(maxMessageBytes, statistics, transport.tracer());
    }

    @Override
    public void runOnTransportThread(Runnable task) {
      if (connection.context().executor().inEventLoop()) {
        task.run();
      } else {
        connection.queue().add(task);
      }
    }

    @Override
    public void bytesRead(int bytes) {
      connection.consume(stream, bytes);
    }

    @Override
    public void deframeFailed(Throwable cause) {
      fail(Status.fromThrowable(cause));
    }

    private void fail(Status status) {
      transportReportStatus(status);
      outbound.refuse(status);
      connection.context().flush();
    }
  }
}
