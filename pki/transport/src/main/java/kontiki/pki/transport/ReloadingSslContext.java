package kontiki.pki.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import kontiki.pki.ca.PkiException;
import org.jspecify.annotations.Nullable;

/**
 * A Netty TLS context that follows its identity: each new connection uses the context of the
 * present generation, with tickets and sessions of its own, so that no session outlives the
 * authorities it was opened under. Thread-safe.
 */
final class ReloadingSslContext extends SslContext {
  /** Hybrid first: today's recordings must not be readable to tomorrow's machines. */
  private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256"};

  /** How the contexts of all generations are made. */
  interface Maker {
    SslContext make(TlsMaterial material) throws SSLException;
  }

  private record Generation(long number, SslContext context) {}

  private final TlsIdentity identity;
  private final Maker maker;
  private volatile Generation current;

  private ReloadingSslContext(TlsIdentity identity, Maker maker) {
    this.identity = identity;
    this.maker = maker;
    this.current = make(identity.material());
  }

  static ReloadingSslContext forServer(
      TlsIdentity identity, io.netty.handler.ssl.ClientAuth auth, List<String> protocols) {
    return new ReloadingSslContext(
        identity,
        material -> {
          if (material.key() == null) {
            throw new PkiException("a server needs a certificate and a key");
          }
          return common(
                  SslContextBuilder.forServer(material.key(), material.chain()),
                  material,
                  protocols)
              .clientAuth(auth)
              .build();
        });
  }

  static ReloadingSslContext forClient(TlsIdentity identity, List<String> protocols) {
    return new ReloadingSslContext(
        identity,
        material -> {
          SslContextBuilder builder = SslContextBuilder.forClient();
          if (material.key() != null) {
            builder.keyManager(material.key(), material.chain());
          }
          return common(builder, material, protocols).build();
        });
  }

  private static SslContextBuilder common(
      SslContextBuilder builder, TlsMaterial material, List<String> protocols) {
    boolean boring = OpenSsl.isAvailable();
    if (boring) {
      builder.option(OpenSslContextOption.GROUPS, GROUPS);
    }
    return builder
        .sslProvider(boring ? SslProvider.OPENSSL : SslProvider.JDK)
        .trustManager(boring ? new AlertingTrust(material.trust()) : material.trust())
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols));
  }

  /** The context for the next connection. */
  SslContext present() {
    TlsMaterial material = identity.material();
    Generation generation = current;
    if (generation.number != material.generation()) {
      synchronized (this) {
        generation = current;
        if (generation.number < material.generation()) {
          generation = make(material);
          current = generation;
        }
      }
    }
    return generation.context;
  }

  private Generation make(TlsMaterial material) {
    try {
      return new Generation(material.generation(), maker.make(material));
    } catch (SSLException e) {
      throw new PkiException("cannot make a TLS context: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean isClient() {
    return current.context.isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return current.context.cipherSuites();
  }

  /** Deprecated in Netty, but asked for by grpc-netty. */
  @Deprecated
  @Override
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current.context.applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return present().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, @Nullable String host, int port) {
    return present().newEngine(allocator, host, port);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return Objects.requireNonNull(current.context.sessionContext());
  }
}
