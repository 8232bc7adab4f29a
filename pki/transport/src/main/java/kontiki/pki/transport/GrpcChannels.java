package kontiki.pki.transport;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Opens gRPC channels over mutual TLS. A channel follows its identity: connections opened after a
 * reload use the new certificates.
 */
public final class GrpcChannels {
  /** A silent connection is asked for a sign of life after this time. */
  public static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  public static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);

  /** Answers may be long: a range of many keys comes in one message. */
  public static final int MAX_MESSAGE_BYTES = Integer.MAX_VALUE;

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private GrpcChannels() {}

  /**
   * A channel to the endpoints, by turns among those that can be reached. Nothing is connected yet.
   *
   * @param endpoints {@code https://HOST:PORT}; each host is checked against its certificate
   * @throws IllegalArgumentException if an endpoint is not such a URI
   */
  public static ManagedChannel open(List<URI> endpoints, TlsIdentity identity) {
    return NettyChannelBuilder.forTarget(FixedEndpoints.target(endpoints))
        .sslContext(
            ReloadingSslContext.forClient(identity, List.of(ApplicationProtocolNames.HTTP_2)))
        .eventLoopGroup(EventLoops.group())
        .channelType(EventLoops.clientChannel(), java.net.InetSocketAddress.class)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .defaultLoadBalancingPolicy(endpoints.size() == 1 ? "pick_first" : "round_robin")
        .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .build();
  }
}
