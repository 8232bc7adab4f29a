package kontiki.pki.transport;

import java.time.Duration;

/**
 * What one listener allows its clients. A connection that goes beyond is refused or closed; the
 * others do not notice.
 *
 * @param connections open connections; one more is closed at once
 * @param streamsPerConnection concurrent HTTP/2 streams; the client waits for a free one
 * @param headerBytes size of a request's header; beyond, the answer is 431 or a stream reset
 * @param streamWindow bytes of one HTTP/2 stream that wait unread
 * @param connectionWindow bytes of one HTTP/2 connection that wait unread
 * @param grpcMessageBytes size of one gRPC request message; beyond, RESOURCE_EXHAUSTED
 * @param resetsPerHalfMinute streams that a client may cancel, or make the server reset, in 30 s
 * @param handshake time for the TLS handshake, from the first byte to the last
 * @param requestHeader time for an HTTP/1.1 request's header
 * @param idle how long a connection without a request stays open
 * @param pingInterval silence of an HTTP/2 connection after which the peer is asked for a sign
 * @param pingTimeout how long to wait for that sign before the connection is closed
 * @param drain how long {@link TlsServer#close} waits for requests under way
 */
public record TransportLimits(
    int connections,
    int streamsPerConnection,
    int headerBytes,
    int streamWindow,
    int connectionWindow,
    int grpcMessageBytes,
    int resetsPerHalfMinute,
    Duration handshake,
    Duration requestHeader,
    Duration idle,
    Duration pingInterval,
    Duration pingTimeout,
    Duration drain) {

  /** Fit for the API server and the store on one machine. */
  public static final TransportLimits DEFAULT =
      new TransportLimits(
          10_000,
          1_000,
          1 << 20,
          1 << 20,
          8 << 20,
          4 << 20,
          20_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15),
          Duration.ofSeconds(2));

  public TransportLimits {
    positive("connections", connections);
    positive("streamsPerConnection", streamsPerConnection);
    positive("headerBytes", headerBytes);
    positive("streamWindow", streamWindow);
    positive("connectionWindow", connectionWindow);
    positive("grpcMessageBytes", grpcMessageBytes);
    positive("resetsPerHalfMinute", resetsPerHalfMinute);
    if (connectionWindow < streamWindow) {
      throw new IllegalArgumentException("connectionWindow is smaller than streamWindow");
    }
  }

  public TransportLimits withConnections(int most) {
    return new TransportLimits(
        most,
        streamsPerConnection,
        headerBytes,
        streamWindow,
        connectionWindow,
        grpcMessageBytes,
        resetsPerHalfMinute,
        handshake,
        requestHeader,
        idle,
        pingInterval,
        pingTimeout,
        drain);
  }

  public TransportLimits withStreamsPerConnection(int most) {
    return new TransportLimits(
        connections,
        most,
        headerBytes,
        streamWindow,
        connectionWindow,
        grpcMessageBytes,
        resetsPerHalfMinute,
        handshake,
        requestHeader,
        idle,
        pingInterval,
        pingTimeout,
        drain);
  }

  public TransportLimits withGrpcMessageBytes(int most) {
    return new TransportLimits(
        connections,
        streamsPerConnection,
        headerBytes,
        streamWindow,
        connectionWindow,
        most,
        resetsPerHalfMinute,
        handshake,
        requestHeader,
        idle,
        pingInterval,
        pingTimeout,
        drain);
  }

  public TransportLimits withHandshake(Duration most) {
    return new TransportLimits(
        connections,
        streamsPerConnection,
        headerBytes,
        streamWindow,
        connectionWindow,
        grpcMessageBytes,
        resetsPerHalfMinute,
        most,
        requestHeader,
        idle,
        pingInterval,
        pingTimeout,
        drain);
  }

  public TransportLimits withIdle(Duration most) {
    return new TransportLimits(
        connections,
        streamsPerConnection,
        headerBytes,
        streamWindow,
        connectionWindow,
        grpcMessageBytes,
        resetsPerHalfMinute,
        handshake,
        requestHeader,
        most,
        pingInterval,
        pingTimeout,
        drain);
  }

  public TransportLimits withPing(Duration interval, Duration timeout) {
    return new TransportLimits(
        connections,
        streamsPerConnection,
        headerBytes,
        streamWindow,
        connectionWindow,
        grpcMessageBytes,
        resetsPerHalfMinute,
        handshake,
        requestHeader,
        idle,
        interval,
        timeout,
        drain);
  }

  public TransportLimits withHeader(int mostBytes, Duration mostTime) {
    return new TransportLimits(
        connections,
        streamsPerConnection,
        mostBytes,
        streamWindow,
        connectionWindow,
        grpcMessageBytes,
        resetsPerHalfMinute,
        handshake,
        mostTime,
        idle,
        pingInterval,
        pingTimeout,
        drain);
  }

  public TransportLimits withDrain(Duration most) {
    return new TransportLimits(
        connections,
        streamsPerConnection,
        headerBytes,
        streamWindow,
        connectionWindow,
        grpcMessageBytes,
        resetsPerHalfMinute,
        handshake,
        requestHeader,
        idle,
        pingInterval,
        pingTimeout,
        most);
  }

  private static void positive(String what, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + " must be above 0, not " + value);
    }
  }
}
